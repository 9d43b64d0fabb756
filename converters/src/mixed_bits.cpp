// SPDX-License-Identifier: Apache-2.0
#include "mixed_bits.hpp"

#include "layer_errors.hpp"
#include "quantise/scaled_terms.hpp"

namespace synfire::converters {

namespace {

constexpr int fewest_bits = 2;

std::size_t weights_in(const sum_node& sum) {
    std::size_t count = 0;
    for (const term& t : sum.terms) {
        const std::vector<float>* weights = weights_of(t);
        count += weights != nullptr ? weights->size() : 0;
    }
    return count;
}

}  // namespace

std::vector<layer_menu> bits_menus(const neuron_graph& graph, const calibration& measured,
                                   const quantise_options& options, const dataset& data) {
    std::vector<layer_menu> menus;
    std::vector<std::size_t> report_of_menu;
    std::size_t sums = 0;
    for (node_id id = 0; id < graph.nodes.size(); ++id) {
        const sum_node* sum = graph.nodes[id].as_sum();
        if (sum == nullptr) { continue; }
        if (weights_in(*sum) > 0) {
            menus.push_back({{id}, fewest_bits, {}, {}});
            report_of_menu.push_back(sums);
        }
        ++sums;
    }
    for (int bits = fewest_bits; bits <= options.weight_bits; ++bits) {
        quantise_options with = options;
        with.weight_bits = bits;
        with.node_weight_bits.clear();
        const quantised_graph quantised = quantise(graph, measured, with);
        const std::vector<layer_report> reports = report_layers(quantised, measured, data);
        for (std::size_t m = 0; m < menus.size(); ++m) {
            const double error = reports[report_of_menu[m]].error.weights;
            const std::size_t weights = weights_in(*graph.nodes[menus[m].nodes[0]].as_sum());
            menus[m].error.push_back(error * error);
            menus[m].cost.push_back(static_cast<double>(weights) * bits);
        }
    }
    return menus;
}

}  // namespace synfire::converters
