// SPDX-License-Identifier: Apache-2.0
// synfire export: a streaming network as a NIR graph for other tools.
#include "export.hpp"

#include <fmt/format.h>

#include <memory>
#include <synfire/converters/nir_export.hpp>
#include <synfire/io/network_file.hpp>

#include "nir_options.hpp"
#include "paths.hpp"

namespace synfire::cli {

namespace {

struct export_arguments {
    std::string network;
    std::string graph;
    std::string dialect = "plain";
    double dt = 0.0;
    bool soft_reset_in_metadata = false;
    std::string json;
};

int export_graph(const export_arguments& arguments) {
    const result_header header("export");
    const output out(arguments.json);
    check_outputs({arguments.graph, arguments.json}, {arguments.network});
    const network net = io::read_network(arguments.network);
    converters::nir_export_options options;
    options.dialect = dialect_of(arguments.dialect);
    if (arguments.dt != 0.0) { options.dt = arguments.dt; }
    options.soft_reset_in_metadata = arguments.soft_reset_in_metadata;
    converters::write_nir(net, arguments.graph, options);
    nlohmann::ordered_json json = header.start(arguments.network, io::network_hash(net));
    json["graph"] = arguments.graph;
    json["dialect"] = arguments.dialect;
    out.text(fmt::format("written: {}", arguments.graph));
    out.json(json);
    return status_ok;
}

}  // namespace

void add_export(CLI::App& app, command_body& chosen) {
    auto arguments = std::make_shared<export_arguments>();
    CLI::App* command =
        app.add_subcommand("export", "Write a streaming network as a NIR graph for other tools");
    command->add_option("network", arguments->network, "NET.snn")->required();
    command->add_option("-o,--output", arguments->graph, "graph to write (.nir)")->required();
    command
        ->add_option("--dialect", arguments->dialect,
                     "tool that will read the graph; what it would read otherwise is refused")
        ->check(CLI::IsMember({"plain", "snntorch", "spikingjelly", "norse", "sinabs"}))
        ->capture_default_str();
    command
        ->add_option("--dt", arguments->dt,
                     "length of a step, in the unit of the time constants (default: the "
                     "dialect's, or the one of the graph that the network came from)")
        ->check(positive_number());
    command->add_flag("--soft-reset-in-metadata", arguments->soft_reset_in_metadata,
                      "--dialect plain: keep a subtractive reset in the nodes' metadata, where few "
                      "tools look");
    command->add_option("--json", arguments->json, "write the result as JSON (-: standard output)");
    command->callback(
        [arguments, &chosen] { chosen = [arguments] { return export_graph(*arguments); }; });
}

}  // namespace synfire::cli
