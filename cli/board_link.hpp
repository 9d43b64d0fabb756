// SPDX-License-Identifier: Apache-2.0
// A real board behind a serial port, as the link that a comparison drives.
#pragma once

#include <memory>
#include <string>

#include <synfire/hw/link.hpp>

namespace synfire::cli {

/// Throws bad_input where the port cannot be opened; what answers there is found out by hw::host.
std::unique_ptr<hw::link> open_board(const std::string& port);

}  // namespace synfire::cli
