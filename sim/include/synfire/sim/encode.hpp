// SPDX-License-Identifier: Apache-2.0
// From data to spikes: the encoders of input populations (docs/reference/semantics.md, "Inputs").
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <synfire/core/dataset.hpp>
#include <synfire/core/network.hpp>
#include <synfire/core/spike_train.hpp>

namespace synfire::sim {

/// What one input population sends for one sample.
struct encoded_input {
    std::vector<std::int32_t> codes;  ///< per neuron; the sum of its spikes' values. Streaming:
                                      ///< empty but for `current` inputs
    spike_train spikes;               ///< sorted; empty for `current` inputs; once per event where
                                      ///< the input adds events up
    /// The spikes are those of the codes in the population's window and were left out: run() spares
    /// itself their list. simulator::run refuses it.
    bool spikes_follow_codes = false;
};

struct encode_options {
    std::uint64_t seed = 1;  ///< `poisson` only
    std::int32_t steps = 0;  ///< of a streaming sample (network::steps); 0: the population's window
};

/// Throws bad_input where the data set does not fit the population: values per sample, 8-bit or
/// real, steps too many for 8-bit data. Without an encoding in the population: encoder `code`,
/// channel first.
void check_data(const population& p, const dataset& data);

/// Encodes one sample of a data set. Throws bad_input as check_data does, and for values that are
/// not numbers.
encoded_input encode(const population& p, const dataset& data, std::size_t sample,
                     const encode_options& options = {});

/// Encodes known codes, one per neuron, with the population's encoder: `code`, `rate`, `latency` or
/// `current`. Throws bad_input for a code outside the population's range. Here and below, `steps`
/// is that of a streaming sample, 0 for the population's window.
encoded_input encode_codes(const population& p, std::span<const std::int32_t> codes,
                           std::int32_t steps = 0);

/// `poisson`: one probability per neuron; random numbers depend on (seed, sample, neuron, step)
/// only.
encoded_input encode_poisson(const population& p, std::span<const double> probabilities,
                             std::uint64_t seed, std::uint32_t sample, std::int32_t steps = 0);

/// `events`: in any order; several of one neuron in one step are one spike, or, where the input
/// adds them up, equal spikes next to each other. Signs are ignored.
encoded_input encode_events(const population& p, std::span<const spike> events,
                            std::int32_t steps = 0);

}  // namespace synfire::sim
