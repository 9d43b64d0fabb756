// SPDX-License-Identifier: Apache-2.0
// Rules of the graph as a whole: every name has one source, and nodes come after what they read.
#include <cstddef>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include <fmt/format.h>

#include <synfire/core/error.hpp>

#include "onnx/model_file.hpp"
#include "onnx/node_context.hpp"
#include "onnx/text.hpp"

namespace synfire::converters::onnx_reader {
namespace {

using name_set = std::unordered_set<std::string>;
using producer_map = std::unordered_map<std::string, int>;  // value name to node number

std::string where_of(const std::string& name, const onnx::NodeProto& node) {
    return fmt::format("{}: node '{}' ({})", name, node_label(node), operator_text(node));
}

/// Initializers and inputs; an initializer may repeat an input's name, for which it is the value.
name_set sources(const onnx::GraphProto& graph, const std::string& name) {
    name_set initializers;
    for (const auto& t : graph.initializer()) {
        if (t.name().empty()) {
            throw bad_input({name, "an initializer has no name", "", "a name", ""});
        }
        if (!initializers.insert(t.name()).second) {
            throw bad_input({name, "two initializers have the same name", printable(t.name()),
                             "different names", ""});
        }
    }
    name_set inputs;
    for (const auto& input : graph.input()) {
        if (input.name().empty() || !inputs.insert(input.name()).second) {
            throw bad_input({name, "an input has no name or one that is taken",
                             printable(input.name()), "different names", ""});
        }
    }
    initializers.insert(inputs.begin(), inputs.end());
    return initializers;
}

producer_map producers(const onnx::GraphProto& graph, const name_set& known,
                       const std::string& name) {
    producer_map made;
    for (int n = 0; n < graph.node_size(); ++n) {
        for (const std::string& output : graph.node(n).output()) {
            if (output.empty()) { continue; }
            if (known.count(output) != 0 || !made.emplace(output, n).second) {
                throw bad_input({where_of(name, graph.node(n)), "a value is produced twice",
                                 printable(output), "different names", ""});
            }
        }
    }
    return made;
}

/// True if node `from` is reached by following inputs back from itself.
bool in_cycle(const onnx::GraphProto& graph, const producer_map& made, int from) {
    std::unordered_set<int> seen;
    std::vector<int> open{from};
    while (!open.empty()) {
        const int n = open.back();
        open.pop_back();
        for (const std::string& input : graph.node(n).input()) {
            const auto at = made.find(input);
            if (at == made.end()) { continue; }
            if (at->second == from) { return true; }
            if (seen.insert(at->second).second) { open.push_back(at->second); }
        }
    }
    return false;
}

}  // namespace

void check_structure(const onnx::ModelProto& model, const std::string& name) {
    const onnx::GraphProto& graph = model.graph();
    if (graph.sparse_initializer_size() > 0) {
        throw bad_input({name, "sparse initializers are not supported",
                         fmt::format("{}", graph.sparse_initializer_size()), "none",
                         "store the weights densely"});
    }
    const name_set known = sources(graph, name);
    const producer_map made = producers(graph, known, name);
    for (int n = 0; n < graph.node_size(); ++n) {
        const onnx::NodeProto& node = graph.node(n);
        for (const std::string& input : node.input()) {
            if (input.empty() || known.count(input) != 0) { continue; }
            const auto at = made.find(input);
            if (at == made.end()) {
                throw bad_input({where_of(name, node), "an input has no source", printable(input),
                                 "the output of a node, an input or an initializer",
                                 "export the model again"});
            }
            if (at->second >= n) {
                const bool cycle = in_cycle(graph, made, n);
                throw bad_input({where_of(name, node),
                                 cycle ? "the graph has a cycle" : "nodes are not in order",
                                 "input " + printable(input), "nodes after those that they read",
                                 ""});
            }
        }
    }
    if (graph.output_size() == 0) {
        throw bad_input({name, "the graph has no outputs", "", "at least one", ""});
    }
    name_set outputs;
    for (const auto& output : graph.output()) {
        if (!outputs.insert(output.name()).second) {
            throw bad_input({name, "two outputs have the same name", printable(output.name()),
                             "different names", ""});
        }
        if (known.count(output.name()) == 0 && made.count(output.name()) == 0) {
            throw bad_input({name, "an output has no source", printable(output.name()),
                             "the output of a node", "the file may be truncated: export it again"});
        }
    }
}

}  // namespace synfire::converters::onnx_reader
