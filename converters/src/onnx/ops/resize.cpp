// SPDX-License-Identifier: Apache-2.0
// Resize and Upsample: every output element is a constant mix of input elements. Nearest ones are
// mere index maps.
#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "onnx/ops/broadcast.hpp"
#include "onnx/ops/handlers.hpp"
#include "onnx/ops/linear_map.hpp"
#include "onnx/text.hpp"

namespace synfire::converters::onnx_reader::ops {
namespace {

struct resampling {
    std::string mode = "nearest";
    std::string coordinates = "asymmetric";
    std::string rounding = "floor";
    double cubic_a = -0.75;
    bool exclude_outside = false;
};

/// One axis: sizes, and the factor between them as the file gives it.
struct resized_axis {
    std::int64_t from = 1;
    std::int64_t to = 1;
    double scale = 1.0;
};

void require_known(node_context& ctx, const char* name, const std::string& value,
                   const std::vector<std::string>& known) {
    if (std::find(known.begin(), known.end(), value) != known.end()) { return; }
    std::string all;
    for (const std::string& k : known) { all += (all.empty() ? "" : ", ") + k; }
    ctx.fail(fmt::format("unknown {}", name), printable(value), all);
}

resampling read_resize(node_context& ctx) {
    const attribute_reader& a = ctx.attributes();
    resampling r;
    r.mode = a.text("mode");
    if (ctx.opset() >= 11) {
        r.coordinates = a.text("coordinate_transformation_mode");
        r.rounding = a.text("nearest_mode");
        r.cubic_a = static_cast<double>(a.real("cubic_coeff_a"));
        r.exclude_outside = a.integer("exclude_outside") != 0;
    }
    if (ctx.opset() >= 18 && a.integer("antialias") != 0) {
        ctx.refuse("antialias is set", "export with antialias = 0, or use AveragePool");
    }
    if (ctx.opset() >= 18 && a.text("keep_aspect_ratio_policy") != "stretch") {
        ctx.refuse("keep_aspect_ratio_policy is not 'stretch'", "export with fixed scales");
    }
    if (r.coordinates == "tf_crop_and_resize") {
        ctx.refuse("crops while it resizes (tf_crop_and_resize)", "use Slice and then Resize");
    }
    require_known(ctx, "mode", r.mode, {"nearest", "linear", "cubic"});
    require_known(ctx, "coordinate_transformation_mode", r.coordinates,
                  {"half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "align_corners",
                   "asymmetric", "tf_half_pixel_for_nn"});
    require_known(ctx, "nearest_mode", r.rounding,
                  {"round_prefer_floor", "round_prefer_ceil", "floor", "ceil"});
    return r;
}

/// Place of output position i in the input.
double source_of(const resampling& r, const resized_axis& axis, std::int64_t i) {
    const auto from = static_cast<double>(axis.from);
    const auto x = static_cast<double>(i);
    if (r.coordinates == "asymmetric") { return x / axis.scale; }
    if (r.coordinates == "tf_half_pixel_for_nn") { return (x + 0.5) / axis.scale; }
    if (r.coordinates == "align_corners") {
        return axis.to == 1 ? 0.0 : x * (from - 1.0) / (axis.scale * from - 1.0);
    }
    if (r.coordinates == "pytorch_half_pixel" && axis.to == 1) { return 0.0; }
    double shift = -0.5;
    if (r.coordinates == "half_pixel_symmetric") {
        const double share = static_cast<double>(axis.to) / (axis.scale * from);
        shift += from / 2.0 * (1.0 - share);
    }
    return (x + 0.5) / axis.scale + shift;
}

double rounded(const std::string& rule, double x) {
    if (rule == "floor") { return std::floor(x); }
    if (rule == "ceil") { return std::ceil(x); }
    return rule == "round_prefer_floor" ? std::ceil(x - 0.5) : std::floor(x + 0.5);
}

/// Weights of the four neighbours of a place, `t` behind the second of them.
std::vector<double> cubic_weights(double a, double t) {
    const auto near = [a](double d) { return ((a + 2.0) * d - (a + 3.0)) * d * d + 1.0; };
    const auto far = [a](double d) { return ((a * d - 5.0 * a) * d + 8.0 * a) * d - 4.0 * a; };
    return {far(1.0 + t), near(t), near(1.0 - t), far(2.0 - t)};
}

/// Input positions and weights of one output position; beyond the edges the edge repeats.
std::vector<tap_weight> taps_at(const resampling& r, const resized_axis& axis, std::int64_t i) {
    const double x = source_of(r, axis, i);
    const auto inside = [&](double at) {
        return static_cast<std::int64_t>(std::clamp(at, 0.0, static_cast<double>(axis.from - 1)));
    };
    if (r.mode == "nearest") { return {{inside(rounded(r.rounding, x)), 1.0}}; }
    const double base = std::floor(x);
    const double t = x - base;
    if (r.mode == "linear") { return merged({{inside(base), 1.0 - t}, {inside(base + 1.0), t}}); }
    const std::vector<double> weights = cubic_weights(r.cubic_a, t);
    std::vector<tap_weight> taps;
    double total = 0.0;
    for (std::size_t k = 0; k < weights.size(); ++k) {
        const double at = base - 1.0 + static_cast<double>(k);
        if (r.exclude_outside && (at < 0.0 || at >= static_cast<double>(axis.from))) { continue; }
        taps.push_back({inside(at), weights[k]});
        total += weights[k];
    }
    for (tap_weight& tap : taps) { tap.weight /= r.exclude_outside ? total : 1.0; }
    return merged(std::move(taps));
}

std::int64_t scaled_size(node_context& ctx, std::int64_t from, double scale) {
    const double size = std::floor(static_cast<double>(from) * scale);
    if (!(scale > 0.0) || !(size >= 1.0) || size > 2e9) {
        ctx.fail("a scale is out of range", fmt::format("{}", scale),
                 fmt::format("positive, with 1 to 2e9 elements left of {}", from));
    }
    return static_cast<std::int64_t>(size);
}

/// The axes that lists of scales or sizes are about: all, or those of the attribute.
std::vector<std::size_t> listed_axes(node_context& ctx, std::size_t rank, std::size_t entries) {
    std::vector<std::size_t> axes;
    const auto given =
        ctx.opset() >= 18 ? ctx.attributes().optional_integers("axes") : std::nullopt;
    for (std::size_t a = 0; a < rank && !given; ++a) { axes.push_back(a); }
    for (const std::int64_t a : given.value_or(dims{})) { axes.push_back(ctx.axis(a, rank)); }
    if (axes.size() != entries) {
        ctx.fail("scales or sizes have a wrong length", fmt::format("{} values", entries),
                 fmt::format("{} values", axes.size()));
    }
    return axes;
}

std::vector<resized_axis> axes_by_scales(node_context& ctx, const dims& from,
                                         const std::vector<float>& scales) {
    std::vector<resized_axis> axes;
    for (const std::int64_t d : from) { axes.push_back({d, d, 1.0}); }
    const std::vector<std::size_t> listed = listed_axes(ctx, from.size(), scales.size());
    for (std::size_t k = 0; k < listed.size(); ++k) {
        resized_axis& axis = axes[listed[k]];
        axis.scale = static_cast<double>(scales[k]);
        axis.to = scaled_size(ctx, axis.from, axis.scale);
    }
    return axes;
}

std::vector<resized_axis> axes_by_sizes(node_context& ctx, const dims& from) {
    std::vector<resized_axis> axes;
    for (const std::int64_t d : from) { axes.push_back({d, d, 1.0}); }
    const std::vector<shape_entry> sizes = shape_entries(ctx, 3, "sizes");
    const std::vector<std::size_t> listed = listed_axes(ctx, from.size(), sizes.size());
    for (std::size_t k = 0; k < listed.size(); ++k) {
        resized_axis& axis = axes[listed[k]];
        if (listed[k] == 0 && means_batch(ctx, sizes[k])) { continue; }
        if (sizes[k].times_batch || sizes[k].value < 1) {
            ctx.fail("a size is out of range", std::to_string(sizes[k].value), "at least 1");
        }
        axis.to = sizes[k].value;
        axis.scale = static_cast<double>(axis.to) / static_cast<double>(axis.from);
    }
    return axes;
}

void set_resampled(node_context& ctx, const resampling& r, std::vector<resized_axis> axes) {
    if (axes[0].to != axes[0].from) {
        ctx.refuse("resizes the batch axis", "keep a scale of 1 on axis 0");
    }
    axes.erase(axes.begin());
    dims item;
    for (const resized_axis& axis : axes) { item.push_back(axis.to); }
    ctx.require_size(item);
    axis_taps taps;
    for (const resized_axis& axis : axes) {
        taps.emplace_back();
        for (std::int64_t i = 0; i < axis.to; ++i) { taps.back().push_back(taps_at(r, axis, i)); }
    }
    set_linear_map(ctx, taps, item);
}

/// Scales of an input are real numbers; an empty list stands for none.
std::vector<float> given_scales(node_context& ctx, std::size_t input) {
    return ctx.has_input(input) ? ctx.weights(input, "scales").reals : std::vector<float>{};
}

}  // namespace

void resize(node_context& ctx) {
    const resampling r = read_resize(ctx);
    const dims from = ctx.full_shape(0);
    const std::vector<float> scales = given_scales(ctx, ctx.opset() < 11 ? 1 : 2);
    const bool sized = ctx.opset() >= 11 && ctx.has_input(3) && ctx.constant(3, "sizes").size() > 0;
    if (scales.empty() == !sized) {
        ctx.fail("needs either scales or sizes", sized ? "both" : "none", "one of them");
    }
    set_resampled(ctx, r, sized ? axes_by_sizes(ctx, from) : axes_by_scales(ctx, from, scales));
}

void upsample(node_context& ctx) {
    resampling r;
    r.mode = ctx.attributes().text("mode");
    require_known(ctx, "mode", r.mode, {"nearest", "linear"});
    const std::vector<float> scales =
        ctx.opset() < 9 ? ctx.attributes().reals("scales") : ctx.weights(1, "scales").reals;
    set_resampled(ctx, r, axes_by_scales(ctx, ctx.full_shape(0), scales));
}

}  // namespace synfire::converters::onnx_reader::ops
