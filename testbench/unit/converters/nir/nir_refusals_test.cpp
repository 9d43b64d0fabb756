// SPDX-License-Identifier: Apache-2.0
// Everything that a NIR file can have wrong, and the message that says so.
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include <synfire/converters/nir_model.hpp>
#include <synfire/core/error.hpp>

#include "support/catch.hpp"
#include "support/nir_builder.hpp"

using namespace synfire;
using namespace synfire::converters;
using test::contains_text;
using test::nir_builder;
using test::numbers;

namespace {

using fields = std::vector<io::hdf5_value>;

/// Input, the node, Output, all with two elements.
nir_builder around(const std::string& type, fields values, std::vector<double> shape = {2}) {
    nir_builder graph;
    graph.input(shape).node("node", type, std::move(values)).output(shape);
    graph.chain({"input", "node", "output"});
    return graph;
}

fields lif_fields() {
    return {numbers("tau", {2.0, 2.0}), numbers("r", {1.0, 1.0}), numbers("v_leak", {0.0, 0.0}),
            numbers("v_threshold", {1.0, 1.0}), numbers("v_reset", {0.0, 0.0})};
}

fields with(fields values, const io::hdf5_value& other) {
    for (io::hdf5_value& value : values) {
        if (value.name == other.name) { value = other; }
    }
    return values;
}

fields conv_fields() {
    return {numbers("weight", std::vector<double>(4, 0.5), {1, 1, 2, 2}),
            numbers("stride", {1.0, 1.0}), numbers("padding", {0.0, 0.0}),
            numbers("dilation", {1.0, 1.0}), numbers("groups", {1.0}, {})};
}

void check_read(const nir_builder& graph, const std::string& message) {
    CHECK_THROWS_WITH(nir_from_tree(graph.file(), "test.nir"), contains_text(message));
}

void check_convert(const nir_builder& graph, const std::string& message, nir_timing timing = {}) {
    const nir_graph read = nir_from_tree(graph.file(), "test.nir");
    nir_conversion_options options;
    options.timing = timing;
    if (!options.timing.dt) { options.timing.dt = 1.0; }
    options.steps = 4;
    CHECK_THROWS_WITH(convert_nir(read, options), contains_text(message));
}

}  // namespace

TEST_CASE("files that are no graph are refused", "[converters][nir]") {
    const io::hdf5_tree empty;
    CHECK_THROWS_WITH(nir_from_tree(empty, "x.nir"), contains_text("is not a NIR graph"));
    io::hdf5_tree data;
    data.groups.push_back({"nodes", {}, {}});
    CHECK_THROWS_WITH(nir_from_tree(data, "x.nir"), contains_text("holds NIR data"));
    io::hdf5_tree untyped{"", {{"node", {}, {}}}, {}};
    CHECK_THROWS_WITH(nir_from_tree(untyped, "x.nir"), contains_text("has no type"));
    io::hdf5_tree single{"", {{"node", {}, {test::text("type", "LIF")}}}, {}};
    CHECK_THROWS_WITH(nir_from_tree(single, "x.nir"), contains_text("the top node is not a graph"));
    io::hdf5_tree hollow{"", {{"node", {}, {test::text("type", "NIRGraph")}}}, {}};
    CHECK_THROWS_WITH(nir_from_tree(hollow, "x.nir"), contains_text("has no nodes"));
    hollow.groups[0].groups.push_back({"nodes", {}, {}});
    CHECK_THROWS_WITH(nir_from_tree(hollow, "x.nir"), contains_text("has no edges"));
}

TEST_CASE("edges that lead nowhere are refused", "[converters][nir]") {
    nir_builder missing = around("LIF", lif_fields());
    missing.edge("node", "nobody");
    check_read(missing, "an edge names a node that does not exist");
    nir_builder out = around("LIF", lif_fields());
    out.edge("output", "node");
    check_read(out, "an edge leaves an Output");
    nir_builder in = around("LIF", lif_fields());
    in.edge("node", "input");
    check_read(in, "an edge leads into an Input");
    nir_builder alone = around("LIF", lif_fields());
    alone.lif("alone", 2, 2.0).edge("alone", "output");
    check_read(alone, "no edge leads into this node");
    nir_builder empty;
    empty.output({2});
    check_read(empty, "no edge leads into this node");
    nir_builder no_output;
    no_output.input({2});
    check_read(no_output, "a network needs an Input and an Output");
    nir_builder two;
    two.input({2}, "a").input({2}, "b").output({2}).chain({"a", "output"}).edge("b", "output");
    nir_builder ports;
    ports.input({2}).output({2}).subgraph("sub", two).chain({"input", "sub", "output"});
    check_read(ports, "an edge ends at 'sub' without naming a port");
    nir_builder inner;
    inner.input({2}).output({2}).lif("b", 2, 2.0).chain({"input", "b", "output"});
    nir_builder twice;
    twice.input({2}).output({2}).subgraph("a", inner).lif("a.b", 2, 2.0);
    twice.chain({"input", "a", "a.b", "output"});
    check_read(twice, "two nodes have this name");
    io::hdf5_tree flat = around("LIF", lif_fields()).file();
    flat.groups[0].values[0].extents = {4};
    CHECK_THROWS_WITH(nir_from_tree(flat, "x.nir"), contains_text("'edges' has the wrong shape"));
}

TEST_CASE("unknown node types are refused together", "[converters][nir]") {
    nir_builder graph = around("MaxPool2d", {});
    graph.node("other", "Izhikevich", {});
    check_read(graph, "MaxPool2d");
    check_read(graph, "Izhikevich");
}

TEST_CASE("fields that are missing, not finite or of the wrong kind are refused",
          "[converters][nir]") {
    fields no_tau = lif_fields();
    no_tau.erase(no_tau.begin());
    check_read(around("LIF", no_tau), "'tau' is missing");
    const double nan = std::numeric_limits<double>::quiet_NaN();
    check_read(around("LIF", with(lif_fields(), numbers("r", {1.0, nan}))), "not finite");
    check_read(around("LIF", with(lif_fields(), test::text("r", "one"))),
               "'r' is not of a type that it can have");
    check_read(around("LIF", with(lif_fields(), numbers("r", {}, {0}))), "'r' holds no values");
    check_read(around("LIF", with(lif_fields(), numbers("tau", {1.0, 2.0, 3.0}))), "does not fit");
}

TEST_CASE("maps that do not fit are refused", "[converters][nir]") {
    const std::vector<double> image{1, 4, 4};
    check_read(around("Linear", {numbers("weight", {1.0, 2.0}, {2})}),
               "'weight' has the wrong shape");
    check_read(around("Linear", {numbers("weight", std::vector<double>(6, 1.0), {2, 3})}),
               "what 'input' sends does not fit");
    check_read(around("Affine", {numbers("weight", std::vector<double>(4, 1.0), {2, 2}),
                                 numbers("bias", {1.0})}),
               "'bias' has the wrong shape");
    check_read(around("Conv2d", conv_fields()), "gets a value of the wrong shape");
    check_read(around("Conv2d", with(conv_fields(), numbers("groups", {3.0}, {})), image),
               "channels, groups and weights do not fit");
    check_read(around("Conv2d", with(conv_fields(), numbers("stride", {0.0, 1.0})), image),
               "'stride' is impossible");
    check_read(around("Conv2d", with(conv_fields(), numbers("stride", {1.0, 1.0, 1.0})), image),
               "'stride' has too many numbers");
    check_read(around("Conv2d", with(conv_fields(), test::text("padding", "mirror")), image),
               "unknown padding");
    fields same = with(conv_fields(), test::text("padding", "same"));
    check_read(around("Conv2d", with(same, numbers("stride", {2.0, 2.0})), image),
               "padding 'same' does not go with a stride");
    check_read(around("Conv2d", conv_fields(), {1, 1, 1}), "the kernel is larger");
    fields bias = conv_fields();
    bias.push_back(numbers("bias", {1.0, 2.0}));
    check_read(around("Conv2d", bias, image), "'bias' has the wrong shape");
    check_read(around("SumPool2d", {numbers("kernel_size", {2.0}), numbers("stride", {2.0}),
                                    numbers("padding", {0.0})}),
               "gets a value of the wrong shape");
    check_read(around("Flatten", {numbers("start_dim", {2.0}, {}), numbers("end_dim", {-1.0}, {})}),
               "the axes to flatten do not exist");
    check_read(around("Flatten", {numbers("start_dim", {0.5}, {}), numbers("end_dim", {-1.0}, {})}),
               "'start_dim' is no axis");
    check_read(around("LIF", lif_fields(), {0.0}), "'shape' is no shape");
    check_read(around("LIF", lif_fields(), {1, 1, 1, 2}), "has an impossible shape");
}

TEST_CASE("a loop without a neuron has no value, and no shape without one that knows it",
          "[converters][nir]") {
    const std::vector<double> unit{1.0, 0.0, 0.0, 1.0};
    nir_builder loop;
    loop.input({2}).output({2}).linear("a", 2, 2, unit).linear("b", 2, 2, unit);
    loop.chain({"input", "a", "b", "output"}).edge("b", "a");
    check_convert(loop, "is part of a loop without a neuron in it");
    nir_builder cut;
    cut.input({2}).output({2}).edge("input", "output");
    cut.linear("a", 2, 2, unit).linear("b", 2, 2, unit).chain({"a", "b", "a"}).edge("b", "output");
    check_read(cut, "its shape cannot be worked out");
}

TEST_CASE("neurons with impossible parameters are refused", "[converters][nir]") {
    check_convert(around("LIF", with(lif_fields(), numbers("tau", {2.0, 0.0}))),
                  "'tau' must be positive");
    check_convert(around("LIF", with(lif_fields(), numbers("tau", {2.0, 0.5}))),
                  "a step is longer than 'tau'");
    check_convert(around("LIF", with(lif_fields(), numbers("v_reset", {1.0, 0.0}))),
                  "the threshold must be above the potential after a reset");
    nir_timing subtract;
    subtract.reset = reset_rule::subtract;
    check_convert(around("LIF", with(lif_fields(), numbers("v_reset", {-1.0, 0.0}))),
                  "a subtractive reset has no v_reset", subtract);
    nir_timing backwards;
    backwards.dt = -1.0;
    check_convert(around("LIF", lif_fields()), "the length of a step must be positive", backwards);
    fields cuba = lif_fields();
    cuba[0] = numbers("tau_mem", {2.0, 2.0});
    cuba.push_back(numbers("tau_syn", {2.0, 2.0}));
    check_convert(around("CubaLIF", with(cuba, numbers("v_leak", {0.5, 0.5}))),
                  "cannot leak to another potential");
    check_convert(around("CubaLI", {numbers("tau_mem", {2.0, 2.0}), numbers("tau_syn", {2.0, 2.0}),
                                    numbers("r", {1.0, 1.0}), numbers("v_leak", {1.0, 0.0})}),
                  "cannot leak to another potential");
}

TEST_CASE("metadata that nobody knows are refused", "[converters][nir]") {
    io::hdf5_tree file = around("LIF", lif_fields()).file();
    io::hdf5_tree& node = file.groups[0].groups[0].groups[1];
    REQUIRE(node.name == "node");
    node.groups.push_back({"metadata", {}, {test::text("reset", "sideways")}});
    const nir_graph graph = nir_from_tree(file, "test.nir");
    nir_timing timing;
    timing.dt = 1.0;
    CHECK_THROWS_WITH(nir_executor(graph, timing), contains_text("metadata 'reset' is unknown"));
}

TEST_CASE("potentials that lead into other nodes are refused", "[converters][nir]") {
    nir_builder graph;
    graph.input({2}).output({2}).li("li", 2, 2.0).lif("lif", 2, 2.0);
    graph.chain({"input", "li", "lif", "output"});
    check_convert(graph, "its potential leads into 'lif'");
    check_convert(graph, "LI and LIF together are a CubaLIF");
    nir_builder unread;
    unread.input({2}).output({2}).lif("lif", 2, 2.0).li("li", 2, 2.0);
    unread.chain({"input", "lif", "output"}).edge("lif", "li");
    check_convert(unread, "nothing reads its potential");
}

TEST_CASE("delays that a network cannot have are refused", "[converters][nir]") {
    const auto delayed = [](const std::vector<double>& delay) {
        nir_builder graph;
        graph.input({2}).output({2}).lif("a", 2, 2.0).lif("b", 2, 2.0);
        graph.node("wait", "Delay", {numbers("delay", delay)});
        graph.chain({"input", "a", "wait", "b", "output"});
        return graph;
    };
    check_convert(delayed({1.0, 2.0}), "delays of a layer must be equal");
    check_convert(delayed({-1.0, -1.0}), "delays of a layer must be equal");
    check_convert(delayed({1e6, 1e6}), "the delay is too long");
    nir_builder input;
    input.input({2}).output({2}).lif("a", 2, 2.0);
    input.node("wait", "Delay", {numbers("delay", {1.0, 1.0})});
    input.chain({"input", "wait", "a", "output"});
    check_convert(input, "inputs that act in every step have no delay");
}
