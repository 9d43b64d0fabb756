// SPDX-License-Identifier: Apache-2.0
#include "layer_menus.hpp"

#include <cmath>

namespace synfire::converters {

namespace {

// Powers of two between which prices are tried: from next to nothing to the least number for all.
constexpr int least_price = -16;
constexpr int largest_price = 4;
constexpr int tries_per_octave = 2;

}  // namespace

std::vector<std::int32_t> numbers_at_price(const std::vector<layer_menu>& menus, double price,
                                           std::size_t nodes) {
    double all = 0.0;
    for (const layer_menu& menu : menus) { all += menu.cost.back(); }
    std::vector<std::int32_t> numbers(nodes, 0);
    for (const layer_menu& menu : menus) {
        std::size_t best = menu.error.size() - 1;
        const auto total = [&](std::size_t i) {
            return menu.error[i] + (all > 0.0 ? price * menu.cost[i] / all : 0.0);
        };
        for (std::size_t i = menu.error.size(); i-- > 0;) {
            if (total(i) < total(best)) { best = i; }
        }
        for (const node_id id : menu.nodes) {
            numbers[id] = menu.first + static_cast<std::int32_t>(best);
        }
    }
    return numbers;
}

std::vector<std::int32_t>
least_numbers(const std::vector<layer_menu>& menus, std::size_t nodes,
              const std::function<bool(const std::vector<std::int32_t>& numbers)>& good) {
    int low = least_price * tries_per_octave - 1;  // taken for good: no price at all
    int high = largest_price * tries_per_octave + 1;
    std::vector<std::int32_t> best;
    while (high - low > 1) {
        const int middle = (low + high) / 2;
        const double price = std::exp2(static_cast<double>(middle) / tries_per_octave);
        std::vector<std::int32_t> numbers = numbers_at_price(menus, price, nodes);
        if (good(numbers)) {
            best = std::move(numbers);
            low = middle;
        } else {
            high = middle;
        }
    }
    return best;
}

}  // namespace synfire::converters
