// SPDX-License-Identifier: Apache-2.0
// A data set on a board behind a serial port, sample by sample. What the line loses is sent again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include <synfire/core/dataset.hpp>
#include <synfire/core/network.hpp>
#include <synfire/hw/config.hpp>
#include <synfire/sim/simulator.hpp>

#include "board_link.hpp"
#include "hardware.hpp"

namespace synfire::cli {

struct board_run_options {
    std::size_t samples = 0;  ///< 0: all
    std::uint64_t seed = 1;   ///< of the poisson encoder
    bool check = false;       ///< compare answers with the simulator, counters with the cycle model
    std::size_t retries = 3;  ///< of one sample, or of loading
    std::size_t batch = 0;    ///< samples that a slice is loaded for; 0: what memory allows
    std::function<void(std::size_t done, std::size_t all)> progress{};
    std::function<void(std::size_t sample, const sim::sample_result&)> on_sample{};
};

struct board_run_result {
    std::vector<std::uint64_t> cycles{};  ///< of each sample
    counter_values counters{};            ///< sums over samples
    double load_seconds = 0;              ///< of wall clock, weights read back included
    double sample_seconds = 0;            ///< the same of all samples, input and answer included
    line_bytes load_bytes{};
    line_bytes sample_bytes{};
    std::size_t sent_again = 0;    ///< samples, once for each time
    std::size_t parts = 1;         ///< in which the network is loaded for each sample, if several
    std::size_t part_words = 0;    ///< of 32 bits, that these are in all
    std::size_t loaded_again = 0;  ///< the network, where the board had forgotten it
    std::size_t slices = 0;        ///< of a network in slices (sliced_run.hpp), otherwise 0
    std::size_t slice_words = 0;   ///< of 32 bits, that these are in all
    std::size_t batch = 0;         ///< samples for which each slice is loaded once
    std::optional<hardware_difference> first_difference{};
};

/// Samples that a run takes of the data.
std::size_t samples_of(const board_run_options& options, const dataset& data);

/// Loads the network and runs the samples; with `check` up to the first difference. Throws
/// bad_input for another engine than `config` and where the line stays broken, device_error where
/// the engine does not answer as it should, both after the retries.
board_run_result run_on_board(board_link& link, const network& net, const hw::engine_config& config,
                              const dataset& data, const board_run_options& options);

}  // namespace synfire::cli
