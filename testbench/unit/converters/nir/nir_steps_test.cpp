// SPDX-License-Identifier: Apache-2.0
// What a graph does in steps of time: the difference equations of docs/reference/nir.md, by hand.
#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <vector>

#include <synfire/converters/nir_model.hpp>
#include <synfire/core/error.hpp>

#include "support/catch.hpp"
#include "support/nir_builder.hpp"

using namespace synfire;
using converters::nir_dialect;
using converters::nir_executor;
using converters::nir_timing;
using test::contains_text;
using test::nir_builder;
using test::numbers;

namespace {

converters::nir_graph read(const nir_builder& graph) {
    return converters::nir_from_tree(graph.file(), "test.nir");
}

/// What population `name` sends in each step, for a constant input.
std::vector<double> trace(const nir_builder& graph, const nir_timing& timing,
                          const std::vector<std::vector<double>>& inputs, const std::string& name,
                          std::size_t element = 0) {
    nir_executor run(read(graph), timing);
    const std::vector<std::string> names = run.populations();
    const auto at =
        static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
    REQUIRE(at < names.size());
    std::vector<double> seen;
    for (const std::vector<double>& input : inputs) {
        run.step(std::span(&input, 1));
        seen.push_back(run.sent(at)[element]);
    }
    return seen;
}

nir_timing timing(double dt) {
    nir_timing t;
    t.dt = dt;
    return t;
}

using matrix = std::vector<std::vector<double>>;

}  // namespace

TEST_CASE("a leaky integrator follows Euler's rule and, asked to, the exponential",
          "[converters][nir]") {
    nir_builder graph;
    graph.input({1}).li("li", 1, 4.0, 2.0).output({1}).chain({"input", "li", "output"});
    const matrix input(3, {1.0});
    const std::vector<double> euler = trace(graph, timing(1.0), input, "li");
    CHECK(euler == std::vector<double>{0.5, 0.875, 1.15625});
    nir_timing exact = timing(1.0);
    exact.decay = converters::nir_decay::exponential;
    const std::vector<double> exponential = trace(graph, exact, input, "li");
    for (std::size_t t = 0; t < input.size(); ++t) {
        const double expected = 2.0 * (1.0 - std::exp(-(static_cast<double>(t) + 1.0) / 4.0));
        CHECK(std::abs(exponential[t] - expected) < 1e-12);
    }
}

TEST_CASE("an integrate-and-fire neuron fires above its threshold and then starts from 0",
          "[converters][nir]") {
    nir_builder graph;
    graph.input({1}).integrate("if", 1, 1.0, 1.0).output({1}).chain({"input", "if", "output"});
    const matrix input(6, {0.5});
    CHECK(trace(graph, timing(1.0), input, "if") == std::vector<double>{0, 0, 1, 0, 0, 1});
    nir_timing from = timing(1.0);
    from.fires_at_threshold = true;
    CHECK(trace(graph, from, input, "if") == std::vector<double>{0, 1, 0, 1, 0, 1});
    nir_timing subtract = timing(1.0);
    subtract.reset = reset_rule::subtract;
    CHECK(trace(graph, subtract, input, "if") == std::vector<double>{0, 0, 1, 0, 1, 0});
}

TEST_CASE("synaptic current decays by itself and feeds the potential", "[converters][nir]") {
    nir_builder graph;
    graph.input({1})
        .node("cuba", "CubaLI",
              {numbers("tau_syn", {2.0}), numbers("tau_mem", {4.0}), numbers("r", {4.0}),
               numbers("v_leak", {0.0}), numbers("w_in", {2.0})})
        .output({1})
        .chain({"input", "cuba", "output"});
    // I = I/2 + s;  v = 3/4 v + I
    CHECK(trace(graph, timing(1.0), {{1.0}, {0.0}, {0.0}}, "cuba")
          == std::vector<double>{1.0, 1.25, 1.1875});
}

TEST_CASE("a leak to another potential than the reset is a constant input", "[converters][nir]") {
    nir_builder graph;
    graph.input({1})
        .node("lif", "LIF",
              {numbers("tau", {2.0}), numbers("r", {1.0}), numbers("v_leak", {1.0}),
               numbers("v_threshold", {0.8}), numbers("v_reset", {-1.0})})
        .output({1})
        .chain({"input", "lif", "output"});
    // v: 0.5, 0.75, 0.875 fires, then from -1: 0, 0.5, 0.75, 0.875 fires
    CHECK(trace(graph, timing(1.0), matrix(7, {0.0}), "lif")
          == std::vector<double>{0, 0, 1, 0, 0, 0, 1});
}

TEST_CASE("feedback arrives a step later, a Delay as many steps as it says", "[converters][nir]") {
    nir_builder graph;
    graph.input({1}).integrate("if", 1, 1.0, 0.5).linear("w", 1, 1, {1.0}).output({1});
    graph.chain({"input", "if", "output"}).chain({"if", "w", "if"});
    CHECK(trace(graph, timing(1.0), {{1.0}, {0.0}, {0.0}, {0.0}}, "if")
          == std::vector<double>{1, 1, 1, 1});
    nir_builder delayed;
    delayed.input({1}).integrate("if", 1, 1.0, 0.5).linear("w", 1, 1, {1.0}).output({1});
    delayed.node("wait", "Delay", {numbers("delay", {3.0})});
    delayed.chain({"input", "if", "output"}).chain({"if", "w", "wait", "if"});
    CHECK(trace(delayed, timing(1.0), {{1.0}, {0.0}, {0.0}, {0.0}, {0.0}}, "if")
          == std::vector<double>{1, 0, 0, 1, 0});
}

TEST_CASE("a loop through two populations costs one step, where it leads back",
          "[converters][nir]") {
    nir_builder graph;
    graph.input({1}).integrate("a", 1, 1.0, 0.5).integrate("b", 1, 1.0, 0.5).output({1});
    graph.chain({"input", "a", "b", "a"}).edge("b", "output");
    const matrix input{{1.0}, {0.0}, {0.0}};
    CHECK(trace(graph, timing(1.0), input, "b") == std::vector<double>{1, 1, 1});
}

TEST_CASE("a Threshold keeps nothing", "[converters][nir]") {
    nir_builder graph;
    graph.input({1}).node("step", "Threshold", {numbers("threshold", {0.5})}).output({1});
    graph.chain({"input", "step", "output"});
    CHECK(trace(graph, timing(1.0), {{0.4}, {0.4}, {0.6}, {0.5}}, "step")
          == std::vector<double>{0, 0, 1, 0});
}

TEST_CASE("dialects read one file differently", "[converters][nir]") {
    nir_builder graph;
    graph.input({1}).integrate("if", 1, 1.0, 1.0).output({1}).chain({"input", "if", "output"});
    const matrix input(4, {1.0});
    nir_timing timing_of;
    timing_of.dialect = nir_dialect::sinabs;
    CHECK(trace(graph, timing_of, input, "if") == std::vector<double>{1, 1, 1, 1});
    CHECK(trace(graph, timing(1.0), input, "if") == std::vector<double>{0, 1, 0, 1});
    timing_of.dialect = nir_dialect::norse;  // dt 1e-3: far from the threshold
    CHECK(trace(graph, timing_of, input, "if") == std::vector<double>{0, 0, 0, 0});
    CHECK_THROWS_WITH(nir_executor(read(graph), nir_timing{}),
                      contains_text("NIR does not say how long a step is"));
}

TEST_CASE("Sinabs keeps potentials of integrate-and-fire neurons above minus the threshold",
          "[converters][nir]") {
    nir_builder graph;
    graph.input({1}).integrate("if", 1, 1.0, 1.0).output({1}).chain({"input", "if", "output"});
    nir_timing sinabs;
    sinabs.dialect = nir_dialect::sinabs;
    CHECK(trace(graph, sinabs, {{-5.0}, {1.0}, {1.0}}, "if") == std::vector<double>{0, 0, 1});
}
