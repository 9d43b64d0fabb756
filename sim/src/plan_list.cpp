// SPDX-License-Identifier: Apache-2.0
// index and sparse projections: a list of targets and weights per source neuron.
#include <algorithm>
#include <limits>

#include <synfire/core/synapses.hpp>

#include "channels.hpp"
#include "plan.hpp"

namespace synfire::sim {
namespace {

/// Where the synapses of each source lie, in the order of for_each_synapse: entry i to entry i + 1.
std::vector<std::size_t> rows_by_source(const network& net, const projection& p) {
    std::vector<std::size_t> first(net.populations[p.source].shape.neurons() + 1, 0);
    for_each_synapse(
        net, p, [&](std::size_t source, std::size_t, std::int32_t) { first[source + 1] += 1; });
    for (std::size_t i = 1; i < first.size(); ++i) { first[i] += first[i - 1]; }
    return first;
}

/// Calls visit(place, source, target, weight) for all synapses.
template <class Visit>
void visit_rows(const network& net, const projection& p, const std::vector<std::size_t>& first,
                const Visit& visit) {
    std::vector<std::size_t> next(first.begin(), first.end() - 1);
    for_each_synapse(net, p, [&](std::size_t source, std::size_t target, std::int32_t weight) {
        visit(next[source]++, source, target, weight);
    });
}

/// Of synchronous networks: rows by source, in arrays that are read from front to back. Target is
/// the narrowest type that holds the target's neurons: rows are read once per spike, so their bytes
/// are the cost.
template <class Target>
class list_delivery final : public delivery {
  public:
    list_delivery(const network& net, const projection& p)
        : shift_(p.shift),
          first_(rows_by_source(net, p)),
          sources_(first_.back()),
          targets_(first_.back()),
          weights_(first_.back()) {
        visit_rows(net, p, first_, [&](std::size_t at, auto source, auto target, auto weight) {
            sources_[at] = static_cast<std::uint32_t>(source);
            targets_[at] = static_cast<Target>(target);
            weights_[at] = static_cast<std::int8_t>(weight);
        });
    }

    /// Silent sources cost less than a list of the others once a few of them are active.
    active_needs needs(std::size_t active) const override {
        return {active * few < first_.size(), false, false, false};
    }

    void deliver(const delivery_task& task) const override {
        if (!needs(task.active_count).positions) { return deliver_all(task); }
        const active_set& active = task.active;
        std::uint32_t* const sums = task.sums;
        for (std::size_t e = 0; e < active.neurons.size(); ++e) {
            const std::uint32_t gain = static_cast<std::uint32_t>(active.codes[e]) << shift_;
            const std::size_t last = first_[active.neurons[e] + 1];
            for (std::size_t m = first_[active.neurons[e]]; m < last; ++m) {
                sums[targets_[m]] += gain * static_cast<std::uint32_t>(std::int32_t{weights_[m]});
            }
        }
    }

  private:
    static constexpr std::size_t few = 16;
    void deliver_all(const delivery_task& task) const {
        std::uint32_t* const sums = task.sums;
        for (std::size_t m = 0; m < targets_.size(); ++m) {
            const std::uint32_t gain = static_cast<std::uint32_t>(task.codes[sources_[m]])
                                       << shift_;
            sums[targets_[m]] += gain * static_cast<std::uint32_t>(std::int32_t{weights_[m]});
        }
    }

    int shift_;
    std::vector<std::size_t> first_;
    std::vector<std::uint32_t> sources_;
    std::vector<Target> targets_;
    std::vector<std::int8_t> weights_;
};

/// Of streaming networks: a step has few spikes, whose rows lie anywhere in memory. Rows that have
/// one weight each, as in many random networks and everything that is one to one, do without
/// weights.
template <class Target>
class row_delivery final : public delivery {
  public:
    row_delivery(const network& net, const projection& p)
        : shift_(p.shift),
          first_(rows_by_source(net, p)),
          targets_(first_.back()),
          row_weights_(first_.size() - 1) {
        bool uniform = true;
        visit_rows(net, p, first_, [&](std::size_t at, auto source, auto target, auto weight) {
            targets_[at] = static_cast<Target>(target);
            std::int8_t& of_row = row_weights_[source];
            if (at == first_[source]) { of_row = static_cast<std::int8_t>(weight); }
            uniform = uniform && of_row == weight;
        });
        if (uniform) { return; }
        row_weights_.clear();
        weights_.resize(first_.back());
        visit_rows(net, p, first_, [&](std::size_t at, auto, auto, auto weight) {
            weights_[at] = static_cast<std::int8_t>(weight);
        });
    }

    void deliver(const delivery_task& task) const override {
        const active_set& active = task.active;
        const std::size_t spikes = active.neurons.size();
        for (std::size_t e = 0; e < spikes; ++e) {
            if (e + rows_ahead < spikes) { fetch(active.neurons[e + rows_ahead]); }
            const auto code = static_cast<std::uint32_t>(active.codes[e]);
            add_row(active.neurons[e], code << shift_, task.sums);
        }
    }

    void touch(const active_set& active, std::span<std::uint8_t> blocks) const override {
        for (const std::uint32_t neuron : active.neurons) {
            const std::size_t last = first_[neuron + 1];
            for (std::size_t m = first_[neuron]; m < last; ++m) {
                blocks[targets_[m] / block_neurons] = 1;
            }
        }
    }

  private:
    /// Wrapping product.
    static std::uint32_t product(std::uint32_t gain, std::int8_t weight) {
        return gain * static_cast<std::uint32_t>(std::int32_t{weight});
    }

    void add_row(std::size_t source, std::uint32_t gain, std::uint32_t* __restrict sums) const {
        const std::size_t first = first_[source];
        const std::size_t count = first_[source + 1] - first;
        const Target* __restrict targets = targets_.data() + first;
        if (weights_.empty()) {
            const std::uint32_t each = product(gain, row_weights_[source]);
#pragma GCC unroll 8
            for (std::size_t m = 0; m < count; ++m) { sums[targets[m]] += each; }
            return;
        }
        const std::int8_t* __restrict weights = weights_.data() + first;
        if (gain == 1) {
#pragma GCC unroll 8
            for (std::size_t m = 0; m < count; ++m) { sums[targets[m]] += product(1, weights[m]); }
            return;
        }
#pragma GCC unroll 8
        for (std::size_t m = 0; m < count; ++m) { sums[targets[m]] += product(gain, weights[m]); }
    }

    /// The cache is told ahead of time; the processor finds the rest of a long row by itself
    /// (bench/streaming_speed.cpp).
    static constexpr std::size_t rows_ahead = 4;
    static constexpr std::size_t most_fetched = 256;
    static constexpr std::size_t line_bytes = 64;
    void fetch(std::uint32_t neuron) const {
        const std::size_t first = first_[neuron];
        const std::size_t last = std::min(first_[neuron + 1], first + most_fetched);
        for (std::size_t m = first; m < last; m += line_bytes / sizeof(Target)) {
            __builtin_prefetch(targets_.data() + m);
        }
        if (weights_.empty()) { return; }
        for (std::size_t m = first; m < last; m += line_bytes) {
            __builtin_prefetch(weights_.data() + m);
        }
    }

    int shift_;
    std::vector<std::size_t> first_;
    std::vector<Target> targets_;
    std::vector<std::int8_t> weights_;      ///< per synapse, or
    std::vector<std::int8_t> row_weights_;  ///< per source
};

template <class Target>
std::unique_ptr<delivery> list_of(const network& net, const projection& p) {
    if (net.execution == execution::streaming) {
        return std::make_unique<row_delivery<Target>>(net, p);
    }
    return std::make_unique<list_delivery<Target>>(net, p);
}

}  // namespace

std::unique_ptr<delivery> plan_list(const network& net, const projection& p) {
    const std::size_t targets = net.populations[p.target].shape.neurons();
    if (targets - 1 <= std::numeric_limits<std::uint16_t>::max()) {
        return list_of<std::uint16_t>(net, p);
    }
    return list_of<std::uint32_t>(net, p);
}

}  // namespace synfire::sim
