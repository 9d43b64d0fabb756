// SPDX-License-Identifier: Apache-2.0
// A network as the bytes of an HDF5 file, without the seal in front of it.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <synfire/core/network.hpp>

namespace synfire::io {

/// Precondition: `net` is valid. Throws bad_input for texts that a file cannot hold.
std::vector<std::byte> write_network_image(const network& net, const std::string& where);

}  // namespace synfire::io
