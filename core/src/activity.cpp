// SPDX-License-Identifier: Apache-2.0
// Sums of activity counts. Entries that one side lacks count as zero, so that an empty activity is
// neutral.
#include <synfire/core/activity.hpp>

#include <algorithm>
#include <cstddef>

namespace synfire {
namespace {

template <class Entry>
void add_each(std::vector<Entry>& to, const std::vector<Entry>& from) {
    to.resize(std::max(to.size(), from.size()));
    for (std::size_t i = 0; i < from.size(); ++i) { to[i] += from[i]; }
}

}  // namespace

population_activity& population_activity::operator+=(const population_activity& other) {
    spikes += other.spikes;
    active_sources += other.active_sources;
    neuron_updates += other.neuron_updates;
    add_each(spikes_per_step, other.spikes_per_step);
    return *this;
}

projection_activity& projection_activity::operator+=(const projection_activity& other) {
    synaptic_events += other.synaptic_events;
    synaptic_events_nonzero += other.synaptic_events_nonzero;
    active_synapses += other.active_synapses;
    active_synapses_nonzero += other.active_synapses_nonzero;
    active_positions += other.active_positions;
    return *this;
}

activity& activity::operator+=(const activity& other) {
    samples += other.samples;
    macs_first_layer += other.macs_first_layer;
    add_each(populations, other.populations);
    add_each(projections, other.projections);
    return *this;
}

activity_totals totals(const activity& counts) {
    activity_totals sum;
    sum.macs_first_layer = counts.macs_first_layer;
    for (const population_activity& p : counts.populations) {
        sum.spikes += p.spikes;
        sum.active_sources += p.active_sources;
        sum.neuron_updates += p.neuron_updates;
    }
    for (const projection_activity& p : counts.projections) {
        sum.synaptic_events += p.synaptic_events;
        sum.synaptic_events_nonzero += p.synaptic_events_nonzero;
    }
    return sum;
}

}  // namespace synfire
