// SPDX-License-Identifier: Apache-2.0
// A network from the bytes of an HDF5 file, without the seal in front of it.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include <synfire/core/network.hpp>

#include "hdf5.hpp"

namespace synfire::io {

/// Reads every field; does not yet validate. Throws bad_input with `where` and the object's path.
network read_network_image(std::span<const std::byte> image, const std::string& where);

/// The same of an open HDF5 file of that many bytes; within a session.
network read_network_root(const hdf5_handle& file, std::size_t file_bytes,
                          const std::string& where);

}  // namespace synfire::io
