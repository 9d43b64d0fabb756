// SPDX-License-Identifier: Apache-2.0
// From a trained network to an integer spiking network. Open this header first.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <synfire/core/dataset.hpp>
#include <synfire/core/network.hpp>

#include <synfire/converters/quantised_model.hpp>
#include <synfire/converters/report.hpp>

namespace synfire::converters {

/// Preprocessing that overrides what the file says (metadata synfire.scale, .mean, .std).
/// Real input: (raw * scale - mean) / std.
struct preprocessing {
    std::optional<double> scale;
    std::vector<double> mean;
    std::vector<double> std;
    std::optional<data_layout> layout;  ///< checked against the graph
    std::string input{};                ///< name of the input that it is for; empty: all inputs
    /// For single inputs of a model with several; what they leave open is as above.
    std::vector<preprocessing> named{};
};

/// How the step between codes of a layer is found from its values on the calibration samples.
enum class threshold_rule {
    mse,         ///< the least squared error, of clipping and rounding together
    percentile,  ///< the largest code stands for a percentile of the values that are not 0
    max          ///< the largest code stands for the largest value
};

/// "mse", "percentile" or "max".
std::string_view to_text(threshold_rule rule);

/// Levels that no layer has been seen to need more of.
inline constexpr std::int32_t most_chosen_steps = 6;

struct convert_options {
    /// streaming: integrate-and-fire neurons that send rates over `steps` steps, layer by layer in
    /// every step; an approximation of the quantised network. `code` must be `rate`.
    synfire::execution execution = execution::synchronous;
    /// Streaming: how data reach the network; current, rate or poisson.
    input_encoder stream_input = input_encoder::current;
    coding code = coding::phase;  ///< of hidden populations
    std::int32_t steps = 4;       ///< T of hidden populations; `digit`: follows from the next two
    std::int32_t digit_base = 4;  ///< B of `digit`
    std::int32_t digits = 2;      ///< S of `digit`; T = S * (B - 1)
    /// With `phase`: each layer gets the code of the digit family with as many levels that needs
    /// the fewest additions; the codes themselves stay as they are.
    bool choose_codes = false;
    /// Steps are chosen, too: each layer gets as few, `most_chosen_steps` at most, as lose no more
    /// than this percentage of the calibration answers; `steps` counts only where that is no
    /// measure (regressions) or the file has steps of its own.
    std::optional<double> chosen_steps_drop;
    std::int32_t input_steps = 8;                          ///< T of the input, always phase
    std::map<std::string, std::int32_t> input_steps_of{};  ///< the same for single inputs, by name
    /// `phase`: layers get fewer steps than `steps` where that saves events, as long as no more
    /// than this percentage of the calibration answers is lost (without labels: changes).
    std::optional<double> mixed_steps_drop;
    /// Skip connections carry `phase` codes of this many steps, from which the layers behind them
    /// round their own; 0: the same codes as everything else.
    std::int32_t skip_steps = 0;
    int weight_bits = 8;                 ///< 2 to 8
    std::int32_t largest_theta = 32767;  ///< of thresholds: 16 to 32767
    /// Layers get fewer weight bits than `weight_bits` where that saves memory, as long as no more
    /// than this percentage of the calibration answers is lost (without labels: changes).
    std::optional<double> mixed_bits_drop;
    threshold_rule thresholds = threshold_rule::mse;
    double percentile = 99.9;  ///< of threshold_rule::percentile: above 0, at most 100
    bool per_channel = true;   ///< each channel its own step; otherwise one for the layer
    /// Fewer spikes at some accuracy: relative squared error of a layer that one spike per neuron
    /// and sample is worth; threshold_rule::mse only.
    double spike_price = 0.0;
    bool equalise = false;  ///< cross-layer equalisation of channels before calibration
    /// Fit the weights of each layer to the trained network on the codes that reach it, and round
    /// them anew. Slower.
    bool reconstruct = false;
    /// Percentage of the weights that are removed: those with the least effect on their layer. The
    /// others are fitted to the trained network again.
    double prune = 0.0;
    /// Percentage of the multiplications that are removed, by whole channels of hidden layers.
    double prune_channels = 0.0;
    bool bias_correction =
        true;  ///< shift biases until the mean codes are those of the trained network
    preprocessing input;
};

/// Relative errors of one layer: root of (squared error / squared signal) over the calibration
/// samples.
struct layer_error {
    double clip = 0.0;     ///< values above the largest code
    double round = 0.0;    ///< rounding to codes
    double weights = 0.0;  ///< rounding of weights and biases, seen at the potential
};

struct layer_report {
    std::string name;
    std::int32_t steps = 0;      ///< T; 0 for readouts
    std::int32_t theta_min = 0;  ///< 0 for readouts
    std::int32_t theta_max = 0;
    int width_bits = 0;
    int weight_bits = 0;            ///< of trained weights; 0 where the layer has none
    std::size_t dead_channels = 0;  ///< channels without any weight
    layer_error error;
};

/// What --prune and --prune-channels left of the trained network.
struct pruning_report {
    std::size_t weights = 0;       ///< of convolutions and dense layers
    std::size_t weights_left = 0;  ///< of them, those other than 0
    std::size_t channels = 0;      ///< of hidden layers
    std::size_t channels_left = 0;
    std::uint64_t multiplications = 0;  ///< per sample, zero weights included
    std::uint64_t multiplications_left = 0;
    std::vector<std::string> unfitted;  ///< pruned layers that were too large to fit again
};

/// An accumulator that the spiking network rounds to another code than the quantised model.
struct rounding_difference {
    std::size_t channel = 0;
    std::int64_t accumulator = 0;
    std::int32_t model = 0;    ///< the model's code, zero point taken off
    std::int32_t network = 0;  ///< the network's code
    bool tie = false;          ///< halfway between two codes
};

/// Certificate of one layer of a model that was quantised already: every step between codes, over
/// all accumulators that any input can reach, was compared with the model's own rounding.
struct imported_layer {
    static constexpr std::size_t most_listed = 32;

    std::string name;
    /// boundaries: of all channels; pairs: every pair of codes that is added; table: one entry per
    /// code; codes, sums: an output without rounding; scaled sums: outputs on one scale, to 2^-13.
    std::string method{};
    std::size_t boundaries = 0;  ///< checked
    std::size_t ties = 0;  ///< accumulators (pairs) halfway between two codes, rounded otherwise
    std::size_t different = 0;   ///< other accumulators (pairs) with another code
    std::int64_t factor = 1;     ///< largest factor of the potential over the accumulator
    bool own_factors = false;    ///< factors differ between channels: weights take two projections
    std::int32_t theta_min = 0;  ///< 0 for outputs
    std::int32_t theta_max = 0;
    std::vector<rounding_difference> listed{};  ///< the first most_listed
};

struct conversion {
    network net;
    std::vector<layer_report> layers;  ///< spiking populations and readouts
    std::vector<node_report> nodes;    ///< every node of the file
    std::vector<std::string> warnings;
    std::size_t calibration_samples = 0;
    std::size_t calibration_disagreements =
        0;  ///< arg-max of the quantised network differs from the trained one
    std::optional<int> calibration_lost;  ///< with labels: right answers lost, net
    bool distilled = false;               ///< steps and biases are the file's, as they were trained
    std::size_t fine_skips = 0;           ///< layers with codes of skip_steps
    std::size_t equalised_pairs = 0;  ///< pairs of layers in which equalisation scaled a channel
    std::optional<pruning_report> pruning;  ///< where something was pruned
    std::vector<std::string> unfitted;  ///< layers that --reconstruct left alone: too large, or of
                                        ///< a kind that it does not know
    std::optional<quantised_model> quantised;
    /// Filled where the model is quantised already: no threshold was chosen, all are the file's.
    std::vector<imported_layer> imported;
};

/// Converts with the given unlabelled samples: one data set per input of the model, in its order
/// (dataset::further). Deterministic for any thread count. A model that is
/// quantised already (QuantizeLinear, QLinearConv, ...) keeps its own integers and needs no
/// samples: an empty data set without a shape will do, and options that choose integers are
/// refused. Throws bad_input and unsupported_model (all refusals at once).
conversion convert_onnx(const std::filesystem::path& model, const dataset& calibration_set,
                        const convert_options& options);

/// Percentage of the calibration answers that are lost; without labels, of those that change.
double calibration_drop(const conversion& result);

/// `count` samples of the data set with their labels and targets, drawn without replacement from
/// the seed and in their order in the file; all of them where count is 0 or not below their number.
dataset draw_samples(const dataset& data, std::size_t count, std::uint64_t seed);

/// The encoding that convert_onnx would use for the first input: file metadata, overridden by
/// `given`, and defaults.
input_encoding resolve_encoding(const std::filesystem::path& model, const preprocessing& given,
                                bool eight_bit);

}  // namespace synfire::converters
