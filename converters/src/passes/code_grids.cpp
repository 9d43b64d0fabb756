// SPDX-License-Identifier: Apache-2.0
#include "code_grids.hpp"

#include <algorithm>
#include <cmath>

namespace synfire::converters {

bool same_codes(const code_format* a, const code_format* b) {
    return a != nullptr && b != nullptr && a->scale == b->scale && a->zero == b->zero;
}

bool moves_codes(const layer& l, const code_format& codes) {
    if (const auto* map = std::get_if<index_map>(&l.op)) {
        const bool pads = std::find(map->index.begin(), map->index.end(), -1) != map->index.end();
        const auto is_zero = [](std::int32_t z) { return z == 0; };
        return !pads || std::all_of(codes.zero.begin(), codes.zero.end(), is_zero);
    }
    return std::holds_alternative<max_pool>(l.op) || std::holds_alternative<dequantise_layer>(l.op);
}

std::optional<code_grid> grid_of_codes(const code_format& codes) {
    const std::int32_t zero = codes.zero.front();
    const auto differs = [zero](std::int32_t z) { return z != zero; };
    if (std::any_of(codes.zero.begin(), codes.zero.end(), differs)) { return std::nullopt; }
    return code_grid{codes.scale, codes.lo - zero, codes.hi - zero, zero};
}

void set_grid(sum_node& sum, const code_grid& grid) {
    sum.grid = grid;
    if (sum.relu) { sum.grid->lo = std::max(grid.lo, 0); }
    sum.relu = sum.relu || grid.lo >= 0;
    if (std::isfinite(sum.upper) && grid.scale.size() == 1) {
        const float bound = std::nearbyint(sum.upper / grid.scale.front());
        sum.grid->hi =
            std::min(grid.hi, static_cast<std::int32_t>(std::clamp(bound, 0.0F, 65535.0F)));
    }
}

bool lies_on(const std::optional<code_grid>& present, const code_grid& grid) {
    return present && present->scale == grid.scale && present->lo >= grid.lo
           && present->hi <= grid.hi;
}

}  // namespace synfire::converters
