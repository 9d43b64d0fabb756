// SPDX-License-Identifier: Apache-2.0
// A streaming network small enough to follow by hand: two pixels as rates, two classes, class = the
// brighter pixel.
#pragma once

#include <synfire/core/network.hpp>

namespace synfire::test {

inline network small_stream() {
    population in;
    in.name = "in";
    in.kind = population_kind::input;
    in.shape = {2, 1, 1};
    in.window = {coding::rate, 10};
    in.range = {0, 10};
    in.input = input_encoding{};
    in.input->encoder = input_encoder::rate;
    population hidden;
    hidden.name = "hidden";
    hidden.shape = {2, 1, 1};
    hidden.theta = {20, 20};
    hidden.bias = {0, 0};
    hidden.streaming = streaming_neuron{};
    population out;
    out.name = "out";
    out.kind = population_kind::readout;
    out.shape = {2, 1, 1};
    out.bias = {0, 0};
    out.streaming = streaming_neuron{};
    network net;
    net.execution = execution::streaming;
    net.steps = 10;
    net.populations = {in, hidden, out};
    projection first;
    first.target = 1;
    first.source_channels = first.target_channels = {0, 2};
    first.kind = connectivity::one_to_one;
    first.weights = {10, 10};
    projection second;
    second.source = 1;
    second.target = 2;
    second.source_channels = second.target_channels = {0, 2};
    second.weights = {1, 0, 0, 1};
    second.delay = 1;
    net.projections = {first, second};
    return net;
}

}  // namespace synfire::test
