// SPDX-License-Identifier: Apache-2.0
#include <support/catch.hpp>

#include <cmath>

#include <synfire/core/error.hpp>
#include <synfire/core/random.hpp>
#include <synfire/sim/encode.hpp>

namespace {

using namespace synfire;
using codes = std::vector<std::int32_t>;

population input(const shape& s, const code_window& window, const input_encoding& how) {
    population p;
    p.name = "in";
    p.kind = population_kind::input;
    p.shape = s;
    p.window = window;
    p.range = {0, static_cast<std::int32_t>(max_code(window))};
    p.input = how;
    return p;
}

dataset bytes(std::vector<std::uint8_t> values) {
    dataset d;
    d.name = "bytes";
    d.sample_shape = {static_cast<std::int64_t>(values.size())};
    d.bytes = std::move(values);
    return d;
}

dataset reals(std::vector<float> values) {
    dataset d;
    d.name = "reals";
    d.sample_shape = {static_cast<std::int64_t>(values.size())};
    d.reals = std::move(values);
    return d;
}

TEST_CASE("phase codes are the upper bits of a byte", "[sim][unit]") {
    const population exact = input({4, 1, 1}, {coding::phase, 8}, {});
    CHECK(sim::encode(exact, bytes({0, 1, 128, 255}), 0).codes == codes{0, 1, 128, 255});
    const population coarse = input({4, 1, 1}, {coding::phase, 3}, {});
    const sim::encoded_input e = sim::encode(coarse, bytes({0, 31, 32, 255}), 0);
    CHECK(e.codes == codes{0, 0, 1, 7});
    CHECK(e.spikes == spike_train{{0, 3, 1}, {1, 3, 1}, {2, 2, 1}, {2, 3, 1}});
}

TEST_CASE("rate and latency round a byte to the nearest level", "[sim][unit]") {
    input_encoding how;
    how.encoder = input_encoder::rate;
    const sim::encoded_input rate =
        sim::encode(input({4, 1, 1}, {coding::rate, 4}, how), bytes({0, 31, 128, 255}), 0);
    CHECK(rate.codes == codes{0, 0, 2, 4});
    CHECK(rate.spikes
          == spike_train{{0, 3, 1}, {1, 2, 1}, {1, 3, 1}, {2, 3, 1}, {3, 2, 1}, {3, 3, 1}});
    how.encoder = input_encoder::latency;
    const sim::encoded_input late =
        sim::encode(input({4, 1, 1}, {coding::ttfs, 4}, how), bytes({0, 32, 128, 255}), 0);
    CHECK(late.codes == codes{0, 1, 2, 4});
    CHECK(late.spikes == spike_train{{0, 3, 1}, {2, 2, 1}, {3, 1, 1}});
}

TEST_CASE("channel-first files are read into channel-last neurons", "[sim][unit]") {
    input_encoding how;
    const dataset d = bytes({1, 2, 3, 4, 5, 6});  // two channels of 1 x 3
    CHECK(sim::encode(input({2, 1, 3}, {coding::phase, 8}, how), d, 0).codes
          == codes{1, 4, 2, 5, 3, 6});
    how.layout = data_layout::channel_last;
    CHECK(sim::encode(input({2, 1, 3}, {coding::phase, 8}, how), d, 0).codes
          == codes{1, 2, 3, 4, 5, 6});
}

TEST_CASE("real data are rounded half away from zero and clamped to the range", "[sim][unit]") {
    input_encoding how;
    how.eight_bit = false;
    how.code_step = 0.5;
    population p = input({5, 1, 1}, {coding::phase, 3}, how);
    p.range = {-7, 7};
    CHECK(sim::encode(p, reals({0.25F, -0.25F, 0.2F, 100.0F, -100.0F}), 0).codes
          == codes{1, -1, 0, 7, -7});
    p.range = {0, 7};
    CHECK(sim::encode(p, reals({0.25F, -0.25F, 0.2F, INFINITY, -1.0F}), 0).codes
          == codes{1, 0, 0, 7, 0});
    CHECK_THROWS_AS(sim::encode(p, reals({NAN, 0.0F, 0.0F, 0.0F, 0.0F}), 0), bad_input);
}

TEST_CASE("current inputs have codes and no spikes", "[sim][unit]") {
    input_encoding how;
    how.encoder = input_encoder::current;
    population p = input({3, 1, 1}, {}, how);
    p.range = {0, 255};
    const sim::encoded_input e = sim::encode(p, bytes({0, 7, 255}), 0);
    CHECK(e.codes == codes{0, 7, 255});
    CHECK(e.spikes.empty());
}

TEST_CASE("poisson spikes depend on seed, sample, neuron and step only", "[sim][unit]") {
    input_encoding how;
    how.encoder = input_encoder::poisson;
    const population p = input({3, 1, 1}, {coding::rate, 16}, how);
    dataset d = bytes({0, 128, 255, 0, 128, 255});
    d.sample_shape = {3};
    const sim::encoded_input first = sim::encode(p, d, 0, {.seed = 9});
    const sim::encoded_input second = sim::encode(p, d, 1, {.seed = 9});
    CHECK(first.codes[0] == 0);
    CHECK(first.codes[2] == 16);
    CHECK(first.spikes != second.spikes);
    std::int32_t expected = 0;
    for (std::uint32_t t = 0; t < 16; ++t) {
        expected += poisson_spike(128 / 255.0, 9, 1, 1, t) ? 1 : 0;
    }
    CHECK(second.codes[1] == expected);
}

TEST_CASE("events of one neuron and step are one spike", "[sim][unit]") {
    input_encoding how;
    how.encoder = input_encoder::events;
    const population p = input({3, 1, 1}, {coding::rate, 4}, how);
    const spike_train raw{{2, 1, 1}, {0, 2, 1}, {2, 1, -1}, {0, 1, 1}};
    const sim::encoded_input e = sim::encode_events(p, raw);
    CHECK(e.codes == codes{0, 2, 1});
    CHECK(e.spikes == spike_train{{0, 1, 1}, {0, 2, 1}, {2, 1, 1}});
    CHECK_THROWS_AS(sim::encode_events(p, spike_train{{4, 0, 1}}), bad_input);
    CHECK_THROWS_AS(sim::encode_events(p, spike_train{{0, 3, 1}}), bad_input);
}

TEST_CASE("data that do not fit are refused with the reason", "[sim][unit]") {
    const population p = input({4, 1, 1}, {coding::phase, 8}, {});
    const auto refused = [](const population& q, const dataset& d, const char* part) {
        CAPTURE(part);
        try {
            sim::check_data(q, d);
            FAIL("not refused");
        } catch (const bad_input& e) { CHECK_THAT(e.what(), test::contains_text(part)); }
    };
    refused(p, bytes({1, 2, 3}), "another size");
    refused(p, reals({1, 2, 3, 4}), "8-bit data");
    refused(input({4, 1, 1}, {coding::phase, 9}, {}), bytes({1, 2, 3, 4}), "fewer bits");
    dataset empty = bytes({1, 2, 3, 4});
    empty.bytes.clear();
    refused(p, empty, "no samples");
    input_encoding events;
    events.encoder = input_encoder::events;
    refused(input({4, 1, 1}, {coding::rate, 4}, events), bytes({1, 2, 3, 4}),
            "recordings of events");
    CHECK_THROWS_AS(sim::encode(p, bytes({1, 2, 3, 4}), 1), bad_input);
    CHECK_THROWS_AS(sim::encode_codes(p, codes{1, 2, 3}), bad_input);
    CHECK_THROWS_AS(sim::encode_codes(p, codes{1, 2, 3, 256}), bad_input);
}

}  // namespace
