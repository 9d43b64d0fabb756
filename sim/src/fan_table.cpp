// SPDX-License-Identifier: Apache-2.0
#include "fan_table.hpp"

#include <limits>
#include <map>

#include <synfire/core/synapses.hpp>

namespace synfire::sim {

/// Synapses of one source towards one target position are visited one after the other, so a
/// position is new when it differs from the last one.
std::vector<source_fan> count_fans(const network& net, const projection& p) {
    const std::size_t sources = net.populations[p.source].shape.neurons();
    const auto channels = static_cast<std::size_t>(net.populations[p.target].shape.channels);
    constexpr std::size_t none = std::numeric_limits<std::size_t>::max();
    std::vector<source_fan> fans(sources);
    std::vector<std::size_t> last(sources, none);
    for_each_synapse(net, p, [&](std::size_t source, std::size_t target, std::int32_t weight) {
        source_fan& fan = fans[source];
        fan.synapses += 1;
        fan.nonzero += weight != 0 ? 1U : 0U;
        const std::size_t position = target / channels;
        fan.positions += position != last[source] ? 1U : 0U;
        last[source] = position;
    });
    return fans;
}

fan_table::fan_table(const std::vector<source_fan>& fans, std::size_t channels)
    : channels_(channels) {
    std::map<std::vector<source_fan>, std::size_t> kinds;
    for (std::size_t position = 0; position * channels < fans.size(); ++position) {
        const auto first = fans.begin() + static_cast<std::ptrdiff_t>(position * channels);
        std::vector<source_fan> here(first, first + static_cast<std::ptrdiff_t>(channels));
        const auto [kind, is_new] = kinds.try_emplace(std::move(here), kinds.size());
        if (is_new) { fans_.insert(fans_.end(), kind->first.begin(), kind->first.end()); }
        if (!stretches_.empty() && stretches_.back().kind == kind->second) {
            ++stretches_.back().count;
        } else {
            stretches_.push_back({position, 1, kind->second});
        }
    }
}

projection_activity fan_table::count(const kernel_table& kernels,
                                     std::span<const std::uint8_t> spikes,
                                     std::span<const std::uint8_t> active,
                                     std::vector<std::uint32_t>& scratch) const {
    scratch.assign(2 * fans_.size(), 0);
    std::uint32_t* const all_spikes = scratch.data();
    std::uint32_t* const all_active = scratch.data() + fans_.size();
    for (const stretch& s : stretches_) {
        const std::size_t from = s.position * channels_;
        const std::size_t to = s.kind * channels_;
        kernels.sum_channels(all_spikes + to, all_active + to, spikes.data() + from,
                             active.data() + from, s.count, channels_);
    }
    projection_activity sum;
    for (std::size_t i = 0; i < fans_.size(); ++i) {
        if (all_active[i] == 0) { continue; }
        const source_fan& fan = fans_[i];
        const std::uint64_t spike_count = all_spikes[i];
        const std::uint64_t active_count = all_active[i];
        sum.synaptic_events += spike_count * fan.synapses;
        sum.synaptic_events_nonzero += spike_count * fan.nonzero;
        sum.active_synapses += active_count * fan.synapses;
        sum.active_synapses_nonzero += active_count * fan.nonzero;
        sum.active_positions += active_count * fan.positions;
    }
    return sum;
}

}  // namespace synfire::sim
