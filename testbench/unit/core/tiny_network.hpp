// SPDX-License-Identifier: Apache-2.0
// A small valid network that tests break in one place at a time: 2x4x4 -> conv -> 3x4x4 -> max pool
// -> 3x2x2 -> 5.
#pragma once

#include <synfire/core/network.hpp>

namespace synfire::test {

inline population input_population() {
    population p;
    p.name = "in";
    p.kind = population_kind::input;
    p.shape = {2, 4, 4};
    p.window = {coding::phase, 4};
    p.range = {0, 15};
    return p;
}

inline population hidden_population() {
    population p;
    p.name = "hidden";
    p.shape = {3, 4, 4};
    p.window = {coding::phase, 3};
    p.range = {0, 7};
    p.theta = {64, 65, 66};
    p.bias = {0, -5, 7};
    return p;
}

inline population pool_population() {
    population p;
    p.name = "pool";
    p.kind = population_kind::max_pool;
    p.shape = {3, 2, 2};
    p.window = {coding::phase, 3};
    p.range = {0, 7};
    return p;
}

inline population readout_population() {
    population p;
    p.name = "out";
    p.kind = population_kind::readout;
    p.shape = {5, 1, 1};
    p.bias = {1, 2, 3, 4, 5};
    return p;
}

inline network tiny_network() {
    network net;
    net.populations = {input_population(), hidden_population(), pool_population(),
                       readout_population()};
    projection conv;
    conv.source = 0;
    conv.target = 1;
    conv.source_channels = {0, 2};
    conv.target_channels = {0, 3};
    conv.kind = connectivity::conv2d;
    conv.geometry = {{3, 3}, {1, 1}, {1, 1}, {1, 1, 1, 1}};
    conv.weights.assign(3 * 2 * 9, 3);
    projection pool;
    pool.source = 1;
    pool.target = 2;
    pool.source_channels = {0, 3};
    pool.target_channels = {0, 3};
    pool.kind = connectivity::window;
    pool.geometry = {{2, 2}, {2, 2}, {1, 1}, {0, 0, 0, 0}};
    projection dense;
    dense.source = 2;
    dense.target = 3;
    dense.source_channels = {0, 3};
    dense.target_channels = {0, 5};
    dense.weights.assign(5 * 12, -2);
    net.projections = {conv, pool, dense};
    return net;
}

}  // namespace synfire::test
