// SPDX-License-Identifier: Apache-2.0
// Spikes against dense: ratio intervals, break-even and a verdict that says when it does not know.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <synfire/energy/counted.hpp>
#include <synfire/energy/dense_baseline.hpp>
#include <synfire/energy/estimate.hpp>

namespace synfire::energy {

enum class verdict : std::uint8_t { snn_lower, dense_lower, undecided };
std::string_view to_string(verdict v);

/// How far the ratio moves when one price alone goes through its interval.
struct sensitivity {
    std::string price{};
    bool in_snn = false;
    bool in_dense = false;
    interval ratio{};
};

/// SNN over dense. A price has the same value on both sides; groups of prices move independently of
/// each other; `range` holds the exact extremes over all their corners and over the bounds of
/// counts.
struct ratio_result {
    interval range{};
    interval same_corner{};  ///< all prices low, nominal, high together; sorted; only shows how
                             ///< much is shared
    std::vector<sensitivity> prices{};
};

/// Empty where a price is missing or the dense side is zero.
std::optional<ratio_result> ratio_of(const std::vector<layer_estimate>& snn,
                                     const std::vector<layer_estimate>& dense);

/// Spikes per synapse per inference at which layer and dense layer cost the same.
struct break_even {
    dense_variant against = dense_variant::d0_dense;
    double measured = 0;  ///< S: synaptic events per synapse per inference
    std::optional<double>
        spikes_per_synapse{};  ///< S* at nominal prices; empty: the SNN cannot win at any activity
    std::optional<double> at_low{};  ///< S* with all prices low
    std::optional<double> at_high{};
    bool cannot_win = false;  ///< the fixed cost of the layer alone exceeds the dense layer
    std::optional<double> distance{};  ///< S / S*: below 1 the SNN layer is cheaper

    friend bool operator==(const break_even&, const break_even&) = default;
};

struct layer_pair {
    engine_context context;
    std::size_t population = 0;
    const dense_layer_counts& dense;
    std::uint64_t dense_samples = 0;
};
/// Empty for layers without synapses to count and where a price is missing.
std::optional<break_even> break_even_of(const layer_pair& pair, const layer_load& load,
                                        dense_variant variant);

struct variant_result {
    dense_variant variant = dense_variant::d0_dense;
    estimate dense{};
    std::optional<interval> total_pj{};
    std::optional<ratio_result> ratio{};
};

/// What the tier would say without the hardware's counts: same engine, same dense side.
struct formula_result {
    std::optional<interval> snn_pj{};
    std::optional<interval> ratio{};
    energy::verdict verdict = verdict::undecided;
};

struct tier_result {
    std::string name{};     ///< "T1", "T0-classic-fp32-45", ...
    std::string caution{};  ///< sentence to print beside the numbers, or empty
    estimate snn{};
    std::optional<interval> snn_pj{};
    std::vector<variant_result> dense{};
    std::optional<dense_variant> best{};  ///< lowest nominal energy
    std::optional<interval>
        ratio{};  ///< against the best dense variant at each price; see energy-model.md
    energy::verdict verdict = verdict::undecided;
    std::optional<formula_result> by_formula{};  ///< T1 where hardware counted
};

struct layer_comparison {
    std::string name{};
    std::string kind{};
    std::optional<interval> snn_pj{};
    std::vector<std::optional<interval>>
        dense_pj{};  ///< in the order of all_dense_variants; empty: no such layer
    std::optional<dense_variant> best{};
    std::optional<interval> ratio{};
    energy::verdict verdict = verdict::undecided;
    std::optional<break_even> against_dense{};  ///< D0
    std::optional<break_even> against_best{};
};

struct compare_options {
    engine_options engine{};
    /// What the accelerator counted in the same samples: then T1 is of the engine as built, on both
    /// sides.
    std::optional<hardware_activity> counted{};
    std::optional<double> accuracy_snn{};  ///< 0..1
    std::optional<double> accuracy_dense{};
    double accuracy_tolerance = 0.005;  ///< 0.5 percentage points
};

struct comparison {
    energy::verdict verdict = verdict::undecided;  ///< of tier T1; T0 decides nothing
    std::optional<bool> matched{};           ///< accuracies within the tolerance; empty: not known
    std::vector<tier_result> tiers{};        ///< T1 first
    std::vector<layer_comparison> layers{};  ///< T1
    std::vector<missing_term> missing{};
};

/// Everything that `synfire compare` prints. Throws bad_input where counts do not belong to the
/// network.
comparison compare(const network& net, const activity& counts, const dense_counts& dense,
                   const cost_table& table, const compare_options& options = {});

/// As above with the T0 presets of choice instead of both built-in ones.
comparison compare(const network& net, const activity& counts, const dense_counts& dense,
                   const std::vector<cost_table>& tables, const compare_options& options);

/// The engine that T1 is of.
engine_options compared_engine(const compare_options& options);

/// The verdict rule: interval below 1, above 1, or around it. Unknown is undecided.
verdict verdict_of(const std::optional<interval>& ratio);

}  // namespace synfire::energy
