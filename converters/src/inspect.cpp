// SPDX-License-Identifier: Apache-2.0
#include <synfire/converters/inspect.hpp>

#include <fmt/format.h>

#include <synfire/core/error.hpp>

#include "import/import_integers.hpp"
#include "onnx/reader.hpp"
#include "passes/lower.hpp"

namespace synfire::converters {

namespace {

/// Refusals of later passes join the reports of their nodes.
void mark_refused(const std::vector<refusal>& refusals, model_summary& summary) {
    for (const refusal& r : refusals) {
        for (node_report& n : summary.nodes) {
            if (n.name != r.node) { continue; }
            n.classification = node_class::unsupported;
            n.reason = r.reason;
            n.hint = r.hint;
        }
    }
}

/// What the certificate says about the nodes that became populations.
void mark_imported(const std::vector<imported_layer>& layers, model_summary& summary) {
    for (const imported_layer& layer : layers) {
        for (node_report& n : summary.nodes) {
            if (n.name != layer.name) { continue; }
            const bool exact = layer.different == 0 && layer.method != "scaled sums";
            n.classification = exact ? node_class::exact : node_class::approximate;
            n.reason =
                fmt::format("{}; {} {} checked, {} ties and {} others round differently", n.reason,
                            layer.boundaries, layer.method, layer.ties, layer.different);
        }
    }
}

std::vector<model_input_info> inputs_of(const model_graph& model) {
    std::vector<model_input_info> inputs;
    for (const value_id v : model.inputs) {
        inputs.push_back({model.values[v].name, model.values[v].shape});
    }
    return inputs;
}

}  // namespace

std::vector<model_input_info> inputs_of_onnx(const std::filesystem::path& model) {
    return inputs_of(inspect_onnx(model).graph);
}

bool is_quantised_onnx(const std::filesystem::path& model) {
    return is_quantised(inspect_onnx(model).graph);
}

model_summary inspect_onnx_model(const std::filesystem::path& model) {
    import_result imported = inspect_onnx(model);
    model_summary summary{std::move(imported.nodes), imported.complete, inputs_of(imported.graph)};
    if (!imported.complete) { return summary; }
    try {
        neuron_graph graph = lower(imported.graph, {});
        if (is_quantised(imported.graph)) { mark_imported(import_integers(graph).layers, summary); }
    } catch (const unsupported_model& refused) {
        mark_refused(refused.refusals(), summary);
        summary.convertible = false;
    }
    return summary;
}

}  // namespace synfire::converters
