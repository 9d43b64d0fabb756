// SPDX-License-Identifier: Apache-2.0
// The passes of one population: groups of channels, their terms and constants.
#pragma once

#include <cstddef>
#include <vector>

#include <synfire/hw/image.hpp>

#include "constants.hpp"
#include "term_plan.hpp"

namespace synfire::hw::detail {

struct pass_plan {
    std::size_t population = 0;
    pass_header header;  ///< without constants' row
    std::vector<term_plan> terms;
    constant_plan constants;

    std::int64_t rows() const;
};

/// The passes of a population that is no input.
std::vector<pass_plan> plan_passes(const network& net, std::size_t number,
                                   const std::vector<map_info>& maps, const engine_config& config);

/// One pass without terms per read-out, in the order given; the last one ends the program.
std::vector<pass_plan> plan_emits(const network& net, const std::vector<std::size_t>& order,
                                  const std::vector<map_info>& maps);

}  // namespace synfire::hw::detail
