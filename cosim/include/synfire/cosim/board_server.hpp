// SPDX-License-Identifier: Apache-2.0
// An emulated board behind a pseudo-terminal: a program that opens the terminal talks to the
// board's UART pin.
#pragma once

#include <cstdint>
#include <functional>

#include <synfire/cosim/board_line.hpp>
#include <synfire/hw/pseudo_terminal.hpp>

namespace synfire::cosim {

/// What was done so far.
struct server_counts {
    std::uint64_t cycles = 0;    ///< simulated
    double running_seconds = 0;  ///< of wall clock in which the board's clock ran
    std::uint64_t bytes_to_board = 0;
    std::uint64_t bytes_from_board = 0;
    std::uint64_t programs = 0;  ///< that have spoken to the board and hung up

    double cycles_per_second() const {
        return running_seconds > 0 ? static_cast<double>(cycles) / running_seconds : 0;
    }
};

struct server_options {
    /// Ends when the first program that has sent something hangs up.
    bool once = false;
    /// Asked several hundred times a second; true ends.
    std::function<bool()> stop{};
    std::function<void(const server_counts&)> progress{};
};

/// Serves until it is told to end. The board's clock runs as fast as it can while anything is on
/// the line, a program runs in the engine, or the time-out of the line may still run; else it
/// stands still: nothing in the board would change but its counter of time.
server_counts serve(board_line& board, hw::pseudo_terminal& terminal,
                    const server_options& options);

}  // namespace synfire::cosim
