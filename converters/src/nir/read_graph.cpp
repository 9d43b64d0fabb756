// SPDX-License-Identifier: Apache-2.0
#include "read_graph.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include <synfire/io/hdf5_tree.hpp>

#include "fail.hpp"
#include "node_types.hpp"
#include "read_node.hpp"

namespace synfire::converters::nir {

namespace {

// Large enough for any network, small enough to fail soon on nonsense.
constexpr std::size_t most_nodes = 20'000;

/// Where edges may end inside one graph: node numbers of its ports, by name.
struct graph_ports {
    std::map<std::string, std::size_t> inputs;
    std::map<std::string, std::size_t> outputs;
};

class graph_reader {
  public:
    explicit graph_reader(std::string where) { graph_.where = std::move(where); }

    nir_graph read(const io::hdf5_tree& root) {
        const io::hdf5_tree* top = root.group("node");
        if (top == nullptr) { refuse_file(root); }
        const io::hdf5_value* version = root.value("version");
        if (version != nullptr && version->texts.size() == 1) {
            graph_.version = version->texts.front();
        } else {
            graph_.deviations.push_back({"", "the file does not say which version wrote it"});
        }
        const std::string type = type_of(*top, graph_.where + ", top node");
        if (type != "NIRGraph") {
            throw bad_input({graph_.where, "the top node is not a graph", type, "NIRGraph",
                             "put the node between an Input and an Output"});
        }
        graph_.metadata = metadata_of(*top);
        add_graph(*top, "");
        if (!refusals_.empty()) { throw unsupported_model(graph_.where, refusals_); }
        dissolve_ports();
        check_edges();
        return std::move(graph_);
    }

  private:
    [[noreturn]] void refuse_file(const io::hdf5_tree& root) const {
        const bool data = root.group("nodes") != nullptr;
        throw bad_input(
            {graph_.where,
             data ? "holds NIR data (recorded spikes), not a graph" : "is not a NIR graph",
             "no group 'node'",
             {},
             data ? "convert the graph that the data belong to" : ""});
    }

    std::string here(const std::string& prefix) const {
        return prefix.empty() ? graph_.where
                              : fmt::format("{}, subgraph '{}'", graph_.where, prefix);
    }

    graph_ports add_graph(const io::hdf5_tree& group, const std::string& prefix) {
        const io::hdf5_tree* nodes = group.group("nodes");
        if (nodes == nullptr) { throw bad_input({here(prefix), "has no nodes", {}, {}, {}}); }
        graph_ports ports;
        std::map<std::string, std::size_t> plain;
        std::map<std::string, graph_ports> subgraphs;
        for (const io::hdf5_tree& child : nodes->groups) {
            const std::string name = prefix.empty() ? child.name : prefix + "." + child.name;
            const std::string type =
                type_of(child, fmt::format("{}, node '{}'", graph_.where, name));
            if (type == "NIRGraph") {
                subgraphs.emplace(child.name, add_graph(child, name));
            } else if (find_type(type) == nullptr) {
                refusals_.push_back({name, type, "NIR has no such node", unknown_hint(type)});
            } else {
                plain.emplace(child.name, add_node(child, name, prefix, ports));
            }
        }
        if (refusals_.empty()) { add_edges(group, prefix, plain, subgraphs); }
        return ports;
    }

    static std::string unknown_hint(const std::string& type) {
        if (type == "Conv3d" || type == "MaxPool2d" || type == "BatchNorm2d") {
            return "fold it into a layer that NIR has, or train without it";
        }
        return "see `synfire inspect --nir-nodes` for the nodes that are read";
    }

    std::size_t add_node(const io::hdf5_tree& child, const std::string& name,
                         const std::string& prefix, graph_ports& ports) {
        if (graph_.nodes.size() >= most_nodes) {
            throw bad_input({graph_.where,
                             "has too many nodes",
                             {},
                             fmt::format("at most {}", most_nodes),
                             {}});
        }
        graph_.nodes.push_back(read_node(graph_, child, name));
        const std::size_t number = graph_.nodes.size() - 1;
        const std::string& type = graph_.nodes.back().type;
        if (type == "Input") { ports.inputs.emplace(child.name, number); }
        if (type == "Output") { ports.outputs.emplace(child.name, number); }
        if (!prefix.empty() && (type == "Input" || type == "Output")) { inner_.insert(number); }
        return number;
    }

    static const std::map<std::string, std::size_t>& ends(const graph_ports& ports, bool source) {
        return source ? ports.outputs : ports.inputs;
    }

    /// An end of an edge: a node, a subgraph with one port, or "subgraph.port".
    std::size_t resolve(const std::string& end, bool source, const std::string& prefix,
                        const std::map<std::string, std::size_t>& plain,
                        const std::map<std::string, graph_ports>& subgraphs) const {
        if (const auto node = plain.find(end); node != plain.end()) { return node->second; }
        if (const auto inner = subgraphs.find(end); inner != subgraphs.end()) {
            const auto& ports = ends(inner->second, source);
            if (ports.size() == 1) { return ports.begin()->second; }
            throw bad_input({here(prefix),
                             fmt::format("an edge ends at '{}' without naming a port", end),
                             fmt::format("{} {} nodes", ports.size(), source ? "Output" : "Input"),
                             "one, or 'subgraph.port'",
                             {}});
        }
        for (std::size_t dot = end.find('.'); dot != std::string::npos;
             dot = end.find('.', dot + 1)) {
            const auto inner = subgraphs.find(end.substr(0, dot));
            if (inner == subgraphs.end()) { continue; }
            const auto& ports = ends(inner->second, source);
            const auto port = ports.find(end.substr(dot + 1));
            if (port != ports.end()) { return port->second; }
        }
        throw bad_input({here(prefix),
                         "an edge names a node that does not exist",
                         end,
                         {},
                         "the tool that wrote the file left the graph incomplete"});
    }

    void add_edges(const io::hdf5_tree& group, const std::string& prefix,
                   const std::map<std::string, std::size_t>& plain,
                   const std::map<std::string, graph_ports>& subgraphs) {
        const io::hdf5_value* edges = group.value("edges");
        if (edges == nullptr) { throw bad_input({here(prefix), "has no edges", {}, {}, {}}); }
        if (edges->texts.empty()) { return; }  // the reference writes an empty list as numbers
        if (edges->extents.size() != 2 || edges->extents[1] != 2) {
            throw bad_input({here(prefix),
                             "'edges' has the wrong shape",
                             {},
                             "one row of two names for each edge",
                             {}});
        }
        for (std::size_t i = 0; i < edges->texts.size(); i += 2) {
            const nir_edge edge{resolve(edges->texts[i], true, prefix, plain, subgraphs),
                                resolve(edges->texts[i + 1], false, prefix, plain, subgraphs)};
            if (!edges_.insert(edge).second) {
                graph_.deviations.push_back(
                    {graph_.nodes[edge.target].name,
                     fmt::format("the edge from '{}' is there twice; it counts once",
                                 edges->texts[i])});
            }
        }
    }

    /// Inputs and outputs of subgraphs pass on what they get.
    void dissolve_ports() {
        for (const std::size_t port : inner_) {
            std::vector<std::size_t> sources;
            std::vector<std::size_t> targets;
            for (const nir_edge& e : edges_) {
                if (e.target == port && e.source != port) { sources.push_back(e.source); }
                if (e.source == port && e.target != port) { targets.push_back(e.target); }
            }
            std::erase_if(edges_,
                          [&](const nir_edge& e) { return e.source == port || e.target == port; });
            for (const std::size_t s : sources) {
                for (const std::size_t t : targets) { edges_.insert({s, t}); }
            }
        }
        std::vector<std::size_t> number(graph_.nodes.size(), 0);
        std::vector<nir_node> kept;
        for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
            number[i] = kept.size();
            if (!inner_.contains(i)) { kept.push_back(std::move(graph_.nodes[i])); }
        }
        graph_.nodes = std::move(kept);
        for (const nir_edge& e : edges_) {
            graph_.edges.push_back({number[e.source], number[e.target]});
        }
    }

    void check_edges() const {
        std::vector<bool> reached(graph_.nodes.size(), false);
        std::set<std::string> names;
        for (const nir_node& node : graph_.nodes) {
            if (!names.insert(node.name).second) {
                refuse(graph_, node, "two nodes have this name once subgraphs are dissolved");
            }
        }
        for (const nir_edge& e : graph_.edges) {
            if (graph_.nodes[e.source].type == "Output") {
                refuse(graph_, graph_.nodes[e.source], "an edge leaves an Output");
            }
            if (graph_.nodes[e.target].type == "Input") {
                refuse(graph_, graph_.nodes[e.target], "an edge leads into an Input");
            }
            reached[e.target] = true;
        }
        std::size_t outputs = 0;
        std::size_t inputs = 0;
        for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
            const nir_node& node = graph_.nodes[i];
            if (node.type == "Input") { inputs += 1; }
            if (node.type == "Output") { outputs += 1; }
            if (node.type != "Input" && !reached[i]) {
                refuse(
                    graph_, node, "no edge leads into this node", {}, {},
                    "remove the node, or the tool that wrote the file left the graph incomplete");
            }
        }
        if (inputs == 0 || outputs == 0) {
            throw bad_input({graph_.where,
                             "a network needs an Input and an Output",
                             fmt::format("{} and {}", inputs, outputs),
                             "at least one of each",
                             {}});
        }
    }

    nir_graph graph_;
    std::set<nir_edge> edges_;
    std::set<std::size_t> inner_;  ///< ports of subgraphs
    std::vector<refusal> refusals_;
};

}  // namespace

nir_graph read_graph(const io::hdf5_tree& root, const std::string& where) {
    return graph_reader(where).read(root);
}

}  // namespace synfire::converters::nir
