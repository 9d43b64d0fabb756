// SPDX-License-Identifier: Apache-2.0
#include <synfire/converters/inspect.hpp>

#include <synfire/core/error.hpp>

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

}  // namespace

model_summary inspect_onnx_model(const std::filesystem::path& model) {
    import_result imported = inspect_onnx(model);
    model_summary summary{std::move(imported.nodes), imported.complete};
    if (!imported.complete) { return summary; }
    try {
        lower(imported.graph, {});
    } catch (const unsupported_model& refused) {
        mark_refused(refused.refusals(), summary);
        summary.convertible = false;
    }
    return summary;
}

}  // namespace synfire::converters
