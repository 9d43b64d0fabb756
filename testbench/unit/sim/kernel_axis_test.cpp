// SPDX-License-Identifier: Apache-2.0
#include <support/catch.hpp>

#include <map>
#include <random>
#include <utility>

#include "kernel_axis.hpp"

namespace {

using namespace synfire::sim;
using taps =
    std::map<std::pair<std::int32_t, std::int32_t>, std::int32_t>;  // (source, target) -> slot

/// All joins of source and target, by the defining equation.
taps by_definition(const axis_geometry& g, const kernel_axis& axis) {
    taps all;
    const std::int32_t near = g.transposed ? g.sources : g.targets;
    const std::int32_t far = g.transposed ? g.targets : g.sources;
    for (std::int32_t i = 0; i < near; ++i) {
        for (std::int32_t k = 0; k < g.kernel; ++k) {
            const std::int32_t j = i * g.stride - g.pad + k * g.dilation;
            if (j < 0 || j >= far) { continue; }
            const auto key = g.transposed ? std::pair(i, j) : std::pair(j, i);
            all[key] = static_cast<std::int32_t>(axis.slot(static_cast<std::size_t>(k)));
        }
    }
    return all;
}

taps by_spans(const axis_geometry& g, const kernel_axis& axis) {
    taps all;
    for (std::int32_t source = 0; source < g.sources; ++source) {
        for (const axis_span& s : axis.spans(static_cast<std::size_t>(source))) {
            for (std::int32_t i = 0; i < s.count; ++i) {
                REQUIRE(all.emplace(std::pair(source, s.target + i), s.slot + i).second);
            }
        }
    }
    return all;
}

TEST_CASE("spans join the sources and targets of the defining equation", "[sim][property]") {
    std::mt19937 random(7);
    const auto draw = [&](std::int32_t lo, std::int32_t hi) {
        return std::uniform_int_distribution(lo, hi)(random);
    };
    for (int i = 0; i < 2000; ++i) {
        const axis_geometry g{draw(1, 6), draw(1, 4), draw(1, 3),     draw(0, 4),
                              draw(1, 9), draw(1, 9), draw(0, 1) == 1};
        for (const bool merge : {false, true}) {
            const kernel_axis axis(g, merge);
            REQUIRE(axis.taps() == static_cast<std::size_t>(g.kernel));
            REQUIRE(by_spans(g, axis) == by_definition(g, axis));
        }
    }
}

TEST_CASE("a kernel of stride one is one span, clipped at the borders", "[sim][unit]") {
    const kernel_axis axis({5, 1, 1, 2, 8, 8, false}, true);
    const std::int32_t counts[] = {3, 4, 5, 5, 5, 5, 4, 3};
    for (std::size_t source = 0; source < 8; ++source) {
        REQUIRE(axis.spans(source).size() == 1);
        CHECK(axis.spans(source)[0].count == counts[source]);
    }
}

}  // namespace
