// SPDX-License-Identifier: Apache-2.0
// From the inputs on, along the edges; a loop starts at a neuron, whose parameters have its shape.
#include "shapes.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "fail.hpp"
#include "node_types.hpp"
#include "parameters.hpp"

namespace synfire::converters::nir {

namespace {

// Eight cameras of full HD; a shape costs a file nothing.
constexpr std::int64_t most_elements = std::int64_t{1} << 24;
constexpr std::size_t most_axes = 3;

/// A vector that holds sizes, as Input, Output and Flatten have it.
nir_shape sizes_of(const nir_graph& graph, const nir_node& node, const std::string& field) {
    nir_shape sizes;
    std::int64_t count = 1;
    for (const double v : node.parameter(field).values) {
        if (v != std::floor(v) || v < 1 || v > static_cast<double>(most_elements)) {
            refuse(graph, node, fmt::format("'{}' is no shape", field), fmt::format("{}", v),
                   "whole numbers from 1 on");
        }
        sizes.push_back(static_cast<std::int64_t>(v));
        if (count > most_elements / sizes.back()) {
            refuse(graph, node, fmt::format("'{}' is too large", field));
        }
        count *= sizes.back();
    }
    return sizes;
}

std::int64_t whole(const nir_graph& graph, const nir_node& node, const std::string& field) {
    const double v = node.parameter(field).values.front();
    if (v != std::floor(v) || std::abs(v) > 100) {
        refuse(graph, node, fmt::format("'{}' is no axis", field), fmt::format("{}", v));
    }
    return static_cast<std::int64_t>(v);
}

nir_shape flattened(const nir_graph& graph, const nir_node& node, const nir_shape& in) {
    const auto axes = static_cast<std::int64_t>(in.size());
    std::int64_t first = whole(graph, node, "start_dim");
    std::int64_t last = whole(graph, node, "end_dim");
    first += first < 0 ? axes : 0;
    last += last < 0 ? axes : 0;
    if (first < 0 || last >= axes || first > last) {
        refuse(graph, node, "the axes to flatten do not exist",
               fmt::format("{} to {} of {}", first, last, to_text(in)));
    }
    nir_shape out(in.begin(), in.begin() + first);
    std::int64_t joined = 1;
    for (std::int64_t axis = first; axis <= last; ++axis) {
        joined *= in[static_cast<std::size_t>(axis)];
    }
    out.push_back(joined);
    out.insert(out.end(), in.begin() + last + 1, in.end());
    return out;
}

/// Rows and columns of {C, L} or {C, H, W}.
std::array<std::int64_t, 2> plane(const nir_shape& shape) {
    return {shape.size() == 3 ? shape[1] : 1, shape.back()};
}

class shape_finder {
  public:
    explicit shape_finder(nir_graph& graph) : graph_(graph), known_(graph.nodes.size(), false) {}

    void run() {
        for (std::size_t left = graph_.nodes.size(); left > 0;) {
            const std::size_t found = pass();
            left -= found;
            if (found == 0) { left -= start_loop(); }
        }
        for (nir_node& node : graph_.nodes) { complete_parameters(graph_, node); }
        for (const nir_edge& e : graph_.edges) { check_edge(e); }
    }

  private:
    /// Works out every node behind one that is known; the number of them.
    std::size_t pass() {
        std::size_t found = 0;
        for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
            nir_node& node = graph_.nodes[i];
            if (known_[i]) { continue; }
            if (node.type == "Input") {
                node.input = node.output = sizes_of(graph_, node, "shape");
            } else {
                const nir_node* source = known_source(i);
                if (source == nullptr) { continue; }
                follow(node, source->output);
            }
            settle(i);
            found += 1;
        }
        return found;
    }

    void settle(std::size_t i) {
        nir_node& node = graph_.nodes[i];
        for (const nir_shape* shape : {&node.input, &node.output}) {
            if (shape->size() > most_axes || shape->empty()) {
                refuse(graph_, node, "has an impossible shape", to_text(*shape),
                       "one to three axes, without batch and time");
            }
        }
        known_[i] = true;
    }

    const nir_node* known_source(std::size_t target) const {
        for (const nir_edge& e : graph_.edges) {
            if (e.target == target && known_[e.source]) { return &graph_.nodes[e.source]; }
        }
        return nullptr;
    }

    /// A neuron of a loop that nothing known leads into: its parameters say its shape.
    std::size_t start_loop() {
        for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
            nir_node& node = graph_.nodes[i];
            if (known_[i] || !has_state(node)) { continue; }
            const nir_shape own = parameter_shape(node);
            if (value_count(own) <= 1) { continue; }
            node.input = node.output = own;
            settle(i);
            return 1;
        }
        for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
            if (!known_[i]) {
                refuse(graph_, graph_.nodes[i], "its shape cannot be worked out", {}, {},
                       "no Input leads here, or the loop has no neuron that says its shape");
            }
        }
        throw internal_error("all shapes are known, and yet one is missing");
    }

    static bool has_state(const nir_node& node) {
        const node_role role = role_of(node.type);
        return role == node_role::neuron || role == node_role::filter;
    }

    /// Shapes of a node that gets values of shape `in`.
    void follow(nir_node& node, const nir_shape& in) {
        node.input = node.output = in;
        if (node.type == "Linear" || node.type == "Affine") { return follow_dense(node, in); }
        if (node.type == "Conv1d" || node.type == "Conv2d") { return follow_conv(node, in); }
        if (node.type == "SumPool2d" || node.type == "AvgPool2d") { return follow_pool(node, in); }
        if (node.type == "Flatten") {
            node.output = flattened(graph_, node, in);
        } else if (node.type == "Output") {
            node.input = node.output = sizes_of(graph_, node, "shape");
        } else {
            const nir_shape own = parameter_shape(node);
            // Flat parameters behind a map: the values are taken in their order.
            if (own.size() == 1 && in.size() > 1 && value_count(own) == value_count(in)) {
                node.input = node.output = own;
            }
        }
    }

    void follow_dense(nir_node& node, const nir_shape&) {
        const nir_shape& weight = node.parameter("weight").shape;
        if (weight.size() != 2) {
            refuse(graph_, node, "'weight' has the wrong shape", to_text(weight),
                   "two axes: outputs, inputs", "independent groups of maps are not read");
        }
        node.input = {weight[1]};
        node.output = {weight[0]};
    }

    void follow_conv(nir_node& node, const nir_shape& in) {
        const std::size_t axes = node.type == "Conv1d" ? 2 : 3;
        const nir_shape& weight = node.parameter("weight").shape;
        if (in.size() != axes || weight.size() != axes + 1) {
            refuse(graph_, node, "gets a value of the wrong shape", to_text(in),
                   axes == 2 ? "channels, length" : "channels, height, width");
        }
        const window w = window_of(graph_, node, plane(in));
        if (weight[1] * w.groups != in[0] || weight[0] % w.groups != 0) {
            refuse(
                graph_, node, "channels, groups and weights do not fit",
                fmt::format("{} channels, {} groups, weights {}", in[0], w.groups, to_text(weight)),
                "weights of (outputs, channels / groups, kernel)");
        }
        check_input_shape(node, in);
        const auto out = w.output(plane(in));
        node.output =
            axes == 2 ? nir_shape{weight[0], out[1]} : nir_shape{weight[0], out[0], out[1]};
    }

    void check_input_shape(nir_node& node, const nir_shape& in) {
        if (!node.numbers.contains("input_shape")) { return; }
        const nir_shape said = sizes_of(graph_, node, "input_shape");
        const bool same = said.size() == 1
                              ? std::all_of(in.begin() + 1, in.end(),
                                            [&](std::int64_t n) { return n == said[0]; })
                              : std::equal(said.begin(), said.end(), in.begin() + 1, in.end());
        if (!same) {
            deviate(
                graph_, node,
                fmt::format("'input_shape' says {}, but {} arrives", to_text(said), to_text(in)));
        }
    }

    void follow_pool(nir_node& node, const nir_shape& in) {
        if (in.size() != 3) {
            refuse(graph_, node, "gets a value of the wrong shape", to_text(in),
                   "channels, height, width");
        }
        const auto out = window_of(graph_, node, plane(in)).output(plane(in));
        node.output = {in[0], out[0], out[1]};
    }

    void check_edge(const nir_edge& e) {
        const nir_node& source = graph_.nodes[e.source];
        const nir_node& target = graph_.nodes[e.target];
        if (source.output == target.input) { return; }
        if (value_count(source.output) != value_count(target.input)) {
            refuse(graph_, target, fmt::format("what '{}' sends does not fit", source.name),
                   to_text(source.output), to_text(target.input));
        }
        deviate(graph_, target,
                fmt::format("'{}' sends {}, which is taken as {} in the same order", source.name,
                            to_text(source.output), to_text(target.input)));
    }

    nir_graph& graph_;
    std::vector<bool> known_;
};

}  // namespace

std::string to_text(const nir_shape& shape) {
    return shape.empty() ? "a single value" : fmt::format("{}", fmt::join(shape, "x"));
}

void work_out_shapes(nir_graph& graph) { shape_finder(graph).run(); }

}  // namespace synfire::converters::nir
