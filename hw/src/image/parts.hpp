// SPDX-License-Identifier: Apache-2.0
// Programs that do not fit the engine's memories, cut between passes: each part has the rows that
// its passes need.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <synfire/hw/image.hpp>

#include "misfits.hpp"
#include "pass_plan.hpp"

namespace synfire::hw::detail {

struct planned_part {
    std::size_t first = 0;  ///< pass of the program
    std::size_t count = 0;
    std::int64_t rows = 0;   ///< that are loaded with it
    std::int64_t words = 0;  ///< of its program, with the `emit` that ends it
};

struct part_plan {
    std::size_t residents = 0;  ///< the rows of the first so many passes stay in the memory
    std::int64_t resident_rows = 0;
    std::vector<planned_part> parts;

    std::int64_t rows_a_sample() const;
    std::int64_t words_a_sample() const;
};

/// Rows of the first passes stay, where that makes less to be loaded for each sample. No parts
/// where a pass alone is too large, which is noted.
part_plan plan_parts(const network& net, const std::vector<pass_plan>& program,
                     const engine_config& config, const part_limits& most, misfits& found);

/// `emit` of one word: a program cannot end otherwise.
pass_header part_end();

}  // namespace synfire::hw::detail
