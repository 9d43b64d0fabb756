// SPDX-License-Identifier: Apache-2.0
// Shape of a population. Neurons are numbered channel last: n = (y * width + x) * channels + c.
#pragma once

#include <cstddef>
#include <cstdint>

namespace synfire {

/// Channels, height, width. A vector of N values is {N, 1, 1}.
struct shape {
    std::int32_t channels = 1;
    std::int32_t height = 1;
    std::int32_t width = 1;

    std::size_t positions() const {
        return static_cast<std::size_t>(height) * static_cast<std::size_t>(width);
    }
    std::size_t neurons() const { return positions() * static_cast<std::size_t>(channels); }
    std::size_t neuron(std::int32_t c, std::int32_t y, std::int32_t x) const {
        const std::size_t position = static_cast<std::size_t>(y) * static_cast<std::size_t>(width)
                                     + static_cast<std::size_t>(x);
        return position * static_cast<std::size_t>(channels) + static_cast<std::size_t>(c);
    }
    friend bool operator==(const shape&, const shape&) = default;
};

/// Half-open range of channels.
struct channel_range {
    std::int32_t first = 0;
    std::int32_t last = 0;

    std::int32_t count() const { return last - first; }
    friend bool operator==(const channel_range&, const channel_range&) = default;
};

}  // namespace synfire
