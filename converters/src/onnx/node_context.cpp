// SPDX-License-Identifier: Apache-2.0
// Access to a node's inputs and the answers of its handler.
#include "onnx/node_context.hpp"

#include <cmath>
#include <utility>

#include <fmt/format.h>

#include <synfire/core/error.hpp>

#include "onnx/text.hpp"

namespace synfire::converters::onnx_reader {
namespace {

constexpr const char* fixed_batch =
    "export with a batch of 1, or compute it without the batch size";

bool is_identity(const movement& moved) {
    for (std::size_t i = 0; i < moved.index.size(); ++i) {
        if (moved.index[i] != static_cast<std::int32_t>(i)) { return false; }
    }
    return true;
}

/// Elements of all inputs one after the other, as one tensor without a shape.
tensor chain(const std::vector<const tensor*>& parts) {
    tensor all{parts.front()->type, {}, {}, {}, {}};
    bool marks = false;
    for (const tensor* part : parts) { marks = marks || part->marked(); }
    for (const tensor* part : parts) {
        all.reals.insert(all.reals.end(), part->reals.begin(), part->reals.end());
        all.integers.insert(all.integers.end(), part->integers.begin(), part->integers.end());
        for (std::size_t i = 0; marks && i < part->size(); ++i) {
            all.times_batch.push_back(part->marked(i) ? 1 : 0);
        }
    }
    return all;
}

template <typename T>
std::vector<T> picked(const std::vector<T>& from, const std::vector<std::int32_t>& index) {
    std::vector<T> out(index.size(), T{});
    for (std::size_t e = 0; e < index.size(); ++e) {
        if (index[e] >= 0) { out[e] = from[static_cast<std::size_t>(index[e])]; }
    }
    return out;
}

tensor gathered(const std::vector<const tensor*>& parts, const movement& moved) {
    const tensor all = chain(parts);
    tensor out{all.type, moved.shape, {}, {}, {}};
    if (all.is_real()) {
        out.reals = picked(all.reals, moved.index);
    } else {
        out.integers = picked(all.integers, moved.index);
    }
    if (!all.times_batch.empty()) { out.times_batch = picked(all.times_batch, moved.index); }
    return out;
}

}  // namespace

std::string node_label(const onnx::NodeProto& node) {
    if (!node.name().empty()) { return printable(node.name()); }
    for (const std::string& output : node.output()) {
        if (!output.empty()) { return printable(output); }
    }
    return "(without name)";
}

std::string operator_text(const onnx::NodeProto& node) {
    const bool standard = node.domain().empty() || node.domain() == "ai.onnx";
    return printable(standard ? node.op_type() : node.domain() + "." + node.op_type());
}

node_context::node_context(import_state& state, const onnx::NodeProto& node, int opset,
                           std::vector<operand> inputs)
    : state_(state),
      node_(node),
      opset_(opset),
      label_(node_label(node)),
      where_(fmt::format("{}: node '{}' ({})", state.source, label_, operator_text(node))),
      attributes_(node, opset, where_),
      inputs_(std::move(inputs)),
      results_(static_cast<std::size_t>(node.output_size())) {}

bool node_context::has_input(std::size_t i) const {
    return i < inputs_.size() && !node_.input(static_cast<int>(i)).empty();
}

const operand& node_context::input(std::size_t i) const {
    if (!has_input(i)) {
        fail("an input is missing", fmt::format("{} inputs", inputs_.size()),
             fmt::format("input {}", i));
    }
    return inputs_[i];
}

const tensor& node_context::constant(std::size_t i, const char* role) const {
    const operand& in = input(i);
    if (in.constant == nullptr) {
        refuse(fmt::format("{} '{}' is not a constant", role, printable(in.name)),
               "make it an initializer, or simplify the model before export");
    }
    const tensor& t = *in.constant;
    if (!t.is_real() && !is_integer_type(t.type)) {
        refuse(fmt::format("{} '{}' has the element type {}", role, printable(in.name),
                           type_text(t.type)),
               "export the model with constants that are numbers");
    }
    return t;
}

const tensor& node_context::weights(std::size_t i, const char* role) const {
    const tensor& t = constant(i, role);
    if (!t.is_real()) {
        refuse(fmt::format("{} '{}' has the element type {}", role, printable(inputs_[i].name),
                           type_text(t.type)),
               "export the model in floating point");
    }
    if (t.marked()) { refuse(fmt::format("{} depends on the batch size", role), fixed_batch); }
    for (std::size_t k = 0; k < t.reals.size(); ++k) {
        if (!std::isfinite(t.reals[k])) {
            fail(fmt::format("{} '{}' is not finite", role, printable(inputs_[i].name)),
                 fmt::format("{} at element {}", t.reals[k], k), "finite numbers",
                 "train the model again or export another checkpoint");
        }
    }
    return t;
}

std::vector<std::int64_t> node_context::integers(std::size_t i, const char* role) const {
    const tensor& t = constant(i, role);
    if (t.is_real()) { fail(fmt::format("{} must be integers", role), type_text(t.type), "int64"); }
    if (t.marked()) { refuse(fmt::format("{} depends on the batch size", role), fixed_batch); }
    return t.integers;
}

const activation& node_context::value(std::size_t i) const {
    const operand& in = input(i);
    if (!in.value) {
        refuse(fmt::format("input '{}' is a constant where a layer's output is expected",
                           printable(in.name)),
               "fold constants before export");
    }
    return *in.value;
}

std::size_t node_context::output_count() const {
    std::size_t count = 0;
    for (const std::string& name : node_.output()) { count += name.empty() ? 0 : 1; }
    return count;
}

bool node_context::has_output(std::size_t i) const {
    return i < static_cast<std::size_t>(node_.output_size())
           && !node_.output(static_cast<int>(i)).empty();
}

void node_context::set(std::size_t output, operand result) {
    if (!has_output(output)) { return; }
    result.name = node_.output(static_cast<int>(output));
    results_[output] = std::move(result);
}

void node_context::set_constant(std::size_t output, tensor result) {
    set(output, {"", std::make_shared<const tensor>(std::move(result)), std::nullopt});
}

void node_context::set_value(std::size_t output, activation result) {
    set(output, {"", nullptr, std::move(result)});
}

void node_context::require_size(const dims& shape) const {
    const auto count = checked_count(shape, state_.limits.value_elements);
    if (!count) {
        fail("impossible shape of an output", list_text(shape),
             fmt::format("dimensions >= 0 with at most {} elements", state_.limits.value_elements));
    }
    state_.total_elements += *count;
    if (state_.total_elements > state_.limits.total_elements) {
        fail("the model is too large", fmt::format("{} elements", state_.total_elements),
             fmt::format("at most {} elements in all tensors of one sample",
                         state_.limits.total_elements));
    }
}

value_id node_context::add_value(std::string name, const dims& item) {
    require_size(item);
    if (product(item) == 0) {
        fail("an output has no elements", batched_text(item), "dimensions >= 1");
    }
    state_.graph.values.push_back({std::move(name), item});
    return state_.graph.values.size() - 1;
}

activation node_context::add_layer(operation op, const std::vector<value_id>& inputs, dims item,
                                   const char* part) {
    std::string layer_name = label_;
    std::string value_name;
    if (*part != '\0') {
        layer_name += fmt::format(":{}{}", part, helper_layers_++);
        value_name = layer_name;
    } else {
        if (output_count() > 1) { layer_name += fmt::format(":{}", current_output_); }
        value_name = printable(node_.output(static_cast<int>(current_output_)));
    }
    const value_id id = add_value(std::move(value_name), item);
    state_.graph.layers.push_back(
        {std::move(layer_name), operator_text(node_), std::move(op), inputs, id});
    return {id, std::move(item), onnx::TensorProto::FLOAT, {}};
}

activation node_context::reshaped(const activation& from, dims item, const char* part) {
    if (from.item == item) { return from; }
    index_map op{renamed(item).index};
    return add_layer(std::move(op), {from.id}, std::move(item), part);
}

dims node_context::full_shape(std::size_t i) const {
    const operand& in = input(i);
    if (in.constant != nullptr) { return in.constant->shape; }
    dims shape{1};
    shape.insert(shape.end(), value(i).item.begin(), value(i).item.end());
    return shape;
}

std::size_t node_context::axis(std::int64_t axis, std::size_t rank) const {
    const auto count = static_cast<std::int64_t>(rank);
    if (axis < -count || axis >= count) {
        fail("axis out of range", std::to_string(axis), fmt::format("{} .. {}", -count, count - 1));
    }
    return static_cast<std::size_t>(axis < 0 ? axis + count : axis);
}

void node_context::set_moved(std::size_t output, const std::vector<std::size_t>& inputs,
                             const movement& moved) {
    std::vector<const tensor*> constants;
    std::vector<value_id> values;
    for (const std::size_t i : inputs) {
        if (input(i).constant != nullptr) {
            constants.push_back(&constant(i, "input"));
        } else {
            values.push_back(value(i).id);
        }
    }
    if (values.empty()) {
        set_constant(output, gathered(constants, moved));
        return;
    }
    if (!constants.empty()) {
        refuse("constants and layer outputs are mixed", "use Pad where the constant is zero");
    }
    const activation& first = value(inputs.front());
    if (!has_output(output)) { return; }
    dims item(moved.shape.begin() + 1, moved.shape.end());
    activation result = first;
    if (inputs.size() > 1 || item != first.item || !is_identity(moved)) {
        current_output_ = output;
        result = add_layer(index_map{moved.index}, values, std::move(item));
    }
    result.type = first.type;
    set_value(output, std::move(result));
}

void node_context::refuse(const std::string& reason, const std::string& hint) const {
    throw node_refused(reason, hint);
}

void node_context::fail(std::string what, std::string found, std::string expected,
                        std::string hint) const {
    throw bad_input(
        {where_, std::move(what), std::move(found), std::move(expected), std::move(hint)});
}

}  // namespace synfire::converters::onnx_reader
