// SPDX-License-Identifier: Apache-2.0
// index and sparse projections: a list of targets and weights per source neuron.
#include <algorithm>
#include <limits>

#include <synfire/core/synapses.hpp>

#include "channels.hpp"
#include "plan.hpp"

namespace synfire::sim {
namespace {

/// Rows by source, in two arrays that are read from front to back. Target is the narrowest type
/// that holds the target's neurons: rows are read once per spike, so their bytes are the cost.
template <class Target>
class list_delivery final : public delivery {
  public:
    list_delivery(const network& net, const projection& p) : shift_(p.shift) {
        first_.assign(net.populations[p.source].shape.neurons() + 1, 0);
        for_each_synapse(net, p, [&](std::size_t source, std::size_t, std::int32_t) {
            first_[source + 1] += 1;
        });
        for (std::size_t i = 1; i < first_.size(); ++i) { first_[i] += first_[i - 1]; }
        if (net.execution == execution::synchronous) { sources_.resize(first_.back()); }
        targets_.resize(first_.back());
        weights_.resize(first_.back());
        std::vector<std::size_t> next(first_.begin(), first_.end() - 1);
        for_each_synapse(net, p, [&](std::size_t source, std::size_t target, std::int32_t weight) {
            const std::size_t at = next[source]++;
            if (!sources_.empty()) { sources_[at] = static_cast<std::uint32_t>(source); }
            targets_[at] = static_cast<Target>(target);
            weights_[at] = static_cast<std::int8_t>(weight);
        });
    }

    /// Silent sources cost less than a list of the others once a few of them are active.
    active_needs needs(std::size_t active) const override {
        return {active * few < first_.size(), false, false, false};
    }

    void deliver(const delivery_task& task) const override {
        if (task.codes && !needs(task.active_count).positions) { return deliver_all(task); }
        const active_set& active = task.active;
        std::uint32_t* const sums = task.sums;
        for (std::size_t e = 0; e < active.neurons.size(); ++e) {
            if (e + rows_ahead < active.neurons.size()) { fetch(active.neurons[e + rows_ahead]); }
            const std::uint32_t gain = static_cast<std::uint32_t>(active.codes[e]) << shift_;
            const std::size_t last = first_[active.neurons[e] + 1];
            for (std::size_t m = first_[active.neurons[e]]; m < last; ++m) {
                sums[targets_[m]] += gain * static_cast<std::uint32_t>(std::int32_t{weights_[m]});
            }
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
    /// Rows of neurons that fire lie anywhere in memory, so the cache is told ahead of time; the
    /// processor finds the rest of a long row by itself (bench/streaming_speed.cpp).
    static constexpr std::size_t rows_ahead = 2;
    static constexpr std::size_t most_fetched = 256;
    static constexpr std::size_t line_bytes = 64;
    void fetch(std::uint32_t neuron) const {
        const std::size_t first = first_[neuron];
        const std::size_t last = std::min(first_[neuron + 1], first + most_fetched);
        for (std::size_t m = first; m < last; m += line_bytes / sizeof(Target)) {
            __builtin_prefetch(targets_.data() + m);
        }
        for (std::size_t m = first; m < last; m += line_bytes) {
            __builtin_prefetch(weights_.data() + m);
        }
    }

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
    std::vector<std::uint32_t> sources_;  ///< synchronous only
    std::vector<Target> targets_;
    std::vector<std::int8_t> weights_;
};

}  // namespace

std::unique_ptr<delivery> plan_list(const network& net, const projection& p) {
    const std::size_t targets = net.populations[p.target].shape.neurons();
    if (targets - 1 <= std::numeric_limits<std::uint16_t>::max()) {
        return std::make_unique<list_delivery<std::uint16_t>>(net, p);
    }
    return std::make_unique<list_delivery<std::uint32_t>>(net, p);
}

}  // namespace synfire::sim
