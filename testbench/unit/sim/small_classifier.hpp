// SPDX-License-Identifier: Apache-2.0
// A network small enough to follow by hand: two bytes, two classes, class = the larger byte.
#pragma once

#include <synfire/core/dataset.hpp>
#include <synfire/core/network.hpp>

namespace synfire::test {

inline network small_classifier() {
    population in;
    in.name = "in";
    in.kind = population_kind::input;
    in.shape = {2, 1, 1};
    in.window = {coding::phase, 8};
    in.range = {0, 255};
    in.input = input_encoding{};
    population hidden;
    hidden.name = "hidden";
    hidden.shape = {2, 1, 1};
    hidden.window = {coding::phase, 4};
    hidden.range = {0, 15};
    hidden.theta = {17, 17};
    hidden.bias = {0, 0};
    population out;
    out.name = "out";
    out.kind = population_kind::readout;
    out.shape = {2, 1, 1};
    out.bias = {0, 0};
    network net;
    net.populations = {in, hidden, out};
    projection first;
    first.source_channels = first.target_channels = {0, 2};
    first.target = 1;
    first.kind = connectivity::one_to_one;
    first.weights = {1, 1};
    projection second;
    second.source_channels = second.target_channels = {0, 2};
    second.source = 1;
    second.target = 2;
    second.weights = {1, 0, 0, 1};
    net.projections = {first, second};
    return net;
}

/// `samples` pairs of bytes.
inline dataset byte_pairs(std::size_t samples) {
    dataset d;
    d.name = "pairs";
    d.sample_shape = {2};
    for (std::size_t i = 0; i < samples; ++i) {
        d.bytes.push_back(static_cast<std::uint8_t>(i * 37 % 256));
        d.bytes.push_back(static_cast<std::uint8_t>(i * 91 % 256));
    }
    return d;
}

}  // namespace synfire::test
