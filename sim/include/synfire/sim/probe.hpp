// SPDX-License-Identifier: Apache-2.0
// Looking into populations while a data set runs: which ones, at what, and in which form it comes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include <synfire/core/network.hpp>
#include <synfire/core/spike_train.hpp>

namespace synfire::sim {

enum class probe_kind : std::uint8_t {
    spikes,      ///< every spike
    potentials,  ///< streaming: v after every step; synchronous: x before firing, once per sample
    rates,       ///< spikes per step of every neuron, once per sample
};
std::string_view to_string(probe_kind kind);

struct probe {
    std::size_t population = 0;  ///< number in the network
    probe_kind kind = probe_kind::spikes;

    friend bool operator==(const probe&, const probe&) = default;
};

/// Part of what one probe sees of one sample. Valid during the call that hands it over.
struct probe_records {
    std::size_t probe = 0;  ///< number in options::probes
    std::size_t sample = 0;
    std::int32_t first_step = 0;
    std::int32_t steps = 0;                  ///< rates: steps of the sample, which they are of
    std::span<const spike> spikes{};         ///< `spikes`: sorted by step and neuron
    std::span<const std::int64_t> values{};  ///< `potentials`: neurons of one step after the other
    std::span<const double> rates{};         ///< `rates`: per neuron
};

/// Throws bad_input where a population does not exist or has nothing of that kind: inputs and
/// max_pool have no potentials, readouts and `current` inputs no spikes.
void check_probe(const network& net, const probe& p);

}  // namespace synfire::sim
