// SPDX-License-Identifier: Apache-2.0
// index and sparse projections without a rule for the whole map: what each target neuron reads, row
// by row, as diagonal terms.
#pragma once

#include <cstdint>
#include <vector>

#include "term_plan.hpp"

namespace synfire::hw::detail {

/// One synapse of a target neuron.
struct gathered_source {
    std::int32_t y = 0;
    std::int32_t x = 0;
    std::int32_t channel = 0;  ///< of the source population
    std::int8_t weight = 0;
};

/// Everything that the neurons of a projection's target read through it.
class gathered_sources {
  public:
    gathered_sources(const network& net, const projection& p);

    /// Of a channel of the target at one of its positions, ascending by y, x and channel.
    const std::vector<gathered_source>& of(std::int32_t channel, std::int64_t position) const {
        return lists_[static_cast<std::size_t>(position * channels_ + channel)];
    }
    /// Most positions, from the run's first one on, that read the same but for a constant number of
    /// columns from one to the next.
    std::int32_t regular_count(const position_run& run) const;
    /// Source columns from one position of such a run to the next.
    std::int32_t column_step(const position_run& run) const;
    /// Adds the terms of such a run.
    void add_terms(const term_context& c, const position_run& run,
                   std::vector<term_plan>& terms) const;

  private:
    bool moves(const position_run& run, std::int32_t distance, std::int32_t step) const;

    std::int32_t channels_ = 0;
    std::int32_t width_ = 0;
    std::vector<std::vector<gathered_source>> lists_;  ///< per target neuron
};

}  // namespace synfire::hw::detail
