// SPDX-License-Identifier: Apache-2.0
#include "layout.hpp"

#include <cstdint>

namespace synfire::converters::nir {

namespace {

/// Equal within each channel.
bool uniform(const std::vector<double>& values, std::size_t channels) {
    if (values.empty()) { return true; }
    const std::size_t positions = values.size() / channels;
    for (std::size_t n = 0; n < values.size(); ++n) {
        if (values[n] != values[n / positions * positions]) { return false; }
    }
    return true;
}

}  // namespace

shape network_shape(const nir_shape& s) {
    const auto side = [](std::int64_t n) { return static_cast<std::int32_t>(n); };
    switch (s.size()) {
    case 2:
        return {side(s[0]), 1, side(s[1])};
    case 3:
        return {side(s[0]), side(s[1]), side(s[2])};
    default:
        return {side(s.front()), 1, 1};
    }
}

shape layout_of(const model_population& p) {
    const shape s = network_shape(p.shape);
    const auto channels = static_cast<std::size_t>(s.channels);
    const dynamics& d = p.moves;
    for (const std::vector<double>* values :
         {&d.decay_v, &d.decay_s, &d.gain, &d.threshold, &d.initial}) {
        if (!uniform(*values, channels)) { return {static_cast<std::int32_t>(s.neurons()), 1, 1}; }
    }
    return s;
}

std::vector<std::size_t> order_of(const shape& s) {
    std::vector<std::size_t> order(s.neurons());
    std::size_t index = 0;
    for (std::int32_t c = 0; c < s.channels; ++c) {
        for (std::int32_t y = 0; y < s.height; ++y) {
            for (std::int32_t x = 0; x < s.width; ++x) { order[s.neuron(c, y, x)] = index++; }
        }
    }
    return order;
}

}  // namespace synfire::converters::nir
