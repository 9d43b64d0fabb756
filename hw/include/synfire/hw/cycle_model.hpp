// SPDX-License-Identifier: Apache-2.0
// Cycles and accesses of the engine by closed form: what the RTL's counters say, without the RTL.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include <synfire/core/network.hpp>
#include <synfire/hw/counts.hpp>
#include <synfire/hw/image.hpp>

namespace synfire::hw {

/// What a step of a streaming sample leaves, per population in file order: spikes as codes, and the
/// potentials of those that have some. It says which words are at rest in the next step.
struct step_end {
    std::vector<std::vector<std::int32_t>> codes;
    std::vector<std::vector<std::int64_t>> potentials;
};

class cycle_model {
  public:
    /// The image must be the network's own.
    cycle_model(const network& net, const image& image);
    ~cycle_model();
    cycle_model(cycle_model&&) noexcept;
    cycle_model& operator=(cycle_model&&) noexcept;

    /// Counts of one sample per population, in file order; their sum is what the engine's counters
    /// say. Entries of `codes`: the codes of each population in file order, inputs included,
    /// read-outs empty (as the simulator records them). The input's entry holds what its writer
    /// counts. Throws bad_input where lengths do not fit. May be called from several threads.
    std::vector<hardware_counts> run(std::span<const std::span<const std::int32_t>> codes) const;
    std::vector<hardware_counts> run(const std::vector<std::vector<std::int32_t>>& codes) const;
    /// A later step of a streaming sample, behind the step that left `before`. Throws bad_input
    /// where that does not say what it must of a population with words at rest.
    std::vector<hardware_counts> run(std::span<const std::span<const std::int32_t>> codes,
                                     const step_end& before) const;
    std::vector<hardware_counts> run(const std::vector<std::vector<std::int32_t>>& codes,
                                     const step_end& before) const;

  private:
    std::vector<hardware_counts> count(std::span<const std::span<const std::int32_t>> codes,
                                       const step_end* before) const;

    struct implementation;
    std::unique_ptr<implementation> self_;
};

/// Cycles of a run that belong to no population: the engine fetches the first `emit`.
inline constexpr std::uint64_t program_cycles = 4;

/// What the engine's counters say after the sample: the sum of its populations' counts, and
/// program_cycles for each of the image's runs.
hardware_counts sum(std::span<const hardware_counts> counts, std::size_t runs = 1);

}  // namespace synfire::hw
