// SPDX-License-Identifier: Apache-2.0
// One axis of a convolution seen from the target: which source coordinates each target coordinate
// takes and with which taps, clipped at the borders once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "../kernel_axis.hpp"

namespace synfire::sim {

/// `count` neighbouring source coordinates that meet `count` neighbouring taps.
struct gather_span {
    std::int32_t source = 0;
    std::int32_t tap = 0;
    std::int32_t count = 0;
};

class gather_axis {
  public:
    /// Taps of neighbouring coordinates are joined where both ascend one by one.
    explicit gather_axis(const axis_geometry& geometry);

    std::span<const gather_span> spans(std::size_t target) const {
        return std::span(spans_).subspan(first_[target], first_[target + 1] - first_[target]);
    }
    std::size_t targets() const { return first_.size() - 1; }

  private:
    void add_target(const axis_geometry& geometry, std::int32_t target);

    std::vector<std::size_t> first_{0};
    std::vector<gather_span> spans_;
};

}  // namespace synfire::sim
