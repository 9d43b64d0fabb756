// SPDX-License-Identifier: Apache-2.0
// Layers that look at one code, or at the sum of one window, at a time.
#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "../quantise/scaled_terms.hpp"
#include "import_context.hpp"
#include "input_codes.hpp"
#include "weight_digits.hpp"

namespace synfire::converters {

namespace {

constexpr std::int64_t largest_table = 4096;

bool all_are(const std::vector<float>& values, float wanted) {
    return std::all_of(values.begin(), values.end(), [wanted](float v) { return v == wanted; });
}

bool is_identity(const term& t) { return std::holds_alternative<identity_term>(t.kind); }

/// The mean of a window: whole numbers are summed, then scaled once.
code_map average_map(import_context& context, node_id id, const channel_source& source,
                     std::size_t c) {
    const quantised_node& q = context.integers(id);
    const sum_node& sum = context.sum_of(id);
    const auto& pool = std::get<pool_term>(sum.terms[0].kind);
    const shape from = population_shape(context.graph.nodes[sum.terms[0].source].item);
    const auto taps = static_cast<std::int64_t>(pool.geometry.kernel[0]) * pool.geometry.kernel[1];
    const std::int64_t first = taps * source.range.lo;
    const std::int64_t last = taps * source.range.hi;
    const double gain = static_cast<double>(pool.gain[c]);
    const double bias = static_cast<double>(sum.bias[c]);
    const bool whole = pool.geometry.kernel == std::array{from.height, from.width};
    if (whole && bias == 0.0 && std::abs(gain * static_cast<double>(taps) - 1.0) < 1e-6) {
        // ONNX Runtime's global average: one multiplier for the sum.
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
code_map element_map(import_context& context, node_id id, const channel_source& source,
                     std::size_t c, bool mirrored) {
    const quantised_node& q = context.integers(id);
    const sum_node& sum = context.sum_of(id);
    const float gain = gain_of(sum.terms[0])[c];
    const float bias = sum.bias[c];
    const float slope = sum.slopes.empty() ? 1.0F : sum.slopes[c];
    const auto out = static_cast<float>(q.scale[c]);
    const auto scale = static_cast<float>(source.scale);
    const auto* input = std::get_if<input_node>(&context.graph.nodes[source.population].kind);
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
        std::abs(source.scale * static_cast<double>(gain) / static_cast<double>(out));
    const bool plain = gain == 1.0F && bias == 0.0F && slope == 1.0F;
    return rounded(first, last, std::max(per_unit, 1e-9), q.range, value,
                   plain ? 0.0 : blur_of(q.range));
}

channel_problem problem_of(import_context& context, node_id id, std::size_t c) {
    const term& t = context.sum_of(id).terms[0];
    const channel_source source = source_of(context, id, t, c);
    channel_problem problem;
    problem.map = is_identity(t) ? element_map(context, id, source, c, gain_of(t)[c] < 0.0F)
                                 : average_map(context, id, source, c);
    problem.limits = limits_of(context.first_step(id),
                               std::max(std::abs(problem.map.first), std::abs(problem.map.last)));
    if (is_sound(context, id, problem.map, problem.limits)) {
        problem.boundaries = boundaries_of(problem.map);
    }
    return problem;
}

threshold_fit fit_element(const channel_problem& problem, float gain) {
    if (gain != 0.0F) { return fit_alone(problem, two_weights); }
    threshold_fit fit = nearest_thresholds(problem.map, {}, 1, problem.limits);
    fit.factor = 0;
    fit.offset = std::int64_t{problem.map.code(0)} * fit.theta;
    return fit;
}

/// True where all channels round alike, so that one table serves them.
bool rounds_alike(const std::vector<channel_problem>& problems) {
    const code_map& first = problems.front().map;
    for (const channel_problem& p : problems) {
        if (p.map.first != first.first || p.map.last != first.last) { return false; }
        for (std::int64_t acc = first.first; acc <= first.last; ++acc) {
            if (p.map.code(acc) != first.code(acc)) { return false; }
        }
    }
    return true;
}

/// One entry per accumulator, for few accumulators whose ties no threshold can meet.
void fire_by_table(import_context& context, node_id id, const code_map& map, imported_layer layer) {
    quantised_node& q = context.integers(id);
    q.table =
        fire_table{static_cast<std::int32_t>(map.first), static_cast<std::int32_t>(map.last), {}};
    q.table_step = q.scale.front() / map.step;
    for (std::int64_t acc = map.first; acc <= map.last; ++acc) {
        q.table->table.push_back(map.code(acc));
    }
    q.theta.assign(context.channels(id), 1);
    q.bias.assign(context.channels(id), 0);
    context.set_parts(id, context.sum_of(id).terms[0],
                      std::vector<std::int64_t>(context.channels(id), 1));
    layer.method = "table";
    layer.boundaries = q.table->table.size();
    context.layers.push_back(std::move(layer));
}

/// Accumulators whose rounding the model's own arithmetic leaves open, in one channel.
std::size_t open_ties(const code_map& map) {
    std::size_t ties = 0;
    for (std::int64_t acc = map.first; acc <= map.last; ++acc) { ties += map.tie(acc) ? 1 : 0; }
    return ties;
}

/// A function of one code: a table with one entry for each.
void import_function(import_context& context, node_id id) {
    const sum_node& sum = context.sum_of(id);
    const term& t = sum.terms[0];
    const channel_source source = source_of(context, id, t, 0);
    if (!is_identity(t) || !grid_of(context.graph, t.source) || !all_are(gain_of(t), 1.0F)
        || !all_are(sum.bias, 0.0F) || sum.grid->scale.size() != 1
        || reads_raw_input(context.graph, t)) {
        context.refuse(id, "a function of values that are not quantised to one scale",
                       "quantise its input per tensor");
        return;
    }
    const auto scale = static_cast<float>(source.scale);
    const float out = sum.grid->scale.front();
    const curve function = *sum.function;
    const code_map map = rounded(
        source.range.lo, source.range.hi, source.scale / static_cast<double>(out),
        context.integers(id).range,
        [=](std::int64_t code) {
            const float x = static_cast<float>(code) * scale;
            const auto y = static_cast<float>(evaluate(function, static_cast<double>(x)));
            return static_cast<double>(y / out);
        },
        0.0);
    fire_by_table(context, id, map, context.new_layer(id, "table"));
}

}  // namespace

void import_single(import_context& context, node_id id) {
    const sum_node& sum = context.sum_of(id);
    if (sum.bias.size() != context.channels(id)) {
        context.refuse(id, "adds a constant that differs within a channel", "add one per channel");
        return;
    }
    if (sum.function) {
        import_function(context, id);
        return;
    }
    const std::vector<float> gain = gain_of(sum.terms[0]);
    std::vector<channel_problem> problems;
    std::vector<threshold_fit> fits;
    for (std::size_t c = 0; c < context.channels(id); ++c) {
        problems.push_back(problem_of(context, id, c));
        if (!context.refusals.empty()) { return; }
        fits.push_back(fit_element(problems.back(), gain[c]));
    }
    imported_layer layer = certify(context, id, problems, fits);
    const code_map& map = problems.front().map;
    const bool tabulated =
        layer.ties + layer.different > 0 && map.first <= 0 && map.last >= 0
        && map.last - map.first < largest_table
        && std::none_of(gain.begin(), gain.end(), [](float g) { return g <= 0.0F; })
        && rounds_alike(problems);
    if (tabulated) {
        imported_layer exact = context.new_layer(id, "table");
        if (!is_identity(sum.terms[0])) { exact.ties = open_ties(map); }
        fire_by_table(context, id, map, std::move(exact));
        return;
    }
    context.set_thresholds(id, fits);
    std::vector<std::int64_t> factors;
    for (std::size_t c = 0; c < fits.size(); ++c) {
        factors.push_back(gain[c] < 0.0F ? -fits[c].factor : fits[c].factor);
        context.integers(id).bias.push_back(fits[c].offset);
    }
    context.set_parts(id, sum.terms[0], factors);
    context.layers.push_back(std::move(layer));
}

void read_out_codes(import_context& context, node_id id) {
    const sum_node& sum = context.sum_of(id);
    const term& t = sum.terms[0];
    std::vector<double> scales = element_scales(context.quantised, t.source);
    scales.erase(std::remove(scales.begin(), scales.end(), 0.0), scales.end());
    const bool one = !scales.empty() && std::all_of(scales.begin(), scales.end(), [&](double s) {
        return s == scales.front();
    });
    if (!one || !is_identity(t) || !all_are(gain_of(t), 1.0F) || !all_are(sum.bias, 0.0F)) {
        context.refuse(id, "the output computes with real numbers behind its last codes",
                       "quantise the output, or leave the last layer a plain product");
        return;
    }
    context.integers(id).scale.assign(context.channels(id), scales.front());
    context.integers(id).bias.assign(context.channels(id), 0);
    context.set_parts(id, t, std::vector<std::int64_t>(context.channels(id), 1));
    context.layers.push_back(context.new_layer(id, "codes"));
}

}  // namespace synfire::converters
