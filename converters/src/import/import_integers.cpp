// SPDX-License-Identifier: Apache-2.0
#include "import_integers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <utility>

#include <synfire/core/error.hpp>

#include "../quantise/scaled_terms.hpp"
#include "channel_fit.hpp"
#include "input_codes.hpp"
#include "pair_fit.hpp"
#include "product_integers.hpp"
#include "weight_digits.hpp"

namespace synfire::converters {

namespace {

/// Single precision of the model's own real arithmetic, in codes: a few roundings of values up to
/// the largest code.
double blur_of(const code_range& range) {
    return std::ldexp(static_cast<double>(std::max(range.hi, -range.lo)), -21);
}

std::int32_t steps_for(const code_range& range) {
    std::int32_t steps = 1;
    while ((1 << steps) - 1 < std::max(range.hi, -range.lo)) { ++steps; }
    return steps;
}

class importer {
  public:
    explicit importer(neuron_graph& graph) : graph_(graph) {
        result_.quantised.graph = &graph;
        result_.quantised.weight_bits = 8;
    }

    imported_integers run() {
        merge_input_rounding(graph_);
        result_.quantised.nodes.resize(graph_.nodes.size());
        for (node_id id = 0; id < graph_.nodes.size(); ++id) {
            graph_node& node = graph_.nodes[id];
            if (const auto* input = std::get_if<input_node>(&node.kind)) {
                import_input(id, *input);
            } else if (std::holds_alternative<sum_node>(node.kind)) {
                import_sum(id);
            } else if (const auto* pool = std::get_if<max_pool_node>(&node.kind)) {
                import_max_pool(id, *pool);
            }
            if (!refusals_.empty()) { break; }
        }
        if (!refusals_.empty()) { throw unsupported_model(graph_.source, refusals_); }
        return std::move(result_);
    }

  private:
    std::size_t channels(node_id id) const {
        return static_cast<std::size_t>(population_shape(graph_.nodes[id].item).channels);
    }
    sum_node& sum_of(node_id id) { return std::get<sum_node>(graph_.nodes[id].kind); }
    quantised_node& integers(node_id id) { return result_.quantised.nodes[id]; }

    void refuse(node_id id, std::string reason, std::string hint) {
        refusals_.push_back({graph_.nodes[id].name, "quantised model", std::move(reason),
                             std::move(hint)});
    }

    void import_input(node_id id, const input_node& input) {
        quantised_node& q = integers(id);
        const input_encoding& encoding = input.encoding;
        q.window = {coding::phase, 8, 0, 0};
        q.range = {0, 255};
        if (!encoding.eight_bit) {
            if (!input.grid) {
                refuse(id, "real samples with a mean, or with several deviations, have no codes",
                       "normalise the data beforehand, or use 8-bit data");
                return;
            }
            q.range = {input.grid->lo, input.grid->hi};
            q.code_step = static_cast<double>(input.grid->scale.front())
                          * encoding.std.front() / encoding.scale;
        }
        for (std::size_t c = 0; c < channels(id); ++c) {
            const double std = encoding.std[encoding.std.size() == 1 ? 0 : c];
            const double mean = encoding.mean[encoding.mean.size() == 1 ? 0 : c];
            q.scale.push_back(input.grid ? static_cast<double>(input.grid->scale.front())
                                         : encoding.scale / std);
            q.zero.push_back(input.grid ? 0.0 : -mean / encoding.scale);
        }
    }

    void import_max_pool(node_id id, const max_pool_node& pool) {
        quantised_node& q = integers(id);
        const std::vector<double> scales = element_scales(result_.quantised, pool.source);
        const std::size_t positions = scales.size() / channels(id);
        for (std::size_t c = 0; c < channels(id); ++c) {
            q.scale.push_back(scales[c * positions]);
        }
        const auto populations = populations_of(graph_, pool.source);
        const quantised_node& source = integers(populations.front());
        const bool equal =
            std::all_of(populations.begin(), populations.end(), [&](node_id other) {
                return integers(other).range == source.range
                       && integers(other).window == source.window;
            });
        if (!equal || (!grid_of(graph_, pool.source) && !rounds(populations.front()))) {
            refuse(id, "takes the largest of values that are not quantised, or not to one range",
                   "quantise its input");
            return;
        }
        q.window = source.window;
        q.range = source.range;
    }

    bool rounds(node_id id) const {
        const sum_node* sum = graph_.nodes[id].as_sum();
        return sum != nullptr && sum->grid.has_value();
    }

    void import_sum(node_id id) {
        sum_node& sum = sum_of(id);
        if (!sources_are_codes(id, sum)) { return; }
        if (sum.readout) {
            import_readout(id);
            return;
        }
        if (!sum.grid) {
            refuse(id, "its values are not quantised before the next layer reads them",
                   "quantise the activations behind every layer, static quantisation does");
            return;
        }
        const bool bounded = std::isfinite(sum.upper) && sum.grid->scale.size() > 1;
        if (bounded || sum.terms.empty()) {
            refuse(id, "an upper bound, and a scale per channel", "use one scale");
            return;
        }
        set_codes(id, *sum.grid);
        if (sum.terms.size() == 1 && weights_of(sum.terms[0]) != nullptr) {
            import_product(id);
        } else if (sum.terms.size() == 1) {
            import_single(id);
        } else if (sum.terms.size() == 2 && is_identity(sum.terms[0])
                   && is_identity(sum.terms[1]) && !sum.function && sum.slopes.empty()) {
            import_pair(id);
        } else {
            refuse(id, "adds to a product before it is rounded",
                   "quantise the product, too, as static quantisation does");
        }
    }

    static bool is_identity(const term& t) {
        return std::holds_alternative<identity_term>(t.kind);
    }

    /// Only the model's own first rounding may read the raw input.
    bool sources_are_codes(node_id id, const sum_node& sum) {
        for (const term& t : sum.terms) {
            const bool raw = reads_raw_input(t);
            if (raw && !(sum.terms.size() == 1 && is_identity(t) && sum.grid)) {
                refuse(id, "reads the input before it is quantised",
                       "quantise the input of the model, too");
                return false;
            }
        }
        return true;
    }

    bool reads_raw_input(const term& t) const {
        const auto populations = populations_of(graph_, t.source);
        const auto& input = std::get<input_node>(graph_.nodes[0].kind);
        return !input.grid
               && std::find(populations.begin(), populations.end(), node_id{0})
                      != populations.end();
    }

    void set_codes(node_id id, const code_grid& grid) {
        quantised_node& q = integers(id);
        q.range = {grid.lo, grid.hi};
        q.window = {coding::phase, steps_for(q.range), 0, 0};
        for (std::size_t c = 0; c < channels(id); ++c) {
            q.scale.push_back(static_cast<double>(grid.scale[grid.scale.size() == 1 ? 0 : c]));
        }
    }

    std::int64_t first_step(node_id id) { return std::int64_t{1} << (integers(id).window.steps - 1); }

    void set_thresholds(node_id id, const std::vector<threshold_fit>& fits) {
        quantised_node& q = integers(id);
        for (const threshold_fit& f : fits) {
            q.theta.push_back(f.theta);
            if (q.range.lo < 0) { q.theta_neg.push_back(f.theta_neg); }
        }
    }

    // ---- products: one weighted term, then rounding

    void import_product(node_id id) {
        sum_node& sum = sum_of(id);
        if (sum.function || !sum.slopes.empty()) {
            refuse(id, "an activation other than Relu or Clip stands between product and rounding",
                   "quantise the product before the activation");
            return;
        }
        const auto product = read_product(result_.quantised, id, sum.terms[0]);
        if (!product.refusal.empty()) {
            refuse(id, product.refusal, product.hint);
            return;
        }
        std::vector<channel_problem> problems;
        for (std::size_t c = 0; c < channels(id); ++c) {
            problems.push_back(product_problem(id, product, c));
        }
        auto fits = fit_together(problems);
        if (!fits) {
            fits.emplace();
            for (const channel_problem& p : problems) { fits->push_back(fit_alone(p, three_weights)); }
        }
        set_thresholds(id, *fits);
        set_product_terms(id, product, *fits);
        for (std::size_t c = 0; c < fits->size(); ++c) {
            integers(id).bias.push_back((*fits)[c].factor * product.channels[c].bias
                                        + (*fits)[c].offset);
        }
        report_channels(id, problems, *fits);
    }

    channel_problem product_problem(node_id id, const integer_product& product, std::size_t c) {
        const quantised_node& q = integers(id);
        const product_channel& ch = product.channels[c];
        const auto s_out = static_cast<float>(q.scale[c]);
        const std::int64_t first = ch.first + ch.bias;
        const std::int64_t last = ch.last + ch.bias;
        channel_problem problem;
        if (ch.real_bias == 0.0) {
            problem.map = requantised(first, last, product.in_scale * ch.scale / s_out, q.range);
        } else {
            const double unit =
                static_cast<double>(product.in_scale) * static_cast<double>(ch.scale);
            const double out = q.scale[c];
            const double bias = ch.real_bias;
            problem.map = rounded(
                first, last, unit / out, q.range,
                [unit, out, bias](std::int64_t acc) {
                    return (static_cast<double>(acc) * unit + bias) / out;
                },
                blur_of(q.range));
        }
        problem.boundaries = boundaries_of(problem.map);
        problem.largest_weight = ch.largest_weight;
        problem.limits =
            limits_of(first_step(id), std::max(ch.last, -ch.first) + std::abs(ch.bias));
        return problem;
    }

    /// Weights times factors: one term, or several where the products need more than 8 bits. Real
    /// weights stay with the first.
    void set_product_terms(node_id id, const integer_product& product,
                           const std::vector<threshold_fit>& fits) {
        sum_node& sum = sum_of(id);
        const bool together = std::all_of(fits.begin(), fits.end(), [&](const auto& f) {
            return f.factor == fits.front().factor && (f.factor & (f.factor - 1)) == 0;
        });
        int shift = 0;
        while (together && (std::int64_t{1} << shift) < fits.front().factor) { ++shift; }
        std::vector<std::int64_t> values = product.weights;
        for (std::size_t i = 0; i < values.size() && !together; ++i) {
            values[i] *= fits[channel_of_weight(graph_, id, sum.terms[0], i)].factor;
        }
        auto digits = weight_digits(std::move(values));
        for (std::size_t d = 0; d < digits.size(); ++d) {
            if (d > 0) { sum.terms.push_back(silent_copy(sum.terms[0])); }
            integers(id).terms.push_back(
                {std::move(digits[d]), shift + static_cast<int>(d) * digit_shift, {}});
        }
    }

    static term silent_copy(const term& t) {
        term copy = t;
        const auto silence = [](auto& kind) {
            if constexpr (requires { kind.weights; }) {
                std::fill(kind.weights.begin(), kind.weights.end(), 0.0F);
            }
        };
        std::visit(silence, copy.kind);
        return copy;
    }

    // ---- one element or window at a time: requantisation, normalisation, averages, functions

    void import_single(node_id id) {
        sum_node& sum = sum_of(id);
        const term& t = sum.terms[0];
        if (sum.bias.size() != channels(id)) {
            refuse(id, "adds a constant that differs within a channel", "add one per channel");
            return;
        }
        if (sum.function) {
            import_function(id);
            return;
        }
        std::vector<channel_problem> problems;
        std::vector<threshold_fit> fits;
        std::vector<std::int64_t> signs;
        for (std::size_t c = 0; c < channels(id); ++c) {
            const double gain = static_cast<double>(gain_of(t)[c]);
            signs.push_back(gain < 0.0 ? -1 : 1);
            problems.push_back(single_problem(id, t, c, signs.back() < 0));
            fits.push_back(gain == 0.0 ? nearest_thresholds(problems.back().map, {}, 1)
                                       : fit_alone(problems.back(), two_weights));
            if (gain == 0.0) {
                fits.back().offset = std::int64_t{problems.back().map.code(0)} * fits.back().theta;
                fits.back().factor = 0;
            }
        }
        set_thresholds(id, fits);
        std::vector<std::int64_t> factors;
        for (std::size_t c = 0; c < fits.size(); ++c) {
            factors.push_back(signs[c] * fits[c].factor);
            integers(id).bias.push_back(fits[c].offset);
        }
        set_parts(id, t, factors);
        report_channels(id, problems, fits);
    }

    void set_parts(node_id id, const term& t, const std::vector<std::int64_t>& factors) {
        quantised_term q;
        for (const node_id population : populations_of(graph_, t.source)) {
            q.parts.push_back(factor_digits(population, factors));
        }
        integers(id).terms.push_back(std::move(q));
    }

    /// Codes that elements of this channel of a term may have, and the scale that they share.
    struct channel_source {
        code_range range;
        double scale = 0.0;
        node_id population = 0;
        std::size_t channel = 0;
    };

    channel_source source_of(node_id id, const term& t, std::size_t c) {
        const auto elements = resolve_elements(graph_, t.source);
        const std::vector<double> scales = element_scales(result_.quantised, t.source);
        const std::size_t block = elements.size() / channels(id);
        channel_source found;
        for (std::size_t e = c * block; e < (c + 1) * block; ++e) {
            if (elements[e].element < 0) { continue; }
            const quantised_node& q = integers(elements[e].node);
            found.range = {std::min(found.range.lo, q.range.lo),
                           std::max(found.range.hi, q.range.hi)};
            if (found.scale != 0.0 && found.scale != scales[e]) {
                refuse(id, "one channel mixes values on different scales",
                       "requantise them to one scale first");
            }
            found.scale = scales[e];
            found.population = elements[e].node;
            const std::size_t positions =
                population_shape(graph_.nodes[elements[e].node].item).positions();
            found.channel = static_cast<std::size_t>(elements[e].element) / positions;
        }
        return found;
    }

    channel_problem single_problem(node_id id, const term& t, std::size_t c, bool mirrored) {
        const quantised_node& q = integers(id);
        const channel_source source = source_of(id, t, c);
        channel_problem problem;
        if (const auto* pool = std::get_if<pool_term>(&t.kind)) {
            problem.map = average_map(id, *pool, source, c);
        } else {
            problem.map = element_map(id, t, source, c, mirrored);
        }
        problem.boundaries = boundaries_of(problem.map);
        const std::int64_t reach = std::max(std::abs(problem.map.first), std::abs(problem.map.last));
        problem.limits = limits_of(first_step(id), reach);
        static_cast<void>(q);
        return problem;
    }

    /// The mean of a window: whole numbers are summed, then scaled once.
    code_map average_map(node_id id, const pool_term& pool, const channel_source& source,
                         std::size_t c) {
        const quantised_node& q = integers(id);
        const sum_node& sum = sum_of(id);
        const shape from = population_shape(graph_.nodes[sum.terms[0].source].item);
        const auto taps = static_cast<std::int64_t>(pool.geometry.kernel[0])
                          * pool.geometry.kernel[1];
        const bool whole = pool.geometry.kernel == std::array{from.height, from.width};
        const std::int64_t first = taps * source.range.lo;
        const std::int64_t last = taps * source.range.hi;
        const auto gain = static_cast<double>(pool.gain[c]);
        const double bias = static_cast<double>(sum.bias[c]);
        if (whole && bias == 0.0 && std::abs(gain * static_cast<double>(taps) - 1.0) < 1e-6) {
            const float divisor = static_cast<float>(q.scale[c]) * static_cast<float>(taps);
            return requantised(first, last, static_cast<float>(source.scale) / divisor, q.range);
        }
        const double unit = source.scale * gain;
        const double out = q.scale[c];
        return rounded(
            first, last, unit / out, q.range,
            [unit, out, bias](std::int64_t acc) {
                return (static_cast<double>(acc) * unit + bias) / out;
            },
            blur_of(q.range));
    }

    /// Element by element, in single precision as the model does it; `mirrored`: of -code, where the
    /// factor is negative.
    code_map element_map(node_id id, const term& t, const channel_source& source, std::size_t c,
                         bool mirrored) {
        const quantised_node& q = integers(id);
        const sum_node& sum = sum_of(id);
        const float gain = gain_of(t)[c];
        const float bias = sum.bias[c];
        const float slope = sum.slopes.empty() ? 1.0F : sum.slopes[c];
        const auto out = static_cast<float>(q.scale[c]);
        const auto scale = static_cast<float>(source.scale);
        const auto* input = std::get_if<input_node>(&graph_.nodes[source.population].kind);
        const bool raw = input != nullptr && !input->grid;
        const input_encoding encoding = raw ? input->encoding : input_encoding{};
        const std::size_t channel = source.channel;
        const auto value = [=](std::int64_t code) {
            const auto a = static_cast<double>(mirrored ? -code : code);
            const float x = raw ? real_of_raw(encoding, channel, a) : static_cast<float>(a) * scale;
            float y = x * gain + bias;
            if (y < 0.0F) { y *= slope; }
            return static_cast<double>(y / out);
        };
        const std::int64_t first = mirrored ? -source.range.hi : source.range.lo;
        const std::int64_t last = mirrored ? -source.range.lo : source.range.hi;
        const double per_unit =
            std::abs(raw ? encoding.scale * static_cast<double>(gain) / static_cast<double>(out)
                               / encoding.std[encoding.std.size() == 1 ? 0 : channel]
                         : source.scale * static_cast<double>(gain) / static_cast<double>(out));
        const bool plain = gain == 1.0F && bias == 0.0F && slope == 1.0F;
        return rounded(first, last, std::max(per_unit, 1e-9), q.range, value,
                       plain ? 0.0 : blur_of(q.range));
    }

    /// A function of one code: a table with one entry for each.
    void import_function(node_id id) {
        sum_node& sum = sum_of(id);
        const term& t = sum.terms[0];
        quantised_node& q = integers(id);
        const channel_source source = source_of(id, t, 0);
        const auto same = [](const std::vector<float>& v, float x) {
            return std::all_of(v.begin(), v.end(), [x](float y) { return y == x; });
        };
        const bool one_scale = element_scales(result_.quantised, t.source).size() > 0
                               && grid_of(graph_, t.source).has_value();
        if (!is_identity(t) || !one_scale || !same(gain_of(t), 1.0F) || !same(sum.bias, 0.0F)
            || sum.grid->scale.size() != 1 || reads_raw_input(t)) {
            refuse(id, "a function of values that are not quantised to one scale",
                   "quantise its input per tensor");
            return;
        }
        q.table = fire_table{source.range.lo, source.range.hi, {}};
        q.table_step = source.scale;
        for (std::int32_t k = source.range.lo; k <= source.range.hi; ++k) {
            const double y =
                evaluate(*sum.function,
                         static_cast<double>(static_cast<float>(k) * static_cast<float>(source.scale)));
            const double code = std::nearbyint(static_cast<double>(
                static_cast<float>(y) / static_cast<float>(q.scale.front())));
            q.table->table.push_back(static_cast<std::int32_t>(
                std::clamp(code, static_cast<double>(q.range.lo), static_cast<double>(q.range.hi))));
        }
        q.theta.assign(channels(id), 1);
        q.bias.assign(channels(id), 0);
        set_parts(id, t, std::vector<std::int64_t>(channels(id), 1));
        imported_layer layer{graph_.nodes[id].name};
        layer.method = "table";
        layer.boundaries = q.table->table.size();
        result_.layers.push_back(std::move(layer));
    }

    // ---- two codes added

    void import_pair(node_id id) {
        sum_node& sum = sum_of(id);
        if (sum.bias.size() != channels(id)) {
            refuse(id, "adds a constant that differs within a channel", "add one per channel");
            return;
        }
        quantised_node& q = integers(id);
        std::vector<std::pair<pair_problem, pair_fit>> known;
        std::vector<std::int64_t> first;
        std::vector<std::int64_t> second;
        imported_layer layer{graph_.nodes[id].name};
        layer.method = "pairs";
        layer.theta_min = std::numeric_limits<std::int32_t>::max();
        for (std::size_t c = 0; c < channels(id); ++c) {
            const pair_problem problem = pair_of(id, c);
            auto at = std::find_if(known.begin(), known.end(),
                                   [&](const auto& k) { return k.first == problem; });
            if (at == known.end()) {
                known.emplace_back(problem, fit_pairs(problem, two_weights));
                at = std::prev(known.end());
                layer.boundaries += at->second.pairs;
                layer.ties += at->second.ties;
                layer.different += at->second.different;
            }
            const pair_fit& fit = at->second;
            first.push_back(fit.first);
            second.push_back(fit.second);
            q.bias.push_back(fit.offset);
            q.theta.push_back(fit.theta);
            layer.theta_min = std::min(layer.theta_min, fit.theta);
            layer.theta_max = std::max(layer.theta_max, fit.theta);
        }
        set_parts(id, sum.terms[0], first);
        set_parts(id, sum.terms[1], second);
        result_.layers.push_back(std::move(layer));
    }

    pair_problem pair_of(node_id id, std::size_t c) {
        const sum_node& sum = sum_of(id);
        const quantised_node& q = integers(id);
        const channel_source a = source_of(id, sum.terms[0], c);
        const channel_source b = source_of(id, sum.terms[1], c);
        pair_problem problem;
        problem.first = a.scale * static_cast<double>(gain_of(sum.terms[0])[c]) / q.scale[c];
        problem.second = b.scale * static_cast<double>(gain_of(sum.terms[1])[c]) / q.scale[c];
        problem.constant = static_cast<double>(sum.bias[c]) / q.scale[c];
        problem.a = a.range;
        problem.b = b.range;
        problem.range = q.range;
        problem.blur = blur_of({-512, 512});
        problem.largest_theta = limits_of(first_step(id), 1).theta;
        return problem;
    }

    // ---- outputs

    void import_readout(node_id id) {
        const sum_node& sum = sum_of(id);
        if (sum.terms.size() != 1) {
            refuse(id, "the output adds several values without rounding", "quantise the output");
            return;
        }
        if (weights_of(sum.terms[0]) != nullptr) {
            read_out_product(id);
        } else {
            read_out_codes(id);
        }
    }

    void read_out_codes(node_id id) {
        const sum_node& sum = sum_of(id);
        const term& t = sum.terms[0];
        std::vector<double> scales = element_scales(result_.quantised, t.source);
        scales.erase(std::remove(scales.begin(), scales.end(), 0.0), scales.end());
        const bool one = !scales.empty()
                         && std::all_of(scales.begin(), scales.end(),
                                        [&](double s) { return s == scales.front(); });
        const auto plain = [](const std::vector<float>& v, float x) {
            return std::all_of(v.begin(), v.end(), [x](float y) { return y == x; });
        };
        if (!one || !plain(gain_of(t), 1.0F) || !plain(sum.bias, 0.0F) || !is_identity(t)) {
            refuse(id, "the output computes with real numbers behind its last codes",
                   "quantise the output, or leave the last layer a plain product");
            return;
        }
        integers(id).scale.assign(channels(id), scales.front());
        integers(id).bias.assign(channels(id), 0);
        set_parts(id, t, std::vector<std::int64_t>(channels(id), 1));
        imported_layer layer{graph_.nodes[id].name};
        layer.method = "codes";
        result_.layers.push_back(std::move(layer));
    }

    /// A last layer without rounding: sums in units that all outputs share.
    void read_out_product(node_id id) {
        sum_node& sum = sum_of(id);
        const auto product = read_product(result_.quantised, id, sum.terms[0]);
        if (!product.refusal.empty()) {
            refuse(id, product.refusal, product.hint);
            return;
        }
        float largest = 0.0F;
        bool exact = true;
        for (const product_channel& ch : product.channels) {
            largest = std::max(largest, ch.scale);
            exact = exact && ch.real_bias == 0.0 && ch.scale == product.channels[0].scale;
        }
        // Outputs on scales of their own are brought to one in fractions of 2^-12.
        const std::int64_t whole = exact ? 1 : 4096;
        std::vector<threshold_fit> fits;
        const double unit = static_cast<double>(product.in_scale) * static_cast<double>(largest)
                            / static_cast<double>(whole);
        for (const product_channel& ch : product.channels) {
            threshold_fit fit;
            fit.factor = std::llround(static_cast<double>(whole) * static_cast<double>(ch.scale)
                                      / static_cast<double>(largest));
            fits.push_back(fit);
            integers(id).bias.push_back(fit.factor * ch.bias + std::llround(ch.real_bias / unit));
        }
        set_product_terms(id, product, fits);
        integers(id).scale.assign(channels(id), unit);
        imported_layer layer{graph_.nodes[id].name};
        layer.method = exact ? "sums" : "scaled sums";
        layer.own_factors = !exact;
        result_.layers.push_back(std::move(layer));
    }

    // ---- certificate

    void report_channels(node_id id, const std::vector<channel_problem>& problems,
                         const std::vector<threshold_fit>& fits) {
        imported_layer layer{graph_.nodes[id].name};
        layer.method = "boundaries";
        layer.theta_min = std::numeric_limits<std::int32_t>::max();
        for (std::size_t c = 0; c < fits.size(); ++c) {
            layer.boundaries += problems[c].boundaries.size();
            layer.factor = std::max(layer.factor, fits[c].factor);
            layer.own_factors = layer.own_factors || fits[c].factor != fits.front().factor;
            layer.theta_min = std::min({layer.theta_min, fits[c].theta, fits[c].theta_neg});
            layer.theta_max = std::max({layer.theta_max, fits[c].theta, fits[c].theta_neg});
            if (fits[c].factor == 0) { continue; }
            for (const code_difference& d :
                 compare_codes(problems[c].map, problems[c].boundaries, fits[c])) {
                (d.tie ? layer.ties : layer.different) += 1;
                if (layer.listed.size() < imported_layer::most_listed) {
                    layer.listed.push_back({c, d.accumulator, d.model, d.network, d.tie});
                }
            }
        }
        result_.layers.push_back(std::move(layer));
    }

    neuron_graph& graph_;
    imported_integers result_;
    std::vector<refusal> refusals_;
};

}  // namespace

imported_integers import_integers(neuron_graph& graph) { return importer(graph).run(); }

}  // namespace synfire::converters
