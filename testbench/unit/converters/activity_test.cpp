// SPDX-License-Identifier: Apache-2.0
// Expected activity and the drawing of calibration samples, against their definitions.
#include <support/catch.hpp>

#include <algorithm>
#include <set>

#include <synfire/converters/convert.hpp>

#include "expected_activity.hpp"
#include "graph/integer_executor.hpp"
#include "hand_model.hpp"

using namespace synfire;
using namespace synfire::converters;
using test::hand_conversion;
using test::hand_model;

namespace {

/// 300 samples of two bytes that hold their own number.
dataset numbered() {
    dataset data;
    data.name = "numbered";
    data.sample_shape = {2};
    for (int i = 0; i < 300; ++i) {
        data.bytes.push_back(static_cast<std::uint8_t>(i / 256));
        data.bytes.push_back(static_cast<std::uint8_t>(i % 256));
        data.labels.push_back(i);
    }
    return data;
}

std::vector<int> numbers_in(const dataset& data) {
    std::vector<int> found;
    for (std::size_t i = 0; i < data.size(); ++i) {
        found.push_back(data.byte_sample(i)[0] * 256 + data.byte_sample(i)[1]);
    }
    return found;
}

}  // namespace

TEST_CASE("expected activity of the input is that of the pixels' bits", "[converters][unit]") {
    hand_model m;
    m.output(m.linear("fc", m.input({2}), 1, {1, 1}));
    dataset data;
    data.sample_shape = {2};
    for (std::uint8_t i = 0; i < 20; ++i) {
        data.bytes.push_back(0x80);  // the first step, always
        data.bytes.push_back(i < 5 ? std::uint8_t{0x81}
                                   : std::uint8_t{0});  // the first and the last, at times
    }
    hand_conversion c(m, data);
    expect_activity(c.emitted.net, quantised_model(c.state), data, data.size());
    const auto& expected = c.net().populations[0].expected;
    REQUIRE(expected.has_value());
    CHECK(expected->mean_spikes == std::vector<double>{1.25, 0, 0, 0, 0, 0, 0, 0.25});
    CHECK(expected->p95_spikes == std::vector<double>{2, 0, 0, 0, 0, 0, 0, 1});
    CHECK_FALSE(c.net().populations[1].expected.has_value());
}

TEST_CASE("the 95th percentile is the nearest rank", "[converters][unit]") {
    hand_model m;
    m.output(m.linear("fc", m.input({1}), 1, {1}));
    const auto busy = GENERATE(std::size_t{1}, std::size_t{2}, std::size_t{3});
    dataset data;
    data.sample_shape = {1};
    for (std::size_t i = 0; i < 40; ++i) { data.bytes.push_back(i < busy ? 1 : 0); }
    hand_conversion c(m, data);
    expect_activity(c.emitted.net, quantised_model(c.state), data, data.size());
    // Rank 38 of 40: two samples lie above it.
    CHECK(c.net().populations[0].expected->p95_spikes.back() == (busy > 2 ? 1.0 : 0.0));
}

TEST_CASE("expected activity of hidden layers is that of the codes", "[converters][unit]") {
    hand_model m;
    const auto x =
        m.conv("conv", m.input({1, 3, 3}), 2, 2, 0, test::numbers(8, 1));  // signed codes
    m.output(m.linear("fc", m.flatten("flat", x), 2, test::numbers(16, 2)));
    const dataset data = test::pixels({1, 3, 3}, 10, 3);
    quantise_options options;
    options.code = GENERATE(coding::phase, coding::rate);
    hand_conversion c(m, data, {}, options);
    expect_activity(c.emitted.net, quantised_model(c.state), data, data.size());
    std::vector<double> mean(4, 0.0);
    integer_executor integers(c.quantised());
    for (std::size_t s = 0; s < data.size(); ++s) {
        integers.run(input_codes(c.quantised(), data, s));
        for (const std::int32_t code : integers.codes(1)) {
            for (std::int32_t t = 0; t < 4; ++t) {
                const std::int32_t q = std::abs(code);
                // Phase: the bits of q; rate: q spikes as early as possible.
                const bool spike =
                    options.code == coding::phase ? ((q >> (3 - t)) & 1) != 0 : t < q;
                mean[static_cast<std::size_t>(t)] += spike ? 0.1 : 0.0;
            }
        }
    }
    for (std::size_t t = 0; t < 4; ++t) {
        CHECK_THAT(c.net().populations[1].expected->mean_spikes[t],
                   Catch::Matchers::WithinAbs(mean[t], 1e-9));
    }
    CHECK(mean[0] + mean[3] > 0.0);
}

TEST_CASE("drawn samples are distinct, in order, with their labels, and repeatable",
          "[converters][unit]") {
    const dataset data = numbered();
    const dataset drawn = draw_samples(data, 64, 1);
    CHECK(drawn.name == "numbered");
    const std::vector<int> found = numbers_in(drawn);
    REQUIRE(found.size() == 64);
    REQUIRE(drawn.labels.size() == 64);
    for (std::size_t i = 0; i < 64; ++i) {
        CHECK(drawn.labels[i] == data.labels[static_cast<std::size_t>(found[i])]);
    }
    CHECK(std::is_sorted(found.begin(), found.end()));
    CHECK(std::set<int>(found.begin(), found.end()).size() == 64);
    CHECK(numbers_in(draw_samples(data, 64, 1)) == found);
    CHECK(numbers_in(draw_samples(data, 64, 2)) != found);
    CHECK(numbers_in(draw_samples(data, 64, std::uint64_t{1} << 32))
          != numbers_in(draw_samples(data, 64, 0)));
    CHECK(found.back() > 200);
}

TEST_CASE("every sample is drawn about equally often", "[converters][unit]") {
    const dataset data = numbered();
    std::vector<int> times(300, 0);
    for (std::uint64_t seed = 0; seed < 600; ++seed) {
        for (const int i : numbers_in(draw_samples(data, 30, seed))) {
            ++times[static_cast<std::size_t>(i)];
        }
    }
    // 60 expected, standard deviation 7.3.
    CHECK(*std::min_element(times.begin(), times.end()) >= 30);
    CHECK(*std::max_element(times.begin(), times.end()) <= 95);
}

TEST_CASE("no number, or one that is too large, draws all samples", "[converters][unit]") {
    const dataset data = numbered();
    for (const std::size_t count : {std::size_t{0}, std::size_t{300}, std::size_t{1000}}) {
        const dataset drawn = draw_samples(data, count, 1);
        CHECK(drawn.bytes == data.bytes);
        CHECK(drawn.labels == data.labels);
    }
    dataset reals;
    reals.sample_shape = {1};
    reals.reals = {1, 2, 3, 4, 5};
    CHECK(draw_samples(reals, 2, 1).reals.size() == 2);
}
