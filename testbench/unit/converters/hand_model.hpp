// SPDX-License-Identifier: Apache-2.0
// Trained networks written by hand, layer by layer, and what the converter makes of them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <synfire/core/dataset.hpp>

#include "emit/emit_network.hpp"
#include "graph/model_graph.hpp"
#include "passes/lower.hpp"
#include "quantise/quantise.hpp"
#include "quantised_state.hpp"

namespace synfire::test {

using converters::dims;
using converters::value_id;

/// Builds a model_graph; every call returns the value that it makes.
class hand_model {
  public:
    value_id input(dims item);
    value_id layer(const std::string& name, converters::operation op, std::vector<value_id> inputs,
                   dims item);
    value_id relu(const std::string& name, value_id x);
    /// Kernel k x k, stride 1, given pads on all sides; weights [out][in][k][k] in order.
    value_id conv(const std::string& name, value_id x, std::int32_t out, std::int32_t k,
                  std::int32_t pad, std::vector<float> weights, std::vector<float> bias = {});
    value_id linear(const std::string& name, value_id x, std::int32_t out,
                    std::vector<float> weights, std::vector<float> bias = {});
    value_id flatten(const std::string& name, value_id x);
    /// The model's own rounding: codes of lo .. hi, and back to real numbers.
    value_id quantise(const std::string& name, value_id x, converters::code_format format);
    value_id dequantise(const std::string& name, value_id x, converters::code_format format);
    /// Any rearrangement; -1 is a constant zero.
    value_id view(const std::string& name, std::vector<value_id> inputs,
                  std::vector<std::int32_t> index, dims item);
    void output(value_id x, const std::string& name = "out",
                std::vector<std::string> host_functions = {});

    const dims& item(value_id x) const { return graph.values[x].shape; }

    converters::model_graph graph;

  private:
    value_id value(dims item);
};

/// `count` numbers that look random and are the same everywhere; about -1 to 1.
std::vector<float> numbers(std::size_t count, std::uint32_t seed);

/// 8-bit samples that look random.
dataset pixels(const dims& item, std::size_t samples, std::uint32_t seed);

/// Everything between a model and its network.
struct hand_conversion {
    hand_conversion(const hand_model& model, const dataset& data,
                    const converters::input_description& input = {},
                    const converters::quantise_options& options = {});

    /// A model that is quantised already: its own integers, no data.
    explicit hand_conversion(const hand_model& model,
                             const converters::input_description& input = {});

    const converters::neuron_graph& graph() const { return state->graph; }
    const converters::quantised_graph& quantised() const { return state->quantised; }
    const network& net() const { return emitted.net; }

    std::shared_ptr<converters::quantised_state> state;
    std::vector<converters::imported_layer> imported;
    converters::calibration measured;
    converters::emitted_network emitted;
};

/// Node of that name; fails the test where there is none.
converters::node_id node_named(const converters::neuron_graph& graph, const std::string& name);

/// Requires every code and every potential of the reference engine to be the integer executor's.
void require_equal_levels(const hand_conversion& c, const dataset& data);

}  // namespace synfire::test
