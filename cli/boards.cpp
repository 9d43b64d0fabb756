// SPDX-License-Identifier: Apache-2.0
#include "boards.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <synfire/core/error.hpp>

#include "command.hpp"

namespace synfire::cli {

namespace {

bool is_file_name(const std::string& text) {
    return std::filesystem::path(text).extension() == ".json";
}

}  // namespace

hw::board_description board_of(const std::string& name_or_file) {
    if (hw::is_board_name(name_or_file)) { return hw::built_in_board(name_or_file); }
    if (is_file_name(name_or_file)) { return hw::read_board(name_or_file); }
    throw usage_error({"--board", "no such board", name_or_file,
                       board_name_list() + ", or a file (*.json)",
                       "models/boards/README.md describes boards of your own"});
}

CLI::Validator board_choice() {
    const auto refusal = [](const std::string& text) -> std::string {
        if (hw::is_board_name(text) || is_file_name(text)) { return ""; }
        return fmt::format("{} is no board: {}, or a file (*.json)", text, board_name_list());
    };
    return {refusal, "NAME|FILE.json"};
}

std::string board_name_list() { return fmt::format("{}", fmt::join(hw::board_names(), ", ")); }

}  // namespace synfire::cli
