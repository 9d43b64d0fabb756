// SPDX-License-Identifier: Apache-2.0
// Spikes of a streaming network have no sign: populations with codes below zero become two, one
// for either sign.
#pragma once

#include <synfire/core/network.hpp>

namespace synfire::converters {

/// Each spiking population with a range below 0 becomes two with ranges from 0: itself, and
/// NAME/negative, whose spikes count -1 for all readers. A spike of either takes back, a step
/// later, what it stands for from the other: together they are one neuron with a sign, which may
/// correct a spike that came too early.
void pair_signed(network& net);

}  // namespace synfire::converters
