// SPDX-License-Identifier: Apache-2.0
// Spikes of a streaming network have no sign: populations with codes below zero become two, one
// for either sign.
#pragma once

#include <cstddef>
#include <vector>

#include <synfire/core/network.hpp>

namespace synfire::converters {

/// Each spiking population with a range below 0 becomes two with ranges from 0: itself, and
/// NAME/negative, whose spikes count -1 for all readers. A spike of either is worth its threshold
/// to the other, a step later: together they are one neuron with a sign, which may correct a spike
/// that came too early. Of thresholds that differ, the larger is worth the mean of both: what is
/// left of a large one, up to half of it, must not fire the small one. Returns the numbers of the
/// negative ones; they have to start one unit below half their threshold, or a tie would go back
/// and forth between the two.
std::vector<std::size_t> pair_signed(network& net);

}  // namespace synfire::converters
