// SPDX-License-Identifier: Apache-2.0
#include "levels.hpp"

#include <algorithm>
#include <mutex>

#include <synfire/converters/float_model.hpp>
#include <synfire/sim/simulator.hpp>

#include "input_data.hpp"

namespace synfire::cli {

namespace {

constexpr std::size_t chunk_samples = 128;  // bounds the memory of the records

/// Neuron (channel last) of element e (channel first).
std::size_t neuron_of(const shape& s, std::size_t e) {
    return e % s.positions() * static_cast<std::size_t>(s.channels) + e / s.positions();
}

/// Compares values in ONNX order with values of neurons, channel last. `where` says sample, layer
/// and field.
template <typename T>
void compare_layer(const std::vector<T>& expected, const std::vector<T>& found, const shape& s,
                   level_difference where, level_comparison& result) {
    result.neurons_compared += expected.size();
    for (std::size_t e = 0; e < expected.size(); ++e) {
        const std::size_t n = neuron_of(s, e);
        if (n < found.size() && expected[e] == found[n]) { continue; }
        ++result.different;
        const bool earlier =
            !result.first_difference || where.sample < result.first_difference->sample;
        if (!earlier) { continue; }
        where.neuron = n;
        where.expected = expected[e];
        where.found = n < found.size() ? found[n] : 0;
        result.first_difference = where;
    }
}

class level_comparer {
  public:
    explicit level_comparer(const level_inputs& inputs) : inputs_(inputs) {}

    level_comparison run(std::size_t samples) {
        for (std::size_t first = 0; first < samples; first += chunk_samples) {
            compare_chunk(first, std::min(chunk_samples, samples - first));
            if (inputs_.progress) {
                inputs_.progress(std::min(first + chunk_samples, samples), samples);
            }
        }
        result_.quantised = score_of(quantised_, inputs_.data);
        result_.spiking = score_of(spiking_, inputs_.data);
        return result_;
    }

    const std::vector<std::int32_t>& spiking_classes() const { return spiking_.classes; }

    /// [output][sample]
    const std::vector<std::vector<std::vector<double>>>& outputs() const { return outputs_; }

  private:
    void compare_chunk(std::size_t first, std::size_t count) {
        const dataset part = slice(inputs_.data, first, count);
        sim::options options;
        options.record = {true, true};
        const sim::run_result spiking = sim::run(inputs_.conversion.net, part, options);
        std::mutex guard;
        const std::size_t readout = readout_number();
        std::vector<std::vector<std::int64_t>> potentials(count);
        inputs_.conversion.quantised->run(
            part, count,
            [&](std::size_t sample, const std::vector<converters::layer_values>& layers) {
                const std::lock_guard lock(guard);
                for (std::size_t i = 0; i < layers.size(); ++i) {
                    const sim::population_record& record = spiking.samples[sample].populations[i];
                    level_difference where{first + sample, layers[i].population, 0, "code", 0, 0};
                    compare_layer(layers[i].codes, record.codes, layers[i].shape, where, result_);
                    where.field = "potential";
                    compare_layer(layers[i].potentials, record.potentials, layers[i].shape, where,
                                  result_);
                }
                potentials[sample] = neuron_order(layers[readout]);
            });
        const population& p = inputs_.conversion.net.populations[readout];
        for (std::size_t i = 0; i < count; ++i) {
            add_answer(p, potentials[i], quantised_);
            add_answer(p, spiking.samples[i].readouts.front().potentials, spiking_);
            add_outputs(spiking.samples[i]);
        }
    }

    void add_outputs(const sim::sample_result& sample) {
        std::vector<std::vector<double>> values =
            real_outputs(inputs_.conversion.net, sample.readouts);
        outputs_.resize(values.size());
        for (std::size_t o = 0; o < values.size(); ++o) {
            outputs_[o].push_back(std::move(values[o]));
        }
    }

    std::size_t readout_number() const {
        const network& net = inputs_.conversion.net;
        return net.find(answering_readout(net).name);
    }

    static std::vector<std::int64_t> neuron_order(const converters::layer_values& layer) {
        std::vector<std::int64_t> turned(layer.potentials.size());
        for (std::size_t e = 0; e < turned.size(); ++e) {
            turned[neuron_of(layer.shape, e)] = layer.potentials[e];
        }
        return turned;
    }

    const level_inputs& inputs_;
    level_comparison result_;
    network_answers quantised_;
    network_answers spiking_;
    std::vector<std::vector<std::vector<double>>> outputs_;
};

}  // namespace

dataset slice(const dataset& data, std::size_t first, std::size_t count) {
    dataset part;
    part.name = data.name;
    part.sample_shape = data.sample_shape;
    part.target_size = data.target_size;
    const auto take = [&](const auto& from, auto& to, std::size_t per_sample) {
        if (from.empty()) { return; }
        const auto begin = from.begin() + static_cast<std::ptrdiff_t>(first * per_sample);
        to.assign(begin, begin + static_cast<std::ptrdiff_t>(count * per_sample));
    };
    take(data.bytes, part.bytes, data.sample_size());
    take(data.reals, part.reals, data.sample_size());
    take(data.labels, part.labels, 1);
    take(data.targets, part.targets, data.target_size);
    for (const dataset& more : data.further) { part.further.push_back(slice(more, first, count)); }
    return part;
}

level_comparison compare_levels(const level_inputs& inputs) {
    const std::size_t all = inputs.data.size();
    const std::size_t samples = inputs.samples == 0 ? all : std::min(inputs.samples, all);
    level_comparer comparer(inputs);
    level_comparison result = comparer.run(samples);
    const converters::float_model trained(
        inputs.model, encodings_of(inputs.conversion.net, inputs.model.string()));
    const auto outputs = trained.run_outputs(inputs.data, samples);
    const network_answers answers = answers_of(inputs.conversion.net, outputs.front());
    if (samples > 0) {
        result.fidelity = fidelity_of(inputs.conversion.net, comparer.outputs(), outputs);
    }
    result.trained = score_of(answers, inputs.data);
    const std::vector<std::int32_t>& classes = answers.classes;
    for (std::size_t i = 0; i < samples && !inputs.data.labels.empty(); ++i) {
        const bool right_before = classes[i] == inputs.data.labels[i];
        const bool right_after = comparer.spiking_classes()[i] == inputs.data.labels[i];
        result.lost += right_before && !right_after ? 1 : 0;
        result.gained += !right_before && right_after ? 1 : 0;
    }
    return result;
}

}  // namespace synfire::cli
