// SPDX-License-Identifier: Apache-2.0
// The engine's cycles and accesses counted slot by slot, bit by bit: slow and obvious, against the
// closed form.
#pragma once

#include <cstdint>
#include <vector>

#include <synfire/hw/counts.hpp>
#include <synfire/hw/image.hpp>

namespace synfire::test {

/// Codes in file order of the populations; read-outs empty.
hw::hardware_counts count_slots(const hw::image& image,
                                const std::vector<std::vector<std::int32_t>>& codes);

}  // namespace synfire::test
