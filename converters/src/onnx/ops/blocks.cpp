// SPDX-License-Identifier: Apache-2.0
// DepthToSpace and SpaceToDepth: blocks of channels against blocks of positions, both index maps.
#include <utility>

#include <fmt/format.h>

#include "onnx/ops/handlers.hpp"
#include "onnx/text.hpp"

namespace synfire::converters::onnx_reader::ops {
namespace {

std::int64_t block_size(node_context& ctx, const dims& from) {
    if (from.size() != 4) {
        ctx.fail("input has a wrong rank", list_text(from), "[batch, channels, height, width]");
    }
    const std::int64_t size = ctx.attributes().integer("blocksize");
    if (size < 1 || size > 4096) {
        ctx.fail("blocksize out of range", std::to_string(size), "1 .. 4096");
    }
    return size;
}

void require_multiple(node_context& ctx, const char* what, std::int64_t found, std::int64_t of) {
    if (found % of != 0) {
        ctx.fail(fmt::format("blocksize does not divide the {}", what), std::to_string(found),
                 fmt::format("a multiple of {}", of));
    }
}

/// Reads the input as a tensor of shape `split`, its axes turned by `order`, as shape `to`.
void set_turned(node_context& ctx, const dims& split, const std::vector<std::size_t>& order,
                dims to) {
    ctx.require_size(to);
    const axis_offsets offsets = whole(split);
    axis_offsets turned;
    for (const std::size_t axis : order) { turned.push_back(offsets[axis]); }
    movement moved = separable(turned);
    moved.shape = std::move(to);
    ctx.set_moved(0, {0}, moved);
}

}  // namespace

void depth_to_space(node_context& ctx) {
    const dims from = ctx.full_shape(0);
    const std::int64_t b = block_size(ctx, from);
    require_multiple(ctx, "channels", from[1], b * b);
    const std::string mode = ctx.opset() < 11 ? "DCR" : ctx.attributes().text("mode");
    if (mode != "DCR" && mode != "CRD") { ctx.fail("unknown mode", printable(mode), "DCR or CRD"); }
    const std::int64_t channels = from[1] / (b * b);
    const dims to{from[0], channels, from[2] * b, from[3] * b};
    if (mode == "DCR") {
        set_turned(ctx, {from[0], b, b, channels, from[2], from[3]}, {0, 3, 4, 1, 5, 2}, to);
    } else {
        set_turned(ctx, {from[0], channels, b, b, from[2], from[3]}, {0, 1, 4, 2, 5, 3}, to);
    }
}

void space_to_depth(node_context& ctx) {
    const dims from = ctx.full_shape(0);
    const std::int64_t b = block_size(ctx, from);
    require_multiple(ctx, "height", from[2], b);
    require_multiple(ctx, "width", from[3], b);
    set_turned(ctx, {from[0], from[1], from[2] / b, b, from[3] / b, b}, {0, 3, 5, 1, 2, 4},
               {from[0], from[1] * b * b, from[2] / b, from[3] / b});
}

}  // namespace synfire::converters::onnx_reader::ops
