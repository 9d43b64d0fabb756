// SPDX-License-Identifier: Apache-2.0
// Every synapse of a projection, one by one: the definition that width proofs, checks and the
// reference engine share. Slow and obvious; engines build their own tables.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include <synfire/core/network.hpp>

namespace synfire {

/// source and target are neuron numbers in their populations; `window` projections visit weight 0.
using synapse_visitor =
    std::function<void(std::size_t source, std::size_t target, std::int32_t weight)>;

/// Visits every in-bounds synapse of the projection, zero weights included.
void for_each_synapse(const network& net, const projection& p, const synapse_visitor& visit);

/// Target neurons and weights of each source neuron.
struct synapse {
    std::uint32_t target = 0;
    std::int32_t weight = 0;
};
using fan_out = std::vector<std::vector<synapse>>;
fan_out fan_out_of(const network& net, const projection& p);

}  // namespace synfire
