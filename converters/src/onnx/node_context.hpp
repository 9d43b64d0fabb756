// SPDX-License-Identifier: Apache-2.0
// What a handler of one operator sees: the node's inputs, attributes and operator set, and the ways
// to answer: a layer, a constant, an alias, a refusal (unsupported, collected) or a failure (bad
// input, at once).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "graph/model_graph.hpp"
#include "onnx/attributes.hpp"
#include "onnx/movement.hpp"
#include "onnx/reader.hpp"
#include "onnx/tensor.hpp"

namespace synfire::converters::onnx_reader {

/// A tensor that depends on the model's input, for one sample. In ONNX's eyes its shape is {batch,
/// item...}.
struct activation {
    value_id id = 0;
    dims item;
    element_type type = onnx::TensorProto::FLOAT;
    std::vector<std::string>
        host_functions;  ///< applied to it on the host; such a value only reaches outputs
};

/// One named value of the file: a constant, an activation, or unknown behind an unsupported node.
struct operand {
    std::string name;
    std::shared_ptr<const tensor> constant;
    std::optional<activation> value;

    bool unknown() const { return constant == nullptr && !value; }
};

/// Thrown by a handler: this node cannot be converted. Collected by the importer, never seen by
/// callers.
class node_refused : public std::runtime_error {
  public:
    node_refused(const std::string& reason, std::string hint)
        : std::runtime_error(reason),
          hint_(std::move(hint)) {}
    const std::string& hint() const noexcept { return hint_; }

  private:
    std::string hint_;
};

/// State shared by all nodes of one import.
struct import_state {
    model_graph graph;
    import_limits limits;
    std::string source;
    std::int64_t total_elements = 0;
    std::optional<std::int64_t> batch;  ///< where the file fixes the batch size
    bool newer_pooling_rule = false;    ///< a window was dropped that libonnx 1.12 would count
};

class node_context {
  public:
    node_context(import_state& state, const onnx::NodeProto& node, int opset,
                 std::vector<operand> inputs);

    int opset() const { return opset_; }
    const onnx::NodeProto& node() const { return node_; }
    const std::string& where() const { return where_; }
    const attribute_reader& attributes() const { return attributes_; }
    const import_limits& limits() const { return state_.limits; }
    const std::optional<std::int64_t>& batch() const { return state_.batch; }
    import_state& state() { return state_; }

    std::size_t input_count() const { return inputs_.size(); }
    bool has_input(std::size_t i) const;
    bool is_constant(std::size_t i) const { return has_input(i) && inputs_[i].constant != nullptr; }
    const operand& input(std::size_t i) const;
    /// The constant at this input; refuses where it depends on the model's input.
    const tensor& constant(std::size_t i, const char* role) const;
    /// Real, finite constant; bad_input names it otherwise.
    const tensor& weights(std::size_t i, const char* role) const;
    /// Integer constant without batch marks.
    std::vector<std::int64_t> integers(std::size_t i, const char* role) const;
    const activation& value(std::size_t i) const;

    std::size_t output_count() const;  ///< outputs with a name
    bool has_output(std::size_t i) const;
    void set(std::size_t output, operand result);
    void set_constant(std::size_t output, tensor result);
    void set_value(std::size_t output, activation result);
    std::vector<operand> take_results() { return std::move(results_); }

    /// Adds a layer whose value is named after output `output`, with `part` where it is a step on
    /// the way.
    activation add_layer(operation op, const std::vector<value_id>& inputs, dims item,
                         const char* part = "");
    activation reshaped(const activation& from, dims item, const char* part);
    /// Constant inputs are gathered; activations become an index_map layer (none where nothing
    /// moves).
    void set_moved(std::size_t output, const std::vector<std::size_t>& inputs,
                   const movement& moved);
    /// Shape in ONNX's eyes, with 1 for the batch axis of an activation.
    dims full_shape(std::size_t i) const;
    /// bad_input where a tensor of this shape would pass the limits; call before building index
    /// lists.
    void require_size(const dims& shape) const;
    /// Axis counted from the front; bad_input where it is out of range.
    std::size_t axis(std::int64_t axis, std::size_t rank) const;

    /// True where nothing but functions of the host follows, so that this one may stay there, too.
    bool at_end() const { return at_end_; }
    void set_at_end(bool at_end) { at_end_ = at_end; }

    /// The node's rule is met only roughly; `how` goes into the report.
    void approximate(std::string how) { approximation_ = std::move(how); }
    const std::string& approximation() const { return approximation_; }

    [[noreturn]] void refuse(const std::string& reason, const std::string& hint = "") const;
    [[noreturn]] void fail(std::string what, std::string found = "", std::string expected = "",
                           std::string hint = "") const;

  private:
    value_id add_value(std::string name, const dims& item);

    import_state& state_;
    const onnx::NodeProto& node_;
    int opset_;
    std::string label_;
    std::string where_;
    attribute_reader attributes_;
    std::vector<operand> inputs_;
    std::vector<operand> results_;
    std::string approximation_;
    bool at_end_ = false;
    std::size_t helper_layers_ = 0;
    std::size_t current_output_ = 0;  ///< names the layers that are added
};

/// Name of the node, or its first output where it has none.
std::string node_label(const onnx::NodeProto& node);

/// Operator type with its domain where that is not ai.onnx.
std::string operator_text(const onnx::NodeProto& node);

}  // namespace synfire::converters::onnx_reader
