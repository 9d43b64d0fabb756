// SPDX-License-Identifier: Apache-2.0
#include "run_model.hpp"

#include <cmath>
#include <numeric>
#include <random>
#include <span>
#include <stdexcept>

#include "graph/float_executor.hpp"

namespace synfire::test {

using namespace synfire::converters;

import_result import_text(const std::string& bytes) {
    return import_onnx(onnx_bytes{std::as_bytes(std::span(bytes)), "test.onnx", ""});
}

import_result import_model(const onnx_builder& model) { return import_text(model.bytes()); }

import_result inspect_model(const onnx_builder& model) {
    const std::string bytes = model.bytes();
    return inspect_onnx(onnx_bytes{std::as_bytes(std::span(bytes)), "test.onnx", ""});
}

std::vector<float> run_graph(const model_graph& graph, const std::vector<float>& sample) {
    float_executor executor(graph);
    executor.run(sample);
    const auto out = executor.value(graph.outputs.at(0).value);
    return {out.begin(), out.end()};
}

std::vector<float> run_model(const onnx_builder& model, const std::vector<float>& sample) {
    return run_graph(import_model(model).graph, sample);
}

dims output_item(const onnx_builder& model) {
    const model_graph graph = import_model(model).graph;
    return graph.values.at(graph.outputs.at(0).value).shape;
}

error_facts bad_input_of(const std::function<void()>& action) {
    try {
        action();
    } catch (const bad_input& e) { return e.facts(); }
    throw std::runtime_error("no bad_input was thrown");
}

error_facts bad_input_of(const onnx_builder& model) {
    return bad_input_of([&] { import_model(model); });
}

std::vector<refusal> refusals_of(const onnx_builder& model) {
    try {
        import_model(model);
    } catch (const unsupported_model& e) { return e.refusals(); }
    throw std::runtime_error("no unsupported_model was thrown");
}

std::vector<float> counting(std::size_t count, float first) {
    std::vector<float> out(count);
    std::iota(out.begin(), out.end(), first);
    return out;
}

std::vector<float> scattered(std::size_t count, unsigned seed) {
    std::mt19937 random(seed);
    std::vector<float> out(count);
    for (float& v : out) { v = static_cast<float>(random() % 2001U) / 1000.0F - 1.0F; }
    return out;
}

bool close(const std::vector<float>& a, const std::vector<float>& b, float tolerance) {
    if (a.size() != b.size()) { return false; }
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (!(std::abs(a[i] - b[i]) <= tolerance)) { return false; }
    }
    return true;
}

}  // namespace synfire::test
