// SPDX-License-Identifier: Apache-2.0
// Transpose, Slice, Pad, Concat, Split, Gather, Expand: on constants evaluated, on values index
// maps. None of them may touch the batch axis.
#include <algorithm>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "onnx/ops/broadcast.hpp"
#include "onnx/ops/handlers.hpp"
#include "onnx/text.hpp"

namespace synfire::converters::onnx_reader::ops {
namespace {

constexpr std::int64_t to_the_end = (std::int64_t{1} << 31) - 1;  // what exporters write for "all"

dims shape_of_offsets(const axis_offsets& offsets) {
    dims shape;
    for (const auto& axis : offsets) { shape.push_back(static_cast<std::int64_t>(axis.size())); }
    return shape;
}

void set_offsets(node_context& ctx, std::size_t output, const axis_offsets& offsets) {
    ctx.require_size(shape_of_offsets(offsets));
    ctx.set_moved(output, {0}, separable(offsets));
}

/// Every axis of the node's rank, or the list at an optional input.
std::vector<std::int64_t> axes_or_all(node_context& ctx, std::size_t input, std::size_t rank) {
    if (ctx.has_input(input)) { return ctx.integers(input, "axes"); }
    std::vector<std::int64_t> all(rank);
    std::iota(all.begin(), all.end(), 0);
    return all;
}

void require_distinct(node_context& ctx, const std::vector<std::int64_t>& axes, std::size_t rank) {
    std::vector<bool> seen(rank, false);
    for (const std::int64_t a : axes) {
        const std::size_t axis = ctx.axis(a, rank);
        if (seen[axis]) { ctx.fail("an axis is given twice", list_text(axes), "different axes"); }
        seen[axis] = true;
    }
}

struct slice_request {
    std::vector<std::int64_t> starts, ends, axes, steps;
};

slice_request slice_arguments(node_context& ctx, std::size_t rank) {
    slice_request r;
    if (ctx.opset() < 10) {
        r.starts = *ctx.attributes().optional_integers("starts");
        r.ends = *ctx.attributes().optional_integers("ends");
        r.axes = ctx.attributes().optional_integers("axes").value_or(
            axes_or_all(ctx, 99, r.starts.size()));
    } else {
        r.starts = ctx.integers(1, "starts");
        r.ends = ctx.integers(2, "ends");
        r.axes = axes_or_all(ctx, 3, r.starts.size());
    }
    const bool steps = ctx.opset() >= 10 && ctx.has_input(4);
    r.steps = steps ? ctx.integers(4, "steps") : std::vector<std::int64_t>(r.starts.size(), 1);
    const std::size_t n = r.starts.size();
    if (r.ends.size() != n || r.axes.size() != n || r.steps.size() != n) {
        ctx.fail("starts, ends, axes and steps differ in length",
                 fmt::format("{}, {}, {}, {}", n, r.ends.size(), r.axes.size(), r.steps.size()));
    }
    require_distinct(ctx, r.axes, rank);
    return r;
}

/// Coordinates start, start + step, ... as ONNX clamps them.
std::vector<std::int64_t> slice_coordinates(std::int64_t size, std::int64_t start, std::int64_t end,
                                            std::int64_t step) {
    const std::int64_t stride = std::clamp(step, -size - 1, size + 1);
    const std::int64_t last = stride > 0 ? size : size - 1;
    const std::int64_t lowest_end = stride > 0 ? 0 : -1;
    start = std::clamp<std::int64_t>(start < 0 ? start + size : start, 0,
                                     std::max<std::int64_t>(last, 0));
    end = std::clamp<std::int64_t>(end < 0 ? end + size : end, lowest_end, last);
    std::vector<std::int64_t> coordinates;
    for (std::int64_t i = start; size > 0 && (stride > 0 ? i < end : i > end); i += stride) {
        coordinates.push_back(i);
    }
    return coordinates;
}

struct pad_request {
    std::vector<std::int64_t> before, after;  ///< per axis
};

pad_request pad_arguments(node_context& ctx, std::size_t rank) {
    std::vector<std::int64_t> pads =
        ctx.opset() < 11 ? *ctx.attributes().optional_integers("pads") : ctx.integers(1, "pads");
    const std::vector<std::int64_t> axes = axes_or_all(ctx, ctx.opset() < 18 ? 99 : 3, rank);
    require_distinct(ctx, axes, rank);
    if (pads.size() != 2 * axes.size()) {
        ctx.fail("pads have a wrong length", list_text(pads),
                 fmt::format("{} values", 2 * axes.size()));
    }
    pad_request r{std::vector<std::int64_t>(rank, 0), std::vector<std::int64_t>(rank, 0)};
    for (std::size_t k = 0; k < axes.size(); ++k) {
        const std::size_t axis = ctx.axis(axes[k], rank);
        r.before[axis] = pads[k];
        r.after[axis] = pads[axes.size() + k];
        if (std::max(std::abs(pads[k] / 2), std::abs(r.after[axis] / 2))
            > ctx.limits().value_elements) {
            ctx.fail("pads out of range", list_text(pads),
                     fmt::format("at most {} elements in one axis", ctx.limits().value_elements));
        }
    }
    return r;
}

void require_zero_padding(node_context& ctx) {
    const std::string mode = ctx.attributes().text("mode");
    if (mode != "constant") {
        ctx.refuse("padding mode '" + printable(mode) + "'",
                   "only constant padding with 0 is silent in spikes");
    }
    double value = 0.0;
    if (ctx.opset() < 11) {
        value = static_cast<double>(ctx.attributes().real("value"));
    } else if (ctx.has_input(2)) {
        const tensor& t = ctx.constant(2, "padding value");
        if (t.size() != 1) { ctx.fail("padding value is not a scalar", list_text(t.shape), "[]"); }
        value = t.as_double(0);
    }
    if (value != 0.0) {
        ctx.refuse(fmt::format("pads with {}", value),
                   "only constant padding with 0 is silent in spikes");
    }
}

/// Sizes of the parts of Split: given, or equal, or by the number of outputs (the last one
/// smaller).
std::vector<std::int64_t> split_sizes(node_context& ctx, std::int64_t size) {
    if (ctx.opset() < 13) {
        const auto given = ctx.attributes().optional_integers("split");
        if (given) { return *given; }
    } else if (ctx.has_input(1)) {
        return ctx.integers(1, "split");
    }
    const auto outputs = static_cast<std::int64_t>(ctx.node().output_size());
    const bool named = ctx.opset() >= 18 && ctx.attributes().given("num_outputs");
    if (named && ctx.attributes().optional_integer("num_outputs") != outputs) {
        ctx.fail("num_outputs differs from the outputs of the node",
                 std::to_string(*ctx.attributes().optional_integer("num_outputs")),
                 std::to_string(outputs));
    }
    if (!named && size % outputs != 0) {
        ctx.fail("the axis cannot be split into equal parts",
                 fmt::format("{} into {} parts", size, outputs));
    }
    std::vector<std::int64_t> sizes(static_cast<std::size_t>(outputs),
                                    (size + outputs - 1) / outputs);
    std::int64_t left = size;
    for (std::int64_t& s : sizes) {
        s = std::min(s, left);
        left -= s;
    }
    return sizes;
}

}  // namespace

void transpose(node_context& ctx) {
    const dims from = ctx.full_shape(0);
    std::vector<std::int64_t> perm(from.size());
    std::iota(perm.rbegin(), perm.rend(), 0);
    perm = ctx.attributes().optional_integers("perm").value_or(perm);
    if (perm.size() != from.size()) {
        ctx.fail("perm has a wrong length", list_text(perm), fmt::format("{} axes", from.size()));
    }
    require_distinct(ctx, perm, from.size());
    if (!ctx.is_constant(0) && !perm.empty() && ctx.axis(perm[0], from.size()) != 0) {
        ctx.refuse("moves the batch axis: perm " + list_text(perm), "keep axis 0 first");
    }
    const axis_offsets offsets = whole(from);
    axis_offsets moved;
    for (const std::int64_t a : perm) { moved.push_back(offsets[ctx.axis(a, from.size())]); }
    set_offsets(ctx, 0, moved);
}

void slice(node_context& ctx) {
    const dims from = ctx.full_shape(0);
    const slice_request r = slice_arguments(ctx, from.size());
    axis_offsets offsets = whole(from);
    for (std::size_t k = 0; k < r.starts.size(); ++k) {
        const std::size_t axis = ctx.axis(r.axes[k], from.size());
        if (r.steps[k] == 0) { ctx.fail("a step is 0", list_text(r.steps), "other than 0"); }
        if (!ctx.is_constant(0) && axis == 0) {
            if (r.starts[k] != 0 || r.steps[k] != 1 || r.ends[k] < to_the_end) {
                ctx.refuse("takes a part of the batch", "slice the axes after the batch");
            }
            continue;
        }
        const auto coordinates = slice_coordinates(from[axis], r.starts[k], r.ends[k], r.steps[k]);
        std::vector<std::int64_t> picked;
        for (const std::int64_t c : coordinates) {
            picked.push_back(offsets[axis][static_cast<std::size_t>(c)]);
        }
        offsets[axis] = std::move(picked);
    }
    set_offsets(ctx, 0, offsets);
}

void pad(node_context& ctx) {
    require_zero_padding(ctx);
    const dims from = ctx.full_shape(0);
    const pad_request r = pad_arguments(ctx, from.size());
    if (!ctx.is_constant(0) && (r.before[0] != 0 || r.after[0] != 0)) {
        ctx.refuse("pads the batch axis", "pad the axes after the batch");
    }
    dims to = from;
    for (std::size_t a = 0; a < from.size(); ++a) { to[a] += r.before[a] + r.after[a]; }
    ctx.require_size(to);
    axis_offsets offsets = whole(from);
    for (std::size_t a = 0; a < from.size(); ++a) {
        std::vector<std::int64_t> padded;
        for (std::int64_t i = 0; i < to[a]; ++i) {
            const std::int64_t source = i - r.before[a];
            const bool inside = source >= 0 && source < from[a];
            padded.push_back(inside ? offsets[a][static_cast<std::size_t>(source)] : -1);
        }
        offsets[a] = std::move(padded);
    }
    set_offsets(ctx, 0, offsets);
}

void concat(node_context& ctx) {
    std::vector<dims> shapes;
    std::vector<std::size_t> inputs;
    for (std::size_t i = 0; i < ctx.input_count(); ++i) {
        shapes.push_back(ctx.full_shape(i));
        inputs.push_back(i);
        if (ctx.is_constant(i) && ctx.is_constant(0)
            && ctx.constant(i, "input").type != ctx.constant(0, "input").type) {
            ctx.fail("inputs differ in their element type",
                     type_text(ctx.constant(i, "input").type),
                     type_text(ctx.constant(0, "input").type));
        }
    }
    if (shapes.empty()) { ctx.fail("has no inputs"); }
    const std::size_t axis = ctx.axis(ctx.attributes().integer("axis"), shapes[0].size());
    const bool constants =
        std::all_of(inputs.begin(), inputs.end(), [&](auto i) { return ctx.is_constant(i); });
    if (!constants && axis == 0) {
        ctx.refuse("joins along the batch axis", "join along another axis");
    }
    dims total = shapes[0];
    for (std::size_t i = 1; i < shapes.size(); ++i) {
        dims expected = shapes[0];
        if (shapes[i].size() == expected.size()) { expected[axis] = shapes[i][axis]; }
        if (shapes[i] != expected) {
            ctx.fail("shapes do not fit together",
                     list_text(shapes[0]) + " and " + list_text(shapes[i]),
                     fmt::format("equal dimensions but for axis {}", axis));
        }
        total[axis] += shapes[i][axis];
    }
    ctx.require_size(total);
    ctx.set_moved(0, inputs, joined(shapes, axis));
}

void split(node_context& ctx) {
    const dims from = ctx.full_shape(0);
    const std::size_t axis = ctx.axis(ctx.attributes().integer("axis"), from.size());
    if (!ctx.is_constant(0) && axis == 0) { ctx.refuse("splits the batch", "split another axis"); }
    const std::vector<std::int64_t> sizes = split_sizes(ctx, from[axis]);
    const auto total =
        checked_count({static_cast<std::int64_t>(sizes.size())}, ctx.limits().value_elements);
    std::int64_t sum = 0;
    for (const std::int64_t s : sizes) {
        if (s < 0 || s > from[axis]) {
            ctx.fail("impossible sizes of the parts", list_text(sizes));
        }
        sum += s;
    }
    if (!total || sum != from[axis]
        || sizes.size() != static_cast<std::size_t>(ctx.node().output_size())) {
        ctx.fail("the sizes of the parts do not fit", list_text(sizes),
                 fmt::format("{} parts that add up to {}", ctx.node().output_size(), from[axis]));
    }
    axis_offsets offsets = whole(from);
    const std::vector<std::int64_t> all = offsets[axis];
    auto next = all.begin();
    for (std::size_t k = 0; k < sizes.size(); ++k) {
        offsets[axis].assign(next, next + sizes[k]);
        next += sizes[k];
        if (ctx.has_output(k)) { set_offsets(ctx, k, offsets); }
    }
}

void gather(node_context& ctx) {
    if (!ctx.is_constant(1)) {
        ctx.refuse("looks up by a value that depends on the input (an embedding)",
                   "feed the looked-up vectors as input instead");
    }
    const dims from = ctx.full_shape(0);
    const std::size_t axis = ctx.axis(ctx.attributes().integer("axis"), from.size());
    if (!ctx.is_constant(0) && axis == 0) {
        ctx.refuse("selects samples of the batch", "use another axis");
    }
    axis_offsets offsets = whole(from);
    std::vector<std::int64_t> picked;
    for (std::int64_t i : ctx.integers(1, "indices")) {
        if (i < -from[axis] || i >= from[axis]) {
            ctx.fail("index out of range", std::to_string(i),
                     fmt::format("{} .. {}", -from[axis], from[axis] - 1));
        }
        i += i < 0 ? from[axis] : 0;
        picked.push_back(offsets[axis][static_cast<std::size_t>(i)]);
    }
    offsets[axis] = std::move(picked);
    ctx.require_size(shape_of_offsets(offsets));
    movement moved = separable(offsets);
    const dims& indices = ctx.constant(1, "indices").shape;
    const auto at = moved.shape.erase(moved.shape.begin() + static_cast<std::ptrdiff_t>(axis));
    moved.shape.insert(at, indices.begin(), indices.end());
    ctx.set_moved(0, {0}, moved);
}

void expand(node_context& ctx) {
    const dims from = ctx.full_shape(0);
    std::vector<shape_entry> target = shape_entries(ctx, 1, "target shape");
    if (!ctx.is_constant(0)) {
        if (target.size() > from.size()) {
            ctx.refuse("adds axes before the batch", "keep the batch axis first");
        }
        if (target.size() == from.size()) {
            if (!means_batch(ctx, target[0])) {
                ctx.refuse("repeats the batch", "keep the batch axis as it is");
            }
            target[0] = {1, false};
        }
    }
    dims to;
    for (const shape_entry& e : target) {
        if (e.times_batch) {
            ctx.refuse("the target shape depends on the batch size",
                       "keep the batch axis as it is");
        }
        to.push_back(e.value);
    }
    if (!checked_count(to, ctx.limits().value_elements)) {
        ctx.fail("impossible target shape", list_text(to),
                 fmt::format("at most {} elements", ctx.limits().value_elements));
    }
    const dims shape = broadcast_shape(ctx, from, to);
    ctx.set_moved(0, {0}, broadcast(from, shape));
}

}  // namespace synfire::converters::onnx_reader::ops
