// SPDX-License-Identifier: Apache-2.0
// A convolution of one channel, as first layers of grey images are: its active sources lie next to
// each other and each reaches few targets, so that two of them at a time are added to all sums
// under the kernel. Much less is done than by windows where most sources are silent.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "../channels.hpp"
#include "../plan.hpp"

namespace synfire::sim {

class stroke_weights {
  public:
    using weight_of = std::function<std::int8_t(std::size_t row, std::size_t output)>;

    /// `weight`: rows in the order [ky][kx]. Precondition: possible().
    stroke_weights(const network& net, const projection& p, const weight_of& weight);

    /// Convolutions without strides, dilation and groups, from the one channel of a population with
    /// codes 0 .. 255 to 8, 16, 24 or 32 channels.
    static bool possible(const network& net, const projection& p);
    /// Whether it is faster than windows with `active` of the sources.
    static bool pays(std::size_t active, std::size_t neurons);

    void deliver(const delivery_task& task) const;

  private:
    channel_view source_;
    channel_view target_;
    kernel_geometry geometry_;
    std::size_t source_height_;
    std::size_t target_height_;
    int shift_;
    std::vector<std::int16_t> weights_;  ///< as stroke_task has them
};

}  // namespace synfire::sim
