// SPDX-License-Identifier: Apache-2.0
// ONNX broadcasting.
#include "onnx/ops/broadcast.hpp"

#include <algorithm>

#include "onnx/text.hpp"

namespace synfire::converters::onnx_reader::ops {

dims broadcast_shape(node_context& ctx, const dims& a, const dims& b) {
    const std::size_t rank = std::max(a.size(), b.size());
    dims out(rank, 1);
    for (std::size_t i = 0; i < rank; ++i) {
        const std::int64_t da = i < rank - a.size() ? 1 : a[i - (rank - a.size())];
        const std::int64_t db = i < rank - b.size() ? 1 : b[i - (rank - b.size())];
        if (da != db && da != 1 && db != 1) {
            ctx.fail("shapes cannot be broadcast", list_text(a) + " and " + list_text(b),
                     "equal dimensions, or 1");
        }
        out[i] = da == 1 ? db : da;
    }
    ctx.require_size(out);
    return out;
}

movement broadcast(const dims& from, const dims& to) {
    const dims strides = strides_of(from);
    const std::size_t missing = to.size() - from.size();
    axis_offsets offsets(to.size());
    for (std::size_t a = 0; a < to.size(); ++a) {
        const std::int64_t stride =
            a < missing || from[a - missing] == 1 ? 0 : strides[a - missing];
        for (std::int64_t i = 0; i < to[a]; ++i) { offsets[a].push_back(i * stride); }
    }
    return separable(offsets);
}

activation broadcast_value(node_context& ctx, const activation& from, const dims& item) {
    if (from.item == item) { return from; }
    return ctx.add_layer(index_map{broadcast(from.item, item).index}, {from.id}, item, "repeated");
}

std::vector<shape_entry> shape_entries(node_context& ctx, std::size_t input, const char* role) {
    const tensor& t = ctx.constant(input, role);
    if (t.is_real() || t.shape.size() > 1) {
        ctx.fail(std::string(role) + " must be a list of integers",
                 type_text(t.type) + " " + list_text(t.shape));
    }
    std::vector<shape_entry> entries;
    for (std::size_t i = 0; i < t.size(); ++i) { entries.push_back({t.integers[i], t.marked(i)}); }
    return entries;
}

bool means_batch(const node_context& ctx, const shape_entry& entry) {
    if (entry.times_batch) { return entry.value == 1; }
    return entry.value == 1 || (ctx.batch() && entry.value == *ctx.batch());
}

}  // namespace synfire::converters::onnx_reader::ops
