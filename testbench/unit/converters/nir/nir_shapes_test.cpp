// SPDX-License-Identifier: Apache-2.0
// Shapes are worked out from the inputs on; what the specification does not have is listed.
#include <algorithm>
#include <string>
#include <vector>

#include <synfire/converters/nir_graph.hpp>
#include <synfire/core/error.hpp>

#include "support/catch.hpp"
#include "support/nir_builder.hpp"

using namespace synfire;
using namespace synfire::converters;
using test::contains_text;
using test::nir_builder;
using test::numbers;

namespace {

nir_graph read(const nir_builder& graph, nir_rules rules = nir_rules::lenient) {
    return nir_from_tree(graph.file(), "test.nir", rules);
}

const nir_node& named(const nir_graph& graph, const std::string& name) {
    const auto found = std::find_if(graph.nodes.begin(), graph.nodes.end(),
                                    [&](const nir_node& n) { return n.name == name; });
    REQUIRE(found != graph.nodes.end());
    return *found;
}

std::vector<io::hdf5_value> conv_fields(std::vector<std::size_t> weight, io::hdf5_value padding,
                                        double stride, double dilation, double groups) {
    std::size_t n = 1;
    for (const std::size_t side : weight) { n *= side; }
    return {numbers("weight", std::vector<double>(n, 0.5), weight), numbers("stride", {stride}, {}),
            std::move(padding), numbers("dilation", {dilation}, {}),
            numbers("groups", {groups}, {})};
}

/// Output shape of a convolution behind an Input.
nir_shape conv_shape(const std::string& type, std::vector<double> input,
                     std::vector<io::hdf5_value> fields, const nir_shape& output) {
    nir_builder graph;
    std::vector<double> out(output.begin(), output.end());
    graph.input(std::move(input)).node("conv", type, std::move(fields)).output(out);
    graph.chain({"input", "conv", "output"});
    return named(read(graph), "conv").output;
}

}  // namespace

TEST_CASE("convolutions take paddings by number and by word, strides, dilation and groups",
          "[converters][nir]") {
    CHECK(conv_shape("Conv2d", {4, 9, 7},
                     conv_fields({6, 2, 3, 3}, numbers("padding", {1.0, 0.0}), 2.0, 1.0, 2.0),
                     {6, 5, 3})
          == nir_shape{6, 5, 3});
    CHECK(conv_shape("Conv2d", {1, 8, 8},
                     conv_fields({2, 1, 4, 3}, test::text("padding", "same"), 1.0, 2.0, 1.0),
                     {2, 8, 8})
          == nir_shape{2, 8, 8});
    CHECK(conv_shape("Conv2d", {1, 8, 8},
                     conv_fields({2, 1, 3, 3}, test::text("padding", "valid"), 1.0, 1.0, 1.0),
                     {2, 6, 6})
          == nir_shape{2, 6, 6});
    CHECK(conv_shape("Conv1d", {3, 20},
                     conv_fields({5, 3, 4}, numbers("padding", {1.0}, {}), 3.0, 1.0, 1.0), {5, 7})
          == nir_shape{5, 7});
}

TEST_CASE("flattening takes any range of axes", "[converters][nir]") {
    nir_builder graph;
    graph.input({2, 3, 4}).output({2, 12});
    graph.node("flat", "Flatten",
               {numbers("start_dim", {1.0}, {}), numbers("end_dim", {-1.0}, {})});
    graph.chain({"input", "flat", "output"});
    CHECK(named(read(graph), "flat").output == nir_shape{2, 12});
}

TEST_CASE("single parameters stand for all elements, and strict rules refuse them",
          "[converters][nir]") {
    nir_builder graph;
    graph.input({4}).output({4});
    graph.node("lif", "LIF",
               {numbers("tau", {2.0}, {}), numbers("r", {1.0}, {}), numbers("v_leak", {0.0}, {}),
                numbers("v_threshold", {1.0})});
    graph.chain({"input", "lif", "output"});
    const nir_graph lenient = read(graph);
    CHECK(named(lenient, "lif").parameter("tau").values == std::vector<double>(4, 2.0));
    CHECK(named(lenient, "lif").parameter("v_reset").values == std::vector<double>(4, 0.0));
    CHECK(lenient.deviations.size() == 4);
    CHECK_THROWS_AS(read(graph, nir_rules::strict), unsupported_model);
    CHECK_THROWS_WITH(read(graph, nir_rules::strict),
                      contains_text("'tau' is a single value for 4 elements"));
}

TEST_CASE("parameters with an axis more hold the same elements", "[converters][nir]") {
    nir_builder graph;
    graph.input({3});
    graph.node(
        "if", "IF",
        {numbers("r", {1.0, 2.0, 3.0}, {1, 3}), numbers("v_threshold", {1.0, 1.0, 1.0}, {3, 1})});
    graph.output({3}).chain({"input", "if", "output"});
    const nir_graph read = nir_from_tree(graph.file(), "test.nir");
    CHECK(read.deviations.size() == 2);
    for (const nir_node& node : read.nodes) {
        if (node.type != "IF") { continue; }
        CHECK(node.parameter("r").values == std::vector<double>{1.0, 2.0, 3.0});
        CHECK(node.parameter("r").shape == nir_shape{3});
    }
}

TEST_CASE("parameters per channel spread over maps", "[converters][nir]") {
    nir_builder graph;
    graph.input({2, 1, 2}).output({2, 1, 2});
    graph.node("if", "IF",
               {numbers("r", {1.0, 2.0}), numbers("v_threshold", {1.0, 3.0}, {2, 1, 1})});
    graph.chain({"input", "if", "output"});
    const nir_graph found = read(graph);
    CHECK(named(found, "if").parameter("r").values == std::vector<double>{1, 1, 2, 2});
    CHECK(named(found, "if").parameter("v_threshold").values == std::vector<double>{1, 1, 3, 3});
}

TEST_CASE("a loop takes its shape from the neuron in it", "[converters][nir]") {
    nir_builder graph;
    graph.input({3}, "zinput").output({3}).lif("lif", 3, 2.0);
    graph.linear("a_w", 3, 3, std::vector<double>(9, 0.1));
    graph.chain({"zinput", "lif", "output"}).chain({"lif", "a_w", "lif"});
    const nir_graph found = read(graph);
    CHECK(named(found, "a_w").input == nir_shape{3});
    CHECK(found.deviations.empty());
}

TEST_CASE("subgraphs are dissolved, with ports by name and dots in names", "[converters][nir]") {
    nir_builder inner;
    inner.input({2}, "in").output({2}, "out").lif("lif.one", 2, 2.0);
    inner.chain({"in", "lif.one", "out"});
    nir_builder middle;
    middle.input({2}).output({2}).subgraph("deep", inner).chain({"input", "deep", "output"});
    nir_builder graph;
    graph.input({2}).output({2}).subgraph("a.b", middle);
    graph.edge("input", "a.b.input").edge("a.b", "output");
    const nir_graph found = read(graph);
    CHECK(found.nodes.size() == 3);
    CHECK(named(found, "a.b.deep.lif.one").output == nir_shape{2});
    CHECK(found.edges.size() == 2);
}

TEST_CASE("deviations are listed and go on", "[converters][nir]") {
    nir_builder graph;
    graph.input({2, 2}).output({4}).linear("w", 4, 4, std::vector<double>(16, 0.5));
    graph.lif("lif", 4, 2.0);
    graph.chain({"input", "w", "lif", "output"}).edge("w", "lif");
    io::hdf5_tree file = graph.file();
    file.values.clear();  // no version
    const nir_graph found = nir_from_tree(file, "test.nir");
    std::string all;
    for (const nir_deviation& d : found.deviations) { all += d.what + "\n"; }
    CHECK_THAT(all, contains_text("the file does not say which version wrote it"));
    CHECK_THAT(all, contains_text("the edge from 'w' is there twice"));
    CHECK_THAT(all, contains_text("'input' sends 2x2, which is taken as 4"));
}

TEST_CASE("the table of node types names every field", "[converters][nir]") {
    const std::vector<nir_type_info> types = nir_types();
    CHECK(types.size() == 18);
    CHECK(std::is_sorted(types.begin(), types.end(),
                         [](const auto& a, const auto& b) { return a.type < b.type; }));
    for (const nir_type_info& type : types) {
        CHECK_FALSE(type.fields.empty());
        CHECK_FALSE(type.treatment.empty());
    }
}
