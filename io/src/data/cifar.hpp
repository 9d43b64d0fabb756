// SPDX-License-Identifier: Apache-2.0
// CIFAR-10 binary: records of one label byte and 3 x 32 x 32 pixels, channel first.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include <synfire/core/dataset.hpp>

namespace synfire::io {

/// Throws bad_input where the size is no multiple of a record, or a label is above 9.
dataset parse_cifar(std::span<const std::byte> file, const std::string& where);

}  // namespace synfire::io
