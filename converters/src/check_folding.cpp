// SPDX-License-Identifier: Apache-2.0
#include "check_folding.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include <synfire/core/error.hpp>

#include "encoding.hpp"
#include "explain/output_distance.hpp"
#include "graph/float_executor.hpp"
#include "graph/neuron_executor.hpp"

namespace synfire::converters {

namespace {

constexpr std::size_t checked_samples = 2;
// Of the largest value of an output; sums in another order differ by far less.
constexpr double tolerance = 1e-3;

void compare(const std::string& name, std::span<const float> expected,
             const std::vector<double>& found) {
    double largest = 0.0;
    double farthest = 0.0;
    for (std::size_t e = 0; e < found.size(); ++e) {
        const auto value = static_cast<double>(expected[e]);
        if (!std::isfinite(value)) { return; }  // the model itself has no answer
        largest = std::max(largest, std::abs(value));
        farthest = std::max(farthest, std::abs(value - found[e]));
    }
    if (farthest <= tolerance * std::max(largest, 1e-3)) { return; }
    throw internal_error(
        fmt::format("the folded network is not the model: output '{}' is {:.3g} off where its "
                    "largest value is {:.3g}",
                    name, farthest, largest));
}

}  // namespace

void check_folding(const model_graph& model, const std::vector<input_encoding>& encodings,
                   const neuron_graph& folded, const dataset& data) {
    float_executor trained(model);
    neuron_executor graph(folded);
    for (std::size_t sample = 0; sample < std::min(checked_samples, data.size()); ++sample) {
        trained.run(model_input(model, encodings, data, sample));
        graph.run(real_input(folded, data, sample));
        for (node_id id = 0; id < folded.nodes.size(); ++id) {
            const graph_node& node = folded.nodes[id];
            const sum_node* sum = node.as_sum();
            if (sum == nullptr || !sum->readout || !node.model_value) { continue; }
            compare(node.name, trained.value(*node.model_value),
                    output_values(*sum, graph.value(id)));
        }
    }
}

}  // namespace synfire::converters
