// SPDX-License-Identifier: Apache-2.0
// Samples that are done in any order are handed over in theirs.
#include <support/catch.hpp>

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

#include "sample_order.hpp"

namespace {

using synfire::sim::sample_order;

TEST_CASE("what is done early waits for its turn", "[sim][unit]") {
    sample_order order(4);
    std::vector<int> seen;
    for (const std::size_t sample : {2U, 1U}) {
        order.done(sample, [&seen, sample] { seen.push_back(static_cast<int>(sample)); });
    }
    CHECK(seen.empty());
    order.now(0, [&] { seen.push_back(100); });
    order.done(0, [&] { seen.push_back(0); });
    CHECK(seen == std::vector<int>{100, 0, 1, 2});
}

TEST_CASE("threads that are too far ahead sleep until they are not", "[sim][unit]") {
    sample_order order(1);
    std::atomic<std::size_t> next{0};
    std::vector<std::size_t> seen;
    const auto work = [&] {
        for (std::size_t i = next++; i < 200; i = next++) {
            if (i % 3 == 0) { std::this_thread::yield(); }
            order.done(i, [&seen, i] { seen.push_back(i); });
        }
    };
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) { threads.emplace_back(work); }
    for (std::thread& t : threads) { t.join(); }
    REQUIRE(seen.size() == 200);
    CHECK(std::is_sorted(seen.begin(), seen.end()));
}

TEST_CASE("a stop wakes those who wait", "[sim][unit]") {
    sample_order order(1);
    bool woken = false;
    std::thread waiting([&] {
        try {
            order.now(5, [] {});
        } catch (const sample_order::stopped&) { woken = true; }
    });
    order.stop();
    waiting.join();
    CHECK(woken);
}

}  // namespace
