// SPDX-License-Identifier: Apache-2.0
// A data set on a board that holds only a slice of the network at a time: each slice is loaded once
// for a batch of samples, whose codes the host keeps in between.
#pragma once

#include <synfire/core/dataset.hpp>
#include <synfire/core/network.hpp>
#include <synfire/hw/slices.hpp>

#include "board_link.hpp"
#include "board_run.hpp"

namespace synfire::cli {

/// As run_on_board(). With `check` every code and potential of every population is compared with
/// the simulator's of the whole network, and the counters of every slice with the cycle model's.
board_run_result run_slices_on_board(board_link& link, const network& net,
                                     const hw::sliced_network& cut, const dataset& data,
                                     const board_run_options& options);

}  // namespace synfire::cli
