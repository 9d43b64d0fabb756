// SPDX-License-Identifier: Apache-2.0
// What the report says, free of JSON and of HTML: results grouped by network. Everything that a
// result file may lack is optional; a missing value is never shown as 0.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <synfire/energy/dense_baseline.hpp>
#include <synfire/energy/interval.hpp>

namespace synfire::report {

/// One file from the command line.
struct source_file {
    std::string path{};
    std::string hash{};  ///< SHA-256 of its bytes
    std::string command{};
    std::string version{};
    std::optional<double> seconds{};
};

struct layer_error {
    std::optional<double> clip{};
    std::optional<double> round{};
    std::optional<double> weights{};
};

struct converted_layer {
    std::string name{};
    std::optional<double> theta_min{};
    std::optional<double> theta_max{};
    std::optional<double> width_bits{};
    std::optional<double> dead_channels{};
    layer_error error{};
};

struct model_node {
    std::string name{};
    std::string op{};
    std::string classification{};
    std::string reason{};
};

/// Trained, quantised and spiking network on the same labelled samples.
struct level_check {
    std::string data{};
    std::optional<double> samples{};
    std::optional<double> accuracy_float{};
    std::optional<double> accuracy_quantised{};
    std::optional<double> accuracy_spiking{};
    std::optional<double> lost{};
    std::optional<double> gained{};
    std::optional<double> neurons_compared{};
    std::optional<double> neurons_different{};
    std::string first_difference{};  ///< empty: none
};

struct conversion {
    std::string model{};
    std::string coding{};
    std::string calibration{};
    std::optional<double> seed{};
    std::optional<double> steps{};
    std::optional<double> input_steps{};
    std::optional<double> weight_bits{};
    std::optional<double> calibration_samples{};
    std::optional<double> calibration_disagreements{};
    std::vector<std::string> warnings{};
    std::vector<converted_layer> layers{};
    std::vector<model_node> nodes{};
    std::optional<level_check> check{};
};

/// Totals over all samples of the run.
struct active_layer {
    std::string name{};
    std::string kind{};
    std::string shape{};
    std::string coding{};
    std::optional<double> neurons{};
    std::optional<double> steps{};
    std::optional<double> spikes{};
    std::optional<double> active_sources{};
    std::optional<double> synaptic_events{};
};

struct raster_spike {
    double step = 0;
    double neuron = 0;
    int sign = 1;
};

struct raster_population {
    std::string name{};
    double neurons = 0;
    double stride = 1;  ///< every stride-th neuron was kept
    double start = 0;   ///< global step at which the population's window begins
    double steps = 0;
    std::vector<raster_spike> spikes{};
};

struct raster {
    double sample = 0;
    std::vector<raster_population> populations{};
};

/// Cycles of one layer on the accelerator, over all samples.
struct profiled_layer {
    std::string name{};
    std::optional<double> cycles{};
    std::optional<double> adding{};
    std::optional<double> scanning{};
    std::optional<double> waiting{};
    std::optional<double> other{};
    std::optional<double> stall_cycles{};
    std::optional<double> channel_lanes{};  ///< lanes that the layer's channels fill
    std::optional<double> adds_per_cycle{};
    std::optional<double> utilisation{};  ///< adds per cycle and filled lane
};

/// One counter as simulator, cycle model and RTL have it.
struct counter_row {
    std::string name{};
    std::optional<double> simulator{};
    std::optional<double> model{};
    std::optional<double> rtl{};
    std::optional<bool> equal{};
};

/// What the accelerator did: its RTL, or its cycle model alone. Totals over all samples.
struct hardware {
    std::string source{};         ///< "rtl", "board", "model", or empty
    std::string layers_source{};  ///< the same for the layers; empty: as source
    std::string engine{};
    std::string board{};  ///< whose engine it is; empty: the simulation's
    std::optional<double> samples{};
    std::optional<double> lanes{};
    std::optional<double> clock_hz{};
    std::optional<double> cycles{};
    std::optional<double> model_cycles{};
    std::optional<double> least_cycles{};  ///< of one sample
    std::optional<double> most_cycles{};
    std::optional<bool> spikes_checked{};
    std::optional<double> clock_mhz{};  ///< as the user gave it
    std::optional<bool> equal{};
    std::string first_difference{};  ///< empty: none
    std::vector<counter_row> counters{};
    std::vector<profiled_layer> layers{};

    /// The RTL ran, and its single spikes were not looked at.
    bool unchecked() const { return source == "rtl" && !spikes_checked.value_or(true); }
};

/// A run on data: simulate or cosim, or the activity that compare counted.
struct run {
    std::string command{};
    std::string data{};
    std::string engine{};
    std::optional<double> seed{};
    std::optional<double> samples{};
    std::optional<double> correct{};
    std::optional<double> accuracy{};
    std::string metric{};  ///< of regression, with `value`
    std::optional<double> value{};
    std::optional<double> spikes{};
    std::optional<double> synaptic_events{};
    std::optional<double> latency_steps{};
    std::vector<active_layer> layers{};
    std::optional<report::hardware> on_hardware{};  ///< cosim only
    std::optional<report::raster> spike_raster{};
};

using maybe_interval = std::optional<energy::interval>;
inline constexpr std::size_t variant_count = energy::all_dense_variants.size();
/// In the order of energy::all_dense_variants.
using by_variant = std::array<maybe_interval, variant_count>;

struct bill_term {
    std::string name{};
    maybe_interval count{};
    std::string price{};
    maybe_interval unit_pj{};
    std::string grade{};
    std::string basis{};
    std::string counted_by{};          ///< empty for formulas
    maybe_interval formula_count{};    ///< that the hardware's has replaced
    maybe_interval simulator_count{};  ///< that the hardware's has confirmed
    maybe_interval energy_pj{};
};

struct bill_layer {
    std::string name{};
    std::string kind{};
    std::vector<bill_term> terms{};
};

struct tier {
    std::string name{};
    std::string caution{};
    maybe_interval snn{};
    by_variant dense{};
    by_variant ratios{};
    maybe_interval ratio{};    ///< against the best dense variant
    std::string best_dense{};  ///< "D0" .. "D4", or empty
    std::string verdict{};
    maybe_interval formula_snn{};  ///< without the hardware's counts
    maybe_interval formula_ratio{};
    std::string formula_verdict{};
    std::vector<bill_layer> bill{};

    bool naive() const { return name.rfind("T0", 0) == 0; }
};

struct break_even {
    std::string against{};
    std::optional<double> measured{};
    std::optional<double> spikes_per_synapse{};
    std::optional<double> at_low{};
    std::optional<double> at_high{};
    std::optional<double> distance{};
    bool cannot_win = false;
};

struct compared_layer {
    std::string name{};
    std::string kind{};
    maybe_interval snn{};
    maybe_interval cycles_formula{};
    by_variant dense{};
    std::string best_dense{};
    maybe_interval ratio{};
    std::string verdict{};
    std::optional<break_even> against_dense{};
    std::optional<break_even> against_best{};
};

struct missing_term {
    std::string name{};
    std::string reason{};
    bool blocks_total = true;
};

/// One kind of count of the bill, per inference: with hardware and without.
struct count_row {
    std::string name{};
    std::optional<double> counted{};
    maybe_interval formula{};
    std::optional<double> simulator{};
};

struct comparison {
    std::string model{};
    std::string data{};
    std::string technology{};
    std::optional<double> samples{};
    std::optional<double> lanes{};
    std::optional<double> accuracy_snn{};
    std::optional<double> accuracy_dense{};
    std::optional<bool> matched{};
    std::string verdict{};
    std::vector<tier> tiers{};
    std::vector<compared_layer> layers{};
    std::vector<missing_term> missing{};
    std::vector<std::pair<std::string, double>> dense_macs{};  ///< per layer, over all samples
    std::optional<run> activity{};
    std::optional<report::hardware> on_hardware{};
    std::string hardware_note{};               ///< why nothing was counted, or not all; or empty
    std::optional<double> hardware_samples{};  ///< as the user gave it
    std::string counts_by{};                   ///< "rtl", "cycle model", "formula", or empty
    std::optional<double> counts_samples{};
    std::optional<double> counts_rtl_samples{};
    std::vector<count_row> counts{};

    /// The tier that decides; null where there is none.
    const tier* deciding() const;
};

/// The accelerator on one board, placed and routed: a result of scripts/dev synth.
struct board {
    std::string name{};
    std::vector<std::string> tools{};
    std::optional<double> lanes{};
    std::optional<double> clock_hz{};  ///< that it has to reach
    std::optional<double> logic_cells{};
    std::optional<double> logic_cells_available{};
    std::optional<double> block_rams{};
    std::optional<double> sprams{};
    std::optional<double> dsps{};
    std::vector<double> fmax_hz{};  ///< one per seed
};

/// A part of the report and the file that it came from.
template <typename Part>
struct from_file {
    std::size_t file = 0;  ///< index into report_model::files
    Part part{};
};

struct network_report {
    std::string name{};
    std::string path{};
    std::string hash{};
    std::vector<from_file<conversion>> conversions{};
    std::vector<from_file<run>> runs{};
    std::vector<from_file<comparison>> comparisons{};
    std::vector<std::size_t> others{};  ///< files of commands that the report does not draw
};

struct report_model {
    std::vector<source_file> files{};
    std::vector<network_report> networks{};  ///< in the order in which they first appear
    std::vector<from_file<board>> boards{};  ///< belong to no network
};

/// Reads and groups result files; a file given twice counts once. Throws bad_input naming file and
/// key, usage_error where there are no files.
report_model read_results(const std::vector<std::string>& paths);

}  // namespace synfire::report
