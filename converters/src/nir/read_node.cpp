// SPDX-License-Identifier: Apache-2.0
#include "read_node.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <synfire/io/hdf5_tree.hpp>

#include "fail.hpp"
#include "node_types.hpp"

namespace synfire::converters::nir {

namespace {

/// The only field that may be a text.
constexpr std::string_view text_field = "padding";

void take_number(const nir_graph& graph, nir_node& node, const io::hdf5_value& value) {
    nir_tensor tensor;
    for (const std::size_t side : value.extents) {
        tensor.shape.push_back(static_cast<std::int64_t>(side));
    }
    tensor.values = value.numbers;
    for (const double x : tensor.values) {
        if (!std::isfinite(x)) {
            refuse(graph, node, fmt::format("'{}' holds a value that is not finite", value.name),
                   fmt::format("{}", x));
        }
    }
    if (tensor.values.empty()) {
        refuse(graph, node, fmt::format("'{}' holds no values", value.name));
    }
    node.numbers.emplace(value.name, std::move(tensor));
}

void take_field(const nir_graph& graph, nir_node& node, const io::hdf5_value& value) {
    switch (value.kind) {
    case io::hdf5_kind::integers:
    case io::hdf5_kind::reals:
        return take_number(graph, node, value);
    case io::hdf5_kind::texts:
        if (value.name == text_field && value.texts.size() == 1) {
            node.texts.emplace(value.name, value.texts.front());
            return;
        }
        break;
    default:
        break;
    }
    refuse(graph, node, fmt::format("'{}' is not of a type that it can have", value.name), {},
           value.name == text_field ? "numbers, or one text" : "numbers");
}

void check_members(nir_graph& graph, const nir_node& node, const node_type& type,
                   const io::hdf5_tree& group) {
    const auto known = [&](const std::string& name) {
        return std::any_of(type.fields.begin(), type.fields.end(),
                           [&](const field_rule& f) { return f.name == name; });
    };
    for (const io::hdf5_value& value : group.values) {
        if (value.name != "type" && !known(value.name)) {
            deviate(
                graph, node,
                fmt::format("'{}' is not a field of {}; it is left out", value.name, type.name));
        }
    }
    for (const io::hdf5_tree& child : group.groups) {
        if (child.name != "metadata") {
            deviate(
                graph, node,
                fmt::format("group '{}' is not part of {}; it is left out", child.name, type.name));
        }
    }
}

}  // namespace

std::string type_of(const io::hdf5_tree& group, const std::string& where) {
    const io::hdf5_value* type = group.value("type");
    if (type == nullptr || type->texts.size() != 1) {
        throw bad_input({where,
                         "has no type",
                         {},
                         "a single text 'type'",
                         "the file is damaged, or it is not a NIR graph"});
    }
    return type->texts.front();
}

std::map<std::string, std::string> metadata_of(const io::hdf5_tree& group) {
    std::map<std::string, std::string> found;
    const io::hdf5_tree* metadata = group.group("metadata");
    if (metadata == nullptr) { return found; }
    for (const io::hdf5_value& value : metadata->values) {
        if (value.texts.size() == 1) { found.emplace(value.name, value.texts.front()); }
        if (value.numbers.size() == 1) {
            found.emplace(value.name, fmt::format("{}", value.numbers.front()));
        }
    }
    return found;
}

nir_node read_node(nir_graph& graph, const io::hdf5_tree& group, const std::string& name) {
    nir_node node;
    node.name = name;
    node.type = type_of(group, fmt::format("{}, node '{}'", graph.where, name));
    node.metadata = metadata_of(group);
    const node_type& type = *find_type(node.type);
    check_members(graph, node, type, group);
    for (const field_rule& field : type.fields) {
        const io::hdf5_value* value = group.value(field.name);
        if (value != nullptr) {
            take_field(graph, node, *value);
        } else if (field.required) {
            refuse(graph, node, fmt::format("'{}' is missing", field.name));
        }
    }
    return node;
}

}  // namespace synfire::converters::nir
