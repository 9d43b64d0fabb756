// SPDX-License-Identifier: Apache-2.0
// Lanes that the sources of a term reach, where its weight rows leave out lanes or the last word of
// a row has lanes beside the map: then a spike does not add to all lanes of the term's mask.
#pragma once

#include <cstdint>
#include <vector>

#include <synfire/hw/image.hpp>

namespace synfire::hw::detail {

/// For each bit of the source's map, the additions of one of its spikes in all fields of the pass;
/// empty where each spike that a field meets adds to all lanes of the mask, or to the one of a
/// diagonal term.
std::vector<std::uint32_t> fan_out(const image& image, const pass_info& pass, std::size_t term);

}  // namespace synfire::hw::detail
