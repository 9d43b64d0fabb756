// SPDX-License-Identifier: Apache-2.0
#include <support/catch.hpp>

#include <synfire/core/random.hpp>

namespace {

using namespace synfire;
using words = std::array<std::uint32_t, 4>;

// Known answers published with the authors' Random123 library.
TEST_CASE("philox gives the published answers", "[core][unit]") {
    CHECK(philox4x32_10({0, 0, 0, 0}, {0, 0})
          == words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
    CHECK(philox4x32_10({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff})
          == words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
    CHECK(philox4x32_10({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0})
          == words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("probability zero never fires and probability one always does", "[core][unit]") {
    for (std::uint32_t i = 0; i < 1000; ++i) {
        REQUIRE_FALSE(poisson_spike(0.0, 7, 0, i, 3));
        REQUIRE(poisson_spike(1.0, 7, 0, i, 3));
    }
}

TEST_CASE("the seed uses all of its 64 bits", "[core][unit]") {
    int differences = 0;
    for (std::uint32_t i = 0; i < 200; ++i) {
        differences += poisson_spike(0.5, 1, 0, i, 0)
                       != poisson_spike(0.5, (std::uint64_t{1} << 40) + 1, 0, i, 0);
    }
    CHECK(differences > 50);
}

}  // namespace
