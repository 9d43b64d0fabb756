// SPDX-License-Identifier: Apache-2.0
// Walks over the nodes of a sound model, collects refusals and builds the graph.
#pragma once

#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include <onnx/onnx_pb.h>

#include "onnx/node_context.hpp"
#include "onnx/operator_table.hpp"
#include "onnx/reader.hpp"

namespace synfire::converters::onnx_reader {

class importer {
  public:
    importer(const onnx::ModelProto& model, int opset, std::string name,
             const import_limits& limits);

    /// Throws bad_input; unsupported nodes are in the reports.
    import_result run();

    /// After run(): the model relies on a pooling rule that is newer than libonnx.
    bool newer_pooling_rule() const { return state_.newer_pooling_rule; }

  private:
    void add_initializers();
    void add_inputs();
    void add_input(const onnx::ValueInfoProto& input);
    void add_outputs();
    void find_live_nodes();
    node_report visit(const onnx::NodeProto& node, bool live);
    void convert(const onnx::NodeProto& node, const operator_entry& entry, node_report& report);
    void check_operator(const onnx::NodeProto& node, const operator_entry* entry) const;
    /// The node that reads a host function's result but cannot stay on the host; null if there is
    /// none.
    const onnx::NodeProto* reader_off_host(const onnx::NodeProto& node) const;
    std::vector<operand> inputs_of(const onnx::NodeProto& node) const;
    void leave_unknown(const onnx::NodeProto& node);

    const onnx::GraphProto& graph_;
    int opset_;
    import_state state_;
    std::unordered_map<std::string, operand> values_;
    std::unordered_map<std::string, std::vector<const onnx::NodeProto*>> readers_;
    std::unordered_set<const onnx::NodeProto*> live_;
    bool complete_ = true;
};

}  // namespace synfire::converters::onnx_reader
