// SPDX-License-Identifier: Apache-2.0
#include "quantise.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include <synfire/core/error.hpp>

#include "input_offset.hpp"
#include "layer_steps.hpp"
#include "scaled_terms.hpp"
#include "threshold.hpp"

namespace synfire::converters {

namespace {

constexpr std::int64_t largest_factor = 127;
constexpr std::int64_t largest_pair = 127 * 128 + 63;  // low in -64..63, high in -127..127

class quantiser {
  public:
    quantiser(const neuron_graph& graph, const calibration& measured,
              const quantise_options& options)
        : graph_(graph),
          measured_(measured),
          options_(options),
          steps_(graph, measured, options_) {
        result_.graph = &graph;
        result_.nodes.resize(graph.nodes.size());
        for (node_id id = 0; id < graph.nodes.size(); ++id) {
            const bool own =
                id < options.node_weight_bits.size() && options.node_weight_bits[id] > 0;
            result_.nodes[id].weight_bits =
                own ? options.node_weight_bits[id] : options.weight_bits;
        }
    }

    quantised_graph run() {
        for (node_id id = 0; id < graph_.nodes.size(); ++id) {
            const graph_node& node = graph_.nodes[id];
            if (const auto* input = std::get_if<input_node>(&node.kind)) {
                quantise_input(id, *input);
            } else if (const auto* sum = node.as_sum()) {
                quantise_sum(id, *sum);
            } else if (const auto* pool = std::get_if<max_pool_node>(&node.kind)) {
                quantise_max_pool(id, *pool);
            }
        }
        return std::move(result_);
    }

  private:
    std::size_t channels(node_id id) const {
        return static_cast<std::size_t>(population_shape(graph_.nodes[id].item).channels);
    }

    static code_range full_range(const code_window& window, bool is_signed) {
        const auto hi = static_cast<std::int32_t>(max_code(window));
        return {is_signed ? -hi : 0, hi};
    }

    /// Inputs of streaming networks send rates as long as everything else does.
    code_window input_window(node_id id) const {
        if (options_.streaming && options_.input != input_encoder::current) {
            return {coding::rate, options_.steps, 0, 0};
        }
        const auto own = options_.input_steps_of.find(graph_.nodes[id].name);
        const std::int32_t steps =
            own == options_.input_steps_of.end() ? options_.input_steps : own->second;
        return {coding::phase, steps, 0, 0};
    }

    void quantise_input(node_id id, const input_node& input) {
        quantised_node& q = result_.nodes[id];
        q.window = input_window(id);
        if (input.encoding.eight_bit) {
            const bool rate = q.window.kind == coding::rate;
            q.range = full_range(q.window, false);
            q.code_step = rate ? 255.0 / q.window.steps : std::ldexp(1.0, 8 - q.window.steps);
        } else {
            refuse_negative_rates(id, q.window);
            q.range = full_range(q.window, measured_.negative_inputs[id]);
            q.code_step = best_step(measured_.nodes[id], q.range.hi);
            if (q.code_step <= 0.0) { q.code_step = 1.0; }
        }
        for (std::size_t c = 0; c < channels(id); ++c) {
            const double std = input.encoding.std[input.encoding.std.size() == 1 ? 0 : c];
            const double mean = input.encoding.mean[input.encoding.mean.size() == 1 ? 0 : c];
            q.scale.push_back(q.code_step * input.encoding.scale / std);
            q.zero.push_back(-mean / input.encoding.scale / q.code_step);
        }
    }

    void refuse_negative_rates(node_id id, const code_window& window) const {
        if (window.kind != coding::rate || !measured_.negative_inputs[id]) { return; }
        throw bad_input({graph_.nodes[id].name, "rates of spikes have no sign", "data below zero",
                         "data from 0 on", "--input current"});
    }

    void quantise_max_pool(node_id id, const max_pool_node& pool) {
        quantised_node& q = result_.nodes[id];
        const std::vector<double> scales = element_scales(result_, pool.source);
        const std::size_t positions = scales.size() / channels(id);
        const std::vector<double> zeros = element_zeros(result_, pool.source);
        for (std::size_t c = 0; c < channels(id); ++c) {
            q.scale.push_back(scales[c * positions]);
            q.zero.push_back(zeros[c * positions]);
        }
        const quantised_node& source =
            result_.nodes[resolve_elements(graph_, pool.source).front().node];
        q.window = source.window;
        q.range = source.range;
    }

    void quantise_sum(node_id id, const sum_node& sum) {
        if (sum.readout) {
            quantise_readout(id, sum);
        } else if (is_copy(sum)) {
            copy_codes(id, sum);
        } else {
            quantise_firing(id, sum);
        }
    }

    void quantise_firing(node_id id, const sum_node& sum) {
        quantised_node& q = result_.nodes[id];
        q.window = steps_.window(id);
        q.range = full_range(q.window, !sum.relu);
        const std::vector<double> scale = steps_.of(id);
        std::int32_t first = step_values(q.window).front();
        q.scale = scale;
        if (sum.function) {
            // Potentials are rounded to the table's own step; only then the code is looked up.
            q.table = fire_table{-table_half(q.range), table_half(q.range), {}};
            q.table_step = table_step_of(id, q.table->k_hi);
            q.scale.assign(channels(id), q.table_step);
            first = static_cast<std::int32_t>(
                std::bit_floor(static_cast<std::uint32_t>(q.table->k_hi)));
        }
        const threshold_choice choice =
            choose_thresholds(facts_of(result_, id), weight_max(id), first, options_.width_bits,
                              options_.largest_theta);
        q.theta = choice.theta;
        q.scale = scale;
        std::vector<double> unit;
        for (std::size_t c = 0; c < q.theta.size(); ++c) { unit.push_back(q.unit(c)); }
        quantise_terms(id, sum, unit, choice.shift);
        if (sum.function) { fill_table(q, *sum.function); }
        for (std::size_t c = 0; c < sum.slopes.size(); ++c) {
            q.theta_neg.push_back(static_cast<std::int32_t>(
                std::max(1.0, std::round(q.theta[c] / static_cast<double>(sum.slopes[c])))));
        }
    }

    /// Four entries for each code are fine enough where functions are about as steep as a line; few
    /// codes still get a table that follows bends.
    static std::int32_t table_half(const code_range& range) {
        return std::clamp(4 * range.hi, 127, 2047);
    }

    double table_step_of(node_id id, std::int32_t half) const {
        const double largest = measured_.largest_potential[id];
        return largest > 0.0 && std::isfinite(largest) ? largest / half : 1.0 / half;
    }

    static void fill_table(quantised_node& q, const curve& function) {
        for (std::int32_t k = q.table->k_lo; k <= q.table->k_hi; ++k) {
            const double code = std::round(evaluate(function, k * q.table_step) / q.scale.front());
            q.table->table.push_back(static_cast<std::int32_t>(std::clamp(
                code, static_cast<double>(q.range.lo), static_cast<double>(q.range.hi))));
        }
    }

    std::int32_t weight_max(node_id id) const { return largest_weight(result_.nodes[id]); }

    /// A relay: the codes of one population, rearranged.
    bool is_copy(const sum_node& sum) const {
        const bool line =
            !sum.rounds && !sum.function && sum.slopes.empty() && std::isinf(sum.upper);
        if (!line || sum.terms.size() != 1
            || !std::holds_alternative<identity_term>(sum.terms[0].kind)) {
            return false;
        }
        const auto& gain = std::get<identity_term>(sum.terms[0].kind).gain;
        const auto one = [](float g) { return g == 1.0F; };
        const auto zero = [](float b) { return b == 0.0F; };
        const node_id source = sum.terms[0].source;
        return std::all_of(gain.begin(), gain.end(), one)
               && std::all_of(sum.bias.begin(), sum.bias.end(), zero)
               && populations_of(graph_, source).size() == 1
               && sum.relu == is_non_negative(graph_, source) && keeps_zero(source)
               && keeps_scale(source, gain.size());
    }

    /// Constant zeros are code 0, so beside them code 0 must stand for 0.
    bool keeps_zero(node_id source) const {
        const std::vector<double> zeros = element_zeros(result_, source);
        return std::all_of(zeros.begin(), zeros.end(),
                           [&](double z) { return z == zeros.front(); });
    }

    /// All elements of a channel have one unit, whichever channel of the source they come from.
    bool keeps_scale(node_id source, std::size_t channel_count) const {
        const std::vector<double> scales = element_scales(result_, source);
        std::vector<double> first(channel_count, 0.0);
        for (std::size_t e = 0; e < scales.size(); ++e) {
            if (scales[e] == 0.0) { continue; }
            double& scale = first[e / (scales.size() / channel_count)];
            if (scale == 0.0) { scale = scales[e]; }
            if (scale != scales[e]) { return false; }
        }
        return true;
    }

    void copy_codes(node_id id, const sum_node& sum) {
        quantised_node& q = result_.nodes[id];
        const std::vector<node_id> sources = populations_of(graph_, sum.terms[0].source);
        const quantised_node& source = result_.nodes[sources.front()];
        q.window = source.window;
        q.range = source.range;
        const std::vector<double> scales = element_scales(result_, sum.terms[0].source);
        const std::size_t positions = scales.size() / channels(id);
        for (std::size_t c = 0; c < channels(id); ++c) {
            const auto first = scales.begin() + static_cast<std::ptrdiff_t>(c * positions);
            q.scale.push_back(
                *std::max_element(first, first + static_cast<std::ptrdiff_t>(positions)));
        }
        for (double& s : q.scale) {
            if (s == 0.0) { s = source.scale.front(); }
        }
        q.zero.assign(channels(id), element_zeros(result_, sum.terms[0].source).front());
        q.theta.assign(channels(id), 1);
        q.bias.assign(channels(id), 0);
        q.terms.push_back(
            {{}, 0, {{sources.front(), std::vector<std::int8_t>(channels(id), 1), {}}}});
    }

    // One unit for all outputs, so that potentials can be compared.
    void quantise_readout(node_id id, const sum_node& sum) {
        double largest_weight = 0.0;
        double largest_gain = 0.0;
        for (const channel_facts& c : facts_of(result_, id)) {
            largest_weight = std::max(largest_weight, c.largest_weight);
            largest_gain = std::max(largest_gain, c.largest_gain);
        }
        double unit =
            largest_weight > 0.0 ? largest_weight / weight_max(id) : largest_gain / largest_factor;
        if (unit <= 0.0) { unit = 1.0; }
        result_.nodes[id].scale.assign(channels(id), unit);
        quantise_terms(id, sum, std::vector<double>(channels(id), unit), 0);
    }

    void quantise_terms(node_id id, const sum_node& sum, const std::vector<double>& unit,
                        int shift) {
        quantised_node& q = result_.nodes[id];
        for (const term& t : sum.terms) {
            q.terms.push_back(weights_of(t) != nullptr ? weighted_term(id, t, unit, shift)
                                                       : factor_term(id, t, unit));
        }
        const std::size_t block = sum.bias.size() / channels(id);
        std::vector<double> bias(sum.bias.begin(), sum.bias.end());
        for (std::size_t i = 0; i < bias.size(); ++i) { bias[i] /= unit[i / block]; }
        q.bias = add_input_offset(result_, id, bias);
    }

    quantised_term weighted_term(node_id id, const term& t, const std::vector<double>& unit,
                                 int shift) const {
        quantised_term q;
        q.shift = shift;
        const std::vector<double> scaled = scaled_weights(result_, id, t);
        const auto limit = static_cast<double>(weight_max(id));
        q.weights.reserve(scaled.size());
        for (std::size_t i = 0; i < scaled.size(); ++i) {
            const double w = std::round(
                std::ldexp(scaled[i] / unit[channel_of_weight(graph_, id, t, i)], -shift));
            q.weights.push_back(static_cast<std::int8_t>(std::clamp(w, -limit, limit)));
        }
        return q;
    }

    quantised_term factor_term(node_id id, const term& t, const std::vector<double>& unit) const {
        quantised_term q;
        for (const node_id population : populations_of(graph_, t.source)) {
            const std::vector<double> scales = part_scales(result_, id, t, population);
            std::vector<std::int64_t> factors;
            for (std::size_t c = 0; c < scales.size(); ++c) {
                factors.push_back(
                    std::llround(static_cast<double>(gain_of(t)[c]) * scales[c] / unit[c]));
            }
            q.parts.push_back(split_factors(graph_.nodes[id].name, population, factors));
        }
        return q;
    }

    scaled_part split_factors(const std::string& name, node_id population,
                              const std::vector<std::int64_t>& factors) const {
        scaled_part part{population, {}, {}};
        const bool pair = std::any_of(factors.begin(), factors.end(),
                                      [](std::int64_t k) { return std::abs(k) > largest_factor; });
        for (const std::int64_t k : factors) {
            if (std::abs(k) > largest_pair) {
                throw bad_input(
                    {name, "a skip connection or pool is too strong for two 8-bit weights",
                     fmt::format("factor {}", k), fmt::format("at most {}", largest_pair),
                     "calibrate with more samples, or use fewer weight bits"});
            }
            const std::int64_t high = std::abs(k) <= largest_factor ? 0 : (k + 64) >> 7;
            part.low.push_back(static_cast<std::int8_t>(k - high * 128));
            if (pair) { part.high.push_back(static_cast<std::int8_t>(high)); }
        }
        return part;
    }

    const neuron_graph& graph_;
    const calibration& measured_;
    quantise_options options_;
    layer_steps steps_;
    quantised_graph result_;
};

void refuse(std::string option, int found, std::string expected) {
    throw bad_input(
        {std::move(option), "value out of range", std::to_string(found), std::move(expected), ""});
}

void check_window(const quantise_options& o) {
    if (o.code != coding::digit) {
        const std::int32_t most = o.streaming               ? most_streaming_codes
                                  : o.code == coding::phase ? 15
                                                            : max_window_steps;
        if (o.steps < 1 || o.steps > most) {
            refuse("--steps", o.steps, fmt::format("1 to {}", most));
        }
        for (const std::int32_t steps : o.node_steps) {
            if (steps < 0 || steps > most) { refuse("steps of a layer", steps, "1 to 15"); }
        }
        return;
    }
    if (o.digit_base < 2 || o.digit_base > max_window_steps + 1) {
        refuse("--base", o.digit_base, fmt::format("2 to {}", max_window_steps + 1));
    }
    const std::int32_t most =
        o.digit_base == 2 ? 15 : max_window_steps / (o.digit_base - 1);  // codes stay below 2^15
    if (o.digits < 1 || o.digits > most) {
        refuse("--digits", o.digits,
               fmt::format("1 to {} of base {}, so that a window has at most {} steps", most,
                           o.digit_base, max_window_steps));
    }
}

void check(const quantise_options& o) {
    if (o.weight_bits < 2 || o.weight_bits > 8) {
        refuse("--weight-bits", o.weight_bits, "2 to 8");
    }
    if (o.largest_theta < 16 || o.largest_theta > 32767) {
        refuse("--largest-threshold", o.largest_theta, "16 to 32767");
    }
    for (const std::int32_t bits : o.node_weight_bits) {
        if (bits != 0 && (bits < 2 || bits > 8)) {
            refuse("weight bits of a layer", bits, "2 to 8");
        }
    }
    const auto check_input_steps = [](std::int32_t steps) {
        if (steps < 1 || steps > 8) { refuse("--input-steps", steps, "1 to 8"); }
    };
    check_input_steps(o.input_steps);
    for (const auto& [input, steps] : o.input_steps_of) { check_input_steps(steps); }
    if (!(o.thresholds.spike_price >= 0.0 && std::isfinite(o.thresholds.spike_price))) {
        throw bad_input({"--spike-price", "value out of range",
                         fmt::format("{}", o.thresholds.spike_price), "0 or more", ""});
    }
    const double percent = o.thresholds.percentile;
    if (!(percent > 0.0 && percent <= 100.0)) {
        throw bad_input({"--percentile", "value out of range", fmt::format("{}", percent),
                         "above 0, at most 100", ""});
    }
    check_window(o);
    if (o.width_bits < 12 || o.width_bits > 32) { refuse("width", o.width_bits, "12 to 32"); }
}

}  // namespace

quantised_graph quantise(const neuron_graph& graph, const calibration& measured,
                         const quantise_options& options) {
    check(options);
    return quantiser(graph, measured, options).run();
}

}  // namespace synfire::converters
