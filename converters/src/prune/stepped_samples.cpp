// SPDX-License-Identifier: Apache-2.0
#include "stepped_samples.hpp"

#include <algorithm>
#include <cmath>

#include "../quantise/calibration.hpp"
#include "../quantise/lifetimes.hpp"

namespace synfire::converters {

stepped_samples::stepped_samples(const neuron_graph& graph, const dataset& data,
                                 std::size_t samples)
    : last_reader_(last_readers(graph)),
      executors_(samples, neuron_executor(graph)) {
    for_each_sample(samples, [&](std::size_t i, std::size_t) {
        executors_[i].set_input(real_input(graph, data, i));
    });
}

void stepped_samples::run_node(node_id id) {
    for_each_sample(size(), [&](std::size_t i, std::size_t) { executors_[i].run_node(id); });
}

void stepped_samples::forget_behind(node_id id) {
    for (node_id old = 0; old <= id; ++old) {
        if (last_reader_[old] != id) { continue; }
        for (neuron_executor& e : executors_) { e.forget(old); }
    }
}

double stepped_samples::largest(node_id id, bool potential) const {
    float most = 0.0F;
    for (const neuron_executor& e : executors_) {
        for (const float v : potential ? e.potential(id) : e.value(id)) {
            most = std::max(most, std::abs(v));
        }
    }
    return static_cast<double>(most);
}

}  // namespace synfire::converters
