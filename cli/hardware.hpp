// SPDX-License-Identifier: Apache-2.0
// One network on the accelerator: its RTL, its cycle model and the simulator on the same samples,
// with everything that they count side by side.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <synfire/core/activity.hpp>
#include <synfire/core/dataset.hpp>
#include <synfire/core/network.hpp>
#include <synfire/hw/board.hpp>
#include <synfire/hw/config.hpp>
#include <synfire/hw/image.hpp>
#include <synfire/hw/registers.hpp>
#include <synfire/sim/simulator.hpp>

namespace synfire::cli {

/// What stands for the accelerator: the cycle model alone, its RTL in one of three shells, or a
/// real board behind a serial port.
enum class hardware_engine : std::uint8_t { model, cc, systemc, pins, board };
std::string_view to_string(hardware_engine engine);
/// Throws usage_error for other names; a board is chosen by its port.
hardware_engine hardware_engine_of(const std::string& name);
/// False where this build lacks Verilator or SystemC.
bool is_available(hardware_engine engine);
/// Throws bad_input saying what this build lacks, unless the engine is there.
void require_available(hardware_engine engine);

/// Adders of the engines that are built in without a board.
inline constexpr auto engine_lanes = hw::lane_counts;
/// Of the one that keeps potentials.
inline constexpr int streaming_lanes = 16;

/// One value per name in hw::counter_names.
using counter_values = std::array<std::uint64_t, hw::counter_count>;
std::size_t counter_index(std::string_view name);

struct hardware_options {
    hardware_engine engine = hardware_engine::cc;
    int lanes = 8;
    int arithmetic = hw::spiking_arithmetic;  ///< of the twin, where it is one
    bool streaming = false;                   ///< without a board: an engine that keeps potentials
    /// The engine of this board instead; its lanes count.
    std::optional<hw::board_description> board{};
    std::string port{};             ///< of the real board, for hardware_engine::board
    std::size_t samples = 0;        ///< 0: all
    std::uint64_t most_cycles = 0;  ///< stop after the sample that reaches them; 0: no limit
    bool check_spikes = true;       ///< compare every spike and potential while the RTL runs
    std::uint64_t seed = 1;         ///< of the poisson encoder
    std::string trace{};            ///< FST file, or empty
    std::optional<std::size_t> trace_sample{};
    std::string trace_layer{};  ///< name of a population, or empty: all
    std::function<void(std::size_t done, std::size_t all)> progress{};
};

/// The first place where the accelerator and its reference part, in order of arrival.
struct hardware_difference {
    std::size_t sample = 0;
    std::string layer;
    std::string what;  ///< "spike", "potential", ... or the name of a counter
    std::optional<std::uint64_t> neuron{};
    std::optional<std::int32_t> step{};
    std::optional<std::uint64_t> cycle{};
    std::int64_t expected = 0;
    std::int64_t found = 0;
    std::string note{};
};

/// Sums over all samples.
struct hardware_layer {
    std::size_t population = 0;
    counter_values model{};
    counter_values rtl{};
    double lanes = 0;  ///< filled_lanes
};

struct hardware_result {
    hardware_options options;
    hw::engine_config config;
    std::vector<std::uint64_t> cycles{};  ///< of each sample; the RTL's where there is one
    counter_values model{};               ///< sums over samples and layers
    counter_values rtl{};
    std::vector<hardware_layer> layers{};  ///< one per population, in file order
    bool layers_from_rtl = false;          ///< false: where it told totals, layers are the model's
    activity simulated{};
    activity sent{};  ///< the same of hw::engine_network, which is what the engine counts
    std::uint64_t simulated_adds = 0;  ///< additions, or products, by the simulator's counts
    std::vector<sim::sample_result> answers{};  ///< of the simulator
    std::optional<hardware_difference> first_difference{};
    std::size_t parts = 1;        ///< in which the network is loaded for each sample, if several
    std::size_t part_words = 0;   ///< of 32 bits, that these are in all
    std::size_t slices = 0;       ///< of a network in slices (sliced_cosim.hpp), otherwise 0
    std::size_t slice_words = 0;  ///< of 32 bits, that these are in all
    bool sums_slices = false;     ///< some of them answer with sums, which others add
    std::uint64_t words_compared = 0;
    std::uint64_t rtl_cycles_run = 0;  ///< with input, output and loading of the program
    double rtl_seconds = 0;            ///< of processor time, for them; a board's are of wall clock
    double model_seconds = 0;          ///< the same of the cycle model

    bool has_rtl() const { return options.engine != hardware_engine::model; }
    bool equal() const { return !first_difference; }
    const counter_values& counted() const { return has_rtl() ? rtl : model; }
    const counter_values& counted(const hardware_layer& l) const {
        return has_rtl() ? l.rtl : l.model;
    }
};

/// Stops at the first difference, which ends up in the result. Throws bad_input where the network
/// does not fit the engine, or the data not the network.
hardware_result run_hardware(const network& net, const dataset& data,
                             const hardware_options& options);

/// Processor time: what else runs on the machine must not look like a slow model.
double processor_seconds();

void add(counter_values& sum, const counter_values& more);

/// What the simulator counts under the name of one of the accelerator's counters; nothing where it
/// has no such count. `adds`: hw::lane_work's.
std::optional<std::uint64_t> simulator_count(const network& net, const activity& counts,
                                             std::string_view counter, std::uint64_t adds);

/// The values of hw::engine_config::arithmetic as `--twin` names them.
inline constexpr std::array<const char*, 3> twin_names{"", "dense", "skipping"};
/// 0 for no name; throws usage_error for one that is unknown.
int arithmetic_of(const std::string& twin);

/// Mean number of lanes that the words of a population fill: its channels, at one position or at
/// several neighbours.
double filled_lanes(const network& net, const hw::image& image, std::size_t number);

}  // namespace synfire::cli
