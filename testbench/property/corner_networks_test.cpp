// SPDX-License-Identifier: Apache-2.0
// L3 == L4 at the corners of sizes and proofs: every instruction set, several threads on a sample,
// and runs that record nothing, whose potentials share their memory.
#include <support/catch.hpp>
#include <support/compare_runs.hpp>
#include <support/corner_networks.hpp>
#include <support/random_runs.hpp>

namespace {

using namespace synfire;
using test::random_case;

constexpr std::uint64_t default_seed = 60260;
constexpr std::size_t default_cases = 120;
constexpr sim::simd_level levels[] = {sim::simd_level::baseline, sim::simd_level::sse4,
                                      sim::simd_level::avx2, sim::simd_level::avx512};

using outputs = std::vector<sim::sample_output>;

/// Samples once in their order with all records, then backwards with none.
void require_same(const random_case& c, const outputs& expected, sim::simulator& found) {
    for (std::size_t s = 0; s < expected.size(); ++s) {
        CAPTURE(s);
        const sim::sample_output& out = found.run(c.samples[s], test::everything);
        REQUIRE(test::first_difference(c.net, expected[s], out).empty());
    }
    for (std::size_t s = expected.size(); s-- > 0;) {
        CAPTURE(s);
        const sim::sample_output& out = found.run(c.samples[s], {});
        REQUIRE(out.result.readouts == expected[s].result.readouts);
        REQUIRE(out.counts == expected[s].counts);
    }
}

template <class Make>
void check_corners(std::uint64_t first, const Make& make, const std::vector<int>& threads) {
    const std::size_t cases = test::cases_from_environment(default_cases);
    std::size_t drawn = 0;
    for (std::uint64_t seed = first; seed < first + cases; ++seed) {
        const std::optional<random_case> c = make(seed);
        if (!c) { continue; }
        ++drawn;
        CAPTURE(seed);
        sim::simulator reference(c->net, sim::engine_kind::reference);
        const outputs expected = test::run_all(reference, *c);
        for (const sim::simd_level level : levels) {
            for (const int n : threads) {
                CAPTURE(level, n);
                sim::simulator event(c->net, sim::engine_kind::event_driven, level, n);
                require_same(*c, expected, event);
            }
        }
    }
    CHECK(drawn > cases / 2);
}

TEST_CASE("both engines agree on windows at the corners of sizes, codes and thresholds",
          "[sim][property]") {
    check_corners(test::seed_from_environment(default_seed), test::make_corner_case, {1, 3});
}

TEST_CASE("both engines agree on streaming neurons at the corners of their states",
          "[sim][property]") {
    check_corners(test::seed_from_environment(default_seed), test::make_streaming_corner_case, {1});
}

}  // namespace
