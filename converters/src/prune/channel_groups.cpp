// SPDX-License-Identifier: Apache-2.0
#include "channel_groups.hpp"

#include <algorithm>
#include <numeric>

#include "effects.hpp"
#include "prune_weights.hpp"

namespace synfire::converters {

namespace {

class channel_unions {
  public:
    explicit channel_unions(const neuron_graph& graph) : graph_(graph) {
        for (const graph_node& node : graph.nodes) {
            first_.push_back(parent_.size());
            parent_.resize(parent_.size() + channel_count(node));
        }
        std::iota(parent_.begin(), parent_.end(), std::size_t{0});
        fixed_.assign(parent_.size(), false);
        for (node_id id = 0; id < graph.nodes.size(); ++id) { join_node(id); }
    }

    std::vector<std::vector<node_channel>> groups() {
        std::vector<std::vector<node_channel>> groups(parent_.size());
        std::vector<bool> fires(parent_.size(), false);
        std::vector<bool> stays(parent_.size(), false);
        for (node_id id = 0; id < graph_.nodes.size(); ++id) {
            for (std::size_t c = 0; c < channel_count(graph_.nodes[id]); ++c) {
                const std::size_t root = find(first_[id] + c);
                groups[root].push_back({id, c});
                fires[root] = fires[root] || graph_.nodes[id].as_sum() != nullptr;
                stays[root] = stays[root] || fixed_[first_[id] + c];
            }
        }
        for (std::size_t g = 0; g < groups.size(); ++g) {
            if (!fires[g] || stays[g]) { groups[g].clear(); }
        }
        std::erase_if(groups, [](const auto& group) { return group.empty(); });
        return groups;
    }

  private:
    std::size_t find(std::size_t i) {
        while (parent_[i] != i) {
            parent_[i] = parent_[parent_[i]];
            i = parent_[i];
        }
        return i;
    }

    void join(node_id a, std::size_t channel_a, node_id b, std::size_t channel_b) {
        const std::size_t one = find(first_[a] + channel_a);
        const std::size_t other = find(first_[b] + channel_b);
        parent_[std::max(one, other)] = std::min(one, other);
    }

    void fix(node_id id) {
        for (std::size_t c = 0; c < channel_count(graph_.nodes[id]); ++c) {
            fixed_[first_[id] + c] = true;
        }
    }

    void join_node(node_id id) {
        const graph_node& node = graph_.nodes[id];
        if (const auto* sum = node.as_sum()) {
            if (sum->readout) { fix(id); }
            for (const term& t : sum->terms) { join_term(id, t); }
        } else if (const auto* pool = std::get_if<max_pool_node>(&node.kind)) {
            join_channels(id, pool->source);
        } else if (const auto* view = std::get_if<view_node>(&node.kind)) {
            join_view(id, *view);
        } else {
            fix(id);
        }
    }

    /// The source's channels are as many, or each stands for as many of the target's.
    void join_channels(node_id id, node_id source) {
        const std::size_t channels = channel_count(graph_.nodes[id]);
        const std::size_t each = channels / channel_count(graph_.nodes[source]);
        for (std::size_t c = 0; c < channels; ++c) { join(id, c, source, c / each); }
    }

    void join_view(node_id id, const view_node& view) {
        std::vector<node_channel> joined;
        for (const node_id source : view.sources) {
            const shape s = population_shape(graph_.nodes[source].item);
            for (std::size_t e = 0; e < s.neurons(); ++e) {
                joined.push_back({source, e / s.positions()});
            }
        }
        const std::size_t positions = population_shape(graph_.nodes[id].item).positions();
        for (std::size_t e = 0; e < view.index.size(); ++e) {
            if (view.index[e] < 0) { continue; }
            const node_channel& from = joined[static_cast<std::size_t>(view.index[e])];
            join(id, e / positions, from.node, from.channel);
        }
    }

    void join_term(node_id id, const term& t) {
        if (std::holds_alternative<pool_term>(t.kind)
            || std::holds_alternative<identity_term>(t.kind) || is_depthwise(graph_, t)) {
            join_channels(id, t.source);
        } else if (const auto* sparse = std::get_if<sparse_term>(&t.kind)) {
            join_sparse(id, t.source, *sparse);
        } else if (is_grouped(t)) {
            fix(id);
            fix(t.source);
        }
    }

    static bool is_grouped(const term& t) {
        const auto* conv = std::get_if<conv_term>(&t.kind);
        const auto* turned = std::get_if<conv_transpose_term>(&t.kind);
        return (conv != nullptr && conv->groups > 1) || (turned != nullptr && turned->groups > 1);
    }

    void join_sparse(node_id id, node_id source, const sparse_term& sparse) {
        const std::size_t to = population_shape(graph_.nodes[id].item).positions();
        const std::size_t from = population_shape(graph_.nodes[source].item).positions();
        for (std::size_t row = 0; row + 1 < sparse.row_ptr.size(); ++row) {
            for (auto k = static_cast<std::size_t>(sparse.row_ptr[row]);
                 k < static_cast<std::size_t>(sparse.row_ptr[row + 1]); ++k) {
                join(id, row / to, source, static_cast<std::size_t>(sparse.column[k]) / from);
            }
        }
    }

    const neuron_graph& graph_;
    std::vector<std::size_t> first_;  ///< per node: number of its channel 0
    std::vector<std::size_t> parent_;
    std::vector<bool> fixed_;
};

/// Multiplications of one output channel and one input channel of a term that has weights.
std::uint64_t multiplications_of_pair(const neuron_graph& graph, node_id id, const term& t) {
    const shape to = population_shape(graph.nodes[id].item);
    const shape from = population_shape(graph.nodes[t.source].item);
    const std::size_t pairs =
        static_cast<std::size_t>(to.channels)
        * (is_depthwise(graph, t) ? 1 : static_cast<std::size_t>(from.channels));
    const std::size_t per_pair = std::max<std::size_t>(1, prunable_weights(t).size() / pairs);
    if (std::holds_alternative<conv_transpose_term>(t.kind)) { return per_pair * from.positions(); }
    return std::holds_alternative<conv_term>(t.kind) ? per_pair * to.positions() : per_pair;
}

}  // namespace

std::size_t channel_count(const graph_node& node) {
    return static_cast<std::size_t>(population_shape(node.item).channels);
}

bool is_depthwise(const neuron_graph& graph, const term& t) {
    const std::int32_t channels = population_shape(graph.nodes[t.source].item).channels;
    const auto* conv = std::get_if<conv_term>(&t.kind);
    const auto* turned = std::get_if<conv_transpose_term>(&t.kind);
    return (conv != nullptr && conv->groups == channels && channels > 1)
           || (turned != nullptr && turned->groups == channels && channels > 1);
}

std::vector<std::vector<node_channel>> removable_groups(const neuron_graph& graph) {
    return channel_unions(graph).groups();
}

channel_marks no_channels(const neuron_graph& graph) {
    channel_marks marks;
    for (const graph_node& node : graph.nodes) { marks.emplace_back(channel_count(node), false); }
    return marks;
}

std::vector<std::size_t> kept_channels(const channel_marks& removed) {
    std::vector<std::size_t> kept;
    for (const std::vector<bool>& marks : removed) {
        kept.push_back(static_cast<std::size_t>(std::count(marks.begin(), marks.end(), false)));
    }
    return kept;
}

multiplication_count::multiplication_count(const neuron_graph& graph) {
    for (node_id id = 0; id < graph.nodes.size(); ++id) {
        const sum_node* sum = graph.nodes[id].as_sum();
        for (std::size_t k = 0; sum != nullptr && k < sum->terms.size(); ++k) {
            const term& t = sum->terms[k];
            if (!is_prunable(t)) { continue; }
            products_.push_back(
                {id, t.source, is_depthwise(graph, t), multiplications_of_pair(graph, id, t)});
        }
    }
}

std::uint64_t multiplication_count::of(const std::vector<std::size_t>& channels) const {
    std::uint64_t count = 0;
    for (const product& p : products_) {
        count += channels[p.target] * (p.depthwise ? 1 : channels[p.source]) * p.of_pair;
    }
    return count;
}

}  // namespace synfire::converters
