// SPDX-License-Identifier: Apache-2.0
// Max-pooling of rates by neurons that a streaming network has.
#pragma once

#include <synfire/core/network.hpp>

namespace synfire::converters {

/// Each max_pool population becomes a spiking one that has sent, after every step, as many spikes
/// as the busiest neuron of its window: exactly, and without delay. Counts of spikes only grow, and
/// by 1 a step at most, so the largest of a window does, too. NAME/lead has a neuron per tap, whose
/// potential is how far its source is ahead of the pool:
///
///     lead += spike of the source - spike of the pool in the step before;   ahead by 1: spike
///     pool: fires where any lead of its window does (reset to zero: one spike, however many do)
///
/// A lead that has fired gets back what its reset took, since the pool's spike takes it off
/// already. Precondition: sources send spikes without sign.
void spike_max_pools(network& net);

}  // namespace synfire::converters
