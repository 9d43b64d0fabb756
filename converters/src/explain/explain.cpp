// SPDX-License-Identifier: Apache-2.0
// Layer by layer: the trained network with one layer quantised, the quantised network with one
// layer real, and what either does to the outputs.
#include <synfire/converters/explain.hpp>

#include <algorithm>
#include <cmath>
#include <mutex>
#include <optional>

#include <synfire/core/error.hpp>
#include <synfire/core/readout.hpp>

#include "graph/neuron_executor.hpp"
#include "hybrid_executor.hpp"
#include "neuron_counts.hpp"
#include "output_distance.hpp"
#include "quantise/calibration.hpp"
#include "quantised_state.hpp"
#include "summary.hpp"

namespace synfire::converters {

namespace {

quantised_graph with_plain_biases(const quantised_state& state) {
    quantised_graph plain = state.quantised;
    for (node_id id = 0; id < state.plain_biases.size(); ++id) {
        plain.nodes[id].bias = state.plain_biases[id];
    }
    return plain;
}

/// What can lose something: the input, sums that fire, read-outs.
std::vector<node_id> layers_of(const neuron_graph& graph) {
    std::vector<node_id> found;
    for (node_id id = 0; id < graph.nodes.size(); ++id) {
        const graph_node& node = graph.nodes[id];
        const bool input = std::holds_alternative<input_node>(node.kind);
        if (input || node.as_sum() != nullptr) { found.push_back(id); }
    }
    return found;
}

/// Everything that one thread needs.
struct worker {
    worker(const quantised_state& state, const quantised_graph& plain)
        : trained(plain),
          quantised(plain),
          changed(plain),
          converted(state.quantised) {
        if (state.unpruned) { unpruned.emplace(*state.unpruned); }
        for (const node_id id : layers_of(state.graph)) {
            const auto neurons = population_shape(state.graph.nodes[id].item).neurons();
            const sum_node* sum = state.graph.nodes[id].as_sum();
            const bool readout = sum != nullptr && sum->readout;
            counts.push_back(readout ? neuron_counts{}
                                     : neuron_counts(state.quantised.nodes[id], neurons));
        }
    }

    hybrid_executor trained;    ///< nothing quantised
    hybrid_executor quantised;  ///< everything, biases as they were before correction
    hybrid_executor changed;    ///< one layer differently
    integer_executor converted;
    std::optional<neuron_executor> unpruned;
    std::vector<std::vector<double>> targets;  ///< per read-out: outputs before any pruning
    std::vector<neuron_counts> counts;
};

class explainer {
  public:
    explainer(const quantised_state& state, const dataset& data, std::size_t samples)
        : state_(state),
          data_(data),
          plain_(with_plain_biases(state)),
          layers_(layers_of(state.graph)),
          readouts_(readouts_of(state.graph)),
          unpruned_readouts_(state.unpruned ? readouts_of(*state.unpruned) : readouts_),
          powers_(readouts_.size(), 0.0),
          sums_(samples) {
        for (std::size_t i = 0; i < worker_count(); ++i) { workers_.emplace_back(state, plain_); }
    }

    explainer(const explainer&) = delete;  // workers point to plain_
    explainer& operator=(const explainer&) = delete;

    explanation run(const progress_callback& progress) {
        measure_outputs();
        std::mutex guard;
        std::size_t done = 0;
        for_each_sample(sums_.size(), [&](std::size_t sample, std::size_t thread) {
            sums_[sample] = explain_sample(workers_[thread], sample);
            if (!progress) { return; }
            const std::lock_guard lock(guard);
            progress(++done, sums_.size());
        });
        return summary();
    }

    /// Of the converted network alone.
    double error() {
        measure_outputs();
        for_each_sample(sums_.size(), [&](std::size_t sample, std::size_t thread) {
            worker& w = workers_[thread];
            run_trained(w, sample);
            w.converted.run(input_codes(state_.quantised, data_, sample));
            sums_[sample].error = error_to_targets(w, w.converted);
        });
        double total = 0.0;
        for (const sample_sums& s : sums_) { total += s.error; }
        return std::sqrt(total);
    }

  private:
    std::vector<double> output(node_id id, const hybrid_executor& executor) const {
        return output_values(*state_.graph.nodes[id].as_sum(), executor.value(id));
    }

    std::vector<double> output(node_id id, const integer_executor& executor) const {
        return output_values(*state_.graph.nodes[id].as_sum(),
                             real_potentials(state_.quantised, id, executor.potential(id)));
    }

    /// Fills `targets`, too.
    void run_trained(worker& w, std::size_t sample) const {
        w.trained.run(data_, sample, no_part);
        if (w.unpruned) { w.unpruned->run(real_input(*state_.unpruned, data_, sample)); }
        w.targets.clear();
        for (std::size_t r = 0; r < readouts_.size(); ++r) {
            const node_id id = unpruned_readouts_[r];
            w.targets.push_back(w.unpruned ? output_values(*state_.unpruned->nodes[id].as_sum(),
                                                           w.unpruned->value(id))
                                           : output(id, w.trained));
        }
    }

    /// Squared outputs of the trained network over all samples: what errors are relative to.
    void measure_outputs() {
        std::vector<std::vector<double>> squares(sums_.size());
        for_each_sample(sums_.size(), [&](std::size_t sample, std::size_t thread) {
            run_trained(workers_[thread], sample);
            for (const std::vector<double>& target : workers_[thread].targets) {
                squares[sample].push_back(squared_sum(target));
            }
        });
        for (const std::vector<double>& s : squares) {
            for (std::size_t r = 0; r < s.size(); ++r) { powers_[r] += s[r]; }
        }
    }

    double relative(std::size_t readout, double error) const {
        return powers_[readout] > 0.0 ? error / powers_[readout] : 0.0;
    }

    /// Of all outputs, relative to those before any pruning.
    template <typename Executor>
    double error_to_targets(const worker& w, const Executor& network) const {
        double total = 0.0;
        for (std::size_t r = 0; r < readouts_.size(); ++r) {
            total += relative(r, squared_distance(w.targets[r], output(readouts_[r], network)));
        }
        return total;
    }

    /// Of a network that ran as a whole or behind one layer; outputs that did not run are those of
    /// `base`.
    double output_error(const worker& w, const hybrid_executor& network,
                        const hybrid_executor& base) const {
        double total = 0.0;
        for (std::size_t r = 0; r < readouts_.size(); ++r) {
            const hybrid_executor& ran = network.ran(readouts_[r]) ? network : base;
            total += relative(
                r, squared_distance(output(readouts_[r], w.trained), output(readouts_[r], ran)));
        }
        return total;
    }

    std::int32_t answer(const hybrid_executor& executor) const {
        return arg_max(output(readouts_.front(), executor));
    }

    /// The trained network with some parts of one layer quantised.
    double error_alone(worker& w, node_id id, const layer_parts& parts) const {
        if (!w.changed.run_from(w.trained, id, parts, no_part)) { return 0.0; }
        return output_error(w, w.changed, w.trained);
    }

    layer_sums explain_layer(worker& w, node_id id, double plain_error) const {
        layer_sums sums;
        const sum_node* sum = state_.graph.nodes[id].as_sum();
        const auto trained = w.trained.value(id);
        sums.signal = squared_sum(trained);
        sums.accumulated =
            squared_distance(trained, real_values(state_.quantised, id, w.converted));
        sums.without = plain_error;
        if (sum != nullptr && copies_codes(plain_.nodes[id])) { return sums; }
        if (sum != nullptr) {
            sums.alone_parts.weights = error_alone(w, id, {true, false, false});
            add_weight_error(w, id, sums);
        }
        if (sum == nullptr || !sum->readout) {
            sums.alone_parts.rounding = error_alone(w, id, {false, true, false});
            sums.own.rounding = squared_distance(trained, w.changed.value(id));
            sums.alone_parts.clipping = error_alone(w, id, {false, false, true});
            sums.own.clipping = squared_distance(trained, w.changed.value(id));
        }
        sums.alone = error_alone(w, id, all_parts);
        if (w.changed.ran(readouts_.front())) {
            sums.answer_changed = answer(w.changed) != answer(w.trained);
        }
        if (w.changed.run_from(w.quantised, id, no_part, all_parts)) {
            sums.without = output_error(w, w.changed, w.quantised);
        }
        return sums;
    }

    void add_weight_error(const worker& w, node_id id, layer_sums& sums) const {
        const quantised_node& q = plain_.nodes[id];
        const auto real = w.trained.potential(id);
        const auto changed = w.changed.potential(id);
        const std::size_t positions = real.size() / q.scale.size();
        for (std::size_t e = 0; e < real.size(); ++e) {
            const double unit = q.unit(e / positions);
            const double difference = (changed[e] - real[e]) * unit;
            sums.own.weights += difference * difference;
            sums.potential_signal += real[e] * real[e] * unit * unit;
        }
    }

    sample_sums explain_sample(worker& w, std::size_t sample) const {
        run_trained(w, sample);
        w.quantised.run(data_, sample, all_parts);
        w.converted.run(input_codes(state_.quantised, data_, sample));
        if (sample == 0) { require_equal(w); }
        sample_sums sums;
        sums.error = error_to_targets(w, w.converted);
        sums.plain_error = output_error(w, w.quantised, w.quantised);
        const std::int32_t trained_answer = arg_max(w.targets.front());
        sums.answer_changed = arg_max(output(readouts_.front(), w.converted)) != trained_answer;
        if (w.unpruned) {
            sums.pruning_error = error_to_targets(w, w.trained);
            sums.pruning_changed_answer = answer(w.trained) != trained_answer;
        }
        for (std::size_t i = 0; i < layers_.size(); ++i) {
            const node_id id = layers_[i];
            sums.layers.push_back(explain_layer(w, id, sums.plain_error));
            const sum_node* sum = state_.graph.nodes[id].as_sum();
            if (sum != nullptr && sum->readout) { continue; }
            w.counts[i].add(w.converted.codes(id), w.trained.value(id));
        }
        return sums;
    }

    /// The measuring network with everything quantised has to be the quantised network.
    void require_equal(const worker& w) const {
        integer_executor integers(plain_);
        integers.run(input_codes(plain_, data_, 0));
        for (const node_id id : readouts_) {
            const auto found = w.quantised.potential(id);
            const auto expected = integers.potential(id);
            for (std::size_t e = 0; e < expected.size(); ++e) {
                if (found[e] == static_cast<double>(expected[e])) { continue; }
                throw internal_error("explain: with all layers quantised, output "
                                     + state_.graph.nodes[id].name
                                     + " is not that of the quantised network");
            }
        }
    }

    explanation summary() {
        explanation result = summarise(state_.quantised, layers_, sums_);
        for (std::size_t i = 0; i < layers_.size(); ++i) {
            layer_explanation& layer = result.layers[i];
            for (std::size_t t = 1; t < workers_.size(); ++t) {
                workers_.front().counts[i].add(workers_[t].counts[i]);
            }
            layer.use = workers_.front().counts[i].result();
            if (layer.readout) { layer.use.neurons = layer.shape.neurons(); }
        }
        return result;
    }

    const quantised_state& state_;
    const dataset& data_;
    quantised_graph plain_;
    std::vector<node_id> layers_;
    std::vector<node_id> readouts_;
    std::vector<node_id> unpruned_readouts_;  ///< the same of the network before pruning
    std::vector<double> powers_;              ///< per read-out
    std::vector<worker> workers_;
    std::vector<sample_sums> sums_;  ///< in the order of samples, so that threads change no bit
};

explainer make_explainer(const conversion& converted, const dataset& data, std::size_t samples) {
    if (samples == 0 || samples > data.size()) {
        throw bad_input({data.name, "not as many samples as asked for", std::to_string(data.size()),
                         std::to_string(samples), ""});
    }
    return {converted.quantised->state(), data, samples};
}

}  // namespace

explanation explain(const conversion& converted, const dataset& data, std::size_t samples,
                    const progress_callback& progress) {
    return make_explainer(converted, data, samples).run(progress);
}

double output_error(const conversion& converted, const dataset& data, std::size_t samples) {
    return make_explainer(converted, data, samples).error();
}

}  // namespace synfire::converters
