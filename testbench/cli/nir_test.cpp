// SPDX-License-Identifier: Apache-2.0
// NIR graphs from outside: inspect, convert with its check, simulate, export, and refusals.
#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include <support/catch.hpp>
#include <support/nir_builder.hpp>
#include <synfire/io/files.hpp>
#include <synfire/io/hdf5_tree.hpp>
#include <unit/io/scratch_folder.hpp>

#include "run_program.hpp"

using namespace synfire;
using namespace synfire::test;

namespace {

/// 8 x 8 images through a convolution and leaky neurons to ten integrators.
nir_builder digits_graph() {
    nir_builder graph;
    graph.input({1, 8, 8});
    std::vector<double> kernels;
    for (int n = 0; n < 18; ++n) { kernels.push_back((n * 7 % 5 - 1) / 4.0); }
    graph.node("conv", "Conv2d",
               {numbers("weight", kernels, {2, 1, 3, 3}), numbers("stride", {1, 1}),
                numbers("padding", {0, 0}), numbers("dilation", {1, 1}), numbers("groups", {1}, {}),
                numbers("bias", {0.0, 0.0})});
    const std::vector<double> ones(72, 1.0);
    const std::vector<std::size_t> shape{2, 6, 6};
    graph.node("lif", "LIF",
               {numbers("tau", std::vector<double>(72, 5e-4), shape),
                numbers("r", std::vector<double>(72, 5.0), shape),
                numbers("v_leak", std::vector<double>(72, 0.0), shape),
                numbers("v_threshold", ones, shape),
                numbers("v_reset", std::vector<double>(72, 0.0), shape)});
    graph.node("flat", "Flatten",
               {numbers("start_dim", {0}, {}), numbers("end_dim", {-1}, {}),
                numbers("input_type", {2, 6, 6})});
    std::vector<double> weights;
    for (int n = 0; n < 720; ++n) { weights.push_back((n * 13 % 29 - 14) / 20.0); }
    graph.linear("w", 10, 72, weights).li("out", 10, 2e-3, 20.0).output({10});
    return graph.chain({"input", "conv", "lif", "flat", "w", "out", "output"});
}

std::string written(const scratch_folder& folder, const nir_builder& graph) {
    const auto path = folder.path() / "graph.nir";
    io::write_file(path, io::encode_hdf5_tree(graph.file()));
    return path.string();
}

}  // namespace

TEST_CASE("a NIR graph is inspected, converted, checked, simulated and exported", "[cli][nir]") {
    const scratch_folder folder;
    const std::string graph = written(folder, digits_graph());
    const std::string net = (folder.path() / "net.snn").string();
    const program_run seen = synfire_program({"inspect", graph});
    CHECK(seen.status == 0);
    CHECK_THAT(seen.out, contains_text("spiking population with leak"));
    CHECK_THAT(seen.out, contains_text("0 deviations from NIR; can be converted"));
    const program_run made = synfire_program(
        {"convert", graph, "-o", net, "--dialect", "snntorch", "--steps", "6", "--strict",
         "--scale", "0.0625", "--check", "digits", "--check-samples", "50", "--json", "-"});
    INFO(made.err);
    REQUIRE(made.status == 0);
    const auto json = nlohmann::json::parse(made.out);
    CHECK(json.at("execution") == "streaming");
    CHECK(json.at("check").at("samples") == 50);
    // Weights are made up, so answers lie close together: one spike may turn one over.
    CHECK(json.at("check").at("different_answers").get<int>() <= 2);
    const auto& layer = json.at("check").at("layers").at(0);
    CHECK(layer.at("spikes_graph").get<double>() > 0.0);
    CHECK(layer.at("spike_error").get<double>() < 0.02);
    CHECK(synfire_program({"simulate", net, "--data", "digits"}).status == 0);
    const std::string again = (folder.path() / "again.nir").string();
    CHECK(synfire_program({"export", net, "-o", again, "--dialect", "snntorch"}).status == 0);
    const program_run back = synfire_program(
        {"convert", again, "-o", net, "--dialect", "snntorch", "--steps", "6", "--strict"});
    INFO(back.err);
    CHECK(back.status == 0);
    require_bad_input(synfire_program({"export", net, "-o", again, "--dialect", "sinabs"}),
                      {"the reset to zero would be lost"});
}

TEST_CASE("options of NIR graphs and of other models do not mix", "[cli][nir]") {
    const scratch_folder folder;
    const std::string graph = written(folder, digits_graph());
    const std::string net = (folder.path() / "net.snn").string();
    const auto check = [&](const std::string& model, std::vector<std::string> options,
                           const std::string& message) {
        std::vector<std::string> arguments{"convert", model, "-o", net};
        arguments.insert(arguments.end(), options.begin(), options.end());
        const program_run run = synfire_program(arguments);
        CHECK(run.status == 2);
        CHECK_THAT(run.err, contains_text(message));
    };
    check(graph, {"--dt", "1e-4"}, "--steps: is missing");
    check(graph, {"--steps", "4"}, "--dt: is missing");
    check(graph, {"--steps", "4", "--dt", "1e-4", "--coding", "rate"},
          "--coding: does not apply to a NIR graph");
    check(graph, {"--steps", "4", "--dt", "1e-4", "--calibration", "digits"},
          "an option given does not apply to a NIR graph");
    check(graph, {"--steps", "4", "--dt", "1e-4", "--strict", "--lenient"},
          "--strict: does not go with --lenient");
    check(graph, {"--steps", "4", "--dt", "1e-4", "--input", "rate", "--input-step", "0.1"},
          "--input-step: needs --input current");
    check(digits_model().string(), {"--calibration", "digits", "--dialect", "norse"},
          "--dialect: belongs to NIR graphs");
    check(digits_model().string(), {"--calibration", "digits", "--steps", "17"},
          "too many for phase codes");
}

TEST_CASE("a NIR graph with two Inputs is checked, with data for each", "[cli][nir]") {
    const scratch_folder folder;
    nir_builder graph;
    graph.input({64}, "left").input({8, 8}, "right").output({64}).integrate("if", 64, 1.0, 3.0);
    graph.linear("w", 64, 64, std::vector<double>(4096, 1.0 / 64.0));
    graph.chain({"left", "w", "if", "output"}).edge("right", "if");
    const std::string file = written(folder, graph);
    const std::string net = (folder.path() / "net.snn").string();
    const auto convert = [&](std::vector<std::string> more) {
        more.insert(more.begin(), {"convert", file, "-o", net, "--dt", "1", "--steps", "6"});
        return synfire_program(more);
    };
    const program_run made = convert({"--scale", "0.0625", "--check", "left=digits", "--check",
                                      "right=digits:train", "--check-samples", "5", "--json", "-"});
    CHECK(made.status == 3);  // digits:train is longer
    const program_run same = convert({"--scale", "0.0625", "--check", "left=digits,right=digits",
                                      "--check-samples", "5", "--json", "-"});
    INFO(same.err);
    REQUIRE(same.status == 0);
    const auto layer = nlohmann::json::parse(same.out).at("check").at("layers").at(0);
    CHECK(layer.at("spikes_graph").get<double>() > 100.0);
    CHECK(layer.at("spike_error").get<double>() < 0.02);
    require_bad_input(convert({"--check", "left=digits"}), {"none for right"});
    require_bad_input(convert({"--check", "left=", "--check", "right=digits"}),
                      {"no data set is given for input 'left'", "left=DATA"});
    require_bad_input(convert({"--scale", "left=0.5"}), {"have one scale", "left"});
    require_bad_input(convert({"--scale", "up=0.5"}),
                      {"names no input of the graph", "left, right"});
}

TEST_CASE("deviations are warnings, and errors where rules are strict", "[cli][nir]") {
    const scratch_folder folder;
    nir_builder graph;
    graph.input({64}).output({64});
    graph.node("if", "IF", {numbers("r", {1.0}), numbers("v_threshold", {1.0})});
    graph.chain({"input", "if", "output"});
    const std::string file = written(folder, graph);
    const std::string net = (folder.path() / "net.snn").string();
    const program_run lenient =
        synfire_program({"convert", file, "-o", net, "--dt", "1", "--steps", "4"});
    CHECK(lenient.status == 0);
    CHECK_THAT(lenient.err, contains_text("if: 'r' is a single value for 64 elements"));
    require_bad_input(
        synfire_program({"convert", file, "-o", net, "--dt", "1", "--steps", "4", "--strict"}),
        {"'r' is a single value for 64 elements"});
    nir_builder potential;
    potential.input({2}).output({2}).li("li", 2, 2.0).lif("lif", 2, 2.0);
    potential.chain({"input", "li", "lif", "output"});
    const program_run seen = synfire_program({"inspect", written(folder, potential)});
    CHECK(seen.status == 3);
    CHECK_THAT(seen.out, contains_text("its potential leads into 'lif'"));
    io::write_file(folder.path() / "broken.nir", std::string_view("not HDF5"));
    require_bad_input(synfire_program({"inspect", (folder.path() / "broken.nir").string()}),
                      {"is not an HDF5 file"});
}
