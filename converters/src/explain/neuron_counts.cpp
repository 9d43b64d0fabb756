// SPDX-License-Identifier: Apache-2.0
#include "neuron_counts.hpp"

#include <numeric>

namespace synfire::converters {

neuron_counts::neuron_counts(const quantised_node& node, std::size_t neurons)
    : range_(node.range),
      active_(neurons, 0),
      active_trained_(neurons, 0),
      at_end_(neurons, 0) {
    for (std::int32_t q = range_.lo; q <= range_.hi; ++q) {
        spikes_of_.push_back(static_cast<std::uint32_t>(spike_steps(node.window, q).size()));
    }
}

void neuron_counts::add(std::span<const std::int32_t> codes, std::span<const float> trained) {
    ++samples_;
    for (std::size_t e = 0; e < codes.size(); ++e) {
        const std::int32_t q = codes[e];
        active_[e] += q != 0 ? 1U : 0U;
        active_trained_[e] += trained[e] != 0.0F ? 1U : 0U;
        at_end_[e] += q == range_.hi || (q == range_.lo && q < 0) ? 1U : 0U;
        spikes_ += spikes_of_[static_cast<std::size_t>(q - range_.lo)];
    }
}

void neuron_counts::add(const neuron_counts& other) {
    samples_ += other.samples_;
    spikes_ += other.spikes_;
    for (std::size_t e = 0; e < active_.size(); ++e) {
        active_[e] += other.active_[e];
        active_trained_[e] += other.active_trained_[e];
        at_end_[e] += other.at_end_[e];
    }
}

neuron_use neuron_counts::result() const {
    neuron_use use;
    use.neurons = active_.size();
    for (std::size_t e = 0; e < active_.size(); ++e) {
        if (active_[e] == 0) {
            ++use.dead;
            use.dead_trained += active_trained_[e] == 0 ? 1 : 0;
        }
        use.saturated += at_end_[e] == samples_ ? 1 : 0;
    }
    const double codes = static_cast<double>(active_.size()) * samples_;
    if (codes <= 0.0) { return use; }
    const auto ends = std::accumulate(at_end_.begin(), at_end_.end(), std::uint64_t{0});
    use.saturated_codes = static_cast<double>(ends) / codes;
    use.spikes = static_cast<double>(spikes_) / codes;
    return use;
}

}  // namespace synfire::converters
