// SPDX-License-Identifier: Apache-2.0
// The steps from a file to a graph, in order.
#include "onnx/reader.hpp"

#include <algorithm>
#include <utility>

#include <synfire/core/error.hpp>

#include "onnx/importer.hpp"
#include "onnx/model_file.hpp"
#include "onnx/text.hpp"

namespace synfire::converters {
namespace {

onnx_bytes with_folder(std::span<const std::byte> content, const std::filesystem::path& file) {
    const std::filesystem::path folder = file.parent_path();
    return {content, onnx_reader::printable(file.string()),
            folder.empty() ? std::filesystem::path(".") : folder};
}

/// libonnx 1.12 insists on shapes of outputs, which ONNX leaves optional: puts in what we found.
/// False where that cannot be told (the rank of an arg-max).
bool complete_outputs(onnx::ModelProto& model, const model_graph& graph) {
    for (int i = 0; i < model.graph().output_size(); ++i) {
        auto& type =
            *model.mutable_graph()->mutable_output(i)->mutable_type()->mutable_tensor_type();
        if (type.has_shape()) { continue; }
        const graph_output& output = graph.outputs[static_cast<std::size_t>(i)];
        const auto& host = output.host_functions;
        if (std::find(host.begin(), host.end(), "argmax") != host.end()) { return false; }
        type.mutable_shape()->add_dim();
        for (const std::int64_t d : graph.values[output.value].shape) {
            type.mutable_shape()->add_dim()->set_dim_value(d);
        }
    }
    return true;
}

import_result refuse_incomplete(import_result result) {
    if (result.complete) { return result; }
    std::vector<refusal> refusals;
    for (const node_report& r : result.nodes) {
        if (r.classification == node_class::unsupported) {
            refusals.push_back({r.name, r.op, r.reason, r.hint});
        }
    }
    throw unsupported_model(result.graph.source, std::move(refusals));
}

}  // namespace

import_result inspect_onnx(const onnx_bytes& bytes, const import_limits& limits) {
    onnx::ModelProto model = onnx_reader::parse_model(bytes.content, bytes.name);
    const int opset = onnx_reader::standard_opset(model, bytes.name);
    onnx_reader::check_structure(model, bytes.name);
    onnx_reader::load_external_data(model, bytes.folder, bytes.name);
    onnx_reader::importer importer(model, opset, bytes.name, limits);
    import_result result = importer.run();
    if (result.complete && complete_outputs(model, result.graph)) {
        onnx_reader::check_with_libonnx(model, bytes.name, importer.newer_pooling_rule());
    }
    return result;
}

import_result inspect_onnx(const std::filesystem::path& file, const import_limits& limits) {
    const std::vector<std::byte> content = onnx_reader::read_model_file(file);
    return inspect_onnx(with_folder(content, file), limits);
}

import_result import_onnx(const onnx_bytes& bytes, const import_limits& limits) {
    return refuse_incomplete(inspect_onnx(bytes, limits));
}

import_result import_onnx(const std::filesystem::path& file, const import_limits& limits) {
    return refuse_incomplete(inspect_onnx(file, limits));
}

}  // namespace synfire::converters
