// SPDX-License-Identifier: Apache-2.0
#include <support/catch.hpp>

#include <algorithm>
#include <atomic>
#include <stdexcept>

#include <synfire/core/error.hpp>
#include <synfire/sim/simulator.hpp>

#include "small_classifier.hpp"

namespace {

using namespace synfire;

TEST_CASE("a data set gives one result per sample, in order, and summed counts", "[sim][unit]") {
    const network net = test::small_classifier();
    const dataset data = test::byte_pairs(100);
    const sim::run_result result = sim::run(net, data, {.threads = 3});
    REQUIRE(result.samples.size() == 100);
    CHECK(result.threads == 3);
    CHECK(result.counts.samples == 100);
    activity sum;
    sim::simulator one(net);
    for (std::size_t i = 0; i < 100; ++i) {
        const sim::encoded_input input[] = {sim::encode(net.populations[0], data, i)};
        const sim::sample_output& out = one.run(input);
        REQUIRE(out.result == result.samples[i]);
        sum += out.counts;
    }
    CHECK(sum == result.counts);
}

TEST_CASE("samples can be limited and threads never outnumber them", "[sim][unit]") {
    const sim::run_result result =
        sim::run(test::small_classifier(), test::byte_pairs(10), {.threads = 8, .samples = 3});
    CHECK(result.samples.size() == 3);
    CHECK(result.threads == 3);
    CHECK(sim::run(test::small_classifier(), test::byte_pairs(4), {.samples = 99}).samples.size()
          == 4);
}

TEST_CASE("the observer sees every sample once with its own counts", "[sim][unit]") {
    std::vector<activity> seen(50);
    sim::options how{.threads = 4};
    how.observer = [&](std::size_t sample, const activity& counts) { seen.at(sample) += counts; };
    const sim::run_result result = sim::run(test::small_classifier(), test::byte_pairs(50), how);
    activity sum;
    for (const activity& counts : seen) {
        CHECK(counts.samples == 1);
        sum += counts;
    }
    CHECK(sum == result.counts);
}

TEST_CASE("progress ends at the number of samples", "[sim][unit]") {
    std::vector<std::size_t> reports;
    sim::options how{.threads = 2};
    how.progress = [&](std::size_t done, std::size_t all) {
        CHECK(all == 1000);
        reports.push_back(done);
    };
    sim::run(test::small_classifier(), test::byte_pairs(1000), how);
    REQUIRE_FALSE(reports.empty());
    CHECK(reports.size() <= 201);
    CHECK(reports.back() == 1000);
    CHECK(std::is_sorted(reports.begin(), reports.end()));
}

TEST_CASE("an exception inside the parallel loop reaches the caller", "[sim][unit]") {
    sim::options how{.threads = 4};
    how.observer = [](std::size_t sample, const activity&) {
        if (sample == 17) { throw std::runtime_error("from the observer"); }
    };
    CHECK_THROWS_AS(sim::run(test::small_classifier(), test::byte_pairs(100), how),
                    std::runtime_error);
}

TEST_CASE("every input needs its data set", "[sim][unit]") {
    const network net = test::small_classifier();
    CHECK_THROWS_AS(sim::run(net, std::span<const dataset* const>{}), bad_input);
    const dataset data = test::byte_pairs(3);
    const dataset* const two[] = {&data, &data};
    CHECK_THROWS_AS(sim::run(net, two), bad_input);
}

}  // namespace
