// SPDX-License-Identifier: Apache-2.0
#include "inspect_nir.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <synfire/converters/nir_model.hpp>
#include <synfire/core/error.hpp>

namespace synfire::cli {

namespace {

std::map<std::string, std::string> treatments() {
    std::map<std::string, std::string> all;
    for (const converters::nir_type_info& type : converters::nir_types()) {
        all.emplace(type.type, type.treatment);
    }
    return all;
}

void add_edges(const converters::nir_graph& graph, const output& out,
               nlohmann::ordered_json& json) {
    json["edges"] = nlohmann::ordered_json::array();
    for (const converters::nir_edge& e : graph.edges) {
        const std::string& source = graph.nodes[e.source].name;
        const std::string& target = graph.nodes[e.target].name;
        json["edges"].push_back({source, target});
        out.text(fmt::format("  {} -> {}", source, target));
    }
}

/// Why the graph is no network of spikes; empty where it is one. Time constants do not matter here:
/// with exponential decays a step may be of any length, and in so long a one no delay is too long.
std::string refusal_of(const converters::nir_graph& graph) {
    converters::nir_timing timing;
    timing.dt = 1e12;
    timing.decay = converters::nir_decay::exponential;
    try {
        const converters::nir_executor runs(graph, timing);
        return {};
    } catch (const error& e) { return e.what(); }
}

}  // namespace

int inspect_nir(const std::string& file, const result_header& header, const output& out) {
    const converters::nir_graph graph = converters::read_nir(file);
    const std::map<std::string, std::string> known = treatments();
    nlohmann::ordered_json json = header.start(file, "");
    json["nir_version"] = graph.version;
    json["nodes"] = nlohmann::ordered_json::array();
    for (const converters::nir_node& node : graph.nodes) {
        json["nodes"].push_back({{"name", node.name},
                                 {"type", node.type},
                                 {"input", node.input},
                                 {"output", node.output},
                                 {"treatment", known.at(node.type)}});
        out.text(fmt::format("{:<28} {:<10} {:>12} -> {:<12} {}", node.name, node.type,
                             fmt::format("{}", fmt::join(node.input, "x")),
                             fmt::format("{}", fmt::join(node.output, "x")), known.at(node.type)));
    }
    add_edges(graph, out, json);
    json["deviations"] = nlohmann::ordered_json::array();
    for (const converters::nir_deviation& d : graph.deviations) {
        json["deviations"].push_back({{"node", d.node}, {"what", d.what}});
        out.text(fmt::format("deviation: {}{}{}", d.node, d.node.empty() ? "" : ": ", d.what));
    }
    const std::string reason = refusal_of(graph);
    json["convertible"] = reason.empty();
    if (!reason.empty()) {
        json["reason"] = reason;
        out.text(reason);
    }
    out.text(fmt::format("{}: {} nodes, {} edges, {} deviations from NIR; {}", file,
                         graph.nodes.size(), graph.edges.size(), graph.deviations.size(),
                         reason.empty() ? "can be converted" : "cannot be converted"));
    out.json(json);
    return reason.empty() ? status_ok : status_bad_input;
}

void print_nir_nodes() {
    fmt::print("| node | fields | becomes | limits |\n|---|---|---|---|\n");
    for (const converters::nir_type_info& type : converters::nir_types()) {
        fmt::print("| {} | {} | {} | {} |\n", type.type, type.fields, type.treatment, type.notes);
    }
}

}  // namespace synfire::cli
