// SPDX-License-Identifier: Apache-2.0
// Populations that one pass a group of channels cannot compute, because some projection into them
// has no rule for all positions: one pass for each run of positions with one rule.
#pragma once

#include <cstddef>
#include <map>
#include <vector>

#include "gathered_terms.hpp"
#include "term_plan.hpp"

namespace synfire::hw::detail {

class position_runs {
  public:
    position_runs(const network& net, std::size_t number, const std::vector<map_info>& maps);

    /// Empty where one pass does all positions.
    const std::vector<position_run>& runs() const { return runs_; }
    /// Adds the terms of a projection into the population for one of the runs.
    void add_terms(const term_context& c, const position_run& run,
                   std::vector<term_plan>& terms) const;

  private:
    bool is_regular(const projection& p) const;
    std::int32_t regular_count(const position_run& run) const;
    std::vector<position_run> split(std::int32_t step) const;

    const network& net_;
    const population& target_;
    const std::vector<map_info>& maps_;
    std::map<const projection*, gathered_sources> gathered_;
    std::int32_t stride_ = 1;  ///< of transposed convolutions: steps are multiples of it
    bool one_by_one_ = false;  ///< each position has weights of its own
    std::vector<position_run> runs_;
};

/// A term for a whole map, moved to the positions of a run.
void restrict_to(const position_run& run, term& t);

}  // namespace synfire::hw::detail
