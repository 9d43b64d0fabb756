// SPDX-License-Identifier: Apache-2.0
// A board behind a serial port, or its emulation behind a pseudo-terminal, as the link that
// hw::host drives.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <synfire/hw/link.hpp>

namespace synfire::cli {

/// Bytes on the line so far.
struct line_bytes {
    std::uint64_t sent = 0;
    std::uint64_t received = 0;
};

struct board_options {
    int baud = 1'000'000;  ///< means nothing to a pseudo-terminal
    /// Silence after which the line is taken for broken. Nothing: 0.1 s, and 5 s for a
    /// pseudo-terminal, behind which an emulation has slower seconds.
    std::optional<double> patience_s{};
};

class board_link : public hw::link {
  public:
    virtual line_bytes bytes() const = 0;
};

/// Throws bad_input where the port cannot be opened; what answers there is found out by hw::host.
std::unique_ptr<board_link> open_board(const std::string& port, const board_options& options = {});

}  // namespace synfire::cli
