// SPDX-License-Identifier: Apache-2.0
// Spikes of every code of a population, looked up instead of fired: synchronous windows have at
// most 16 steps, so the steps of a code fit a 16-bit mask.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include <synfire/core/network.hpp>

#include "kernels.hpp"

namespace synfire::sim {

class code_tables {
  public:
    code_tables() = default;
    /// Precondition: the population has a window of at most max_window_steps steps.
    explicit code_tables(const population& p);

    /// Bit t: a neuron with this code fires at step t.
    std::uint16_t mask(std::int32_t code) const { return masks_[index(code)]; }
    std::uint32_t spikes(std::int32_t code) const { return spikes_[index(code)]; }
    /// Codes from 0 to the one of largest magnitude.
    std::size_t codes() const { return masks_.size(); }

    /// A function of codes 0 .. 255 as the sum of two entries, one per half of the code.
    struct halves {
        std::array<std::uint8_t, 16> low{};
        std::array<std::uint8_t, 16> high{};
    };
    static_assert(sizeof(halves) == step_table_bytes);
    /// Spikes of a code; empty where a table by halves cannot hold them.
    const std::optional<halves>& spikes_by_halves() const { return spikes_by_halves_; }
    /// Per step, 1 where the code fires at it; empty where tables by halves cannot hold it.
    const std::vector<halves>& steps_by_halves() const { return steps_by_halves_; }

    /// Appends the spikes of the codes in order (step, neuron).
    void append_spikes(const std::vector<std::int32_t>& codes, spike_train& spikes) const;

  private:
    void split_steps();

    static std::size_t index(std::int32_t code) {
        return static_cast<std::size_t>(code < 0 ? -code : code);
    }

    std::int32_t steps_ = 0;
    std::vector<std::uint16_t> masks_;
    std::vector<std::uint8_t> spikes_;
    std::optional<halves> spikes_by_halves_;
    std::vector<halves> steps_by_halves_;
};

}  // namespace synfire::sim
