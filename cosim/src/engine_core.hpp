// SPDX-License-Identifier: Apache-2.0
// One Verilated class behind plain C++: what rtl_model needs of it, so that no other file sees
// Verilator's headers.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <string>

#include <synfire/cosim/rtl_model.hpp>

namespace synfire::cosim {

/// Input pins of one cycle and the next ones.
struct core_inputs {
    bool reset = false;
    bool bus_valid = false;
    bool bus_write = false;
    std::uint8_t bus_address = 0;
    std::uint32_t bus_data = 0;
    bool in_valid = false;
    std::uint32_t in_data = 0;
    bool out_ready = false;
};

/// Output pins before the last rising edge; the transfers are those of that cycle.
struct core_outputs {
    std::uint64_t cycles = 0;  ///< that were run
    bool bus_done = false;
    bool in_done = false;
    bool out_done = false;
    std::uint32_t bus_data = 0;
    std::uint32_t out_data = 0;
};

/// What makes the clock loop slower than it could be.
struct core_watch {
    observer* seen_by = nullptr;
    back_pressure pressure{};
    std::optional<std::uint32_t> waveform_layer;
    bool waveform = false;  ///< of the cycles from here on

    bool any() const { return seen_by || waveform || pressure.input > 0 || pressure.output > 0; }
};

class engine_core {
  public:
    engine_core() = default;
    virtual ~engine_core() = default;
    engine_core(const engine_core&) = delete;
    engine_core& operator=(const engine_core&) = delete;

    /// Runs the clock with these inputs until a transfer on any port is done, or `limit` cycles.
    virtual core_outputs advance(const core_inputs& in, std::uint64_t limit,
                                 const core_watch& watch) = 0;
    virtual std::uint64_t cycle() const = 0;
    /// in_ready_o, without a clock edge.
    virtual bool takes_input() = 0;
    /// out_valid_o, likewise.
    virtual bool has_output() = 0;
    /// False where the file cannot be written, or this build writes none.
    virtual bool open_waveform(const std::string& file) = 0;
};

using core_maker = std::unique_ptr<engine_core> (*)(std::optional<std::uint64_t> seed);

/// One configuration that was built: the fast class, and the checked one with random start and
/// waveforms.
struct built_core {
    hw::engine_config config;
    core_maker fast;
    core_maker checked;
    bool paced;  ///< a board's: its bus is made for a serial line, and slower than ours
};

/// Written by CMake: all of this build, and what it lacks for them.
std::vector<built_core> built_cores();
std::string missing_parts();

}  // namespace synfire::cosim
