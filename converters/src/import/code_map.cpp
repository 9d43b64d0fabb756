// SPDX-License-Identifier: Apache-2.0
#include "code_map.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace synfire::converters {

std::vector<code_boundary> boundaries_of(const code_map& map) {
    std::vector<code_boundary> found;
    const std::int32_t top = map.code(map.last);
    std::int64_t low = map.first;  // code(low) is below every code still to be found
    for (std::int32_t code = map.code(map.first) + 1; code <= top; ++code) {
        std::int64_t below = low;
        std::int64_t above = map.last;
        while (above - below > 1) {
            const std::int64_t middle = below + (above - below) / 2;
            (map.code(middle) >= code ? above : below) = middle;
        }
        found.push_back({code, above, map.tie(above - 1), map.tie(above)});
        low = below;
    }
    return found;
}

code_map requantised(std::int64_t first, std::int64_t last, float multiplier, code_range range) {
    const auto real = [multiplier](std::int64_t acc) {
        return static_cast<float>(acc) * multiplier;
    };
    code_map map{first, last, 1.0 / static_cast<double>(multiplier), range, {}, {}};
    map.code = [real, range](std::int64_t acc) {
        const float clamped =
            std::clamp(real(acc), static_cast<float>(range.lo), static_cast<float>(range.hi));
        return static_cast<std::int32_t>(std::nearbyint(clamped));
    };
    map.tie = [real](std::int64_t acc) {
        const float x = real(acc);
        return x - std::floor(x) == 0.5F;
    };
    return map;
}

code_map rounded(std::int64_t first, std::int64_t last, double per_unit, code_range range,
                 std::function<double(std::int64_t)> value, double blur) {
    code_map map{first, last, 1.0 / per_unit, range, {}, {}};
    map.code = [value, range](std::int64_t acc) {
        const double clamped =
            std::clamp(value(acc), static_cast<double>(range.lo), static_cast<double>(range.hi));
        return static_cast<std::int32_t>(std::nearbyint(clamped));
    };
    map.tie = [value = std::move(value), blur](std::int64_t acc) {
        const double x = value(acc);
        return std::abs(x - std::floor(x) - 0.5) <= blur;
    };
    return map;
}

}  // namespace synfire::converters
