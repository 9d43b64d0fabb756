// SPDX-License-Identifier: Apache-2.0
#include <support/catch.hpp>

#include <map>
#include <utility>

#include <synfire/core/synapses.hpp>

#include "tiny_network.hpp"

namespace {

using namespace synfire;
using matrix = std::map<std::pair<std::size_t, std::size_t>, int>;

matrix synapses_of(const network& net, std::size_t projection) {
    matrix all;
    for_each_synapse(net, net.projections[projection],
                     [&](std::size_t source, std::size_t target, std::int32_t w) {
                         REQUIRE(all.emplace(std::pair(source, target), w).second);
                     });
    return all;
}

/// One projection between two populations of the given shapes.
network two_populations(const shape& source, const shape& target, projection p) {
    network net;
    net.populations = {test::input_population(), test::hidden_population()};
    net.populations[0].shape = source;
    net.populations[1].shape = target;
    p.source = 0;
    p.target = 1;
    net.projections = {std::move(p)};
    return net;
}

TEST_CASE("a convolution is a correlation with clipped borders", "[core][unit]") {
    projection p;
    p.kind = connectivity::conv2d;
    p.source_channels = {0, 1};
    p.target_channels = {0, 1};
    p.geometry = {{1, 2}, {1, 2}, {1, 1}, {0, 1, 0, 0}};
    p.weights = {5, 7};
    const network net = two_populations({1, 1, 3}, {1, 1, 2}, p);
    CHECK(synapses_of(net, 0) == matrix{{{0, 0}, 7}, {{1, 1}, 5}, {{2, 1}, 7}});
}

TEST_CASE("a transposed convolution mirrors the convolution", "[core][unit]") {
    projection p;
    p.kind = connectivity::conv_transpose2d;
    p.source_channels = {0, 1};
    p.target_channels = {0, 1};
    p.geometry = {{1, 2}, {1, 2}, {1, 1}, {0, 1, 0, 0}};
    p.weights = {5, 7};
    const network net = two_populations({1, 1, 2}, {1, 1, 3}, p);
    CHECK(synapses_of(net, 0) == matrix{{{0, 0}, 7}, {{1, 1}, 5}, {{1, 2}, 7}});
}

TEST_CASE("groups keep channels apart and dilation spreads taps", "[core][unit]") {
    projection p;
    p.kind = connectivity::conv2d;
    p.source_channels = {0, 2};
    p.target_channels = {0, 2};
    p.groups = 2;
    p.geometry = {{1, 2}, {1, 1}, {1, 2}, {0, 0, 0, 0}};
    p.weights = {1, 2, 3, 4};
    const network net = two_populations({2, 1, 3}, {2, 1, 1}, p);
    CHECK(synapses_of(net, 0) == matrix{{{0, 0}, 1}, {{4, 0}, 2}, {{1, 1}, 3}, {{5, 1}, 4}});
}

TEST_CASE("dense numbers count inside the channel ranges", "[core][unit]") {
    projection p;
    p.source_channels = {1, 2};
    p.target_channels = {1, 3};
    p.weights = {1, 2, 3, 4};
    CHECK(synapses_of(two_populations({2, 1, 2}, {3, 1, 1}, p), 0)
          == matrix{{{1, 1}, 1}, {{3, 1}, 2}, {{1, 2}, 3}, {{3, 2}, 4}});
    p.spatial_sum = true;
    p.weights = {1, 2};
    CHECK(synapses_of(two_populations({2, 1, 2}, {3, 1, 1}, p), 0)
          == matrix{{{1, 1}, 1}, {{3, 1}, 1}, {{1, 2}, 2}, {{3, 2}, 2}});
}

TEST_CASE("index and sparse projections list what they say", "[core][unit]") {
    projection p;
    p.kind = connectivity::index;
    p.source_channels = {0, 2};
    p.target_channels = {0, 1};
    p.index = {3, -1, 0};
    p.weights = {9};
    CHECK(synapses_of(two_populations({2, 1, 2}, {1, 1, 3}, p), 0)
          == matrix{{{3, 0}, 9}, {{0, 2}, 9}});
    p.kind = connectivity::sparse;
    p.row_ptr = {0, 2, 2, 3};
    p.column = {0, 3, 1};
    p.weights = {1, 2, 3};
    CHECK(synapses_of(two_populations({2, 1, 2}, {1, 1, 3}, p), 0)
          == matrix{{{0, 0}, 1}, {{3, 0}, 2}, {{1, 2}, 3}});
}

TEST_CASE("fan-out and the visitor agree", "[core][unit]") {
    const network net = test::tiny_network();
    for (std::size_t i = 0; i < net.projections.size(); ++i) {
        const matrix all = synapses_of(net, i);
        const fan_out fan = fan_out_of(net, net.projections[i]);
        std::size_t count = 0;
        for (std::size_t source = 0; source < fan.size(); ++source) {
            for (const synapse& s : fan[source]) {
                REQUIRE(all.at({source, s.target}) == s.weight);
                ++count;
            }
        }
        CHECK(count == all.size());
    }
}

}  // namespace
