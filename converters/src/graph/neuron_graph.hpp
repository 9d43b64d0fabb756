// SPDX-License-Identifier: Apache-2.0
// The trained network rewritten as sums that fire: what will become populations, still in real
// numbers and ONNX order (channel first). Lowering produces it, calibration measures it,
// quantisation puts integers beside it.
#pragma once

#include <cstddef>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <synfire/core/network.hpp>

#include "model_graph.hpp"

namespace synfire::converters {

using node_id = std::size_t;

/// weights [out][in/groups][kh][kw] over {C, H, W}.
struct conv_term {
    std::vector<float> weights;
    std::int32_t groups = 1;
    kernel_geometry geometry;
};

/// weights [in][out/groups][kh][kw] over {C, H, W}.
struct conv_transpose_term {
    std::vector<float> weights;
    std::int32_t groups = 1;
    kernel_geometry geometry;
};

/// weights [out][in], or with spatial_sum [out][channel]: all positions of a channel share a weight
/// (a global average folded into the layer behind it).
struct linear_term {
    std::vector<float> weights;
    bool spatial_sum = false;
};

/// Each output is gain * (sum of the window); gain = 1 / window unless something was folded in.
/// Windows are equal.
struct pool_term {
    kernel_geometry geometry;
    std::vector<float> gain;  ///< per channel
};

/// Rows of (source element, weight): pooling windows of unequal size, bilinear resizing,
/// sums over any axes.
struct sparse_term {
    std::vector<std::int64_t> row_ptr;
    std::vector<std::int32_t> column;
    std::vector<float> weights;
};

/// gain[c] * source element by element: skip connections and lone affine layers.
struct identity_term {
    std::vector<float> gain;  ///< per channel of the target
};

using term_kind = std::variant<conv_term, conv_transpose_term, linear_term, pool_term, sparse_term,
                               identity_term>;

/// One linear contribution to a sum.
struct term {
    node_id source = 0;
    term_kind kind;
    std::optional<stored_integers> stored{};  ///< weights that are integers in the file
};

/// What a quantised model rounds the values of a node to: scale * clamp(round_half_even(x / scale),
/// lo, hi). Zero points are gone: code 0 is the real 0.
struct code_grid {
    std::vector<float> scale;  ///< one for all, or one per channel
    std::int32_t lo = 0;
    std::int32_t hi = 255;
    std::int32_t zero = 0;  ///< the file's zero point, which its own arithmetic counts with

    bool operator==(const code_grid&) const = default;
};

struct input_node {
    input_encoding encoding;
    std::optional<code_grid> grid{};  ///< the model's own first quantisation, where it is no more
                                      ///< than the raw codes
};

/// x = bias + all terms; fires relu(x) or x, or function(x), or is read out.
struct sum_node {
    std::vector<term> terms;
    std::vector<float> bias;  ///< per channel
    bool relu = false;        ///< nothing negative is sent
    bool readout = false;
    std::vector<std::string> host_functions;               ///< readouts only
    float upper = std::numeric_limits<float>::infinity();  ///< with relu: nothing above is sent
    std::vector<float> slopes{};        ///< factor of negative values, per channel; empty: 1
    std::optional<curve> function{};    ///< what is sent, where that is no clipped line
    std::optional<code_grid> grid{};    ///< what the model itself rounds the sent values to
    std::vector<double> given_steps{};  ///< real value of one unit of code per channel, where the
                                        ///< file says it; otherwise calibration finds it
    std::int32_t phase_steps = 0;  ///< `phase` with these steps, whatever the options say; 0: as
                                   ///< they say
    bool rounds = false;           ///< never hands codes on as they are
};

struct max_pool_node {
    node_id source = 0;
    kernel_geometry geometry;
};

/// A rearrangement of elements; becomes no population. Index as in model_graph's index_map.
struct view_node {
    std::vector<node_id> sources;
    std::vector<std::int32_t> index;
};

struct graph_node {
    std::string name;
    dims item;  ///< shape of one sample, ONNX order
    std::variant<input_node, sum_node, max_pool_node, view_node> kind;
    std::optional<value_id> model_value{};  ///< of the model_graph, in the trained network

    bool is_view() const { return std::holds_alternative<view_node>(kind); }
    const sum_node* as_sum() const { return std::get_if<sum_node>(&kind); }
};

/// Nodes are in topological order; inputs come first, in the order of the model.
struct neuron_graph {
    std::vector<graph_node> nodes;
    std::string source;
    std::vector<std::string> labels;
    /// Per value of the model_graph: the node that stands for it, where one does.
    std::vector<std::optional<node_id>> value_nodes{};
};

/// Population shape of an item: {C, H, W} as it is, {N} -> {N, 1, 1}, {A, B} -> {A, 1, B}, others
/// one vector.
shape population_shape(const dims& item);

/// Number of inputs: nodes 0 to that.
std::size_t input_count(const neuron_graph& graph);

/// Sources of a node, views included.
std::vector<node_id> sources_of(const graph_node& node);

/// Where an element of a node comes from once views are looked through; node of none = no_source.
struct element_source {
    node_id node = 0;
    std::int32_t element = -1;  ///< -1: constant zero
};
std::vector<element_source> resolve_elements(const neuron_graph& graph, node_id node);

/// The first read-out: the output that arg-max and accuracy refer to.
node_id first_readout(const neuron_graph& graph);

/// Largest value that the node may send: that of Relu6 and its like, otherwise infinity.
float upper_bound(const neuron_graph& graph, node_id node);

/// What a quantised model rounds the node's values to, views and pools looked through; nothing
/// where some are not rounded or not to one grid.
std::optional<code_grid> grid_of(const neuron_graph& graph, node_id node);

/// True where real values of the node cannot be negative.
bool is_non_negative(const neuron_graph& graph, node_id node);

}  // namespace synfire::converters
