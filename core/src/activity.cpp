// SPDX-License-Identifier: Apache-2.0
// Sums of activity counts. Entries that one side lacks count as zero, so that an empty activity is
// neutral.
#include <synfire/core/activity.hpp>

#include <algorithm>
#include <cstddef>
#include <utility>

namespace synfire {
namespace {

template <class Entry>
void add_each(std::vector<Entry>& to, const std::vector<Entry>& from) {
    to.resize(std::max(to.size(), from.size()));
    for (std::size_t i = 0; i < from.size(); ++i) { to[i] += from[i]; }
}

}  // namespace

std::int64_t steps_per_entry_of(std::int64_t steps) {
    std::int64_t shared = 1;
    while (steps > shared * static_cast<std::int64_t>(most_step_entries)) { shared *= 2; }
    return shared;
}

void population_activity::count_step(std::int64_t step, std::uint64_t spikes_in_it) {
    join_steps(steps_per_entry_of(step + 1));
    const auto entry = static_cast<std::size_t>(step / steps_per_entry);
    if (entry >= spikes_per_step.size()) { spikes_per_step.resize(entry + 1, 0); }
    spikes_per_step[entry] += spikes_in_it;
}

void population_activity::join_steps(std::int64_t steps_in_entry) {
    if (steps_per_entry >= steps_in_entry) { return; }
    const auto joined = static_cast<std::size_t>(steps_in_entry / steps_per_entry);
    const std::size_t before = spikes_per_step.size();
    for (std::size_t i = 0; i < before; ++i) {
        const std::uint64_t here = std::exchange(spikes_per_step[i], 0);
        spikes_per_step[i / joined] += here;
    }
    spikes_per_step.resize((before + joined - 1) / joined);
    steps_per_entry = steps_in_entry;
}

population_activity& population_activity::operator+=(const population_activity& other) {
    if (other.steps_per_entry < steps_per_entry) {
        population_activity coarse = other;
        coarse.join_steps(steps_per_entry);
        return *this += coarse;
    }
    join_steps(other.steps_per_entry);
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
