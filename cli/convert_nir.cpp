// SPDX-License-Identifier: Apache-2.0
// synfire convert GRAPH.nir: a network that was trained spiking becomes an integer one.
#include "convert_nir.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdio>
#include <optional>
#include <synfire/core/error.hpp>
#include <synfire/io/dataset.hpp>
#include <synfire/io/files.hpp>
#include <synfire/io/network_file.hpp>

#include "input_data.hpp"
#include "nir_check.hpp"
#include "paths.hpp"
#include "progress.hpp"

namespace synfire::cli {

namespace {

void print_layers(const output& out, const converters::nir_conversion& conversion) {
    out.text(fmt::format("{:<28} {:<10} {:>8} {:>8} {:>5} {:>5} {:>9} {:>9}", "population", "node",
                         "theta", "max", "bits", "delay", "weights", "decays"));
    for (const converters::nir_layer_report& l : conversion.layers) {
        out.text(fmt::format("{:<28} {:<10} {:>8} {:>8} {:>5} {:>5} {:>9} {:>9}", l.name, l.type,
                             l.theta_min, l.theta_max, l.width_bits, l.longest_delay,
                             percent(l.weight_error), percent(l.decay_error)));
    }
}

nlohmann::ordered_json layers_json(const converters::nir_conversion& conversion) {
    nlohmann::ordered_json layers = nlohmann::ordered_json::array();
    for (const converters::nir_layer_report& l : conversion.layers) {
        layers.push_back({{"name", l.name},
                          {"node", l.type},
                          {"theta_min", l.theta_min},
                          {"theta_max", l.theta_max},
                          {"width_bits", l.width_bits},
                          {"longest_delay", l.longest_delay},
                          {"weight_error", l.weight_error},
                          {"decay_error", l.decay_error}});
    }
    return layers;
}

nlohmann::ordered_json score_json(const prediction_score& score) {
    nlohmann::ordered_json json = nlohmann::ordered_json::object();
    add_score(json, score);
    return json;
}

void report_check(const nir_check& check, const std::string& data, const output& out,
                  nlohmann::ordered_json& json) {
    nlohmann::ordered_json layers = nlohmann::ordered_json::array();
    for (const spike_comparison& l : check.layers) {
        const double moved = l.graph > 0.0 ? l.moved / l.graph : l.moved;
        layers.push_back({{"name", l.name},
                          {"spikes_graph", l.graph},
                          {"spikes_network", l.network},
                          {"spike_error", moved}});
        out.text(fmt::format("{}: {}: {:.0f} spikes in the graph, {:.0f} in the network, error {}",
                             data, l.name, l.graph, l.network, percent(moved)));
    }
    json["check"] = {{"data", data},
                     {"samples", check.samples},
                     {"graph", score_json(check.graph)},
                     {"network", score_json(check.network)},
                     {"different_answers", check.different_answers},
                     {"layers", layers}};
    out.text(fmt::format("{}: graph: {}", data, describe(check.graph)));
    out.text(fmt::format("{}: network: {}; {} of {} answers differ", data, describe(check.network),
                         check.different_answers, check.samples));
}

std::optional<dataset> check_set(const convert_arguments& arguments, const network& net) {
    if (arguments.check.empty()) { return std::nullopt; }
    return io::load_inputs(arguments.check, input_names(net), io::dataset_part::test);
}

/// One scale holds for all inputs of a graph; a name in front of it must be that of the only one.
void check_scale_names(const convert_arguments& arguments, const network& net) {
    const std::vector<std::string> names = input_names(net);
    for (const std::string& scale : arguments.inputs.scale) {
        const std::size_t end = scale.find('=');
        if (end == std::string::npos) { continue; }
        const std::string name = scale.substr(0, end);
        const bool known = std::find(names.begin(), names.end(), name) != names.end();
        if (known && names.size() == 1) { continue; }
        throw bad_input(
            {"--scale",
             known ? "the inputs of a NIR graph have one scale" : "names no input of the graph",
             name, known ? "a scale without a name" : fmt::format("{}", fmt::join(names, ", ")),
             known ? "a Scale node behind the Input scales it alone" : ""});
    }
}

nlohmann::ordered_json result_json(const convert_arguments& arguments,
                                   const converters::nir_conversion& conversion,
                                   const result_header& header) {
    nlohmann::ordered_json json = header.start(arguments.network, io::network_hash(conversion.net));
    json["model"] = arguments.model;
    json["execution"] = to_string(conversion.net.execution);
    json["steps"] = conversion.net.steps;
    json["dialect"] = arguments.nir.dialect;
    json["weight_bits"] = arguments.options.weight_bits;
    json["deviations"] = nlohmann::ordered_json::array();
    for (const converters::nir_deviation& d : conversion.deviations) {
        json["deviations"].push_back({{"node", d.node}, {"what", d.what}});
    }
    json["layers"] = layers_json(conversion);
    json["check"] = nullptr;
    return json;
}

}  // namespace

int convert_nir_graph(const convert_arguments& arguments) {
    const result_header header("convert");
    const output out(arguments.json);
    check_outputs({arguments.network, arguments.json},
                  with_data({arguments.model}, arguments.check));
    check_nir_options(arguments);
    const converters::nir_graph graph = converters::read_nir(
        arguments.model,
        arguments.nir.strict ? converters::nir_rules::strict : converters::nir_rules::lenient);
    const converters::nir_conversion_options options = nir_options_of(arguments);
    converters::nir_conversion conversion = converters::convert_nir(graph, options);
    conversion.net.metadata["source_sha256"] = io::content_hash(io::read_file(arguments.model));
    check_scale_names(arguments, conversion.net);
    const std::optional<dataset> judged = check_set(arguments, conversion.net);
    if (judged) { check_data_fits(conversion.net, *judged, arguments.model); }
    for (const converters::nir_deviation& d : conversion.deviations) {
        fmt::print(stderr, "synfire: warning: {}{}{}\n", d.node, d.node.empty() ? "" : ": ",
                   d.what);
    }
    nlohmann::ordered_json json = result_json(arguments, conversion, header);
    print_layers(out, conversion);
    io::write_network(conversion.net, arguments.network);
    out.text(fmt::format("written: {}", arguments.network));
    if (judged) {
        progress bar("check");
        const nir_check check =
            check_nir({graph, options.timing, conversion.net, *judged, arguments.check_samples,
                       [&](std::size_t done, std::size_t all) { bar.update(done, all); }});
        report_check(check, data_text(arguments.check), out, json);
    }
    json["seconds"] = header.start("", "")["seconds"];
    out.json(json);
    return status_ok;
}

}  // namespace synfire::cli
