// SPDX-License-Identifier: Apache-2.0
// Which rearrangements a projection can name, and which need a relay.
#include <support/catch.hpp>

#include "graph/view_parts.hpp"
#include "hand_model.hpp"

using namespace synfire;
using namespace synfire::converters;

namespace {

/// Two populations {2, 2, 2} that fire, and a view of them.
struct two_sources {
    two_sources(std::vector<std::int32_t> index, dims item, bool second_relu = true) {
        graph.nodes.push_back({"in", {1}, input_node{}});
        graph.nodes.push_back({"a", {2, 2, 2}, sum_node{{}, {0, 0}, true, false, {}}});
        graph.nodes.push_back({"b", {2, 2, 2}, sum_node{{}, {0, 0}, second_relu, false, {}}});
        graph.nodes.push_back({"view", std::move(item), view_node{{1, 2}, std::move(index)}});
    }
    auto parts(spatial_use use) const { return view_parts(graph, 3, use); }
    neuron_graph graph;
};

std::vector<std::int32_t> range(std::int32_t first, std::int32_t last) {
    std::vector<std::int32_t> index;
    for (std::int32_t i = first; i < last; ++i) { index.push_back(i); }
    return index;
}

void check_part(const view_part& part, node_id source, channel_range from, channel_range to) {
    CHECK(part.source == source);
    CHECK(part.source_channels == from);
    CHECK(part.view_channels == to);
}

}  // namespace

TEST_CASE("a population is one part of itself", "[converters][unit]") {
    const two_sources s(range(0, 16), {4, 2, 2});
    const auto parts = view_parts(s.graph, 1, spatial_use::whole);
    REQUIRE(parts);
    REQUIRE(parts->size() == 1);
    check_part(parts->front(), 1, {0, 2}, {0, 2});
}

TEST_CASE("a concatenation is one part per source", "[converters][unit]") {
    const two_sources s(range(0, 16), {4, 2, 2});
    const auto parts = s.parts(spatial_use::convolution);
    REQUIRE(parts);
    REQUIRE(parts->size() == 2);
    check_part((*parts)[0], 1, {0, 2}, {0, 2});
    check_part((*parts)[1], 2, {0, 2}, {2, 4});
    CHECK(s.parts(spatial_use::max_pool));
    CHECK_FALSE(s.parts(spatial_use::whole));
}

TEST_CASE("a slice of channels is a range of the source", "[converters][unit]") {
    const two_sources s(range(4, 12), {2, 2, 2});
    const auto parts = s.parts(spatial_use::convolution);
    REQUIRE(parts);
    REQUIRE(parts->size() == 2);
    check_part((*parts)[0], 1, {1, 2}, {0, 1});
    check_part((*parts)[1], 2, {0, 1}, {1, 2});
}

TEST_CASE("swapped channels are two parts", "[converters][unit]") {
    const two_sources s({4, 5, 6, 7, 0, 1, 2, 3}, {2, 2, 2});
    const auto parts = s.parts(spatial_use::convolution);
    REQUIRE(parts);
    REQUIRE(parts->size() == 2);
    check_part((*parts)[0], 1, {1, 2}, {0, 1});
    CHECK_FALSE(s.parts(spatial_use::whole));
}

TEST_CASE("a frame of zeros joins a convolution's pads, and nothing else", "[converters][unit]") {
    // One zero column left, two right, one row below.
    const two_sources s({-1, 0, 1, -1, -1, -1, 2, 3, -1, -1, -1, -1, -1, -1, -1}, {1, 3, 5});
    const auto parts = s.parts(spatial_use::convolution);
    REQUIRE(parts);
    REQUIRE(parts->size() == 1);
    CHECK(parts->front().frame == std::array<std::int32_t, 4>{0, 1, 1, 2});
    CHECK_FALSE(s.parts(spatial_use::max_pool));
    CHECK_FALSE(s.parts(spatial_use::whole));
}

TEST_CASE("channels of zeros belong to no part", "[converters][unit]") {
    std::vector<std::int32_t> index = range(0, 8);
    index.insert(index.end(), 4, -1);
    const two_sources s(index, {3, 2, 2});
    const auto parts = s.parts(spatial_use::convolution);
    REQUIRE(parts);
    REQUIRE(parts->size() == 1);
    check_part(parts->front(), 1, {0, 2}, {0, 2});
    CHECK_FALSE(s.parts(spatial_use::max_pool));
}

TEST_CASE("what is neither a range nor a frame cannot be described", "[converters][unit]") {
    for (const auto& [index, item] : std::vector<std::pair<std::vector<std::int32_t>, dims>>{
             {{0, 2, 1, 3}, {1, 2, 2}},         // transposed
             {{1, 0, 3, 2}, {1, 2, 2}},         // mirrored
             {{0, 1}, {1, 1, 2}},               // cropped
             {{0, 1, 2, -1}, {1, 2, 2}},        // a zero inside
             {{0, 1, 2, 7}, {1, 2, 2}},         // two channels in one
             {{0, 1, 10, 11}, {1, 2, 2}},       // two sources in one channel
             {{-1, -1, -1, -1}, {1, 2, 2}}}) {  // nothing at all
        const two_sources s(index, item);
        CHECK_FALSE(s.parts(spatial_use::convolution));
    }
}

TEST_CASE("a max-pool does not compare signed with unsigned codes", "[converters][unit]") {
    CHECK_FALSE(two_sources(range(0, 16), {4, 2, 2}, false).parts(spatial_use::max_pool));
}

TEST_CASE("views of views are looked through", "[converters][unit]") {
    two_sources s(range(0, 16), {4, 2, 2});
    s.graph.nodes.push_back({"slice", {2, 2, 2}, view_node{{3}, range(4, 12)}});
    const auto parts = view_parts(s.graph, 4, spatial_use::convolution);
    REQUIRE(parts);
    REQUIRE(parts->size() == 2);
    check_part((*parts)[0], 1, {1, 2}, {0, 1});
    check_part((*parts)[1], 2, {0, 1}, {1, 2});
}
