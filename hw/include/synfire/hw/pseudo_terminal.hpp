// SPDX-License-Identifier: Apache-2.0
// The far end of a serial port that is no device: an emulated board, or a test, answers here what a
// program sends to the terminal.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace synfire::hw {

class pseudo_terminal {
  public:
    /// Raw: no byte has a meaning to the system. Throws bad_input where the system gives none.
    pseudo_terminal();
    ~pseudo_terminal();
    pseudo_terminal(const pseudo_terminal&) = delete;
    pseudo_terminal& operator=(const pseudo_terminal&) = delete;

    /// What a program opens: /dev/pts/N.
    const std::string& path() const { return path_; }
    /// What the program has sent; waits at most so long for a first byte.
    std::vector<std::uint8_t> read(std::chrono::milliseconds patience);
    /// How many of the bytes there was room for.
    std::size_t write(std::span<const std::uint8_t> bytes);
    /// As the last read saw it: a program had the terminal open, and no longer has.
    bool hung_up() const { return hung_up_; }

  private:
    int file_ = -1;
    std::string path_;
    bool hung_up_ = false;
};

/// True for the name of a pseudo-terminal, or of a link to one.
bool is_pseudo_terminal(const std::string& path);

}  // namespace synfire::hw
