// SPDX-License-Identifier: Apache-2.0
// Images of networks that would fit an engine as a whole, in parts all the same.
#pragma once

#include <cstdint>
#include <optional>

#include <synfire/core/network.hpp>
#include <synfire/hw/image.hpp>

namespace synfire::test {

/// In two to about five parts, by rows, by words of the program or by both, as the seed decides;
/// nothing where the network is too small to be cut.
std::optional<hw::image> image_in_parts(const network& net, const hw::engine_config& config,
                                        std::uint64_t seed);

/// Whether a population has passes in several parts.
bool cuts_a_layer(const hw::image& made);

}  // namespace synfire::test
