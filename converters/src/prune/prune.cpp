// SPDX-License-Identifier: Apache-2.0
#include "prune.hpp"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include <synfire/core/error.hpp>

#include "effects.hpp"
#include "prune_channels.hpp"
#include "prune_weights.hpp"
#include "recover.hpp"

namespace synfire::converters {

namespace {

// A share at a time: what is left after recovery tells better what can go next. On Fashion-MNIST's
// network (bench/convert_targets.py, November 2026) four rounds lose 5.5 points fewer than one at
// 40 % of the multiplications, eight another 0.3.
constexpr int rounds = 4;

void check(const char* option, double percent) {
    if (percent >= 0.0 && percent < 100.0) { return; }
    throw bad_input(
        {option, "value out of range", fmt::format("{}", percent), "0 to below 100", ""});
}

/// Channels of layers between inputs and outputs.
std::size_t count_hidden(const neuron_graph& graph) {
    std::size_t count = 0;
    for (const graph_node& node : graph.nodes) {
        const sum_node* sum = node.as_sum();
        if (sum != nullptr && !sum->readout) { count += channel_count(node); }
    }
    return count;
}

std::uint64_t multiplications_of(const neuron_graph& graph) {
    return multiplication_count(graph).of(kept_channels(no_channels(graph)));
}

class pruner {
  public:
    pruner(const neuron_graph& original, const dataset& data, std::size_t samples)
        : original_(original),
          data_(data),
          samples_(samples),
          graph_(original),
          removed_(no_channels(original)) {}

    void remove_channels(double percent) {
        for (int round = 1; round <= rounds; ++round) {
            const double share = 1.0 - percent / 100.0 * round / rounds;
            prune_channels(graph_, measure_effects(graph_, data_, samples_), share, removed_);
            unfitted_ = recover(original_, graph_, data_, samples_);
        }
    }

    /// Of the weights that the removed channels leave.
    void remove_weights(double percent) {
        const weight_count before = count_weights(graph_);
        const std::size_t gone = before.zero - count_weights(original_).zero;
        for (int round = 1; round <= rounds; ++round) {
            const double share = percent / 100.0 * round / rounds;
            const auto more = std::llround(share * static_cast<double>(before.all - gone));
            prune_weights(graph_, measure_effects(graph_, data_, samples_),
                          gone + static_cast<std::size_t>(more));
            unfitted_ = recover(original_, graph_, data_, samples_);
        }
    }

    pruned_graph result() const {
        pruned_graph pruned{without_channels(graph_, removed_), removed_, {}};
        pruning_report& report = pruned.report;
        report.weights = count_weights(original_).all;
        const weight_count weights = count_weights(pruned.graph);
        report.weights_left = weights.all - weights.zero;
        report.channels = count_hidden(original_);
        report.channels_left = count_hidden(pruned.graph);
        report.multiplications = multiplications_of(original_);
        report.multiplications_left = multiplications_of(pruned.graph);
        report.unfitted = unfitted_;
        return pruned;
    }

  private:
    const neuron_graph& original_;
    const dataset& data_;
    std::size_t samples_;
    neuron_graph graph_;
    channel_marks removed_;
    std::vector<std::string> unfitted_;
};

}  // namespace

pruned_graph prune(const neuron_graph& original, const dataset& data, std::size_t samples,
                   const prune_options& options) {
    check("--prune", options.weights_percent);
    check("--prune-channels", options.channels_percent);
    pruner work(original, data, samples);
    if (options.channels_percent > 0.0) { work.remove_channels(options.channels_percent); }
    if (options.weights_percent > 0.0) { work.remove_weights(options.weights_percent); }
    return work.result();
}

calibration calibrate_pruned(const pruned_graph& pruned, const calibration& before,
                             const dataset& data) {
    calibration measured = calibrate(pruned.graph, data, before.samples);
    measured.answers = before.answers;
    for (std::size_t i = 0; i < measured.sums.size(); ++i) {
        std::size_t from = 0;
        std::size_t to = 0;
        for (node_id id = 0; id < pruned.graph.nodes.size(); ++id) {
            if (pruned.graph.nodes[id].as_sum() == nullptr) { continue; }
            for (const bool gone : pruned.removed[id]) {
                if (!gone) { measured.sums[i][to++] = before.sums[i][from]; }
                ++from;
            }
        }
    }
    return measured;
}

}  // namespace synfire::converters
