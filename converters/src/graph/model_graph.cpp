// SPDX-License-Identifier: Apache-2.0
#include "model_graph.hpp"

#include <functional>
#include <numeric>

namespace synfire::converters {

std::int64_t element_count(const dims& shape) {
    return std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
}

}  // namespace synfire::converters
