// SPDX-License-Identifier: Apache-2.0
// Walks over the nodes of a sound model, collects refusals and builds the graph.
#include "onnx/importer.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include <synfire/core/error.hpp>

#include "onnx/text.hpp"

namespace synfire::converters::onnx_reader {
namespace {

/// The operator's entry; those of other domains stand in the table with their domain.
const operator_entry* entry_of(const onnx::NodeProto& node) {
    return find_operator(operator_text(node));
}

/// Outputs that the handler left open do not exist in this operator.
void require_all_outputs(const node_context& ctx, const std::vector<operand>& results) {
    for (std::size_t i = 0; i < results.size(); ++i) {
        if (ctx.has_output(i) && results[i].unknown()) {
            ctx.fail("has too many outputs", fmt::format("output {}", i));
        }
    }
}

void require_few_inputs(const node_context& ctx) {
    const int limit = input_limit(ctx.node().op_type(), ctx.opset());
    if (ctx.node().input_size() > limit) {
        ctx.fail("has too many inputs", std::to_string(ctx.node().input_size()),
                 fmt::format("at most {} in operator set {}", limit, ctx.opset()));
    }
}

bool fits(const onnx::TensorShapeProto& declared, const dims& item) {
    if (static_cast<std::size_t>(declared.dim_size()) != item.size() + 1) { return false; }
    for (std::size_t a = 0; a < item.size(); ++a) {
        const auto& d = declared.dim(static_cast<int>(a + 1));
        if (d.has_dim_value() && d.dim_value() > 0 && d.dim_value() != item[a]) { return false; }
    }
    return true;
}

std::string declared_text(const onnx::TensorShapeProto& shape) {
    std::string text;
    for (const auto& d : shape.dim()) {
        text += text.empty() ? "" : ", ";
        text += d.has_dim_value() ? std::to_string(d.dim_value())
                                  : "'" + printable(d.dim_param()) + "'";
    }
    return "[" + text + "]";
}

}  // namespace

importer::importer(const onnx::ModelProto& model, int opset, std::string name,
                   const import_limits& limits)
    : graph_(model.graph()),
      opset_(opset),
      state_{{}, limits, std::move(name), 0, std::nullopt, false} {
    state_.graph.source = state_.source;
    for (const auto& entry : model.metadata_props()) {
        state_.graph.metadata[printable(entry.key())] = printable(entry.value());
    }
    for (const auto& node : graph_.node()) {
        for (const std::string& input : node.input()) { readers_[input].push_back(&node); }
    }
}

import_result importer::run() {
    add_initializers();
    add_inputs();
    find_live_nodes();
    import_result result;
    for (const auto& node : graph_.node()) {
        result.nodes.push_back(visit(node, live_.count(&node) != 0));
    }
    add_outputs();
    result.graph = std::move(state_.graph);
    result.complete = complete_;
    return result;
}

void importer::add_initializers() {
    for (const auto& t : graph_.initializer()) {
        const std::string where =
            fmt::format("{}: initializer '{}'", state_.source, printable(t.name()));
        tensor decoded = decode_tensor(t, where, state_.limits);
        values_[t.name()] = {t.name(), std::make_shared<const tensor>(std::move(decoded)),
                             std::nullopt};
    }
}

void importer::add_inputs() {
    for (const auto& input : graph_.input()) {
        if (values_.count(input.name()) == 0) { add_input(input); }
    }
    if (state_.graph.inputs.empty()) {
        throw bad_input({state_.source, "the model has no inputs", "", "at least one input", ""});
    }
}

/// Axis 0 is the batch, whatever it says; all others must be known.
void importer::add_input(const onnx::ValueInfoProto& input) {
    const std::string where = fmt::format("{}: input '{}'", state_.source, printable(input.name()));
    const onnx::TypeProto_Tensor& type = input.type().tensor_type();
    if (!input.type().has_tensor_type()
        || (!is_real_type(type.elem_type()) && !is_integer_type(type.elem_type()))) {
        throw bad_input(
            {where, "is not a tensor of numbers", type_text(type.elem_type()), "float", ""});
    }
    if (!type.has_shape() || type.shape().dim_size() == 0) {
        throw bad_input(
            {where, "has no shape", "", "[batch, ...] with fixed dimensions after the batch", ""});
    }
    dims item;
    for (int a = 1; a < type.shape().dim_size(); ++a) {
        const auto& d = type.shape().dim(a);
        if (!d.has_dim_value() || d.dim_value() <= 0) {
            throw bad_input({where, fmt::format("dimension {} is not fixed", a),
                             declared_text(type.shape()),
                             "a number >= 1 in every dimension but the batch (dimension 0)",
                             "export with a fixed input size"});
        }
        item.push_back(d.dim_value());
    }
    const auto count = checked_count(item, state_.limits.value_elements);
    if (!count) {
        throw bad_input({where, "is too large", list_text(item),
                         fmt::format("at most {} elements", state_.limits.value_elements), ""});
    }
    state_.total_elements += *count;
    const auto& batch = type.shape().dim(0);
    if (batch.has_dim_value() && batch.dim_value() > 0) { state_.batch = batch.dim_value(); }
    state_.graph.values.push_back({printable(input.name()), item});
    const value_id id = state_.graph.values.size() - 1;
    state_.graph.inputs.push_back(id);
    values_[input.name()] = {input.name(), nullptr,
                             activation{id, std::move(item), type.elem_type(), {}}};
}

void importer::find_live_nodes() {
    std::unordered_set<std::string> needed;
    for (const auto& output : graph_.output()) { needed.insert(output.name()); }
    for (int n = graph_.node_size() - 1; n >= 0; --n) {
        const onnx::NodeProto& node = graph_.node(n);
        const bool live = std::any_of(node.output().begin(), node.output().end(),
                                      [&](const std::string& o) { return needed.count(o) != 0; });
        if (!live) { continue; }
        live_.insert(&node);
        needed.insert(node.input().begin(), node.input().end());
    }
}

std::vector<operand> importer::inputs_of(const onnx::NodeProto& node) const {
    std::vector<operand> inputs;
    for (const std::string& name : node.input()) {
        const auto at = values_.find(name);
        inputs.push_back(at == values_.end() ? operand{name, nullptr, std::nullopt} : at->second);
    }
    return inputs;
}

const onnx::NodeProto* importer::reader_off_host(const onnx::NodeProto& first) const {
    std::vector<const onnx::NodeProto*> open{&first};
    std::unordered_set<const onnx::NodeProto*> seen;
    while (!open.empty()) {
        const onnx::NodeProto* node = open.back();
        open.pop_back();
        for (const std::string& output : node->output()) {
            const auto at = readers_.find(output);
            if (output.empty() || at == readers_.end()) { continue; }
            for (const onnx::NodeProto* reader : at->second) {
                if (live_.count(reader) == 0) { continue; }
                const operator_entry* entry = entry_of(*reader);
                if (entry == nullptr || !entry->keeps_host) { return reader; }
                if (seen.insert(reader).second) { open.push_back(reader); }
            }
        }
    }
    return nullptr;
}

void importer::check_operator(const onnx::NodeProto& node, const operator_entry* entry) const {
    if (entry == nullptr) {
        const refusal_text text = unsupported_operator(printable(node.domain()), node.op_type());
        throw node_refused(text.reason, text.hint);
    }
    const operator_info& info = entry->info;
    if (opset_ < info.first_opset || opset_ > info.last_opset) {
        throw node_refused(fmt::format("operator set {} is not among {} .. {}", opset_,
                                       info.first_opset, info.last_opset),
                           fmt::format("export with operator set {}", info.last_opset));
    }
    if (!entry->ends_graph) { return; }
    if (const onnx::NodeProto* reader = reader_off_host(node)) {
        throw node_refused(
            fmt::format("is supported only at the end of the graph, but node '{}' ({}) follows",
                        node_label(*reader), operator_text(*reader)),
            "attention cannot be converted");
    }
}

void importer::convert(const onnx::NodeProto& node, const operator_entry& entry,
                       node_report& report) {
    std::vector<operand> inputs = inputs_of(node);
    const auto constant = [](const operand& o) { return o.name.empty() || o.constant != nullptr; };
    const bool constants = std::all_of(inputs.begin(), inputs.end(), constant);
    const handler handle = constants ? entry.on_constants : entry.on_values;
    node_context ctx(state_, node, opset_, std::move(inputs));
    require_few_inputs(ctx);
    ctx.set_at_end(reader_off_host(node) == nullptr);
    if (handle == nullptr) {
        ctx.refuse(constants ? "all its inputs are constants" : "is supported on constants only",
                   constants ? "fold constants before export"
                             : "apply it to constants only; between layers use Conv, Gemm, Relu "
                               "and what docs/reference/operators.md lists");
    }
    handle(ctx);
    const std::vector<operand> results = ctx.take_results();
    require_all_outputs(ctx, results);
    for (const operand& result : results) {
        if (!result.name.empty()) { values_[result.name] = result; }
    }
    report.classification = entry.info.classification;
    report.reason = constants ? "folded into a constant" : std::string(entry.info.treatment);
    if (!ctx.approximation().empty()) {
        report.classification = node_class::approximate;
        report.reason = ctx.approximation();
    }
}

/// Behind a refused node: the shape is known where the operator keeps it, so that later nodes are
/// examined.
void importer::leave_unknown(const onnx::NodeProto& node) {
    const std::vector<operand> inputs = inputs_of(node);
    if (node.output_size() == 0 || inputs.empty() || !inputs[0].value
        || !keeps_shape(node.op_type())) {
        return;
    }
    activation placeholder = *inputs[0].value;
    placeholder.host_functions.clear();
    values_[node.output(0)] = {node.output(0), nullptr, std::move(placeholder)};
}

node_report importer::visit(const onnx::NodeProto& node, bool live) {
    node_report report{node_label(node), operator_text(node), node_class::exact, "", ""};
    if (!live) {
        report.reason = "left out: no output depends on it";
        return report;
    }
    try {
        const operator_entry* entry = entry_of(node);
        check_operator(node, entry);
        const std::vector<operand> inputs = inputs_of(node);
        const bool unknown = std::any_of(inputs.begin(), inputs.end(), [](const operand& o) {
            return !o.name.empty() && o.unknown();
        });
        if (unknown) {
            report.classification = entry->info.classification;
            report.reason = "examined by its type only: it depends on an unsupported node";
        } else {
            convert(node, *entry, report);
        }
    } catch (const node_refused& refused) {
        complete_ = false;
        report.classification = node_class::unsupported;
        report.reason = refused.what();
        report.hint = refused.hint();
        leave_unknown(node);
    }
    return report;
}

void importer::add_outputs() {
    for (const auto& output : graph_.output()) {
        const auto at = values_.find(output.name());
        if (at == values_.end()) { continue; }  // behind an unsupported node
        const std::string where =
            fmt::format("{}: output '{}'", state_.source, printable(output.name()));
        if (!at->second.value) {
            throw bad_input(
                {where, "does not depend on the input", "a constant", "the result of a layer", ""});
        }
        const activation& value = *at->second.value;
        const auto& type = output.type().tensor_type();
        if (complete_ && value.host_functions.empty() && type.has_shape()
            && !fits(type.shape(), value.item)) {
            throw bad_input({where, "declared shape contradicts the operators",
                             declared_text(type.shape()), batched_text(value.item),
                             "export the model again"});
        }
        state_.graph.outputs.push_back({value.id, printable(output.name()), value.host_functions});
    }
}

}  // namespace synfire::converters::onnx_reader
