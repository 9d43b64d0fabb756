// SPDX-License-Identifier: Apache-2.0
// Channels leave the graph: shapes, weights, biases and views shrink.
#include <algorithm>
#include <type_traits>

#include "prune_channels.hpp"

namespace synfire::converters {

namespace {

/// Elements of `values` in equal blocks, one per entry of `removed`, without the marked blocks.
template <typename T>
std::vector<T> kept_blocks(const std::vector<T>& values, const std::vector<bool>& removed) {
    const std::size_t block = values.size() / removed.size();
    std::vector<T> kept;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (!removed[i / block]) { kept.push_back(values[i]); }
    }
    return kept;
}

/// The same in two dimensions, [outer][inner], each with marks of its own.
std::vector<float> kept_pairs(const std::vector<float>& values, const std::vector<bool>& outer,
                              const std::vector<bool>& inner) {
    const std::size_t row = values.size() / outer.size();
    const std::size_t block = row / inner.size();
    std::vector<float> kept;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (!outer[i / row] && !inner[i % row / block]) { kept.push_back(values[i]); }
    }
    return kept;
}

std::int64_t left(const std::vector<bool>& removed) {
    return std::count(removed.begin(), removed.end(), false);
}

class shrinker {
  public:
    shrinker(const neuron_graph& graph, const channel_marks& removed)
        : before_(graph),
          removed_(removed),
          after_(graph) {}

    neuron_graph run() {
        for (node_id id = 0; id < before_.nodes.size(); ++id) {
            graph_node& node = after_.nodes[id];
            node.model_value.reset();
            if (left(removed_[id]) != static_cast<std::int64_t>(removed_[id].size())) {
                shrink_item(id, node.item);
            }
            if (auto* sum = std::get_if<sum_node>(&node.kind)) { shrink_sum(id, *sum); }
            if (auto* view = std::get_if<view_node>(&node.kind)) { shrink_view(id, *view); }
        }
        return std::move(after_);
    }

  private:
    void shrink_item(node_id id, dims& item) const {
        if (item.size() != 2 && item.size() != 3) {
            item = {left(removed_[id])};
        } else {
            item[0] = left(removed_[id]);
        }
    }

    void shrink_sum(node_id id, sum_node& sum) const {
        sum.bias = kept_blocks(sum.bias, removed_[id]);
        if (sum.slopes.size() == removed_[id].size()) {
            sum.slopes = kept_blocks(sum.slopes, removed_[id]);
        }
        for (term& t : sum.terms) {
            std::visit([&](auto& kind) { shrink_term(id, t.source, kind); }, t.kind);
        }
    }

    void shrink_term(node_id id, node_id source, conv_term& conv) const {
        if (conv.groups == 1) {
            conv.weights = kept_pairs(conv.weights, removed_[id], removed_[source]);
        } else if (is_channel_by_channel(source, conv.groups)) {
            conv.weights = kept_blocks(conv.weights, removed_[id]);
            conv.groups = static_cast<std::int32_t>(left(removed_[source]));
        }
    }

    void shrink_term(node_id id, node_id source, conv_transpose_term& turned) const {
        if (turned.groups == 1) {
            turned.weights = kept_pairs(turned.weights, removed_[source], removed_[id]);
        } else if (is_channel_by_channel(source, turned.groups)) {
            turned.weights = kept_blocks(turned.weights, removed_[source]);
            turned.groups = static_cast<std::int32_t>(left(removed_[source]));
        }
    }

    void shrink_term(node_id id, node_id source, linear_term& linear) const {
        linear.weights = kept_pairs(linear.weights, removed_[id], removed_[source]);
    }

    void shrink_term(node_id id, node_id, pool_term& pool) const {
        pool.gain = kept_blocks(pool.gain, removed_[id]);
    }

    void shrink_term(node_id id, node_id, identity_term& identity) const {
        identity.gain = kept_blocks(identity.gain, removed_[id]);
    }

    void shrink_term(node_id id, node_id source, sparse_term& sparse) const {
        const std::vector<std::int32_t> number = new_numbers(source);
        const std::size_t positions = population_shape(before_.nodes[id].item).positions();
        sparse_term kept;
        kept.row_ptr.push_back(0);
        for (std::size_t row = 0; row + 1 < sparse.row_ptr.size(); ++row) {
            if (removed_[id][row / positions]) { continue; }
            for (auto k = static_cast<std::size_t>(sparse.row_ptr[row]);
                 k < static_cast<std::size_t>(sparse.row_ptr[row + 1]); ++k) {
                kept.column.push_back(number[static_cast<std::size_t>(sparse.column[k])]);
                kept.weights.push_back(sparse.weights[k]);
            }
            kept.row_ptr.push_back(static_cast<std::int64_t>(kept.column.size()));
        }
        sparse = std::move(kept);
    }

    bool is_channel_by_channel(node_id source, std::int32_t groups) const {
        return static_cast<std::size_t>(groups) == removed_[source].size();
    }

    /// Per element of a node: its number among those that are left; -1 where it is not.
    std::vector<std::int32_t> new_numbers(node_id id) const {
        const shape s = population_shape(before_.nodes[id].item);
        std::vector<std::int32_t> numbers(s.neurons(), -1);
        std::int32_t next = 0;
        for (std::size_t e = 0; e < numbers.size(); ++e) {
            if (!removed_[id][e / s.positions()]) { numbers[e] = next++; }
        }
        return numbers;
    }

    void shrink_view(node_id id, view_node& view) const {
        std::vector<std::int32_t> number;  // of the joined sources' elements
        std::int32_t first = 0;
        for (const node_id source : view.sources) {
            std::vector<std::int32_t> own = new_numbers(source);
            for (std::int32_t& n : own) { n = n < 0 ? n : n + first; }
            first += static_cast<std::int32_t>(element_count(after_.nodes[source].item));
            number.insert(number.end(), own.begin(), own.end());
        }
        std::vector<std::int32_t> index = kept_blocks(view.index, removed_[id]);
        for (std::int32_t& i : index) { i = i < 0 ? i : number[static_cast<std::size_t>(i)]; }
        view.index = std::move(index);
    }

    const neuron_graph& before_;
    const channel_marks& removed_;
    neuron_graph after_;
};

}  // namespace

neuron_graph without_channels(const neuron_graph& graph, const channel_marks& removed) {
    return shrinker(graph, removed).run();
}

}  // namespace synfire::converters
