// SPDX-License-Identifier: Apache-2.0
// The first difference of two runs in words: layer, neuron, step and both values.
#pragma once

#include <string>

#include <synfire/sim/simulator.hpp>

namespace synfire::test {

/// Empty where codes, potentials, spikes, readouts and counts are equal. Both need full records.
std::string first_difference(const network& net, const sim::sample_output& expected,
                             const sim::sample_output& found);

}  // namespace synfire::test
