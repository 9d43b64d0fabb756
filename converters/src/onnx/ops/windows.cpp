// SPDX-License-Identifier: Apache-2.0
// Geometry of convolution and pooling windows.
#include "onnx/ops/windows.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "onnx/text.hpp"

namespace synfire::converters::onnx_reader::ops {
namespace {

constexpr std::int64_t largest_step = std::int64_t{1}
                                      << 20;  // far above any network; keeps products in 64 bits

struct axis_window {
    std::int64_t input, kernel, stride, dilation, before, after;

    std::int64_t extent() const { return (kernel - 1) * dilation + 1; }
    /// True if the window at output position o reads at least one input element.
    bool reads(std::int64_t o) const {
        const std::int64_t start = o * stride - before;
        const std::int64_t tap = start >= 0 ? 0 : (-start + dilation - 1) / dilation;
        return tap < kernel && start + tap * dilation < input;
    }
};

struct window_attributes {
    std::vector<std::int64_t> pads, strides, dilations;
    std::string auto_pad;
    bool ceil = false;
};

void require_range(node_context& ctx, const char* name, const std::vector<std::int64_t>& values,
                   std::int64_t lowest) {
    for (const std::int64_t v : values) {
        if (v < lowest || v > largest_step) {
            ctx.fail(fmt::format("{} out of range", name), list_text(values),
                     fmt::format("{} .. {}", lowest, largest_step));
        }
    }
}

window_attributes read_attributes(node_context& ctx, std::size_t rank, bool pooling) {
    const attribute_reader& attributes = ctx.attributes();
    window_attributes out;
    out.pads = attributes.integers("pads", 2 * rank);
    out.strides = attributes.integers("strides", rank);
    const int dilations_since = !pooling ? 1 : ctx.node().op_type() == "MaxPool" ? 10 : 19;
    out.dilations = ctx.opset() >= dilations_since ? attributes.integers("dilations", rank)
                                                   : std::vector<std::int64_t>(rank, 1);
    out.auto_pad = attributes.text("auto_pad");
    out.ceil = pooling && ctx.opset() >= 10 && attributes.integer("ceil_mode") != 0;
    require_range(ctx, "pads", out.pads, 0);
    require_range(ctx, "strides", out.strides, 1);
    require_range(ctx, "dilations", out.dilations, 1);
    const bool known = out.auto_pad == "NOTSET" || out.auto_pad == "VALID"
                       || out.auto_pad == "SAME_UPPER" || out.auto_pad == "SAME_LOWER";
    if (!known) {
        ctx.fail("unknown auto_pad", printable(out.auto_pad),
                 "NOTSET, VALID, SAME_UPPER or SAME_LOWER");
    }
    const bool padded =
        std::any_of(out.pads.begin(), out.pads.end(), [](auto p) { return p != 0; });
    if (out.auto_pad != "NOTSET" && padded) {
        ctx.fail("auto_pad and pads contradict each other",
                 out.auto_pad + " and " + list_text(out.pads), "one of them");
    }
    return out;
}

/// SAME: as many windows as strides fit into the input, the odd cell after (UPPER) or before
/// (LOWER).
std::int64_t pad_same(axis_window& w, bool upper) {
    const std::int64_t count = (w.input + w.stride - 1) / w.stride;
    const std::int64_t total =
        std::max<std::int64_t>((count - 1) * w.stride + w.extent() - w.input, 0);
    w.before = upper ? total / 2 : total - total / 2;
    w.after = total - w.before;
    return count;
}

/// Windows along one axis. With ceil_mode a last window may reach beyond the padding but not start
/// in it: the rule that operator set 22 wrote down and that frameworks follow for older files too.
std::int64_t count_windows(node_context& ctx, axis_window& w, const window_attributes& attributes) {
    if (attributes.auto_pad.starts_with("SAME")) {
        return pad_same(w, attributes.auto_pad == "SAME_UPPER");
    }
    const std::int64_t room = w.input + w.before + w.after - w.extent();
    if (room < 0) {
        ctx.fail("the window is larger than its padded input",
                 fmt::format("window of {}", w.extent()),
                 fmt::format("at most {}", w.input + w.before + w.after));
    }
    const std::int64_t floor_count = room / w.stride + 1;
    if (!attributes.ceil || attributes.auto_pad != "NOTSET" || room % w.stride == 0) {
        return floor_count;
    }
    if (floor_count * w.stride >= w.input + w.before) {
        ctx.state().newer_pooling_rule = true;
        return floor_count;
    }
    return floor_count + 1;
}

bool has_empty_window(const axis_window& w, std::int64_t count) {
    for (std::int64_t o = 0; o < count; ++o) {
        if (!w.reads(o)) { return true; }
    }
    return false;
}

void lift_to_two_dimensions(window_attributes& a, std::vector<std::int64_t>& kernel) {
    kernel.insert(kernel.begin(), 1);
    a.strides.insert(a.strides.begin(), 1);
    a.dilations.insert(a.dilations.begin(), 1);
    a.pads = {0, a.pads[0], 0, a.pads[1]};
}

/// What only transposed convolutions have.
struct transposed_attributes {
    std::vector<std::int64_t> output_padding, output_shape;  ///< output_shape may be empty
};

transposed_attributes read_transposed(node_context& ctx, std::size_t rank,
                                      const window_attributes& windows) {
    transposed_attributes out;
    out.output_padding = ctx.attributes().integers("output_padding", rank);
    require_range(ctx, "output_padding", out.output_padding, 0);
    for (std::size_t d = 0; d < rank; ++d) {
        const std::int64_t step = std::max(windows.strides[d], windows.dilations[d]);
        if (out.output_padding[d] >= step) {
            ctx.fail("output_padding out of range", list_text(out.output_padding),
                     "less than the stride or the dilation");
        }
    }
    out.output_shape = ctx.attributes().optional_integers("output_shape").value_or(dims{});
    if (out.output_shape.size() == rank + 2) {  // some exporters name batch and channels, too
        out.output_shape.erase(out.output_shape.begin(), out.output_shape.begin() + 2);
    }
    if (!out.output_shape.empty() && out.output_shape.size() != rank) {
        ctx.fail("output_shape has a wrong length", list_text(out.output_shape),
                 fmt::format("{} values", rank));
    }
    require_range(ctx, "output_shape", out.output_shape, 1);
    return out;
}

/// Size along one axis; where it is given, or follows from SAME, it fixes the pads instead.
std::int64_t transposed_size(node_context& ctx, axis_window& w, std::int64_t extra,
                             std::int64_t given, const std::string& auto_pad) {
    const std::int64_t whole = (w.input - 1) * w.stride + extra + w.extent();
    std::int64_t size = given;
    if (size == 0 && auto_pad.starts_with("SAME")) { size = w.input * w.stride; }
    if (size == 0) { return whole - w.before - w.after; }
    const std::int64_t total = whole - size;
    if (-total >= std::max(w.stride, w.dilation)) {
        ctx.refuse(fmt::format("output_shape {} is far larger than the {} that windows reach", size,
                               whole),
                   "give ConvTranspose the size that its windows reach, and pad behind it");
    }
    if (total < 0) {  // what no window reaches is at the end, and has the bias alone
        w.before = 0;
        w.after = 0;
        return size;
    }
    w.before = auto_pad == "SAME_UPPER" ? total / 2 : total - total / 2;
    w.after = total - w.before;
    return size;
}

std::int32_t narrow(std::int64_t v) { return static_cast<std::int32_t>(v); }

}  // namespace

image image_of(node_context& ctx) { return image_of(ctx, ctx.value(0)); }

image image_of(node_context& ctx, const activation& in) {
    if (in.item.size() == 3) { return {in, false}; }
    if (in.item.size() == 2) {
        return {ctx.reshaped(in, {in.item[0], 1, in.item[1]}, "image"), true};
    }
    if (in.item.size() == 4) {
        ctx.refuse("three spatial axes: input of shape " + batched_text(in.item),
                   "only one- and two-dimensional images are supported");
    }
    ctx.fail("input has a wrong rank", batched_text(in.item), "[batch, channels, height, width]");
}

window_plan plan_windows(node_context& ctx, const image& in, std::vector<std::int64_t> kernel,
                         bool pooling) {
    const std::size_t rank = in.flat ? 1 : 2;
    if (kernel.size() != rank) {
        ctx.fail("kernel has a wrong rank", list_text(kernel), fmt::format("{} values", rank));
    }
    require_range(ctx, "kernel", kernel, 1);
    window_attributes a = read_attributes(ctx, rank, pooling);
    if (in.flat) { lift_to_two_dimensions(a, kernel); }
    window_plan plan;
    std::int64_t counts[2] = {0, 0};
    for (std::size_t d = 0; d < 2; ++d) {
        axis_window w{in.value.item[1 + d], kernel[d], a.strides[d],
                      a.dilations[d],       a.pads[d], a.pads[2 + d]};
        counts[d] = count_windows(ctx, w, a);
        ctx.require_size({counts[d]});
        plan.empty_window = plan.empty_window || has_empty_window(w, counts[d]);
        plan.geometry.kernel[d] = narrow(w.kernel);
        plan.geometry.stride[d] = narrow(w.stride);
        plan.geometry.dilation[d] = narrow(w.dilation);
        plan.geometry.pads[d] = narrow(w.before);
        plan.geometry.pads[2 + d] = narrow(w.after);
    }
    plan.height = counts[0];
    plan.width = counts[1];
    return plan;
}

window_plan plan_transposed_windows(node_context& ctx, const image& in,
                                    std::vector<std::int64_t> kernel) {
    const std::size_t rank = in.flat ? 1 : 2;
    require_range(ctx, "kernel", kernel, 1);
    window_attributes a = read_attributes(ctx, rank, false);
    transposed_attributes t = read_transposed(ctx, rank, a);
    if (in.flat) {
        lift_to_two_dimensions(a, kernel);
        t.output_padding.insert(t.output_padding.begin(), 0);
        if (!t.output_shape.empty()) { t.output_shape.insert(t.output_shape.begin(), 1); }
    }
    window_plan plan;
    std::int64_t sizes[2] = {0, 0};
    for (std::size_t d = 0; d < 2; ++d) {
        axis_window w{in.value.item[1 + d], kernel[d], a.strides[d],
                      a.dilations[d],       a.pads[d], a.pads[2 + d]};
        sizes[d] = transposed_size(ctx, w, t.output_padding[d],
                                   t.output_shape.empty() ? 0 : t.output_shape[d], a.auto_pad);
        if (sizes[d] < 1) {
            ctx.fail("the pads leave no output", fmt::format("a size of {}", sizes[d]),
                     "at least 1");
        }
        ctx.require_size({sizes[d]});
        plan.geometry.kernel[d] = narrow(w.kernel);
        plan.geometry.stride[d] = narrow(w.stride);
        plan.geometry.dilation[d] = narrow(w.dilation);
        plan.geometry.pads[d] = narrow(w.before);
        plan.geometry.pads[2 + d] = narrow(w.after);
    }
    plan.height = sizes[0];
    plan.width = sizes[1];
    return plan;
}

activation add_image(node_context& ctx, const image& in, operation op, dims item,
                     const char* part) {
    if (!in.flat) { return ctx.add_layer(std::move(op), {in.value.id}, std::move(item), part); }
    const activation out = ctx.add_layer(std::move(op), {in.value.id}, item, "image");
    return ctx.reshaped(out, {item[0], item[2]}, part);
}

void set_image(node_context& ctx, const image& in, operation op, dims item) {
    ctx.set_value(0, add_image(ctx, in, std::move(op), std::move(item), ""));
}

kernel_geometry whole_image(node_context& ctx, const image& in) {
    ctx.require_size(in.value.item);
    kernel_geometry g;
    g.kernel = {static_cast<std::int32_t>(in.value.item[1]),
                static_cast<std::int32_t>(in.value.item[2])};
    g.stride = g.kernel;
    return g;
}

}  // namespace synfire::converters::onnx_reader::ops
