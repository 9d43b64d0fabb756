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

/// A weight that is none: the lane neither adds nor counts. Weights are symmetric, -127 .. 127, and
/// digits of constants that an adder takes for weights have terms of their own. Short weights have
/// engine_config::no_weight in the end.
inline constexpr std::int8_t no_synapse = -128;

/// Channels that one pass computes, at one position or at neighbours in a row.
struct channel_group {
    std::int32_t first = 0;
    std::int32_t channels = 0;
    std::int32_t positions = 1;  ///< a word
    std::int32_t pitch = 0;      ///< lanes from one position of a word to the next

    std::int32_t last() const { return first + channels; }
    std::int32_t neurons() const { return positions * channels; }
    std::int64_t lane_of(std::int32_t position, std::int32_t channel) const {
        return std::int64_t{position} * pitch + channel - first;
    }
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
    bool leaves_out_lanes = false;  ///< no_synapse is known to the engine

    /// Target channels of the projection that are in the group.
    channel_range meeting() const;
    /// Of the first position.
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

/// What a term with a row for each source bit reaches, and with which weights.
struct shared_kernel {
    kernel_geometry geometry;
    channel_range lanes;    ///< target channels
    channel_range sources;  ///< source channels, counted in the population
    /// Of a source channel at a tap (ky * kernel width + kx) to a target channel, or no_synapse.
    std::function<std::int8_t(std::int32_t target, std::int32_t source, std::int64_t tap)> weight;
};

/// One term for all positions of a word, and for channels that read different channels: its kernel
/// is wide enough for all positions, and its rows leave out the lanes that a tap does not reach
/// (shared_terms.cpp).
void add_shared_term(const term_context& c, shared_kernel kernel, std::vector<term_plan>& terms);

/// Steps through the source like a kernel over its positions.
void set_kernel(term& t, const map_info& source, const kernel_geometry& g);

/// Whether the channels that a projection reads have no others, and no padding, between them.
bool is_contiguous(const term_context& c);

/// Lanes of these channels at all positions of a word.
std::int64_t mask_of(const channel_group& group, channel_range channels);

/// Source, code and lanes; the rest of the fields is 0, the kernel 1x1.
term term_of(const term_context& c, channel_range lanes);

/// A run over as many source channels as there are target channels, one lane each.
term diagonal_term(const term_context& c, channel_range lanes, std::int32_t first_source_channel);

/// One weight row: the weight of each target channel, at all positions of a word.
void set_channel_weights(const term_context& c, channel_range lanes, term_plan& plan);

}  // namespace synfire::hw::detail
