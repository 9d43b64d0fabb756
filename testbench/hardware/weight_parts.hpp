// SPDX-License-Identifier: Apache-2.0
// Engines whose number of weight rows is no power of two have their rows in two parts. The other
// engines that are built have one, so networks that reach the second part are searched for.
#pragma once

#include <cstddef>
#include <string>

#include <synfire/hw/image.hpp>

namespace synfire::test {

/// The engine of pin-level simulation: 3000 rows, 2048 of them in the first part.
hw::engine_config engine_of_two_parts();

/// Runs that many random networks with rows in both parts; the first difference.
std::string difference_in_parts(std::size_t networks);

}  // namespace synfire::test
