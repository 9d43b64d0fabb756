// SPDX-License-Identifier: Apache-2.0
// The integers of one product as the file holds them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "../quantise/quantised_graph.hpp"

namespace synfire::converters {

/// One output channel: accumulators are weights times source codes, the bias left out.
struct product_channel {
    std::int64_t first = 0;  ///< smallest sum that the sources' codes can give
    std::int64_t last = 0;
    std::int64_t largest_weight = 0;
    std::int64_t bias = 0;   ///< in accumulators
    double real_bias = 0.0;  ///< of files whose bias is a real number
    float scale = 1.0F;      ///< of the weights
};

struct integer_product {
    std::vector<std::int64_t> weights;  ///< in the term's own layout
    std::vector<product_channel> channels;
    float in_scale = 1.0F;
    std::string refusal;  ///< why the file's integers do not fix this product; empty: they do
    std::string hint;
};

/// Weighted term `t` of node `id`; the sources' integers must be there already.
integer_product read_product(const quantised_graph& quantised, node_id id, const term& t);

}  // namespace synfire::converters
