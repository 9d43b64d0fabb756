// SPDX-License-Identifier: Apache-2.0
// One axis of a convolution seen from the source: where each source coordinate lands and with which
// taps, clipped at the borders once, so that the loops over active sources have no branches.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <synfire/core/network.hpp>

namespace synfire::sim {

/// `count` neighbouring target coordinates that take `count` neighbouring tap slots.
struct axis_span {
    std::int32_t target = 0;
    std::int32_t slot = 0;
    std::int32_t count = 0;
};

struct axis_geometry {
    std::int32_t kernel = 1;
    std::int32_t stride = 1;
    std::int32_t dilation = 1;
    std::int32_t pad = 0;  ///< before the first coordinate
    std::int32_t sources = 1;
    std::int32_t targets = 1;
    bool transposed =
        false;  ///< target = source * stride - pad + k * dilation instead of the reverse
};

/// Axis 0 (y) or 1 (x) of a projection; one_to_one is a kernel of one tap.
axis_geometry axis_of(const network& net, const projection& p, std::size_t axis);

class kernel_axis {
  public:
    /// `merge`: join neighbours into long spans; otherwise every span has one tap and slot = tap.
    kernel_axis(const axis_geometry& geometry, bool merge);

    std::span<const axis_span> spans(std::size_t source) const {
        return std::span(spans_).subspan(first_[source], first_[source + 1] - first_[source]);
    }
    /// Where the weights of a tap are stored.
    std::size_t slot(std::size_t tap) const { return slots_[tap]; }
    std::size_t taps() const { return slots_.size(); }

  private:
    void add_source(const axis_geometry& geometry, std::int32_t source, bool merge);

    std::vector<std::size_t> first_{0};
    std::vector<axis_span> spans_;
    std::vector<std::size_t> slots_;
};

}  // namespace synfire::sim
