// SPDX-License-Identifier: Apache-2.0
// NIR counts elements row by row of (channel, y, x); networks count neurons channel last.
#pragma once

#include <cstddef>
#include <vector>

#include <synfire/core/shape.hpp>

#include "model.hpp"

namespace synfire::converters::nir {

/// Shape of a value of one to three axes.
shape network_shape(const nir_shape& s);

/// Shape of a population of the network. Where neurons of a channel move differently each becomes
/// a channel of its own.
shape layout_of(const model_population& p);

/// Index in NIR's order of each neuron.
std::vector<std::size_t> order_of(const shape& s);

}  // namespace synfire::converters::nir
