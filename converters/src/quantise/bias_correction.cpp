// SPDX-License-Identifier: Apache-2.0
#include "bias_correction.hpp"

#include <algorithm>
#include <cmath>

#include "../graph/integer_executor.hpp"
#include "../graph/neuron_executor.hpp"
#include "kept_weights.hpp"
#include "lifetimes.hpp"
#include "reconstruct.hpp"
#include "scaled_terms.hpp"

namespace synfire::converters {

namespace {

// A change of the bias reaches only the neurons that are active and not saturated, so that one
// change leaves a part of the shift behind.
constexpr int rounds = 4;

class corrector {
  public:
    corrector(quantised_graph& quantised, const calibration& measured, const dataset& data,
              const correction_options& options)
        : quantised_(quantised),
          options_(options),
          graph_(*quantised.graph),
          last_reader_(last_readers(graph_)) {
        const std::size_t samples = samples_that_fit(graph_, measured.samples, element_bytes());
        means_ = channel_means(graph_, measured, samples);
        prefix_ = std::vector<integer_executor>(samples, integer_executor(quantised));
        each([&](std::size_t i) { prefix_[i].set_input(input_codes(quantised, data, i)); });
        if (!options.reconstruct) { return; }
        trained_ = std::vector<neuron_executor>(samples, neuron_executor(graph_));
        each([&](std::size_t i) { trained_[i].set_input(real_input(graph_, data, i)); });
    }

    correction_result result() const { return {prefix_.size(), unfitted_}; }

    void run() {
        for (node_id id = input_count(graph_); id < graph_.nodes.size(); ++id) {
            each([&](std::size_t i) { prefix_[i].run_node(id); });
            const sum_node* sum = graph_.nodes[id].as_sum();
            if (options_.reconstruct) { reconstruct(id, sum); }
            if (sum != nullptr && options_.biases) { correct_bias(id, *sum); }
            forget_before(id);
        }
    }

  private:
    template <typename Body>
    void each(const Body& body) {
        for_each_sample(prefix_.size(), [&](std::size_t i, std::size_t) { body(i); });
    }

    /// Term after term, so that each makes up for what those before leave.
    void reconstruct(node_id id, const sum_node* sum) {
        each([&](std::size_t i) { trained_[i].run_node(id); });
        if (sum == nullptr || copies_codes(quantised_.nodes[id])) { return; }
        for (std::size_t t = 0; t < sum->terms.size(); ++t) {
            if (!can_fit(graph_, id, sum->terms[t])) {
                if (weights_of(sum->terms[t]) != nullptr) { unfitted_.push_back(id); }
                continue;
            }
            if (!reconstruct_weights(quantised_, id, t, {prefix_, trained_})) { continue; }
            prefix_.front().refresh(id);
            each([&](std::size_t i) {
                prefix_[i].refresh(id, prefix_.front());
                prefix_[i].run_node(id);
            });
        }
    }

    void correct_bias(node_id id, const sum_node& sum) {
        if (sum.readout || sum.function) {
            correct_potentials(id);
        } else if (!copies_codes(quantised_.nodes[id])) {
            for (int round = 0; round < rounds; ++round) { correct_codes(id); }
        }
    }

    void forget_before(node_id id) {
        for (node_id old = 0; old <= id; ++old) {
            if (last_reader_[old] != id) { continue; }
            each([&](std::size_t i) {
                prefix_[i].forget(old);
                if (!trained_.empty()) { trained_[i].forget(old); }
            });
        }
    }

    /// Codes in 32 bits, potentials in 64; of the trained network value and potential.
    std::size_t element_bytes() const {
        const std::size_t real = options_.reconstruct ? 2 * sizeof(float) : 0;
        return sizeof(std::int32_t) + sizeof(std::int64_t) + real;
    }

    /// Means of integers over samples and positions; exact, so that no order changes them.
    template <typename Values>
    std::vector<double> code_means(node_id id, const Values& values) const {
        const shape s = population_shape(graph_.nodes[id].item);
        std::vector<std::int64_t> totals(static_cast<std::size_t>(s.channels), 0);
        for (const integer_executor& sample : prefix_) {
            const auto all = values(sample);
            for (std::size_t e = 0; e < all.size(); ++e) { totals[e / s.positions()] += all[e]; }
        }
        std::vector<double> means;
        for (const std::int64_t total : totals) {
            means.push_back(static_cast<double>(total)
                            / static_cast<double>(s.positions() * prefix_.size()));
        }
        return means;
    }

    void correct_codes(node_id id) {
        const quantised_node& q = quantised_.nodes[id];
        const std::vector<double> codes =
            code_means(id, [&](const integer_executor& e) { return e.codes(id); });
        std::vector<std::int64_t> change;
        for (std::size_t c = 0; c < codes.size(); ++c) {
            const double shift = means_[id][c] / q.scale[c] - codes[c];
            change.push_back(std::llround(shift * q.theta[c]));
        }
        add_to_bias(id, change);
        each([&](std::size_t i) { prefix_[i].fire_again(id, change); });
    }

    /// Read-outs, and functions by table: those are neither steep nor rising everywhere.
    void correct_potentials(node_id id) {
        const quantised_node& q = quantised_.nodes[id];
        const std::vector<double> sums =
            code_means(id, [&](const integer_executor& e) { return e.potential(id); });
        std::vector<std::int64_t> change;
        for (std::size_t c = 0; c < sums.size(); ++c) {
            change.push_back(std::llround(means_[id][c] / q.unit(c) - sums[c]));
        }
        add_to_bias(id, change);
        if (!q.theta.empty()) {
            each([&](std::size_t i) { prefix_[i].fire_again(id, change); });
        }
    }

    void add_to_bias(node_id id, const std::vector<std::int64_t>& change) {
        std::vector<std::int64_t>& bias = quantised_.nodes[id].bias;
        const std::size_t block = bias.size() / change.size();
        for (std::size_t i = 0; i < bias.size(); ++i) { bias[i] += change[i / block]; }
    }

    quantised_graph& quantised_;
    correction_options options_;
    const neuron_graph& graph_;
    std::vector<node_id> last_reader_;
    std::vector<std::vector<double>> means_;  ///< of the trained network
    std::vector<integer_executor> prefix_;    ///< one per sample
    std::vector<neuron_executor> trained_;    ///< the same for the trained network, where needed
    std::vector<node_id> unfitted_;
};

}  // namespace

correction_result correct_layers(quantised_graph& quantised, const calibration& measured,
                                 const dataset& data, const correction_options& options) {
    if (!options.biases && !options.reconstruct) { return {measured.samples, {}}; }
    corrector layers(quantised, measured, data, options);
    layers.run();
    return layers.result();
}

}  // namespace synfire::converters
