// SPDX-License-Identifier: Apache-2.0
// A convolution whose sources are mostly active, without a look at which of them are: a few
// neighbouring codes against as many rows of weights at once. Codes are first copied into a plane
// with zeros around it, so that every output position has the same window.
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

    /// Convolutions of codes 0 .. 255. Above 127 two products would not fit 16 bits, so codes and
    /// weights of 16 bits are multiplied.
    static bool possible(const network& net, const projection& p);
    /// Whether it is faster than gathering `active` of the sources of a population.
    bool pays(std::size_t active, std::size_t neurons) const;

    /// On `threads` threads.
    void deliver(const delivery_task& task, int shift, int threads) const;

  private:
    struct block {
        std::size_t first = 0;              ///< output
        std::size_t outputs = 0;            ///< the rest of the width is padding
        std::size_t width = 0;              ///< index into window_widths
        std::vector<std::uint8_t> weights;  ///< as window_task has them
        std::vector<std::uint32_t> chunks;  ///< 8 bits only
    };

    void lay_out_runs();
    block make_block(std::size_t first, std::size_t outputs, std::int32_t largest_code,
                     const weight_of& weight) const;
    static std::size_t end_of_chunk(const block& b, std::size_t first, std::size_t last,
                                    std::int32_t largest);
    /// Readable behind the plane as far as window_task wants it.
    template <class Code>
    const std::uint8_t* copy_plane(const std::uint8_t* codes, std::vector<Code>& plane) const;
    std::size_t code_bytes() const { return wide_ ? sizeof(std::int16_t) : sizeof(std::uint8_t); }

    channel_view source_;
    channel_view target_;
    kernel_geometry geometry_;
    std::size_t source_height_;
    std::size_t target_height_;
    std::size_t plane_height_ = 0;
    std::size_t plane_width_ = 0;
    bool wide_ = false;                      ///< codes above 127
    std::vector<window_run> runs_;           ///< per line of the kernel
    std::vector<std::size_t> row_of_unit_;   ///< per unit, its first row
    std::vector<std::size_t> rows_of_unit_;  ///< rows of it that exist
    std::vector<block> blocks_;
};

}  // namespace synfire::sim
