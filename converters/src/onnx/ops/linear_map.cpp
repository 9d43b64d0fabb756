// SPDX-License-Identifier: Apache-2.0
#include "onnx/ops/linear_map.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace synfire::converters::onnx_reader::ops {
namespace {

using row = std::vector<tap_weight>;

bool is_move(const axis_taps& axes) {
    for (const auto& axis : axes) {
        for (const row& taps : axis) {
            if (taps.size() != 1 || taps[0].weight != 1.0) { return false; }
        }
    }
    return true;
}

/// Rows over the axes so far, each times the taps of one more axis.
std::vector<row> extended(const std::vector<row>& rows, const std::vector<row>& axis,
                          std::int64_t size) {
    std::vector<row> next;
    next.reserve(rows.size() * axis.size());
    for (const row& outer : rows) {
        for (const row& inner : axis) {
            row product;
            for (const tap_weight& o : outer) {
                for (const tap_weight& i : inner) {
                    product.push_back({o.at * size + i.at, o.weight * i.weight});
                }
            }
            next.push_back(std::move(product));
        }
    }
    return next;
}

/// Taps of all output elements together, which memory has to hold.
void require_few_taps(node_context& ctx, const axis_taps& axes) {
    dims counts;
    for (const auto& axis : axes) {
        std::int64_t count = 0;
        for (const row& taps : axis) { count += static_cast<std::int64_t>(taps.size()); }
        counts.push_back(count);
    }
    ctx.require_size(counts);
}

}  // namespace

std::vector<tap_weight> merged(std::vector<tap_weight> taps) {
    std::sort(taps.begin(), taps.end(),
              [](const tap_weight& a, const tap_weight& b) { return a.at < b.at; });
    row result;
    for (const tap_weight& t : taps) {
        if (!result.empty() && result.back().at == t.at) {
            result.back().weight += t.weight;
        } else {
            result.push_back(t);
        }
    }
    const auto nothing = [](const tap_weight& t) { return t.weight == 0.0; };
    if (!std::all_of(result.begin(), result.end(), nothing)) { std::erase_if(result, nothing); }
    return result;
}

void set_linear_map(node_context& ctx, const axis_taps& axes, const dims& item) {
    require_few_taps(ctx, axes);
    const activation& in = ctx.value(0);
    std::vector<row> rows{{{0, 1.0}}};
    for (std::size_t a = 0; a < axes.size(); ++a) { rows = extended(rows, axes[a], in.item[a]); }
    if (is_move(axes)) {
        movement moved{ctx.full_shape(0), {}};
        moved.shape.erase(moved.shape.begin() + 1, moved.shape.end());
        moved.shape.insert(moved.shape.end(), item.begin(), item.end());
        for (const row& taps : rows) {
            moved.index.push_back(static_cast<std::int32_t>(taps[0].at));
        }
        ctx.set_moved(0, {0}, moved);
        return;
    }
    sparse_map map;
    map.row_ptr.push_back(0);
    for (const row& taps : rows) {
        for (const tap_weight& t : taps) {
            map.column.push_back(static_cast<std::int32_t>(t.at));
            map.weights.push_back(static_cast<float>(t.weight));
        }
        map.row_ptr.push_back(static_cast<std::int64_t>(map.column.size()));
    }
    ctx.set_value(0, ctx.add_layer(std::move(map), {in.id}, item));
}

}  // namespace synfire::converters::onnx_reader::ops
