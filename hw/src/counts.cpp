// SPDX-License-Identifier: Apache-2.0
#include <synfire/hw/counts.hpp>

namespace synfire::hw {
namespace {

using member = std::uint64_t hardware_counts::*;

constexpr std::array<member, counter_count> members{&hardware_counts::cycles,
                                                    &hardware_counts::adding,
                                                    &hardware_counts::scanning,
                                                    &hardware_counts::waiting,
                                                    &hardware_counts::weight_reads,
                                                    &hardware_counts::adds,
                                                    &hardware_counts::bias_adds,
                                                    &hardware_counts::reset_adds,
                                                    &hardware_counts::spikes,
                                                    &hardware_counts::active_sources,
                                                    &hardware_counts::neuron_updates,
                                                    &hardware_counts::spike_words_read,
                                                    &hardware_counts::spike_words_written};

}  // namespace

hardware_counts& hardware_counts::operator+=(const hardware_counts& other) {
    for (const member m : members) { this->*m += other.*m; }
    return *this;
}

std::array<std::uint64_t, counter_count> to_array(const hardware_counts& counts) {
    std::array<std::uint64_t, counter_count> values{};
    for (std::size_t i = 0; i < counter_count; ++i) { values[i] = counts.*members[i]; }
    return values;
}

hardware_counts from_array(const std::array<std::uint64_t, counter_count>& values) {
    hardware_counts counts;
    for (std::size_t i = 0; i < counter_count; ++i) { counts.*members[i] = values[i]; }
    return counts;
}

}  // namespace synfire::hw
