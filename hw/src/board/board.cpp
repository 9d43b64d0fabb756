// SPDX-License-Identifier: Apache-2.0
#include <synfire/hw/board.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <system_error>

#include <synfire/core/error.hpp>

#include "builtin_boards.hpp"

namespace synfire::hw {

std::string_view to_string(fpga_family family) {
    switch (family) {
    case fpga_family::ice40:
        return "ice40";
    case fpga_family::ecp5:
        return "ecp5";
    case fpga_family::gowin:
        return "gowin";
    case fpga_family::xilinx:
        return "xilinx";
    }
    throw internal_error("FPGA family out of range");
}

const std::vector<std::string>& board_names() {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> all;
        for (const detail::builtin_board& b : detail::builtin_boards()) {
            all.emplace_back(b.name);
        }
        return all;
    }();
    return names;
}

bool is_board_name(std::string_view name) {
    return std::find(board_names().begin(), board_names().end(), name) != board_names().end();
}

const board_description& built_in_board(std::string_view name) {
    static const std::vector<board_description> boards = [] {
        std::vector<board_description> all;
        for (const detail::builtin_board& b : detail::builtin_boards()) {
            all.push_back(parse_board(b.text, "models/boards/" + std::string(b.name) + ".json"));
        }
        return all;
    }();
    for (const board_description& b : boards) {
        if (b.name == name) { return b; }
    }
    throw internal_error("no board is called " + std::string(name));
}

engine_config icebreaker_config() { return built_in_board("icebreaker").engine; }
engine_config icebreaker_int4_config() { return built_in_board("icebreaker_int4").engine; }
engine_config icebreaker_mlp_config() { return built_in_board("icebreaker_mlp").engine; }
engine_config icebreaker_mlp_int4_config() { return built_in_board("icebreaker_mlp_int4").engine; }

board_description read_board(const std::filesystem::path& file) {
    std::error_code failure;
    std::ifstream in(file, std::ios::binary);
    if (!in || !std::filesystem::is_regular_file(file, failure)) {
        throw bad_input({file.string(), "the board's description cannot be read", "",
                         "a JSON file, or the name of a board", ""});
    }
    return parse_board(std::string{std::istreambuf_iterator<char>(in), {}}, file.string());
}

}  // namespace synfire::hw
