// SPDX-License-Identifier: Apache-2.0
// Activation functions inside a graph: by table, by signed neurons, decomposed by exporters.
#include <cmath>
#include <variant>

#include <support/catch.hpp>

#include "run_model.hpp"

using namespace synfire::test;
using namespace synfire::converters;

namespace {

const std::vector<float> samples{-7, -2.5F, -1, -0.25F, 0, 0.5F, 1, 3, 8};

/// y = op(x), and a MatMul behind it, so that nothing stays on the host.
onnx_builder inside(const std::string& op, const std::vector<onnx_attribute>& attributes = {},
                    int opset = 20) {
    onnx_builder m(opset, opset > 19 ? 9 : 8);
    m.input("x", {-1, 9}).weights("w", {9, 9}, [] {
        std::vector<float> unit(81, 0.0F);
        for (std::size_t i = 0; i < 9; ++i) { unit[10 * i] = 1.0F; }
        return unit;
    }());
    m.node(op, {"x"}, {"f"}, attributes).node("MatMul", {"f", "w"}, {"y"}).output("y");
    return m;
}

std::vector<float> expected(double (*f)(double)) {
    std::vector<float> y;
    for (const float x : samples) { y.push_back(static_cast<float>(f(static_cast<double>(x)))); }
    return y;
}

double sigmoid_of(double x) { return 1.0 / (1.0 + std::exp(-x)); }
double gelu_of(double x) { return 0.5 * x * (1.0 + std::erf(x / std::sqrt(2.0))); }

}  // namespace

TEST_CASE("Functions inside the graph have ONNX's values", "[converters][onnx]") {
    const auto [op, f] = GENERATE(table<std::string, double (*)(double)>({
        {"Sigmoid", sigmoid_of},
        {"Tanh", [](double x) { return std::tanh(x); }},
        {"HardSigmoid", [](double x) { return std::min(1.0, std::max(0.0, 0.2 * x + 0.5)); }},
        {"HardSwish", [](double x) { return x * std::min(1.0, std::max(0.0, x / 6.0 + 0.5)); }},
        {"Gelu", gelu_of},
        {"Mish", [](double x) { return x * std::tanh(std::log1p(std::exp(x))); }},
        {"Softplus", [](double x) { return std::log1p(std::exp(x)); }},
        {"Abs", [](double x) { return std::abs(x); }},
        {"Neg", [](double x) { return -x; }},
        {"LeakyRelu", [](double x) { return x < 0 ? 0.01 * x : x; }},
        {"ThresholdedRelu", [](double x) { return x > 1 ? x : 0; }},
    }));
    CAPTURE(op);
    CHECK(close(run_model(inside(op), samples), expected(f)));
}

TEST_CASE("Gelu by tanh is near the exact one, and other names are bad input",
          "[converters][onnx]") {
    const auto rough = inside("Gelu", {{"approximate", std::string("tanh")}});
    CHECK(close(run_model(rough, samples), expected(gelu_of), 1e-3F));
    CHECK(bad_input_of(inside("Gelu", {{"approximate", std::string("sin")}})).what
          == "unknown value of approximate");
}

TEST_CASE("Functions by table are approximate in the report, Sigmoid at the end is not",
          "[converters][onnx]") {
    const auto report = import_model(inside("Sigmoid")).nodes.at(0);
    CHECK(report.classification == node_class::approximate);
    CHECK_THAT(report.reason, contains_text("by a table"));
    onnx_builder m;
    m.input("x", {-1, 2}).node("Sigmoid", {"x"}, {"y"}).output("y");
    const auto last = import_model(m);
    CHECK(last.nodes.at(0).classification == node_class::exact);
    CHECK(last.graph.outputs.at(0).host_functions == std::vector<std::string>{"sigmoid"});
}

TEST_CASE("x * sigmoid(x) is one function", "[converters][onnx]") {
    onnx_builder m;
    m.input("x", {-1, 9}).node("Sigmoid", {"x"}, {"s"}).node("Mul", {"x", "s"}, {"y"}).output("y");
    const auto graph = import_model(m).graph;
    CHECK(std::holds_alternative<curve>(graph.layers.back().op));
    CHECK(graph.layers.back().inputs == std::vector<value_id>{graph.inputs[0]});
    CHECK(close(run_graph(graph, samples), expected([](double x) { return x * sigmoid_of(x); })));
}

TEST_CASE("GELU as exporters decompose it is one function", "[converters][onnx]") {
    onnx_builder m;
    m.input("x", {-1, 9}).weights("root", {}, {std::sqrt(2.0F)});
    m.weights("one", {}, {1}).weights("half", {}, {0.5F});
    m.node("Div", {"x", "root"}, {"d"}).node("Erf", {"d"}, {"e"}).node("Add", {"e", "one"}, {"a"});
    m.node("Mul", {"x", "a"}, {"p"}).node("Mul", {"p", "half"}, {"y"}).output("y");
    CHECK(close(run_model(m, samples), expected(gelu_of)));
}

TEST_CASE("PRelu has one slope for all or one per channel", "[converters][onnx]") {
    const auto [shape, slopes, y] =
        GENERATE(table<onnx_dims, std::vector<float>, std::vector<float>>({
            {{1}, {0.5F}, {-0.5F, 2, -1.5F, 4}},
            {{2, 1, 1}, {0.5F, 0.25F}, {-0.5F, 2, -0.75F, 4}},
        }));
    onnx_builder m;
    m.input("x", {-1, 2, 1, 2}).weights("a", shape, slopes);
    m.node("PRelu", {"x", "a"}, {"y"}).output("y");
    CHECK(run_model(m, {-1, 2, -3, 4}) == y);
}

TEST_CASE("A slope of 0 makes a Relu", "[converters][onnx]") {
    onnx_builder leaky;
    leaky.input("x", {-1, 2, 1, 2}).node("LeakyRelu", {"x"}, {"y"}, {{"alpha", 0.0F}}).output("y");
    onnx_builder one;
    one.input("x", {-1, 2, 1, 2}).weights("a", {1}, {0.0F});
    one.node("PRelu", {"x", "a"}, {"y"}).output("y");
    onnx_builder each;
    each.input("x", {-1, 2, 1, 2}).weights("a", {2, 1, 1}, {0.0F, -0.0F});
    each.node("PRelu", {"x", "a"}, {"y"}).output("y");
    for (const onnx_builder* m : {&leaky, &one, &each}) {
        const model_graph graph = import_model(*m).graph;
        REQUIRE(graph.layers.size() == 1);
        CHECK(std::holds_alternative<relu>(graph.layers[0].op));
        CHECK(run_model(*m, {-1, 2, -3, 4}) == std::vector<float>{0, 2, 0, 4});
    }
}

TEST_CASE("Slopes per position, and exponents that are not whole, are refused with a hint",
          "[converters][onnx]") {
    onnx_builder slopes;
    slopes.input("x", {-1, 2, 1, 2}).weights("a", {2, 1, 2}, {0.1F, 0.2F, 0.3F, 0.4F});
    slopes.node("PRelu", {"x", "a"}, {"y"}).output("y");
    CHECK_THAT(refusals_of(slopes).at(0).hint, contains_text("each channel"));
    onnx_builder exponent;
    exponent.input("x", {-1, 2}).weights("a", {}, {0.5F});
    exponent.node("Pow", {"x", "a"}, {"y"}).output("y");
    CHECK(refusals_of(exponent).at(0).reason == "the exponent is 0.5");
}
