// SPDX-License-Identifier: Apache-2.0
// What an engine with its UART link takes of a chip, from a model that is fitted to synthesis runs
// (models/logic/logic.json, made by hdl/syn/logic_runs.py).
#pragma once

#include <cstdint>
#include <optional>

#include <synfire/hw/board.hpp>

namespace synfire::hw {

struct logic_estimate {
    double luts = 0;
    double flip_flops = 0;
    double logic_cells = 0;  ///< as chip_resources counts them
    /// Largest of the fit for a run that it did not know, relative; nothing where there was one
    /// run.
    std::optional<double> error{};
    std::int64_t block_rams = 0;
    std::int64_t sprams = 0;
    std::int64_t dsps = 0;
};

/// Nothing where no runs say anything about such an engine.
std::optional<logic_estimate> estimate_logic(fpga_family family, const engine_config& engine);

/// The board's engine; weights are in its SPRAMs where it has some. What the board's own synthesis
/// found, where it was made and no runs say anything about such engines.
std::optional<logic_estimate> estimate_logic(const board_description& board);

}  // namespace synfire::hw
