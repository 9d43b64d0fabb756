// SPDX-License-Identifier: Apache-2.0
// One engine behind a line that may lose bytes: loads and runs are repeated, and what they took is
// noted.
#pragma once

#include <cstddef>
#include <functional>

#include <synfire/hw/host.hpp>
#include <synfire/hw/image.hpp>

#include "board_link.hpp"
#include "board_run.hpp"

namespace synfire::cli {

class board_session {
  public:
    /// Notes times, bytes, counters and repetitions in the result; all must outlive the object.
    board_session(board_link& link, std::size_t retries, board_run_result& result)
        : link_(link),
          retries_(retries),
          result_(result),
          host_(link) {}

    /// The image has to outlive the next load().
    void load(const hw::image& made);
    /// Runs it until it is done without a loss; what the engine counted meanwhile.
    counter_values run(const std::function<void(hw::host&)>& work);

  private:
    board_link& link_;
    std::size_t retries_;
    board_run_result& result_;
    hw::host host_;
    const hw::image* loaded_ = nullptr;
    /// Of the board, when they were read last: they have 32 bits and are never cleared in between,
    /// so that differences are exact.
    counter_values counters_{};

    void repeat(const std::function<void(std::size_t attempt)>& work);
    void recover();
    counter_values counted();
};

}  // namespace synfire::cli
