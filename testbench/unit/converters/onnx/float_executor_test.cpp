// SPDX-License-Identifier: Apache-2.0
// The float executor itself: several inputs, repeated runs, and its own checks of a graph.
#include <support/catch.hpp>

#include "graph/float_executor.hpp"
#include "run_model.hpp"

using namespace synfire::test;
using namespace synfire::converters;

namespace {

model_graph two_inputs() {
    onnx_builder m;
    m.input("a", {-1, 2})
        .input("b", {-1, 3})
        .node("Concat", {"b", "a"}, {"y"}, {{"axis", std::int64_t{1}}});
    m.output("y");
    return import_model(m).graph;
}

}  // namespace

TEST_CASE("Several inputs follow each other in the sample", "[converters][onnx]") {
    CHECK(run_graph(two_inputs(), {1, 2, 3, 4, 5}) == std::vector<float>{3, 4, 5, 1, 2});
}

TEST_CASE("A sample of a wrong size is bad input", "[converters][onnx]") {
    const model_graph graph = two_inputs();
    float_executor executor(graph);
    const std::vector<float> sample{1, 2};
    const auto facts = bad_input_of([&] { executor.run(sample); });
    CHECK(facts.found == "2 elements");
    CHECK(facts.expected == "5 elements");
}

TEST_CASE("Running again gives the same bits whatever ran before", "[converters][onnx]") {
    onnx_builder m;
    m.input("x", {-1, 2, 9, 9}).weights("w", {5, 2, 3, 3}, scattered(90, 1));
    m.node("Conv", {"x", "w"}, {"c"}, {{"pads", std::vector<std::int64_t>{1, 1, 1, 1}}})
        .node("Relu", {"c"}, {"y"});
    m.output("y");
    const model_graph graph = import_model(m).graph;
    float_executor executor(graph);
    const auto out = [&] { return executor.value(graph.outputs[0].value); };
    executor.run(scattered(162, 2));
    const std::vector<float> first(out().begin(), out().end());
    executor.run(scattered(162, 3));
    CHECK(std::vector<float>(out().begin(), out().end()) != first);
    executor.run(scattered(162, 2));
    CHECK(std::vector<float>(out().begin(), out().end()) == first);
}

TEST_CASE("A graph that breaks its own rules is an internal error", "[converters][onnx]") {
    model_graph good = two_inputs();
    SECTION("index out of range") {
        std::get<index_map>(good.layers[0].op).index[0] = 5;
        CHECK_THROWS_AS(float_executor(good), synfire::internal_error);
    }
    SECTION("unknown input") {
        good.layers[0].inputs[0] = 99;
        CHECK_THROWS_AS(float_executor(good), synfire::internal_error);
    }
    SECTION("sizes of a sum") {
        good.layers[0].op = sum{};
        CHECK_THROWS_AS(float_executor(good), synfire::internal_error);
    }
    SECTION("weights of a dense layer") {
        good.layers[0].op = linear{{1, 2}, {0}, 5, 2};
        CHECK_THROWS_AS(float_executor(good), synfire::internal_error);
    }
}
