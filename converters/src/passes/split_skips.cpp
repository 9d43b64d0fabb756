// SPDX-License-Identifier: Apache-2.0
#include "split_skips.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

namespace synfire::converters {

namespace {

bool is_skip(const term& t) { return std::holds_alternative<identity_term>(t.kind); }

/// Terms through which a spike drives few synapses, so that fine codes cost little.
bool reads_fine(const term& t) {
    const auto* product = std::get_if<linear_term>(&t.kind);
    return is_skip(t) || std::holds_alternative<pool_term>(t.kind)
           || (product != nullptr && product->spatial_sum);
}

bool joins_skip(const sum_node& sum) {
    return sum.terms.size() > 1 && std::any_of(sum.terms.begin(), sum.terms.end(), is_skip);
}

/// Tables and leaks are left alone: their negative codes have rules of their own.
bool can_be_fine(const graph_node& node) {
    const sum_node* sum = node.as_sum();
    return sum != nullptr && !sum->readout && !sum->function && sum->slopes.empty();
}

void add_sums(const neuron_graph& graph, node_id id, std::set<node_id>& found) {
    const graph_node& node = graph.nodes[id];
    if (can_be_fine(node)) { found.insert(id); }
    if (!node.is_view()) { return; }
    for (const node_id source : sources_of(node)) { add_sums(graph, source, found); }
}

/// The sums that a skip leaves or enters.
std::set<node_id> sums_at_skips(const neuron_graph& graph) {
    std::set<node_id> found;
    for (node_id id = 0; id < graph.nodes.size(); ++id) {
        const sum_node* sum = graph.nodes[id].as_sum();
        if (sum == nullptr || !joins_skip(*sum)) { continue; }
        add_sums(graph, id, found);
        for (const term& t : sum->terms) {
            if (is_skip(t)) { add_sums(graph, t.source, found); }
        }
    }
    return found;
}

class splitting {
  public:
    splitting(const neuron_graph& old, std::set<node_id> fine, std::int32_t steps)
        : old_(old),
          fine_(std::move(fine)),
          steps_(steps),
          coarse_(old.nodes.size()) {
        for (const graph_node& node : old.nodes) { names_.insert(node.name); }
    }

    neuron_graph run() {
        for (node_id id = 0; id < old_.nodes.size(); ++id) { copy(id); }
        result_.source = old_.source;
        result_.labels = old_.labels;
        for (const auto& node : old_.value_nodes) {
            result_.value_nodes.push_back(node ? std::optional(place_[*node]) : std::nullopt);
        }
        return std::move(result_);
    }

  private:
    node_id add(graph_node node) {
        result_.nodes.push_back(std::move(node));
        return result_.nodes.size() - 1;
    }

    void copy(node_id id) {
        graph_node node = old_.nodes[id];
        if (auto* sum = std::get_if<sum_node>(&node.kind)) {
            for (term& t : sum->terms) {
                t.source = reads_fine(t) ? place_[t.source] : coarse_of(t.source);
            }
            if (fine_.contains(id)) { sum->phase_steps = steps_; }
        } else if (auto* pool = std::get_if<max_pool_node>(&node.kind)) {
            pool->source = coarse_of(pool->source);
        } else if (auto* view = std::get_if<view_node>(&node.kind)) {
            for (node_id& source : view->sources) { source = place_[source]; }
        }
        place_.push_back(add(std::move(node)));
    }

    bool has_fine(node_id id) const {
        const std::vector<node_id> sources = sources_of(old_.nodes[id]);
        return fine_.contains(id)
               || (old_.nodes[id].is_view()
                   && std::any_of(sources.begin(), sources.end(),
                                  [&](node_id source) { return has_fine(source); }));
    }

    std::string free_name(const std::string& wanted) {
        std::string name = wanted;
        for (int i = 2; !names_.insert(name).second; ++i) {
            name = fmt::format("{}_{}", wanted, i);
        }
        return name;
    }

    /// The node's values with the usual steps, for readers with many synapses.
    node_id coarse_of(node_id id) {
        if (!has_fine(id)) { return place_[id]; }
        if (coarse_[id]) { return *coarse_[id]; }
        graph_node node{free_name(old_.nodes[id].name + "/coarse"), old_.nodes[id].item, {}, {}};
        if (const auto* view = std::get_if<view_node>(&old_.nodes[id].kind)) {
            view_node same = *view;
            for (node_id& source : same.sources) { source = coarse_of(source); }
            node.kind = std::move(same);
        } else {
            node.kind = rounding_sum(id);
        }
        coarse_[id] = add(std::move(node));
        return *coarse_[id];
    }

    sum_node rounding_sum(node_id id) const {
        const sum_node& fine = *old_.nodes[id].as_sum();
        const auto channels = fine.bias.size();
        sum_node sum;
        sum.terms.push_back({place_[id], identity_term{std::vector<float>(channels, 1.0F)}});
        sum.bias.assign(channels, 0.0F);
        sum.relu = fine.relu;
        sum.upper = fine.upper;
        sum.rounds = true;
        return sum;
    }

    const neuron_graph& old_;
    std::set<node_id> fine_;
    std::int32_t steps_;
    std::vector<std::optional<node_id>> coarse_;
    std::vector<node_id> place_;
    std::set<std::string> names_;
    neuron_graph result_;
};

}  // namespace

std::size_t split_skips(neuron_graph& graph, std::int32_t steps) {
    const std::set<node_id> fine = sums_at_skips(graph);
    if (!fine.empty()) { graph = splitting(graph, fine, steps).run(); }
    return fine.size();
}

}  // namespace synfire::converters
