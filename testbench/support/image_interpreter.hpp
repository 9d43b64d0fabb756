// SPDX-License-Identifier: Apache-2.0
// Executes an engine's image word by word as docs/reference/descriptors.md says, without a clock:
// proof of the image before any RTL, and the second opinion when RTL and simulator differ.
#pragma once

#include <cstdint>
#include <vector>

#include <synfire/core/spike_train.hpp>
#include <synfire/hw/image.hpp>
#include <synfire/sim/simulator.hpp>

namespace synfire::test {

/// Entries are in file order of the populations.
struct image_result {
    std::vector<std::vector<std::uint32_t>> patterns;   ///< per neuron; read-outs: empty
    std::vector<std::vector<std::int32_t>> potentials;  ///< read-outs only
};

/// Spike patterns of the input, one per neuron.
std::vector<std::uint32_t> input_patterns(const hw::input_port& port, const spike_train& spikes);

/// The same of the whole stream: all inputs, with what lies between them.
std::vector<std::uint32_t> input_patterns(const hw::image& image,
                                          const std::vector<sim::encoded_input>& inputs);

/// Memories start with garbage, so that nothing may rely on them.
image_result interpret(const hw::image& image, const std::vector<std::uint32_t>& input);

}  // namespace synfire::test
