// SPDX-License-Identifier: Apache-2.0
// ReduceMean, ReduceSum and ReduceMax of values: pooling over all positions where the axes are the
// spatial ones, otherwise a constant linear map.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "onnx/ops/broadcast.hpp"
#include "onnx/ops/handlers.hpp"
#include "onnx/ops/windows.hpp"
#include "onnx/text.hpp"

namespace synfire::converters::onnx_reader::ops {
namespace {

/// Axes as the file gives them, one flag each; all where it gives none.
std::vector<bool> axis_flags(node_context& ctx, std::size_t rank) {
    const int input_since = ctx.node().op_type() == "ReduceSum" ? 13 : 18;
    std::vector<std::int64_t> axes;
    bool nothing = false;
    if (ctx.opset() < input_since) {
        axes = ctx.attributes().optional_integers("axes").value_or(axes);
    } else {
        if (ctx.has_input(1)) { axes = ctx.integers(1, "axes"); }
        nothing = axes.empty() && ctx.attributes().integer("noop_with_empty_axes") != 0;
    }
    std::vector<bool> flags(rank, axes.empty() && !nothing);
    for (const std::int64_t a : axes) { flags[ctx.axis(a, rank)] = true; }
    if (flags[0]) {
        ctx.refuse(axes.empty() ? "reduces all axes, the batch too" : "reduces the batch axis",
                   "name the axes to reduce, without axis 0");
    }
    return flags;
}

bool is_spatial(const std::vector<bool>& flags) {
    return flags == std::vector<bool>{false, false, true, true}
           || flags == std::vector<bool>{false, false, true};
}

/// Shape without the batch axis: reduced axes are 1, or gone.
dims reduced_item(const dims& full, const std::vector<bool>& flags, bool keep) {
    dims item;
    for (std::size_t a = 1; a < full.size(); ++a) {
        if (!flags[a]) { item.push_back(full[a]); }
        if (flags[a] && keep) { item.push_back(1); }
    }
    return item;
}

activation pooled(node_context& ctx, bool largest) {
    const image in = image_of(ctx);
    const kernel_geometry g = whole_image(ctx, in);
    const operation op = largest ? operation(max_pool{g}) : operation(average_pool{g, false, true});
    return ctx.add_layer(op, {in.value.id}, {in.value.item[0], 1, 1}, "pool");
}

/// Each output element adds up those that broadcasting would copy it to.
sparse_map sum_over(const dims& from, const dims& kept, float weight) {
    const movement target = broadcast(kept, from);
    std::vector<std::vector<std::int32_t>> rows(static_cast<std::size_t>(product(kept)));
    for (std::size_t e = 0; e < target.index.size(); ++e) {
        rows[static_cast<std::size_t>(target.index[e])].push_back(static_cast<std::int32_t>(e));
    }
    sparse_map map;
    map.row_ptr.push_back(0);
    for (const auto& row : rows) {
        map.column.insert(map.column.end(), row.begin(), row.end());
        map.row_ptr.push_back(static_cast<std::int64_t>(map.column.size()));
    }
    map.weights.assign(map.column.size(), weight);
    return map;
}

activation summed(node_context& ctx, const std::vector<bool>& flags, bool mean) {
    const activation& in = ctx.value(0);
    const dims kept = reduced_item(ctx.full_shape(0), flags, true);
    const auto share = static_cast<float>(product(kept)) / static_cast<float>(product(in.item));
    return ctx.add_layer(sum_over(in.item, kept, mean ? share : 1.0F), {in.id}, kept, "sum");
}

}  // namespace

void reduce_value(node_context& ctx) {
    const std::string& op = ctx.node().op_type();
    const dims full = ctx.full_shape(0);
    const std::vector<bool> flags = axis_flags(ctx, full.size());
    if (std::count(flags.begin(), flags.end(), true) == 0) {
        ctx.set(0, ctx.input(0));
        return;
    }
    const bool largest = op == "ReduceMax";
    if (largest && !is_spatial(flags)) {
        ctx.refuse("the largest value over other axes than the spatial ones",
                   "use MaxPool, or reduce all spatial axes of [batch, channels, height, width]");
    }
    activation result =
        is_spatial(flags) ? pooled(ctx, largest) : summed(ctx, flags, op == "ReduceMean");
    if (is_spatial(flags) && op == "ReduceSum") {
        const auto count = static_cast<float>(product(full) / full[1]);
        result = ctx.add_layer(affine{{count}, {0.0F}}, {result.id}, result.item, "sum");
    }
    const bool keep = ctx.attributes().integer("keepdims") != 0;
    ctx.set_value(0, ctx.reshaped(result, reduced_item(full, flags, keep), ""));
}

}  // namespace synfire::converters::onnx_reader::ops
