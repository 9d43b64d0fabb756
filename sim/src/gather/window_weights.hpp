// SPDX-License-Identifier: Apache-2.0
// A convolution whose sources are mostly active, without a look at which of them are: fours of
// neighbouring codes against fours of rows of weights. Codes are first copied into a plane with
// zeros around it, so that every output position has the same window.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "../channels.hpp"
#include "../plan.hpp"

namespace synfire::sim {

class window_weights {
  public:
    using weight_of = std::function<std::int8_t(std::size_t row, std::size_t output)>;

    /// `weight`: rows in the order [ky][kx][source channel of the group]. Precondition: possible().
    window_weights(const network& net, const projection& p, const channel_view& source,
                   const channel_view& target, const weight_of& weight);

    /// Convolutions of codes 0 .. 255. Above 127 two products would not fit 16 bits, so the upper
    /// and the lower half of the codes are added one after the other.
    static bool possible(const network& net, const projection& p);
    /// Whether it is faster than gathering `active` of the sources of a population.
    bool pays(std::size_t active, std::size_t neurons) const;

    /// On `threads` threads.
    void deliver(const delivery_task& task, int shift, int threads) const;

  private:
    struct block {
        std::size_t first = 0;    ///< output
        std::size_t outputs = 0;  ///< the rest of the width is padding
        std::size_t width = 0;    ///< index into window_widths
        std::vector<std::int8_t> weights;
        std::vector<std::uint32_t> chunks;
    };

    void lay_out_runs();
    block make_block(std::size_t first, std::size_t outputs, std::int32_t largest_code,
                     const weight_of& weight) const;
    static std::size_t end_of_chunk(const block& b, std::size_t first, std::size_t last,
                                    std::int32_t largest);
    void copy_plane(const delivery_task& task, std::vector<std::uint8_t>& plane) const;
    void deliver_plane(const delivery_task& task, int shift, int threads) const;
    void deliver_line(const delivery_task& task, const block& b, int shift, std::size_t y,
                      const std::uint8_t* plane) const;
    bool silent(const active_set& active, std::size_t y, std::size_t x, std::size_t count) const;

    channel_view source_;
    channel_view target_;
    kernel_geometry geometry_;
    std::size_t source_height_;
    std::size_t target_height_;
    std::size_t plane_height_ = 0;
    std::size_t plane_width_ = 0;
    std::vector<window_run> runs_;             ///< per line of the kernel
    std::vector<std::ptrdiff_t> row_of_four_;  ///< per four, its first row
    std::vector<std::size_t> rows_of_four_;    ///< rows of it that exist
    std::vector<block> blocks_;
    bool halves_ = false;  ///< codes above 127
};

}  // namespace synfire::sim
