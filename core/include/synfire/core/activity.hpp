// SPDX-License-Identifier: Apache-2.0
// Exact 64-bit activity counts, with the same names in every engine, in JSON and in the RTL.
#pragma once

#include <cstdint>
#include <vector>

namespace synfire {

/// Entries that spikes_per_step has at most. Samples of more steps than that have several steps in
/// an entry, so that memory does not grow with the steps.
inline constexpr std::size_t most_step_entries = std::size_t{1} << 14;

/// Steps that share an entry of spikes_per_step in samples of so many steps: a power of two, 1 as
/// long as most_step_entries are enough.
std::int64_t steps_per_entry_of(std::int64_t steps);

/// Counts of one population, summed over samples.
struct population_activity {
    std::uint64_t spikes = 0;
    std::uint64_t active_sources = 0;  ///< neurons with q != 0
    std::uint64_t neuron_updates =
        0;  ///< T per spiking neuron and sample; semantic, not what an engine evaluated
    std::vector<std::uint64_t> spikes_per_step;  ///< one entry per step of the window; see below
    std::int64_t steps_per_entry = 1;            ///< steps that share an entry of spikes_per_step

    /// Adds to the entry of a step. Entries are joined two by two where there would be too many.
    void count_step(std::int64_t step, std::uint64_t spikes_in_it);
    /// Joins entries until so many steps share one; a power of two.
    void join_steps(std::int64_t steps_in_entry);

    /// Entries of the finer side are joined first.
    population_activity& operator+=(const population_activity& other);
    friend bool operator==(const population_activity&, const population_activity&) = default;
};

/// Counts of one projection, summed over samples.
struct projection_activity {
    std::uint64_t synaptic_events = 0;          ///< spikes times in-bounds synapses; `window`: 0
    std::uint64_t synaptic_events_nonzero = 0;  ///< the same without zero weights
    std::uint64_t active_synapses =
        0;  ///< active sources times in-bounds synapses (one per source, not per spike)
    std::uint64_t active_synapses_nonzero = 0;  ///< the same without zero weights
    std::uint64_t active_positions =
        0;  ///< active sources times target positions that they reach: weight rows of an
            ///< output-stationary engine, before division into lanes

    projection_activity& operator+=(const projection_activity& other);
    friend bool operator==(const projection_activity&, const projection_activity&) = default;
};

/// Counts of a run; entries are in the order of network.populations and network.projections.
struct activity {
    std::uint64_t samples = 0;
    std::uint64_t macs_first_layer = 0;  ///< multiplications of graded (`current`) input
    std::vector<population_activity> populations;
    std::vector<projection_activity> projections;

    activity& operator+=(const activity& other);
    friend bool operator==(const activity&, const activity&) = default;
};

/// Sums over all populations and projections.
struct activity_totals {
    std::uint64_t spikes = 0;
    std::uint64_t active_sources = 0;
    std::uint64_t synaptic_events = 0;
    std::uint64_t synaptic_events_nonzero = 0;
    std::uint64_t neuron_updates = 0;
    std::uint64_t macs_first_layer = 0;

    friend bool operator==(const activity_totals&, const activity_totals&) = default;
};
activity_totals totals(const activity& counts);

}  // namespace synfire
