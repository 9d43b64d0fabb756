// SPDX-License-Identifier: Apache-2.0
// Short way to refuse a node of a NIR file, naming file and node.
#pragma once

#include <string>
#include <utility>

#include <synfire/converters/nir_graph.hpp>
#include <synfire/core/error.hpp>

namespace synfire::converters::nir {

[[noreturn]] inline void refuse(const nir_graph& graph, const nir_node& node, std::string what,
                                std::string found = {}, std::string expected = {},
                                std::string hint = {}) {
    throw bad_input({graph.where + ", node '" + node.name + "' (" + node.type + ")",
                     std::move(what), std::move(found), std::move(expected), std::move(hint)});
}

inline void deviate(nir_graph& graph, const nir_node& node, std::string what) {
    graph.deviations.push_back({node.name, std::move(what)});
}

}  // namespace synfire::converters::nir
