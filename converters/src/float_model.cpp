// SPDX-License-Identifier: Apache-2.0
#include <synfire/converters/float_model.hpp>

#include <algorithm>

#include <synfire/core/error.hpp>
#include <synfire/core/readout.hpp>

#include "dense_counts.hpp"
#include "encoding.hpp"
#include "graph/float_executor.hpp"
#include "graph/neuron_executor.hpp"
#include "onnx/reader.hpp"
#include "passes/lower.hpp"
#include "quantise/calibration.hpp"

namespace synfire::converters {

struct float_state {
    model_graph model;
    std::vector<input_encoding> encodings;
    neuron_graph folded;
};

float_model::float_model(const std::filesystem::path& model,
                         const std::vector<input_encoding>& encodings) {
    auto state = std::make_shared<float_state>();
    state->model = import_onnx(model).graph;
    const std::size_t inputs = state->model.inputs.size();
    if (inputs != encodings.size()) {
        throw bad_input({model.string(), "has another number of inputs than the network",
                         std::to_string(inputs), std::to_string(encodings.size()),
                         "give the model that the network was converted from"});
    }
    for (std::size_t i = 0; i < inputs; ++i) {
        const input_encoding& e = encodings[i];
        const preprocessing given{e.scale, e.mean, e.std, e.layout};
        state->encodings.push_back(resolve_encoding(state->model, given, e.eight_bit, i));
    }
    state->folded = lower_encoded(state->model, state->encodings);
    state_ = std::move(state);
}

float_model::float_model(const std::filesystem::path& model, const input_encoding& encoding)
    : float_model(model, std::vector{encoding}) {}

std::vector<std::vector<float>> float_model::run(const dataset& data, std::size_t samples) const {
    return run_outputs(data, samples).front();
}

std::vector<std::vector<std::vector<float>>> float_model::run_outputs(const dataset& data,
                                                                      std::size_t samples) const {
    check_data(state_->model, data);
    const std::vector<graph_output>& wanted = state_->model.outputs;
    std::vector<float_executor> executors(worker_count(), float_executor(state_->model));
    std::vector<std::vector<std::vector<float>>> outputs(wanted.size(),
                                                         std::vector<std::vector<float>>(samples));
    for_each_sample(samples, [&](std::size_t sample, std::size_t thread) {
        executors[thread].run(model_input(state_->model, state_->encodings, data, sample));
        for (std::size_t o = 0; o < wanted.size(); ++o) {
            const auto out = executors[thread].value(wanted[o].value);
            outputs[o][sample].assign(out.begin(), out.end());
        }
    });
    return outputs;
}

std::vector<std::vector<float>> float_model::run_folded(const dataset& data,
                                                        std::size_t samples) const {
    check_data(state_->model, data);
    const neuron_graph& graph = state_->folded;
    std::vector<neuron_executor> executors(worker_count(), neuron_executor(graph));
    std::vector<std::vector<float>> outputs(samples);
    for_each_sample(samples, [&](std::size_t sample, std::size_t thread) {
        executors[thread].run(real_input(graph, data, sample));
        const auto out = executors[thread].potential(first_readout(graph));
        outputs[sample].assign(out.begin(), out.end());
    });
    return outputs;
}

std::vector<std::int32_t> float_model::classify(const dataset& data, std::size_t samples) const {
    std::vector<std::int32_t> classes;
    for (const std::vector<float>& output : run(data, samples)) {
        classes.push_back(arg_max(output));
    }
    return classes;
}

std::vector<dense_layer> float_model::count_dense(const dataset& data, std::size_t samples) const {
    check_data(state_->model, data);
    return synfire::converters::count_dense(state_->folded, data, samples);
}

}  // namespace synfire::converters
