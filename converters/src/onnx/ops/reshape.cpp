// SPDX-License-Identifier: Apache-2.0
// Reshape, Flatten, Squeeze, Unsqueeze: the same elements in the same order. The batch axis must
// stay the first.
#include <algorithm>

#include <fmt/format.h>

#include "onnx/ops/broadcast.hpp"
#include "onnx/ops/handlers.hpp"
#include "onnx/text.hpp"

namespace synfire::converters::onnx_reader::ops {
namespace {

constexpr const char* keep_batch = "keep the batch axis first and apart from the others";

void set_shape(node_context& ctx, const dims& full) {
    ctx.require_size(full);
    ctx.set_moved(0, {0}, renamed(full));
}

bool copies(node_context& ctx, const shape_entry& e) {
    const bool allow_zero = ctx.opset() >= 14 && ctx.attributes().integer("allowzero") != 0;
    return !e.times_batch && e.value == 0 && !allow_zero;
}

bool inferred(const shape_entry& e) { return !e.times_batch && e.value == -1; }

/// Dimensions from `first` on, with -1 (at most once) still open and the others resolved.
dims resolved_entries(node_context& ctx, const std::vector<shape_entry>& target,
                      std::size_t first) {
    const dims from = ctx.full_shape(0);
    dims out;
    for (std::size_t a = first; a < target.size(); ++a) {
        if (target[a].times_batch) { ctx.refuse("moves or multiplies the batch axis", keep_batch); }
        if (target[a].value < -1) {
            ctx.fail("negative dimension in the target shape", std::to_string(target[a].value),
                     ">= -1");
        }
        if (copies(ctx, target[a]) && a >= from.size()) {
            ctx.fail("the target shape copies a dimension that is not there",
                     fmt::format("dimension {}", a),
                     fmt::format("at most {} dimensions", from.size()));
        }
        out.push_back(copies(ctx, target[a]) ? from[a] : target[a].value);
    }
    return out;
}

/// Product of the known dimensions; bad_input where it is too large.
std::int64_t known_product(node_context& ctx, const dims& shape) {
    dims known;
    std::copy_if(shape.begin(), shape.end(), std::back_inserter(known),
                 [](auto d) { return d >= 0; });
    const auto count = checked_count(known, ctx.limits().value_elements);
    if (!count) {
        ctx.fail("impossible target shape", list_text(shape),
                 fmt::format("at most {} elements", ctx.limits().value_elements));
    }
    return *count;
}

void fill_open_dimension(node_context& ctx, dims& shape, std::int64_t total) {
    if (std::count(shape.begin(), shape.end(), -1) > 1) {
        ctx.fail("more than one -1 in the target shape", list_text(shape), "at most one");
    }
    const std::int64_t known = known_product(ctx, shape);
    const auto open = std::find(shape.begin(), shape.end(), -1);
    if (open != shape.end()) {
        if (known == 0 || total % known != 0) {
            ctx.fail("the target shape does not divide the elements", list_text(shape),
                     fmt::format("{} elements", total));
        }
        *open = total / known;
    } else if (known != total) {
        ctx.fail("the target shape has another number of elements", list_text(shape),
                 fmt::format("{} elements", total));
    }
}

void reshape_constant(node_context& ctx, const std::vector<shape_entry>& target) {
    dims shape = resolved_entries(ctx, target, 0);
    fill_open_dimension(ctx, shape, static_cast<std::int64_t>(ctx.constant(0, "input").size()));
    set_shape(ctx, shape);
}

void reshape_value(node_context& ctx, const std::vector<shape_entry>& target) {
    const std::int64_t total = product(ctx.full_shape(0));
    if (target.empty()) { ctx.refuse("drops the batch axis", keep_batch); }
    dims rest = resolved_entries(ctx, target, 1);
    const bool open_batch = inferred(target[0]);
    if (open_batch && std::count(rest.begin(), rest.end(), -1) > 0) {
        ctx.fail("more than one -1 in the target shape", list_text(rest), "at most one");
    }
    const bool same_rest =
        std::count(rest.begin(), rest.end(), -1) == 0 && known_product(ctx, rest) == total;
    if (open_batch && !same_rest) {
        ctx.refuse(fmt::format("merges the batch axis: {} elements per row for {} per sample",
                               known_product(ctx, rest), total),
                   keep_batch);
    }
    if (!open_batch && !copies(ctx, target[0]) && !means_batch(ctx, target[0])) {
        ctx.refuse(fmt::format("sets the batch axis to {}{}", target[0].value,
                               target[0].times_batch ? " times the batch" : ""),
                   keep_batch);
    }
    fill_open_dimension(ctx, rest, total);
    rest.insert(rest.begin(), 1);
    set_shape(ctx, rest);
}

/// Axes as attribute (until operator set 12) or input 1; nothing where the file gives none.
std::optional<std::vector<std::int64_t>> axes_of(node_context& ctx) {
    if (ctx.opset() < 13) { return ctx.attributes().optional_integers("axes"); }
    if (!ctx.has_input(1)) { return std::nullopt; }
    return ctx.integers(1, "axes");
}

/// One flag per axis of a tensor with `rank` axes.
std::vector<bool> axis_flags(node_context& ctx, const std::vector<std::int64_t>& axes,
                             std::size_t rank) {
    std::vector<bool> flags(rank, false);
    for (const std::int64_t a : axes) {
        const std::size_t axis = ctx.axis(a, rank);
        if (flags[axis]) { ctx.fail("an axis is given twice", list_text(axes), "different axes"); }
        flags[axis] = true;
    }
    return flags;
}

}  // namespace

void reshape(node_context& ctx) {
    const std::vector<shape_entry> target = shape_entries(ctx, 1, "target shape");
    if (ctx.is_constant(0)) {
        reshape_constant(ctx, target);
    } else {
        reshape_value(ctx, target);
    }
}

void flatten(node_context& ctx) {
    const dims from = ctx.full_shape(0);
    const std::int64_t given = ctx.attributes().integer("axis");
    const auto rank = static_cast<std::int64_t>(from.size());
    if (given < -rank || given > rank) {
        ctx.fail("axis out of range", std::to_string(given), fmt::format("{} .. {}", -rank, rank));
    }
    const auto axis = static_cast<std::ptrdiff_t>(given < 0 ? given + rank : given);
    const std::int64_t rows = product(dims(from.begin(), from.begin() + axis));
    const std::int64_t columns = product(dims(from.begin() + axis, from.end()));
    const bool batch_stays = rows == 1 && (axis > 0 || ctx.batch() == 1);
    if (!ctx.is_constant(0) && !batch_stays) {
        ctx.refuse(fmt::format("axis {} merges the batch axis with others", given), "use axis = 1");
    }
    set_shape(ctx, {rows, columns});
}

void squeeze(node_context& ctx) {
    const dims from = ctx.full_shape(0);
    const auto axes = axes_of(ctx);
    const bool value = !ctx.is_constant(0);
    if (value && !axes && ctx.batch() == 1) {
        ctx.refuse("removes all axes of size 1, the batch too", "name the axes to remove");
    }
    std::vector<bool> remove =
        axis_flags(ctx, axes.value_or(std::vector<std::int64_t>{}), from.size());
    if (value && remove[0]) { ctx.refuse("removes the batch axis", keep_batch); }
    dims to;
    for (std::size_t a = 0; a < from.size(); ++a) {
        if (!axes) { remove[a] = from[a] == 1 && !(value && a == 0); }
        if (remove[a] && from[a] != 1) {
            ctx.fail("removes an axis that is longer than 1",
                     fmt::format("axis {} of {}", a, list_text(from)));
        }
        if (!remove[a]) { to.push_back(from[a]); }
    }
    set_shape(ctx, to);
}

void unsqueeze(node_context& ctx) {
    const dims from = ctx.full_shape(0);
    const auto axes = axes_of(ctx);
    if (!axes) { ctx.fail("axes are missing", "", "the axes to insert"); }
    if (axes->size() > 64) {
        ctx.fail("too many axes", std::to_string(axes->size()), "at most 64");
    }
    const std::vector<bool> insert = axis_flags(ctx, *axes, from.size() + axes->size());
    if (!ctx.is_constant(0) && insert[0]) {
        ctx.refuse("puts an axis before the batch", keep_batch);
    }
    dims to;
    std::size_t next = 0;
    for (const bool inserted : insert) { to.push_back(inserted ? 1 : from[next++]); }
    set_shape(ctx, to);
}

}  // namespace synfire::converters::onnx_reader::ops
