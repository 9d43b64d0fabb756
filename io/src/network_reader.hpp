// SPDX-License-Identifier: Apache-2.0
// A network from the bytes of an HDF5 file, without the seal in front of it.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include <synfire/core/network.hpp>

namespace synfire::io {

/// Reads every field; does not yet validate. Throws bad_input with `where` and the object's path.
network read_network_image(std::span<const std::byte> image, const std::string& where);

}  // namespace synfire::io
