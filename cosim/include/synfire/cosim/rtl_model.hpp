// SPDX-License-Identifier: Apache-2.0
// The Verilog core as a C++ object, clock by clock. Open this header first: rtl_model is a
// hw::link, so whatever drives a board drives it too.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <synfire/cosim/traced_link.hpp>
#include <synfire/hw/config.hpp>

namespace synfire::cosim {

/// False where this build had no Verilator; constructors of RTL models then throw bad_input.
bool rtl_available();

/// What was not found when this build was configured, in words; empty where rtl_available().
std::string rtl_missing();

/// Configurations that this build has a model of.
std::vector<hw::engine_config> built_configurations();

/// Streams that stall at random: per cycle, how likely it is that a word is held back.
struct back_pressure {
    double input = 0;   ///< 0 .. 0.99: in_valid withheld
    double output = 0;  ///< 0 .. 0.99: out_ready withheld
    std::uint64_t seed = 1;
};

/// An FST waveform (GTKWave opens it) of a part of the run. See waveform.hpp for names in it.
struct waveform_options {
    std::string file{};                     ///< empty: none
    std::optional<std::uint64_t> sample{};  ///< counted from 0; nothing: all
    std::uint64_t runs = 1;                 ///< ENDs of a sample: its steps
    std::optional<std::uint32_t> layer{};   ///< population number; nothing: all
};

struct rtl_options {
    /// Registers and memories start with random contents of this seed; nothing: with zeros.
    std::optional<std::uint64_t> seed{};
    waveform_options waveform{};
    std::uint64_t patience_cycles = 50'000'000;  ///< longest wait of one transfer
    back_pressure pressure{};
};

/// What a run of clock() saw.
struct clocked {
    std::uint64_t cycles = 0;
    bool pushed = false;                  ///< the word that was offered is taken
    std::optional<std::uint32_t> popped;  ///< a word that came out
};

/// One Verilated core. Not for several threads at once; several models may live side by side.
/// A model with `seed` or `waveform` is a slower build of the same RTL.
class rtl_model final : public traced_link {
  public:
    /// Resets the core. Throws bad_input without Verilator, for a configuration that was not built,
    /// and for a waveform file that cannot be written.
    explicit rtl_model(const hw::engine_config& config, const rtl_options& options = {});
    ~rtl_model() override;

    const hw::engine_config& config() const;

    // hw::link. Each runs the clock until its transfer is done, or patience_cycles are used up.
    std::uint32_t read(std::uint8_t address) override;
    void write(std::uint8_t address, std::uint32_t value) override;
    bool push(std::uint32_t word) override;
    /// Gives up early where the core neither runs nor has output.
    std::optional<std::uint32_t> pop() override;

    void set_observer(observer* seen_by) override;
    std::uint64_t cycle() const override;
    void reset() override;

    /// Runs the clock with all inputs quiet.
    void run(std::uint64_t cycles);
    /// Runs the clock at most `cycles` with a word offered (or none) and output taken (or not);
    /// ends with the cycle in which a stream moved.
    clocked clock(std::uint64_t cycles, std::optional<std::uint32_t> offered, bool take);
    /// The core neither computes nor works on a word of input, and has no output: without a
    /// transfer its clock changes nothing.
    bool idle() const;
    /// A word of output waits.
    bool has_output() const;

  private:
    struct implementation;
    std::unique_ptr<implementation> self_;
};

}  // namespace synfire::cosim
