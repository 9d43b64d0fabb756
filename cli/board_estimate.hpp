// SPDX-License-Identifier: Apache-2.0
// Whether a network fits a board, what it takes of it, how long an inference is there, and what
// would make it fit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <synfire/core/network.hpp>
#include <synfire/hw/board.hpp>
#include <synfire/hw/cycle_model.hpp>
#include <synfire/hw/logic.hpp>
#include <synfire/hw/needs.hpp>

namespace synfire::cli {

/// One sample, per run of the program: a streaming network's steps, else one.
using sample_runs = std::vector<hw::step_end>;

/// Of the samples.
struct estimated_cycles {
    double mean = 0;
    std::uint64_t least = 0;
    std::uint64_t most = 0;
    std::vector<double> layers{};  ///< mean of each population, in file order
};

/// How the host runs a network in slices.
struct slices_estimate {
    std::size_t slices = 0;
    std::size_t bytes_a_batch = 0;      ///< of weights and programs, for any number of samples
    std::vector<std::size_t> layers{};  ///< populations that are in more than one slice
};

struct board_estimate {
    hw::board_description board;
    std::optional<hw::logic_estimate> logic{};  ///< of the engine, whatever the network
    std::string refused{};                      ///< what the engine cannot do, by name, or empty
    std::optional<hw::network_needs> needs{};
    bool reuses_buffers = false;
    std::string uncut{};                      ///< why it cannot be cut into slices either, or empty
    std::optional<slices_estimate> slices{};  ///< where it does not fit, not even in parts
    std::optional<estimated_cycles> cycles{};  ///< where it runs and there are samples
    std::vector<std::string> too_large{};      ///< everything that does not fit, with the layer
    std::vector<std::string> remedies{};       ///< what would make it fit

    /// As a whole, or in parts.
    bool fits() const { return refused.empty() && too_large.empty(); }
    std::size_t parts() const { return needs ? needs->in_parts.parts : 0; }  ///< 0: as a whole
    std::int64_t part_bytes() const { return hw::serial_bytes(needs->in_parts, board.engine); }
    /// Seconds that the board's line takes to load all parts of a sample; 0 without one.
    double part_seconds() const;
    double latency_s() const { return cycles ? cycles->mean / board.clock_hz : 0; }
};

/// `try_slices`: where it does not fit.
board_estimate estimate_on(const network& net, const hw::board_description& board,
                           const std::vector<sample_runs>& samples, bool try_slices = true);

/// Tells those that do not fit which of the others do.
void add_other_boards(std::vector<board_estimate>& all);

}  // namespace synfire::cli
