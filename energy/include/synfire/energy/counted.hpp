// SPDX-License-Identifier: Apache-2.0
// Counts of the accelerator in place of the formula's: what its counters hold is not estimated.
// Which counter stands for which term: docs/reference/energy-model.md, section 3.1.
#pragma once

#include <string>
#include <vector>

#include <synfire/energy/estimate.hpp>

namespace synfire::energy {

/// Mean counts of one population per inference, under the names of the accelerator's counters.
struct hardware_load {
    double adding = 0;  ///< of a pool: its comparisons
    double weight_reads = 0;
    double adds = 0;
    double bias_adds = 0;
    double reset_adds = 0;
    double neuron_updates = 0;
    double spike_words_read = 0;
    double spike_words_written = 0;
    bool finds_sources = true;  ///< in a map, at an addition each; false: it takes all of them
};

/// The same for a whole network.
struct hardware_activity {
    counter by = counter::cycle_model;
    std::vector<hardware_load> populations{};  ///< in file order
};

/// The engine that has these counters: words of 32 bits, constants loaded once per group of
/// channels, weight rows of 8 bits a lane. Its lanes are those of `engine`.
engine_options as_built(engine_options engine);

/// The T1 bill by formula with everything in place that the engine counts. A term that changed
/// says what stood there. Throws bad_input where the counts do not belong to the network.
estimate counted_estimate(const network& net, const activity& counts,
                          const hardware_activity& hardware, const cost_table& table,
                          const engine_options& engine);

/// One kind of term, all layers together: with the hardware's counts, and without.
struct count_pair {
    std::string name{};
    interval counted{};
    interval without_hardware{};
    basis without_origin = basis::formula;
};
/// In the order of their first appearance; only terms that the hardware counts.
std::vector<count_pair> counted_terms(const estimate& bill);

}  // namespace synfire::energy
