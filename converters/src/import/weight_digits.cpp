// SPDX-License-Identifier: Apache-2.0
#include "weight_digits.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include <synfire/core/error.hpp>

namespace synfire::converters {

std::vector<std::vector<std::int8_t>> weight_digits(std::vector<std::int64_t> values) {
    std::vector<std::vector<std::int8_t>> digits;
    const auto fits = [](std::int64_t v) { return std::abs(v) <= one_weight; };
    while (!std::all_of(values.begin(), values.end(), fits)) {
        std::vector<std::int8_t> low;
        for (std::int64_t& v : values) {
            // Digits of one sign: no partial sum is larger than the number itself.
            low.push_back(static_cast<std::int8_t>(v % 128));
            v /= 128;
        }
        digits.push_back(std::move(low));
    }
    std::vector<std::int8_t> last;
    for (const std::int64_t v : values) { last.push_back(static_cast<std::int8_t>(v)); }
    digits.push_back(std::move(last));
    return digits;
}

scaled_part factor_digits(node_id population, const std::vector<std::int64_t>& factors) {
    auto digits = weight_digits(factors);
    if (digits.size() > 2) { throw internal_error("a factor beyond two 8-bit weights"); }
    scaled_part part{population, std::move(digits[0]), {}};
    if (digits.size() == 2) { part.high = std::move(digits[1]); }
    return part;
}

}  // namespace synfire::converters
