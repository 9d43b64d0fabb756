// SPDX-License-Identifier: Apache-2.0
// Any bytes as an ONNX model: it loads or is refused with a synfire::error; nothing else may
// happen. What loads is run once, under tight limits of size and work.
#include <cstddef>
#include <cstdint>
#include <span>
#include <variant>
#include <vector>

#include <synfire/core/error.hpp>

#include "graph/float_executor.hpp"
#include "onnx/reader.hpp"

namespace {

using namespace synfire::converters;

constexpr import_limits limits{std::int64_t{1} << 14, std::int64_t{1} << 18};
constexpr double most_products = 1e7;

double elements(const model_graph& graph, value_id id) {
    double count = 1.0;
    for (const std::int64_t d : graph.values[id].shape) { count *= static_cast<double>(d); }
    return count;
}

/// Upper bound of the multiplications and comparisons of one sample.
double work(const model_graph& graph) {
    double total = 0.0;
    for (const layer& l : graph.layers) {
        double per_output = 1.0;
        if (const auto* conv = std::get_if<convolution>(&l.op)) {
            per_output = static_cast<double>(conv->weights.size()) / conv->out_channels;
        } else if (const auto* dense = std::get_if<linear>(&l.op)) {
            per_output = dense->in_features;
        } else if (std::holds_alternative<max_pool>(l.op)
                   || std::holds_alternative<average_pool>(l.op)) {
            per_output = elements(graph, l.inputs[0]);
        }
        total += per_output * elements(graph, l.output);
    }
    return total;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const onnx_bytes model{std::as_bytes(std::span(data, size)), "fuzz.onnx", ""};
    try {
        const import_result result = import_onnx(model, limits);
        if (work(result.graph) > most_products) { return 0; }
        float_executor executor(result.graph);
        std::size_t inputs = 0;
        for (const value_id id : result.graph.inputs) { inputs += executor.value(id).size(); }
        executor.run(std::vector<float>(inputs, 1.0F));
    } catch (const synfire::error&) { return 0; }
    return 0;
}
