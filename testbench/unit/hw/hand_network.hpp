// SPDX-License-Identifier: Apache-2.0
// Small networks that the engine runs, which tests change in one place at a time.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <synfire/core/network.hpp>

namespace synfire::test {

inline population input_of(const shape& s, const code_window& window, const code_range& range) {
    population p;
    p.name = "in";
    p.kind = population_kind::input;
    p.shape = s;
    p.window = window;
    p.range = range;
    p.input = input_encoding{};
    return p;
}

inline population spiking_of(const std::string& name, const shape& s, const code_window& window) {
    population p;
    p.name = name;
    p.shape = s;
    p.window = window;
    p.range = {0, static_cast<std::int32_t>(max_code(window))};
    p.theta.assign(static_cast<std::size_t>(s.channels), 4);
    p.bias.assign(static_cast<std::size_t>(s.channels), 1);
    return p;
}

inline population readout_of(std::int32_t classes) {
    population p;
    p.name = "out";
    p.kind = population_kind::readout;
    p.shape = {classes, 1, 1};
    p.bias.assign(static_cast<std::size_t>(classes), 0);
    return p;
}

/// All channels to all channels; weights, geometry and ranges are the caller's.
inline projection joined(const network& net, std::size_t source, std::size_t target,
                         connectivity kind) {
    projection p;
    p.source = source;
    p.target = target;
    p.kind = kind;
    p.source_channels = {0, net.populations[source].shape.channels};
    p.target_channels = {0, net.populations[target].shape.channels};
    return p;
}

/// in 2x3x3 (phase, 4 steps) -> 3x3 convolution, padded -> hidden 3x3x3 (phase, 3 steps) -> dense
/// -> out 2.
inline network hand_network() {
    network net;
    net.populations = {input_of({2, 3, 3}, {coding::phase, 4, 0, 0}, {0, 15}),
                       spiking_of("hidden", {3, 3, 3}, {coding::phase, 3, 0, 0}), readout_of(2)};
    projection conv = joined(net, 0, 1, connectivity::conv2d);
    conv.geometry = {{3, 3}, {1, 1}, {1, 1}, {1, 1, 1, 1}};
    for (int i = 0; i < 3 * 2 * 9; ++i) {
        conv.weights.push_back(static_cast<std::int8_t>(i % 7 - 2));
    }
    projection dense = joined(net, 1, 2, connectivity::dense);
    for (int i = 0; i < 2 * 27; ++i) {
        dense.weights.push_back(static_cast<std::int8_t>(i % 5 - 2));
    }
    net.projections = {conv, dense};
    return net;
}

}  // namespace synfire::test
