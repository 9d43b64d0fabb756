// SPDX-License-Identifier: Apache-2.0
// A small valid streaming network that tests break in one place at a time: 2x4x4 events -> conv ->
// 3x4x4, back to itself with a delay -> 5.
#pragma once

#include "tiny_network.hpp"

namespace synfire::test {

inline network tiny_streaming() {
    network net;
    net.execution = execution::streaming;
    net.steps = 10;
    net.populations = {input_population(), hidden_population(), readout_population()};
    net.populations[0].window = {coding::rate, 10};
    net.populations[0].range = {0, 10};
    for (population& p : net.populations) {
        if (!p.has_potential()) { continue; }
        p.window = {};
        p.range = {};
        p.streaming = streaming_neuron{};
        p.streaming->v_range = {-100, 200};
    }
    projection conv;
    conv.source = 0;
    conv.target = 1;
    conv.source_channels = {0, 2};
    conv.target_channels = {0, 3};
    conv.kind = connectivity::conv2d;
    conv.geometry = {{3, 3}, {1, 1}, {1, 1}, {1, 1, 1, 1}};
    conv.weights.assign(3 * 2 * 9, 3);
    projection back;
    back.source = back.target = 1;
    back.source_channels = back.target_channels = {0, 3};
    back.kind = connectivity::one_to_one;
    back.weights = {-5, -5, -5};
    back.delay = 2;
    projection dense;
    dense.source = 1;
    dense.target = 2;
    dense.source_channels = {0, 3};
    dense.target_channels = {0, 5};
    dense.weights.assign(5 * 48, -2);
    net.projections = {conv, back, dense};
    return net;
}

}  // namespace synfire::test
