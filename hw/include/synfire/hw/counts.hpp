// SPDX-License-Identifier: Apache-2.0
// What the engine counts: equal between cycle model and RTL of one configuration, register by
// register.
#pragma once

#include <array>
#include <cstdint>

#include <synfire/hw/registers.hpp>

namespace synfire::hw {

/// In the order of the registers; what each one counts is in
/// docs/reference/accelerator-registers.md.
struct hardware_counts {
    std::uint64_t cycles = 0;
    std::uint64_t adding = 0;
    std::uint64_t scanning = 0;
    std::uint64_t waiting = 0;
    std::uint64_t weight_reads = 0;
    std::uint64_t adds = 0;
    std::uint64_t bias_adds = 0;
    std::uint64_t reset_adds = 0;
    std::uint64_t spikes = 0;
    std::uint64_t active_sources = 0;
    std::uint64_t neuron_updates = 0;
    std::uint64_t spike_words_read = 0;
    std::uint64_t spike_words_written = 0;

    std::uint64_t stall_cycles() const { return scanning + waiting; }
    hardware_counts& operator+=(const hardware_counts& other);
    friend bool operator==(const hardware_counts&, const hardware_counts&) = default;
};

/// The same as numbers, in the order of counter_names, and back.
std::array<std::uint64_t, counter_count> to_array(const hardware_counts& counts);
hardware_counts from_array(const std::array<std::uint64_t, counter_count>& values);

}  // namespace synfire::hw
