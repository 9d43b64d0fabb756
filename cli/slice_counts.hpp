// SPDX-License-Identifier: Apache-2.0
// What the engine counts of a network in slices, by simulator and cycle model.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include <synfire/hw/cycle_model.hpp>
#include <synfire/hw/slices.hpp>
#include <synfire/sim/simulator.hpp>

#include "hardware.hpp"

namespace synfire::cli {

/// One slice; the slice must outlive the object.
class slice_counter {
  public:
    explicit slice_counter(const hw::slice& s);

    /// Everything follows from the spikes that the slice is sent; valid until the next call.
    const sim::sample_result& simulate(const std::vector<spike_train>& spikes);
    counter_values counted(const sim::sample_result& result) const;
    /// The answer of a slice that answers with sums.
    hw::sample_answer sums(const sim::sample_result& result) const;
    /// Where the codes of what it computes are known, or made up, and not to be derived; sums for
    /// the next slice are derived and kept in the sample.
    std::uint64_t cycles(hw::sliced_sample& sample, const std::vector<std::int32_t>& known_codes);

  private:
    const hw::slice& slice_;
    std::unique_ptr<sim::simulator> simulator_{};  ///< made when it is needed
    hw::cycle_model model_;

    counter_values counted(const std::vector<std::vector<std::int32_t>>& codes) const;
};

/// Codes of a population, or potentials of a read-out.
std::vector<std::int32_t> values_of(const population& p, const sim::population_record& record);

/// The first neuron whose value is another one. Both have one entry a neuron.
std::optional<hardware_difference> value_difference(const population& p,
                                                    const std::vector<std::int32_t>& expected,
                                                    const std::vector<std::int32_t>& found);

/// Cycles of each population, in file order, of one sample whose codes are given, per population
/// and without those of the read-outs.
std::vector<std::uint64_t> sliced_cycles(const hw::sliced_network& cut,
                                         std::vector<slice_counter>& counters,
                                         const std::vector<std::vector<std::int32_t>>& codes);

}  // namespace synfire::cli
