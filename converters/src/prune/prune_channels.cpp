// SPDX-License-Identifier: Apache-2.0
#include "prune_channels.hpp"

#include <algorithm>

#include "../quantise/scaled_terms.hpp"
#include "prune_weights.hpp"

namespace synfire::converters {

namespace {

/// [node][channel]: what reading layers lose without the channel.
std::vector<std::vector<double>> effects_of(const neuron_graph& graph,
                                            const layer_effects& measured) {
    std::vector<std::vector<double>> effects;
    for (const graph_node& node : graph.nodes) { effects.emplace_back(channel_count(node), 0.0); }
    for (node_id id = 0; id < graph.nodes.size(); ++id) {
        const sum_node* sum = graph.nodes[id].as_sum();
        for (std::size_t k = 0; sum != nullptr && k < sum->terms.size(); ++k) {
            const term& t = sum->terms[k];
            if (!is_prunable(t) || is_depthwise(graph, t)) { continue; }
            for (std::size_t c = 0; c < measured[id][k].channel.size(); ++c) {
                effects[t.source][c] += measured[id][k].channel[c];
            }
        }
    }
    return effects;
}

class channel_choice {
  public:
    channel_choice(const neuron_graph& graph, const layer_effects& measured, channel_marks& removed)
        : multiplications_(graph),
          removed_(removed),
          kept_(kept_channels(removed)),
          groups_(removable_groups(graph)) {
        const std::vector<std::vector<double>> effects = effects_of(graph, measured);
        for (const std::vector<node_channel>& group : groups_) {
            effect_.push_back(0.0);
            for (const node_channel& c : group) { effect_.back() += effects[c.node][c.channel]; }
        }
    }

    void run(std::uint64_t most_left) {
        std::uint64_t left = multiplications_.of(kept_);
        while (left > most_left) {
            const std::size_t best = cheapest(left);
            if (best == groups_.size()) { return; }
            for (const node_channel& c : groups_[best]) {
                removed_[c.node][c.channel] = true;
                --kept_[c.node];
            }
            left = multiplications_.of(kept_);
        }
    }

  private:
    /// Least effect for each multiplication saved; groups_.size() where none can go.
    std::size_t cheapest(std::uint64_t left) {
        std::size_t best = groups_.size();
        double least = 0.0;
        for (std::size_t g = 0; g < groups_.size(); ++g) {
            const node_channel& first = groups_[g].front();
            if (removed_[first.node][first.channel]) { continue; }
            const std::uint64_t without = left_without(groups_[g]);
            if (without >= left) { continue; }
            const double cost = effect_[g] / static_cast<double>(left - without);
            if (best < groups_.size() && cost >= least) { continue; }
            best = g;
            least = cost;
        }
        return best;
    }

    /// Multiplications left without a group; the most there can be where a node would be empty.
    std::uint64_t left_without(const std::vector<node_channel>& group) {
        for (const node_channel& c : group) { --kept_[c.node]; }
        const bool some = std::all_of(group.begin(), group.end(),
                                      [&](const node_channel& c) { return kept_[c.node] > 0; });
        const std::uint64_t left = some ? multiplications_.of(kept_) : ~std::uint64_t{0};
        for (const node_channel& c : group) { ++kept_[c.node]; }
        return left;
    }

    multiplication_count multiplications_;
    channel_marks& removed_;
    std::vector<std::size_t> kept_;
    std::vector<std::vector<node_channel>> groups_;
    std::vector<double> effect_;
};

/// Weights that write or read marked channels become 0; readers keep the mean.
void silence(neuron_graph& graph, node_id id, const layer_effects& measured,
             const channel_marks& removed) {
    auto& sum = std::get<sum_node>(graph.nodes[id].kind);
    for (std::size_t k = 0; k < sum.terms.size(); ++k) {
        const term& t = sum.terms[k];
        if (!is_prunable(t)) { continue; }
        const std::vector<double>& mean = measured[id][k].mean;
        const std::size_t per_channel = mean.size() / channel_count(graph.nodes[t.source]);
        for (std::size_t i = 0; i < prunable_weights(t).size(); ++i) {
            const std::size_t column = column_of_weight(graph, id, t, i);
            const std::size_t channel = channel_of_weight(graph, id, t, i);
            if (!removed[id][channel] && !removed[t.source][column / per_channel]) { continue; }
            remove_weight(graph.nodes[id], k, i, channel, mean[column]);
        }
    }
    const std::size_t block = sum.bias.size() / removed[id].size();
    for (std::size_t i = 0; i < sum.bias.size(); ++i) {
        if (removed[id][i / block]) { sum.bias[i] = 0.0F; }
    }
}

}  // namespace

void prune_channels(neuron_graph& graph, const layer_effects& measured, double share,
                    channel_marks& removed) {
    const std::uint64_t all = multiplication_count(graph).of(kept_channels(no_channels(graph)));
    channel_choice(graph, measured, removed)
        .run(static_cast<std::uint64_t>(share * static_cast<double>(all)));
    for (node_id id = 0; id < graph.nodes.size(); ++id) {
        if (graph.nodes[id].as_sum() != nullptr) { silence(graph, id, measured, removed); }
    }
}

}  // namespace synfire::converters
