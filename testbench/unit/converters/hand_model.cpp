// SPDX-License-Identifier: Apache-2.0
#include "hand_model.hpp"

#include <numeric>

#include <synfire/core/random.hpp>
#include <synfire/sim/encode.hpp>
#include <synfire/sim/simulator.hpp>

#include <support/catch.hpp>

#include "graph/integer_executor.hpp"
#include "import/import_integers.hpp"

namespace synfire::test {

using namespace converters;

value_id hand_model::value(dims item) {
    graph.values.push_back({"v" + std::to_string(graph.values.size()), std::move(item)});
    return graph.values.size() - 1;
}

value_id hand_model::input(dims item) {
    const value_id v = value(std::move(item));
    graph.inputs.push_back(v);
    return v;
}

value_id hand_model::layer(const std::string& name, operation op, std::vector<value_id> inputs,
                           dims item) {
    const value_id v = value(std::move(item));
    graph.layers.push_back({name, "Op", std::move(op), std::move(inputs), v});
    return v;
}

value_id hand_model::relu(const std::string& name, value_id x) {
    return layer(name, converters::relu{}, {x}, item(x));
}

value_id hand_model::conv(const std::string& name, value_id x, std::int32_t out, std::int32_t k,
                          std::int32_t pad, std::vector<float> weights, std::vector<float> bias) {
    convolution op;
    op.weights = std::move(weights);
    op.bias = std::move(bias);
    op.out_channels = out;
    op.in_channels = static_cast<std::int32_t>(item(x)[0]);
    op.geometry.kernel = {k, k};
    op.geometry.pads = {pad, pad, pad, pad};
    return layer(name, op, {x}, {out, item(x)[1] + 2 * pad - k + 1, item(x)[2] + 2 * pad - k + 1});
}

value_id hand_model::linear(const std::string& name, value_id x, std::int32_t out,
                            std::vector<float> weights, std::vector<float> bias) {
    converters::linear op;
    op.weights = std::move(weights);
    op.bias = std::move(bias);
    op.out_features = out;
    op.in_features = static_cast<std::int32_t>(item(x)[0]);
    return layer(name, op, {x}, {out});
}

value_id hand_model::flatten(const std::string& name, value_id x) {
    std::vector<std::int32_t> index(static_cast<std::size_t>(element_count(item(x))));
    std::iota(index.begin(), index.end(), 0);
    const auto count = static_cast<std::int64_t>(index.size());
    return view(name, {x}, std::move(index), {count});
}

value_id hand_model::quantise(const std::string& name, value_id x, code_format format) {
    return layer(name, quantise_layer{std::move(format)}, {x}, item(x));
}

value_id hand_model::dequantise(const std::string& name, value_id x, code_format format) {
    return layer(name, dequantise_layer{std::move(format)}, {x}, item(x));
}

value_id hand_model::view(const std::string& name, std::vector<value_id> inputs,
                          std::vector<std::int32_t> index, dims item) {
    return layer(name, index_map{std::move(index)}, std::move(inputs), std::move(item));
}

void hand_model::output(value_id x, const std::string& name,
                        std::vector<std::string> host_functions) {
    graph.outputs.push_back({x, name, std::move(host_functions)});
    graph.source = "by hand";
}

std::vector<float> numbers(std::size_t count, std::uint32_t seed) {
    std::vector<float> values;
    for (std::size_t i = 0; i < count; ++i) {
        const auto word = philox4x32_10({static_cast<std::uint32_t>(i), 1, 0, 0}, {seed, 7});
        values.push_back(static_cast<float>(static_cast<double>(word[0]) / 2147483648.0 - 1.0));
    }
    return values;
}

dataset pixels(const dims& item, std::size_t samples, std::uint32_t seed) {
    dataset data;
    data.name = "pixels";
    data.sample_shape = item;
    const std::size_t count = samples * data.sample_size();
    for (std::size_t i = 0; i < count; ++i) {
        data.bytes.push_back(static_cast<std::uint8_t>(
            philox4x32_10({static_cast<std::uint32_t>(i), 2, 0, 0}, {seed, 7})[0] >> 24));
    }
    return data;
}

hand_conversion::hand_conversion(const hand_model& model, const dataset& data,
                                 const input_description& input, const quantise_options& options)
    : state(std::make_shared<quantised_state>()) {
    state->graph = lower(model.graph, input);
    measured = calibrate(state->graph, data, data.size());
    state->quantised = quantise(state->graph, measured, options);
    emitted = emit_network(state->quantised);
}

hand_conversion::hand_conversion(const hand_model& model, const input_description& input)
    : state(std::make_shared<quantised_state>()) {
    state->graph = lower(model.graph, input);
    imported_integers integers = import_integers(state->graph);
    state->quantised = std::move(integers.quantised);
    imported = std::move(integers.layers);
    emitted = emit_network(state->quantised);
}

node_id node_named(const neuron_graph& graph, const std::string& name) {
    for (node_id id = 0; id < graph.nodes.size(); ++id) {
        if (graph.nodes[id].name == name) { return id; }
    }
    FAIL("no node " << name);
    return 0;
}

void require_equal_levels(const hand_conversion& c, const dataset& data) {
    integer_executor integers(c.quantised());
    sim::simulator reference(c.net(), sim::engine_kind::reference);
    for (std::size_t sample = 0; sample < data.size(); ++sample) {
        integers.run(input_codes(c.quantised(), data, sample));
        const std::vector<sim::encoded_input> input{
            sim::encode(c.net().populations[0], data, sample)};
        const sim::sample_output& out = reference.run(input, {true, true});
        for (node_id id = 0; id < c.graph().nodes.size(); ++id) {
            const std::size_t at = c.emitted.population_of_node[id];
            if (at == no_population) { continue; }
            const shape s = c.net().populations[at].shape;
            const auto codes = integers.codes(id);
            const auto potentials = integers.potential(id);
            INFO("sample " << sample << ", population " << c.net().populations[at].name);
            for (std::size_t e = 0; e < s.neurons(); ++e) {
                const std::size_t n =
                    e % s.positions() * static_cast<std::size_t>(s.channels) + e / s.positions();
                const sim::population_record& record = out.result.populations[at];
                if (!codes.empty()) { REQUIRE(record.codes[n] == codes[e]); }
                if (!potentials.empty()) { REQUIRE(record.potentials[n] == potentials[e]); }
            }
        }
    }
}

}  // namespace synfire::test
