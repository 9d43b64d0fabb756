// SPDX-License-Identifier: Apache-2.0
// Terms of a pass before its weight rows have a place: everything is planned, and found to fit,
// before a weight is written.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include <synfire/core/network.hpp>
#include <synfire/hw/image.hpp>

namespace synfire::hw::detail {

/// The rows of one term (or of the constants of a pass) in the weight memory.
class row_writer {
  public:
    row_writer(std::vector<std::int8_t>& bytes, std::int64_t first, int lanes)
        : bytes_(bytes),
          first_(first),
          lanes_(lanes) {}
    void set(std::int64_t row, std::int64_t lane, std::int8_t value) const {
        bytes_[static_cast<std::size_t>((first_ + row) * lanes_ + lane)] = value;
    }

  private:
    std::vector<std::int8_t>& bytes_;
    std::int64_t first_;
    int lanes_;
};

struct term_plan {
    term fields;
    std::int64_t rows = 0;
    std::function<void(const row_writer&)> fill;
    std::size_t source = no_source;
};

/// Channels that one pass computes.
struct channel_group {
    std::int32_t first = 0;
    std::int32_t lanes = 0;

    std::int32_t last() const { return first + lanes; }
};

/// Positions of the target that one pass computes: `count` of row y, from x on, `step` columns
/// apart.
struct position_run {
    std::int32_t y = 0;
    std::int32_t x = 0;
    std::int32_t step = 1;
    std::int32_t count = 1;
};

struct term_context {
    const network& net;
    const projection& p;
    const map_info& source;
    channel_group group;

    /// Target channels of the projection that are in the group.
    channel_range meeting() const;
    std::int64_t lane_of(std::int32_t channel) const { return channel - group.first; }
};

/// The terms through which a projection reaches a group; none where it does not. Throws bad_input
/// for a projection that the engine cannot do.
void add_terms(const term_context& c, std::vector<term_plan>& terms);

/// index: one diagonal term for each stretch of channels with one spatial rule (index_terms.cpp).
void add_index_terms(const term_context& c, std::vector<term_plan>& terms);
/// Whether all channels that the group has of the target follow such rules.
bool index_is_regular(const term_context& c);

/// A dense layer onto the target's position of that number.
void add_dense(const term_context& c, channel_range lanes, std::int64_t position,
               std::vector<term_plan>& terms);

/// conv_transpose2d onto a run of target positions whose step is a multiple of the stride, or whose
/// count is 1; with a stride of 1 also onto all positions, from 0, 0 on (transposed_terms.cpp).
void add_transposed_terms(const term_context& c, const position_run& run,
                          std::vector<term_plan>& terms);

/// Source, code and lanes; the rest of the fields is 0, the kernel 1x1.
term term_of(const term_context& c, channel_range lanes);

/// A run over as many source channels as there are target channels, one lane each.
term diagonal_term(const term_context& c, channel_range lanes, std::int32_t first_source_channel);

/// One weight row: the weight of each target channel.
void set_channel_weights(const term_context& c, channel_range lanes, term_plan& plan);

}  // namespace synfire::hw::detail
