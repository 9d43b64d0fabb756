// SPDX-License-Identifier: Apache-2.0
// From the codes of a population to the list of its active neurons: what follows never looks at a
// silent neuron again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "plan.hpp"

namespace synfire::sim {

/// Codes of one population in one sample.
struct population_codes {
    bool bytes = false;  ///< the range fits bytes: there are no wide codes
    std::vector<std::int32_t> wide;
    std::vector<std::uint8_t> active;         ///< 0: silent; the code where it fits
    std::vector<std::uint64_t> active_words;  ///< one bit per neuron, once they are listed
    std::vector<std::uint8_t> spikes;         ///< per neuron

    void resize(const population& p);
    std::size_t size() const { return active.size(); }
    code_view view() const {
        return bytes ? code_view{nullptr, active.data()} : code_view{wide.data(), nullptr};
    }
};

/// Fills the bytes from wide codes; returns how many neurons are active.
std::size_t mark_active(const kernel_table& kernels, population_codes& codes);

/// Fills `spikes` from the codes.
void look_up_spikes(const kernel_table& kernels, const code_tables& tables,
                    population_codes& codes);

/// Lists the neurons marked active, with what `needs` names.
void list_active(const kernel_table& kernels, population_codes& codes, std::size_t channels,
                 const active_needs& needs, std::size_t active, active_set& list);

/// Adds to steps[t] the neurons that fire at t.
void count_steps(const kernel_table& kernels, const code_tables& tables,
                 const population_codes& codes, std::span<std::uint64_t> steps);

}  // namespace synfire::sim
