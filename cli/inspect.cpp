// SPDX-License-Identifier: Apache-2.0
// synfire inspect: what is in a model or a network, and what the converter would make of it.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <memory>
#include <synfire/converters/inspect.hpp>
#include <synfire/converters/operators.hpp>
#include <synfire/core/error.hpp>
#include <synfire/io/network_file.hpp>

#include "command.hpp"
#include "inspect_nir.hpp"
#include "nir_options.hpp"
#include "paths.hpp"

namespace synfire::cli {

namespace {

struct inspect_arguments {
    std::string file;
    bool operators = false;
    bool nir_nodes = false;
    std::string json;
};

/// The supported-operator page, generated from the converter's own table.
void print_operators() {
    fmt::print("| operator | opsets | class | treatment | notes |\n|---|---|---|---|---|\n");
    for (const converters::operator_info& o : converters::supported_operators()) {
        fmt::print("| {} | {} to {} | {} | {} | {} |\n", o.op, o.first_opset, o.last_opset,
                   converters::to_text(o.classification), o.treatment, o.notes);
    }
}

int inspect_model(const inspect_arguments& arguments, const result_header& header,
                  const output& out) {
    const converters::model_summary model = converters::inspect_onnx_model(arguments.file);
    nlohmann::ordered_json json = header.start(arguments.file, "");
    json["nodes"] = nlohmann::ordered_json::array();
    for (const converters::node_report& n : model.nodes) {
        const auto kind = converters::to_text(n.classification);
        json["nodes"].push_back({{"name", n.name},
                                 {"op", n.op},
                                 {"class", kind},
                                 {"reason", n.reason},
                                 {"hint", n.hint}});
        out.text(fmt::format("{:<11} {:<22} {:<30} {}", kind, n.op, n.name, n.reason));
        if (!n.hint.empty()) { out.text(fmt::format("{:<11} hint: {}", "", n.hint)); }
    }
    json["convertible"] = model.convertible;
    json["inputs"] = nlohmann::ordered_json::array();
    for (const converters::model_input_info& input : model.inputs) {
        json["inputs"].push_back({{"name", input.name}, {"shape", input.shape}});
        out.text(fmt::format("input {} ({})", input.name, fmt::join(input.shape, " x ")));
    }
    out.text(fmt::format("{}: {} nodes, {}", arguments.file, model.nodes.size(),
                         model.convertible ? "can be converted" : "cannot be converted"));
    out.json(json);
    return model.convertible ? status_ok : status_bad_input;
}

void print_projections(const output& out, const network& net) {
    for (const projection& p : net.projections) {
        const std::string delay = p.delay > 0 ? fmt::format(", delay {}", p.delay) : "";
        out.text(fmt::format("  {} -> {}: {}, {} weights of {} bits, shift {}{}",
                             net.populations[p.source].name, net.populations[p.target].name,
                             to_string(p.kind), p.weights.size(), p.weight_bits, p.shift, delay));
    }
}

void print_populations(const output& out, const network& net) {
    for (const population& p : net.populations) {
        const std::string shape =
            fmt::format("{:<28} {:<9} {:>4} x {:>3} x {:>3} ", p.name, to_string(p.kind),
                        p.shape.channels, p.shape.height, p.shape.width);
        if (!p.streaming) {
            out.text(fmt::format("{} {} T={} codes {}..{}  {} bits", shape,
                                 to_string(p.window.kind), p.window.steps, p.range.lo, p.range.hi,
                                 p.width_bits));
            continue;
        }
        const streaming_neuron& n = *p.streaming;
        const bool fires = p.kind == population_kind::spiking;
        out.text(fmt::format("{} {}{}{}  {} bits", shape, n.decay_v.empty() ? "" : "leak ",
                             n.has_current() ? "synaptic current " : "",
                             fires ? fmt::format("reset {} refractory {} ({})", to_string(n.reset),
                                                 n.refractory, to_string(n.refractory_kind))
                                   : fmt::format("answers with its {}", to_string(n.answer)),
                             p.width_bits));
    }
}

int inspect_network(const inspect_arguments& arguments, const result_header& header,
                    const output& out) {
    const network net = io::read_network(arguments.file);
    nlohmann::ordered_json json = header.start(arguments.file, io::network_hash(net));
    json["execution"] = to_string(net.execution);
    json["metadata"] = net.metadata;
    json["labels"] = net.labels;
    json["latency_steps"] = latency_steps(net);
    json["layers"] = nlohmann::ordered_json::array();
    for (const population& p : net.populations) {
        json["layers"].push_back({{"name", p.name},
                                  {"kind", to_string(p.kind)},
                                  {"shape", {p.shape.channels, p.shape.height, p.shape.width}},
                                  {"steps", p.window.steps},
                                  {"code_range", {p.range.lo, p.range.hi}},
                                  {"width_bits", p.width_bits}});
    }
    print_populations(out, net);
    print_projections(out, net);
    out.text(
        fmt::format("latency {} steps; {}", latency_steps(net), fmt::join(net.metadata, ", ")));
    out.json(json);
    return status_ok;
}

int inspect(const inspect_arguments& arguments) {
    if (arguments.operators) {
        print_operators();
        return status_ok;
    }
    if (arguments.nir_nodes) {
        print_nir_nodes();
        return status_ok;
    }
    if (arguments.file.empty()) {
        throw usage_error({"inspect", "a file is missing", "",
                           "MODEL.onnx, GRAPH.nir or NET.snn, or --operators or --nir-nodes", ""});
    }
    check_outputs({arguments.json}, {arguments.file});
    const result_header header("inspect");
    const output out(arguments.json);
    if (is_nir(arguments.file)) { return inspect_nir(arguments.file, header, out); }
    const bool is_network = std::filesystem::path(arguments.file).extension() == ".snn";
    return is_network ? inspect_network(arguments, header, out)
                      : inspect_model(arguments, header, out);
}

}  // namespace

void add_inspect(CLI::App& app, command_body& chosen) {
    auto arguments = std::make_shared<inspect_arguments>();
    CLI::App* command = app.add_subcommand(
        "inspect", "Show what is in a model or network, and what can be converted");
    command->add_option("file", arguments->file, "MODEL.onnx, GRAPH.nir or NET.snn");
    command->add_flag("--operators", arguments->operators,
                      "print the table of supported operators (Markdown)");
    command->add_flag("--nir-nodes", arguments->nir_nodes,
                      "print the table of NIR nodes that are read (Markdown)");
    command->add_option("--json", arguments->json, "write the result as JSON (-: standard output)");
    command->callback(
        [arguments, &chosen] { chosen = [arguments] { return inspect(*arguments); }; });
}

}  // namespace synfire::cli
