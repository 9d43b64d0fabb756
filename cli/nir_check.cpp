// SPDX-License-Identifier: Apache-2.0
#include "nir_check.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include <synfire/core/error.hpp>
#include <synfire/sim/simulator.hpp>

namespace synfire::cli {

namespace {

/// Populations that data enter.
std::vector<std::size_t> inputs_of(const network& net) {
    std::vector<std::size_t> found;
    for (std::size_t p = 0; p < net.populations.size(); ++p) {
        if (net.populations[p].kind == population_kind::input) { found.push_back(p); }
    }
    return found;
}

/// The values of one Input in one step, in NIR's order.
std::vector<double> input_of_step(const population& p, const converters::nir_executor& graph,
                                  std::size_t number, const sim::encoded_input& encoded,
                                  std::int32_t step) {
    std::vector<double> values(p.shape.neurons(), 0.0);
    if (p.is_current()) {
        for (std::size_t n = 0; n < values.size(); ++n) {
            const double unit = p.scale[n % p.scale.size()];
            values[graph.nir_index(number, n)] = unit * encoded.codes[n];
        }
        return values;
    }
    for (const spike& s : encoded.spikes) {
        if (s.step == step) { values[graph.nir_index(number, s.neuron)] = 1.0; }
    }
    return values;
}

/// What the graph said and sent in one sample.
struct graph_run {
    std::vector<double> answer;               ///< of the first readout, in the network's order
    std::vector<std::vector<double>> spikes;  ///< per population and neuron
};

class graph_runner {
  public:
    graph_runner(const nir_check_inputs& inputs, std::size_t readout)
        : inputs_(inputs),
          graph_(inputs.graph, inputs.timing),
          input_(inputs_of(inputs.net)),
          readout_(readout) {}

    /// One sample, encoded for each Input.
    graph_run run(std::span<const sim::encoded_input> encoded) {
        const network& net = inputs_.net;
        graph_run run;
        run.spikes.resize(net.populations.size());
        for (std::size_t p = 0; p < net.populations.size(); ++p) {
            run.spikes[p].assign(net.populations[p].shape.neurons(), 0.0);
        }
        const bool largest = answer_rule() == readout_rule::max;
        run.answer.assign(net.populations[readout_].shape.neurons(),
                          largest ? -std::numeric_limits<double>::infinity() : 0.0);
        graph_.reset();
        std::vector<std::vector<double>> values(input_.size());
        for (std::int32_t t = 0; t < net.steps; ++t) {
            for (std::size_t i = 0; i < input_.size(); ++i) {
                values[i] =
                    input_of_step(net.populations[input_[i]], graph_, input_[i], encoded[i], t);
            }
            graph_.step(values);
            collect(run);
        }
        return run;
    }

  private:
    readout_rule answer_rule() const { return inputs_.net.populations[readout_].streaming->answer; }

    void collect(graph_run& run) {
        for (std::size_t p = 0; p < run.spikes.size(); ++p) {
            if (inputs_.net.populations[p].kind != population_kind::spiking) { continue; }
            for (std::size_t n = 0; n < run.spikes[p].size(); ++n) {
                run.spikes[p][n] += graph_.sent(p)[graph_.nir_index(p, n)];
            }
        }
        for (std::size_t n = 0; n < run.answer.size(); ++n) {
            const double value = graph_.sent(readout_)[graph_.nir_index(readout_, n)];
            double& answer = run.answer[n];
            switch (answer_rule()) {
            case readout_rule::last:
                answer = value;
                break;
            case readout_rule::max:
                answer = std::max(answer, value);
                break;
            default:
                answer += value;
            }
        }
    }

    const nir_check_inputs& inputs_;
    converters::nir_executor graph_;
    std::vector<std::size_t> input_;  ///< input populations
    std::size_t readout_;
};

void compare(const network& net, const graph_run& graph, const sim::sample_result& result,
             nir_check& check) {
    std::size_t layer = 0;
    for (std::size_t p = 0; p < net.populations.size(); ++p) {
        if (net.populations[p].kind != population_kind::spiking) { continue; }
        std::vector<double> counts(graph.spikes[p].size(), 0.0);
        for (const spike& s : result.populations[p].spikes) { counts[s.neuron] += 1.0; }
        spike_comparison& c = check.layers[layer++];
        for (std::size_t n = 0; n < counts.size(); ++n) {
            c.graph += graph.spikes[p][n];
            c.network += counts[n];
            c.moved += std::abs(counts[n] - graph.spikes[p][n]);
        }
    }
}

}  // namespace

nir_check check_nir(const nir_check_inputs& inputs) {
    const network& net = inputs.net;
    const std::vector<std::size_t> input = inputs_of(net);
    const population& readout = answering_readout(net);
    const auto number = static_cast<std::size_t>(&readout - net.populations.data());
    nir_check check;
    check.samples =
        inputs.samples == 0 ? inputs.data.size() : std::min(inputs.samples, inputs.data.size());
    for (const population& p : net.populations) {
        if (p.kind == population_kind::spiking) { check.layers.push_back({p.name}); }
    }
    graph_runner runner(inputs, number);
    sim::simulator simulator(net);
    network_answers graph_answers;
    network_answers net_answers;
    for (std::size_t i = 0; i < check.samples; ++i) {
        std::vector<sim::encoded_input> encoded;
        for (std::size_t k = 0; k < input.size(); ++k) {
            encoded.push_back(
                sim::encode(net.populations[input[k]], inputs.data.input(k), i, {1, net.steps}));
        }
        const graph_run graph = runner.run(encoded);
        const sim::sample_output& out = simulator.run(encoded, {true});
        compare(net, graph, out.result, check);
        const auto best = std::max_element(graph.answer.begin(), graph.answer.end());
        graph_answers.classes.push_back(static_cast<std::int32_t>(best - graph.answer.begin()));
        graph_answers.values.push_back(graph.answer);
        add_answer(readout, out.result.readouts.front().potentials, net_answers);
        if (graph_answers.classes.back() != net_answers.classes.back()) {
            check.different_answers += 1;
        }
        if (inputs.progress) { inputs.progress(i + 1, check.samples); }
    }
    check.graph = score_of(graph_answers, inputs.data);
    check.network = score_of(net_answers, inputs.data);
    return check;
}

}  // namespace synfire::cli
