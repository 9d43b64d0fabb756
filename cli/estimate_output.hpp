// SPDX-License-Identifier: Apache-2.0
// The answers of `synfire estimate`, as text and JSON.
#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

#include "board_estimate.hpp"
#include "command.hpp"

namespace synfire::cli {

/// One row a board, then for each that does not hold the network as a whole in how many parts it
/// runs it, or what is too large, and what would help.
void print_boards(const output& out, const network& net, const std::vector<board_estimate>& all);

/// One row a layer: what it takes of the board's memories, and its cycles.
void print_layers(const output& out, const network& net, const board_estimate& e);

nlohmann::ordered_json boards_json(const network& net, const std::vector<board_estimate>& all);

}  // namespace synfire::cli
