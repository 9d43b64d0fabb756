// SPDX-License-Identifier: Apache-2.0
// A board as data: models/boards/*.json, compiled in, or a file of the user's own
// (models/boards/README.md describes the format).
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <synfire/hw/config.hpp>

namespace synfire::hw {

enum class fpga_family : std::uint8_t { ice40, ecp5, gowin, xilinx };
std::string_view to_string(fpga_family family);

/// What the chip has.
struct chip_resources {
    std::int64_t logic_cells = 0;  ///< as the family's tools count: look-up tables
    std::int64_t block_rams = 0;
    std::int64_t block_ram_bits = 0;  ///< of one
    std::int64_t sprams = 0;
    std::int64_t spram_bits = 0;  ///< of one
    std::int64_t dsps = 0;
};

struct board_description {
    std::string name;
    std::string title;
    fpga_family family = fpga_family::ice40;
    std::string device;
    std::string package;
    std::string speed;
    std::string top;  ///< module; empty: no flow makes a bitstream
    double clock_hz = 0;
    int baud = 0;  ///< of its UART; 0: not said
    chip_resources resources;
    double largest_share_of_logic = 1;
    engine_config engine;
};

/// Names of the boards that are compiled in, in alphabetical order.
const std::vector<std::string>& board_names();
bool is_board_name(std::string_view name);
/// Throws internal_error for a name that is not among them.
const board_description& built_in_board(std::string_view name);

/// Throws bad_input for a text that describes no board, with the key's path; `where` names the
/// text.
board_description parse_board(std::string_view text, const std::string& where);
/// Throws bad_input where the file cannot be read, too.
board_description read_board(const std::filesystem::path& file);

}  // namespace synfire::hw
