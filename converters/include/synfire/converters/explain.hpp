// SPDX-License-Identifier: Apache-2.0
// Where the error of a conversion comes from, layer by layer, what changes it, and where two levels
// of the ladder part.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <synfire/core/dataset.hpp>
#include <synfire/core/shape.hpp>

#include <synfire/converters/convert.hpp>

namespace synfire::converters {

/// Weights and biases, rounding to codes, and the end of the range of codes, apart.
struct error_parts {
    double weights = 0.0;
    double rounding = 0.0;
    double clipping = 0.0;
};

/// What the neurons of a population did in the quantised network, over all samples.
struct neuron_use {
    std::size_t neurons = 0;
    std::size_t dead = 0;          ///< code 0 in every sample
    std::size_t dead_trained = 0;  ///< of those, 0 in the trained network in every sample, too
    std::size_t saturated = 0;     ///< at an end of the range of codes in every sample
    double saturated_codes = 0.0;  ///< share of all codes that are at an end of the range; 0..1
    double spikes = 0.0;           ///< per neuron and sample
};

/// One population that can lose something: the input, sums that fire, read-outs.
struct layer_explanation {
    std::string name;
    synfire::shape shape;
    bool input = false;
    bool readout = false;
    std::int32_t theta_min = 0;  ///< 0 for inputs and read-outs
    std::int32_t theta_max = 0;
    /// The layer by itself, its sources being exact: root of squared error over squared signal, of
    /// what it sends, and for `weights` of its potential.
    error_parts own;
    double accumulated = 0.0;  ///< the same in the converted network, all layers quantised

    // Shares of the output error (explanation::plain_error squared); 1: all of it.
    double alone = 0.0;       ///< that appears when only this layer is quantised
    error_parts alone_parts;  ///< ... when only this of the layer is; they need not add up
    double removed = 0.0;  ///< that disappears when only this layer is left real; may be negative
    std::size_t answers_changed = 0;  ///< arg-max of the first output, only this layer quantised
    neuron_use use;                   ///< no spikes for read-outs
};

/// Errors of the output are relative: the root of squared error over squared output of the trained
/// network. With several outputs, squared relative errors are added up.
struct explanation {
    std::size_t samples = 0;
    double error = 0.0;        ///< of the converted network
    double plain_error = 0.0;  ///< before bias correction; the shares refer to it
    /// Of the pruned network before it is quantised. Layers, shares and plain_error are relative to
    /// that network: 0 where nothing was pruned, and both are one.
    double pruning_error = 0.0;
    std::size_t pruning_answers = 0;        ///< answers that pruning alone changed
    double interaction = 0.0;               ///< share that no layer makes alone: 1 - sum of `alone`
    std::size_t answers_changed = 0;        ///< converted network, arg-max of the first output
    std::vector<layer_explanation> layers;  ///< topological order
};

using progress_callback = std::function<void(std::size_t done, std::size_t all)>;

/// Runs samples [0, samples) through networks in which one layer is quantised, or all but one.
/// Deterministic for any thread count. About five times the layers of the network times its own
/// work. Throws bad_input where there is no sample, and internal_error where the network with
/// everything quantised is not the quantised network.
explanation explain(const conversion& converted, const dataset& data, std::size_t samples,
                    const progress_callback& progress = {});

/// A finding and what to do about it.
struct advice {
    std::string layer;    ///< empty: the network as a whole
    std::string finding;  ///< what was measured, in words
    std::string change;   ///< what to do, in words; options as they are typed
    std::optional<convert_options>
        options;  ///< the conversion with that change, where there is one
};

/// Most important first. `options` are those of the conversion.
std::vector<advice> advise(const explanation& found, const convert_options& options);

/// Root of squared error over squared output of the trained network, as in `explanation`.
double output_error(const conversion& converted, const dataset& data, std::size_t samples);

/// Place of one value in a population, channel first.
struct neuron_place {
    std::int32_t channel = 0;
    std::int32_t y = 0;
    std::int32_t x = 0;
};

/// First place, by layer, where two levels part by more than the bound.
struct level_divergence {
    std::size_t sample = 0;
    std::string layer;
    neuron_place neuron;               ///< the one that is farthest off in that sample
    std::string field;                 ///< "value", "code", "potential" or "spikes"
    std::optional<std::int32_t> step;  ///< of the first spike that differs
    double upper = 0.0;                ///< value at the level nearer to the trained network
    double lower = 0.0;                ///< value at the other level
    double error = 0.0;  ///< relative error of the layer; 0 where levels must be equal
};

/// Relative error of a layer up to which L1 is L0: single precision, sums in another order.
inline constexpr double folding_tolerance = 1e-4;

/// L0 against L1: every layer that both know. Of a sample's layer, largest difference over largest
/// value of the trained network.
std::optional<level_divergence> diverge_folded(const std::filesystem::path& model,
                                               const preprocessing& input, const dataset& data,
                                               std::size_t samples);

/// L1 against L2: the first layer whose accumulated error (see layer_explanation) over all samples
/// exceeds `bound`, and the sample and neuron that are farthest off.
std::optional<level_divergence> diverge_quantised(const conversion& converted, const dataset& data,
                                                  std::size_t samples, double bound);

}  // namespace synfire::converters
