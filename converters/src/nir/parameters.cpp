// SPDX-License-Identifier: Apache-2.0
#include "parameters.hpp"

#include <array>
#include <optional>

#include <fmt/format.h>

#include "fail.hpp"
#include "node_types.hpp"
#include "shapes.hpp"

namespace synfire::converters::nir {

namespace {

/// Fields that are no value per element.
bool per_element(const nir_node& node) {
    const node_role role = role_of(node.type);
    return role == node_role::neuron || role == node_role::filter || role == node_role::delay
           || node.type == "Scale";
}

/// Aligns `from` with the target's axes as NumPy does, or as one value per channel; nothing where
/// neither fits.
std::optional<nir_shape> aligned(const nir_shape& from, const nir_shape& to) {
    if (from.size() == 1 && to.size() > 1 && from[0] == to[0]) {
        nir_shape shape(to.size(), 1);
        shape[0] = from[0];
        return shape;
    }
    if (from.size() != to.size()) { return std::nullopt; }
    for (std::size_t i = 0; i < to.size(); ++i) {
        if (from[i] != 1 && from[i] != to[i]) { return std::nullopt; }
    }
    return from;
}

std::vector<double> spread(const std::vector<double>& values, const nir_shape& from,
                           const nir_shape& to) {
    std::vector<double> all(value_count(to));
    for (std::size_t n = 0; n < all.size(); ++n) {
        std::size_t rest = n;
        std::size_t index = 0;
        std::size_t stride = 1;
        for (std::size_t axis = to.size(); axis-- > 0;) {
            const auto side = static_cast<std::size_t>(to[axis]);
            const std::size_t at = rest % side;
            rest /= side;
            if (from[axis] != 1) { index += at * stride; }
            stride *= static_cast<std::size_t>(from[axis]);
        }
        all[n] = values[index];
    }
    return all;
}

void expand(nir_graph& graph, nir_node& node, const std::string& field) {
    nir_tensor& tensor = node.numbers.at(field);
    const nir_shape& to = node.output;
    if (tensor.shape == to) { return; }
    const std::size_t count = value_count(to);
    if (tensor.values.size() == 1) {
        // w_in is a single number in files of every age.
        if (count > 1 && field != "w_in") {
            deviate(graph, node,
                    fmt::format("'{}' is a single value for {} elements", field, count));
        }
        tensor.values.assign(count, tensor.values.front());
    } else if (tensor.values.size() == count) {
        deviate(graph, node,
                fmt::format("'{}' has shape {}, which is taken as {} in the same order", field,
                            to_text(tensor.shape), to_text(to)));
    } else if (const auto from = aligned(tensor.shape, to)) {
        deviate(graph, node,
                fmt::format("'{}' has shape {} for elements {}", field, to_text(tensor.shape),
                            to_text(to)));
        tensor.values = spread(tensor.values, *from, to);
    } else {
        refuse(graph, node, fmt::format("'{}' does not fit what arrives", field),
               to_text(tensor.shape), to_text(to));
    }
    tensor.shape = to;
}

void add_default(nir_node& node, const char* field, double value, std::size_t count) {
    node.numbers.try_emplace(
        field, nir_tensor{{static_cast<std::int64_t>(count)}, std::vector<double>(count, value)});
}

void complete_conv(const nir_graph& graph, nir_node& node) {
    const auto channels = static_cast<std::size_t>(node.output[0]);
    add_default(node, "bias", 0.0, channels);
    if (node.parameter("bias").values.size() != channels) {
        refuse(graph, node, "'bias' has the wrong shape", to_text(node.parameter("bias").shape),
               fmt::format("{}", channels));
    }
}

}  // namespace

nir_shape parameter_shape(const nir_node& node) {
    nir_shape largest;
    for (const auto& [field, tensor] : node.numbers) {
        if (largest.empty() || value_count(tensor.shape) > value_count(largest)) {
            largest = tensor.shape;
        }
    }
    return largest;
}

void complete_parameters(nir_graph& graph, nir_node& node) {
    if (node.type == "Conv1d" || node.type == "Conv2d") { return complete_conv(graph, node); }
    if (node.type == "Affine" && node.parameter("bias").values.size() != value_count(node.output)) {
        refuse(graph, node, "'bias' has the wrong shape", to_text(node.parameter("bias").shape),
               to_text(node.output));
    }
    if (!per_element(node)) { return; }
    const node_type& type = *find_type(node.type);
    for (const field_rule& field : type.fields) {
        const std::string name(field.name);
        if (!field.required) {
            const bool first = !node.numbers.contains(name);
            add_default(node, name == "w_in" ? "w_in" : "v_reset", name == "w_in" ? 1.0 : 0.0,
                        value_count(node.output));
            if (first) { node.numbers.at(name).shape = node.output; }
        }
        expand(graph, node, name);
    }
}

}  // namespace synfire::converters::nir
