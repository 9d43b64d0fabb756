// SPDX-License-Identifier: Apache-2.0
#include <synfire/converters/float_model.hpp>

#include <algorithm>

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
    input_encoding encoding;
    neuron_graph folded;
};

float_model::float_model(const std::filesystem::path& model, const input_encoding& encoding) {
    auto state = std::make_shared<float_state>();
    state->model = import_onnx(model).graph;
    preprocessing given{encoding.scale, encoding.mean, encoding.std, encoding.layout};
    state->encoding = resolve_encoding(state->model, given, encoding.eight_bit);
    state->folded =
        lower(state->model, {encoding.scale, encoding.mean, encoding.std, encoding.eight_bit});
    state_ = std::move(state);
}

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
        executors[thread].run(model_input(state_->model, state_->encoding, data, sample));
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
        executors[thread].run(real_input(graph.nodes[0], data, sample));
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
