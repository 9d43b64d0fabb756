// SPDX-License-Identifier: Apache-2.0
// Streaming networks on the engine: the program runs once for each step of a sample, and potentials
// stay in the engine from step to step.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <synfire/core/network.hpp>
#include <synfire/core/spike_train.hpp>
#include <synfire/hw/host.hpp>
#include <synfire/hw/image.hpp>

namespace synfire::hw {

/// What one run of the program sees of a streaming network: all populations have a window of one
/// step, in which a spike is the code 1, but `current` inputs, whose windows hold their codes. It
/// is not valid as a network of its own. Throws bad_input for a synchronous network.
network step_network(const network& net);

/// The steps of a sample as stream words, one entry for each, END included; `spikes`: one train for
/// each input, in file order; `codes`: of `current` inputs, which enter in every step, at the same
/// places. Throws bad_input for an image that is not streaming, for a neuron or step that the input
/// lacks, and for a `current` input without its codes.
std::vector<sample_words> encode_steps(const image& network, std::span<const spike_train> spikes,
                                       std::span<const std::vector<std::int32_t>> codes = {});

struct streaming_readout {
    std::size_t population = 0;
    std::vector<std::int64_t> potentials;  ///< last, sum or maximum, as the network says
    std::size_t label = 0;                 ///< of the largest, the lowest index on ties
};

/// Runs one sample, step by step, and answers what its read-outs say: one entry for each, in
/// program order. Throws as host::run(), and bad_input for a sample without steps.
std::vector<streaming_readout> run_steps(host& engine, const image& network,
                                         std::span<const sample_words> steps);

}  // namespace synfire::hw
