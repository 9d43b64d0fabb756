// SPDX-License-Identifier: Apache-2.0
#include <support/catch.hpp>

#include <limits>

#include <synfire/core/width.hpp>

#include "tiny_network.hpp"

namespace {

using namespace synfire;

TEST_CASE("bits are those of two's complement", "[core][unit]") {
    CHECK(bits_for(0, 0) == 1);
    CHECK(bits_for(-1, 0) == 1);
    CHECK(bits_for(0, 1) == 2);
    CHECK(bits_for(-128, 127) == 8);
    CHECK(bits_for(-129, 0) == 9);
    CHECK(bits_for(0, 128) == 9);
    CHECK(bits_for(std::numeric_limits<std::int64_t>::min(), 0) == 64);
}

TEST_CASE("width follows from weights, codes, bias and half threshold", "[core][unit]") {
    network net = test::tiny_network();
    // hidden: 18 taps * 3 * 15 = 810, + 7 + 33 = 850; theta * 4 = 264. out: 5 and 12 * -2 * 7 =
    // -168.
    CHECK(proven_widths(net) == std::vector<int>{0, 11, 0, 9});
    net.projections[0].shift = 2;
    CHECK(proven_widths(net)[1] == 13);
    net.populations[1].theta = {64, 65, 2000};  // theta * d_0 = 8000
    net.projections[0].shift = 0;
    CHECK(proven_widths(net)[1] == 14);
}

TEST_CASE("signed ranges need room for the mirrored potential", "[core][unit]") {
    network net = test::tiny_network();
    net.populations[1].range = {-7, 7};
    net.populations[1].theta_neg = {64, 5000, 66};  // 5000 * 4 = 20000
    CHECK(proven_widths(net)[1] == 16);
}

TEST_CASE("absurd biases are held instead of wrapping", "[core][unit]") {
    network net = test::tiny_network();
    net.populations[3].bias[0] = std::numeric_limits<std::int64_t>::max();
    net.populations[3].bias[1] = std::numeric_limits<std::int64_t>::min();
    CHECK(proven_widths(net)[3] > 60);
}

TEST_CASE("a fire table is wide by its own range", "[core][unit]") {
    network net = test::tiny_network();
    net.populations[1].table = fire_table{-100, 10, std::vector<std::int32_t>(111, 0)};
    CHECK(proven_widths(net)[1] == 14);  // 66 * 64 = 4224
}

}  // namespace
