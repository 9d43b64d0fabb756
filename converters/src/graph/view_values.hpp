// SPDX-License-Identifier: Apache-2.0
// Values of a view from the values of its sources, for both executors.
#pragma once

#include <cstddef>
#include <vector>

#include "neuron_graph.hpp"

namespace synfire::converters {

template <typename T>
void gather_view(const view_node& view, const std::vector<std::vector<T>>& values,
                 std::vector<T>& out) {
    std::vector<T> joined;
    for (const node_id source : view.sources) {
        joined.insert(joined.end(), values[source].begin(), values[source].end());
    }
    out.resize(view.index.size());
    for (std::size_t e = 0; e < out.size(); ++e) {
        out[e] = view.index[e] < 0 ? T{} : joined[static_cast<std::size_t>(view.index[e])];
    }
}

}  // namespace synfire::converters
