// SPDX-License-Identifier: Apache-2.0
#include <synfire/hw/logic.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <synfire/core/error.hpp>

#include "builtin_boards.hpp"

namespace synfire::hw {
namespace {

using nlohmann::json;

const json& table() {
    static const json all = json::parse(detail::builtin_logic());
    return all;
}

/// What logic is taken to be linear in; hdl/syn/logic_runs.py has the same list.
std::vector<double> features(const engine_config& e) {
    const double lanes = e.lanes;
    const double addresses =
        e.act_address_bits + e.code_address_bits + e.row_address_bits + e.descriptor_address_bits;
    return {1, addresses, lanes * e.accumulator_bits, lanes * e.pattern_bits, lanes * e.shift_bits};
}

double value_of(const json& model, const std::vector<double>& at) {
    const json& coefficients = model.at("coefficients");
    if (coefficients.size() != at.size()) {
        throw internal_error("models/logic/logic.json was fitted to other features");
    }
    double sum = 0;
    for (std::size_t i = 0; i < at.size(); ++i) { sum += coefficients[i].get<double>() * at[i]; }
    return sum;
}

std::optional<double> largest_error(const json& model) {
    std::optional<double> error;
    for (const json& e : model.at("left_out_errors")) {
        error = std::max(error.value_or(0), std::abs(e.get<double>()));
    }
    return error;
}

// Block RAMs
// ---------------------------------------------------------------------------------------

struct ram_shape {
    std::int64_t depth;
    std::int64_t width;
};

constexpr std::array<ram_shape, 4> ice40_shapes{{{256, 16}, {512, 8}, {1024, 4}, {2048, 2}}};
constexpr std::array<ram_shape, 6> shapes_18k{
    {{512, 36}, {1024, 18}, {2048, 9}, {4096, 4}, {8192, 2}, {16384, 1}}};
std::span<const ram_shape> shapes_of(fpga_family family) {
    if (family == fpga_family::ice40) { return ice40_shapes; }
    return shapes_18k;  // xilinx: halves of its blocks
}

std::int64_t blocks_of(fpga_family family, std::int64_t depth, std::int64_t width) {
    const auto parts = [](std::int64_t a, std::int64_t b) { return (a + b - 1) / b; };
    std::int64_t fewest = 0;
    for (const ram_shape& s : shapes_of(family)) {
        const std::int64_t blocks = parts(depth, s.depth) * parts(width, s.width);
        fewest = fewest == 0 ? blocks : std::min(fewest, blocks);
    }
    return fewest;
}

std::int64_t map_blocks(fpga_family family, const engine_config& e) {
    const auto words = [](std::size_t n) { return static_cast<std::int64_t>(n); };
    // The field unit's offsets: the other families keep 32 words in look-up tables.
    const std::int64_t places = family == fpga_family::ice40 && !e.vectors
                                    ? blocks_of(family, 32, 2 * (e.act_address_bits + 6))
                                    : 0;
    // Groups of as many bits as there are lanes; beyond 32 lanes even and odd words.
    const std::int64_t banks = e.lanes > 32 ? e.lanes / 32 : 1;
    const std::int64_t act = e.lanes > 32
                                 ? banks * blocks_of(family, words(e.act_words()) / banks, 32)
                                 : 32 / e.lanes * blocks_of(family, words(e.act_words()), e.lanes);
    return places + act + blocks_of(family, words(e.code_words()), 32)
           + 2 * blocks_of(family, words(e.descriptor_words()), 32);
}

std::int64_t weight_blocks(fpga_family family, const engine_config& e) {
    const std::int64_t words = e.lanes * e.weight_bits / 32;
    return words * blocks_of(family, static_cast<std::int64_t>(e.weight_rows()), 32);
}

}  // namespace

std::optional<logic_estimate> estimate_logic(fpga_family family, const engine_config& engine) {
    const std::string group = std::string(to_string(family))
                              + (engine.shared_adder ? " shared" : "")
                              + (engine.vectors ? " vectors" : "")
                              + (engine.weight_bits != 8 ? " short" : "");  // not fitted yet
    const json& models = table().at("models");
    const bool other_kind = engine.arithmetic != 0 || engine.firing != 0 || engine.streaming != 0;
    if (other_kind || !models.contains(group)) { return std::nullopt; }
    const json& model = models.at(group);
    const std::vector<double> at = features(engine);
    logic_estimate e;
    e.luts = value_of(model.at("luts"), at);
    e.flip_flops = value_of(model.at("flip_flops"), at);
    e.logic_cells = value_of(model.at("logic_cells"), at);
    e.error = largest_error(model.at("logic_cells"));
    e.block_rams = map_blocks(family, engine);
    if (!engine.shared_adder) { e.block_rams += weight_blocks(family, engine); }
    if (family == fpga_family::xilinx) { e.block_rams = (e.block_rams + 1) / 2; }
    e.block_rams += model.at("other_block_rams").get<std::int64_t>();
    e.dsps = engine.shared_adder ? engine.lanes : 0;
    return e;
}

namespace {

/// What its own synthesis found, where the fit knows nothing of such engines.
std::optional<logic_estimate> measured_logic(const board_description& board) {
    const json& boards = table().at("boards");
    const auto found = boards.find(board.name);
    if (found == boards.end()) { return std::nullopt; }
    const board_description& made = built_in_board(board.name);
    if (board.engine != made.engine || board.family != made.family) { return std::nullopt; }
    return logic_estimate{.luts = found->at("luts"),
                          .flip_flops = found->at("flip_flops"),
                          .logic_cells = found->at("logic_cells"),
                          .block_rams = found->at("block_rams"),
                          .sprams = found->at("sprams"),
                          .dsps = found->at("dsps")};
}

}  // namespace

std::optional<logic_estimate> estimate_logic(const board_description& board) {
    std::optional<logic_estimate> e = estimate_logic(board.family, board.engine);
    if (!e) { return measured_logic(board); }
    if (board.resources.sprams == 0) { return e; }
    const engine_config& c = board.engine;
    const std::int64_t bits = static_cast<std::int64_t>(c.weight_rows()) * c.lanes * c.weight_bits;
    e->sprams = (bits + board.resources.spram_bits - 1) / board.resources.spram_bits;
    if (!c.shared_adder) { e->block_rams -= weight_blocks(board.family, c); }
    return e;
}

}  // namespace synfire::hw
