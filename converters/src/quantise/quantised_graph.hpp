// SPDX-License-Identifier: Apache-2.0
// The integers that stand beside a neuron graph: codes, thresholds, weights and biases, still in
// ONNX order. The integer executor (L2) runs it as it is; emission turns it into populations.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <synfire/core/network.hpp>

#include "../graph/neuron_graph.hpp"

namespace synfire::converters {

/// Integer factor of the elements that an identity or pool term takes from one population; per
/// target channel. The factor is low + 128 * high.
struct scaled_part {
    node_id population = 0;
    std::vector<std::int8_t> low;
    std::vector<std::int8_t> high;  ///< empty where no factor needs it
};

/// Integers of one term. Convolution, linear and sparse terms have weights in the layout of the
/// real ones.
struct quantised_term {
    std::vector<std::int8_t> weights;
    int shift = 0;
    std::vector<scaled_part> parts;  ///< identity and pool terms
};

/// Integers of one node; views have none.
struct quantised_node {
    code_window window;
    code_range range;
    std::vector<double>
        scale;  ///< per channel: real value of one unit of code (readout: of potential)
    std::vector<double>
        zero;  ///< per channel: real value of code 0, in units of the code; empty: 0
    std::vector<std::int32_t> theta;      ///< sums that fire
    std::vector<std::int32_t> theta_neg;  ///< leaky slopes: of negative potentials; or empty
    std::optional<fire_table> table;      ///< sums whose function is no clipped line
    double table_step = 0.0;              ///< real value of one unit of the table's index
    std::vector<std::int64_t> bias;       ///< per channel, or per element in ONNX order
    std::vector<quantised_term> terms;
    int weight_bits = 8;     ///< of weighted terms
    double code_step = 1.0;  ///< inputs: raw value of one unit of code

    /// Real value of one unit of potential; sums only.
    double unit(std::size_t channel) const {
        const double step = table ? table_step : scale[channel];
        return theta.empty() ? step : step / theta[channel];
    }
};

/// Largest magnitude of a weight of the node.
inline std::int32_t largest_weight(const quantised_node& q) {
    return (1 << (q.weight_bits - 1)) - 1;
}

struct quantised_graph {
    const neuron_graph* graph = nullptr;
    std::vector<quantised_node> nodes;
};

/// True for sums that only pass on the codes of another population; they lose nothing.
bool copies_codes(const quantised_node& q);

/// Real value of one unit of code for every element of a node, views looked through; 0 for constant
/// zeros.
std::vector<double> element_scales(const quantised_graph& quantised, node_id node);

/// Real value of code 0 in units of the code, for every element of a node; 0 for constant zeros.
/// Not 0 for inputs with a mean and for what only moves their codes.
std::vector<double> element_zeros(const quantised_graph& quantised, node_id node);

}  // namespace synfire::converters
