// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <support/catch.hpp>
#include <synfire/hw/host.hpp>
#include <synfire/hw/registers.hpp>
#include <synfire/sim/encode.hpp>

#include "hand_network.hpp"

using namespace synfire;

namespace {

hw::input_port port_of(std::int64_t neurons, int steps) {
    hw::input_port port;
    port.neurons = neurons;
    port.steps = steps;
    port.format = steps <= 4 ? 0 : steps <= 8 ? 1 : 2;
    port.range = {0, (1 << steps) - 1};
    return port;
}

const std::uint32_t end_word = hw::stream_word(hw::word_type::end);

template <class Run>
std::string refusal_of(const Run& run) {
    try {
        run();
    } catch (const bad_input& e) { return e.what(); }
    return "accepted";
}

}  // namespace

TEST_CASE("active neurons are named by their distance; silence costs nothing", "[hw][unit]") {
    const hw::input_port port = port_of(6, 4);
    const std::vector<std::int32_t> codes{0, 9, 0, 0, 15, 1};
    CHECK((hw::encode(port, codes)
           == hw::sample_words{hw::code_word(1, 9), hw::code_word(2, 15), hw::code_word(0, 1),
                               end_word}));
    CHECK((hw::encode(port, std::vector<std::int32_t>(6, 0)) == hw::sample_words{end_word}));
}

TEST_CASE("long silence is skipped with a word of its own", "[hw][unit]") {
    std::vector<std::int32_t> codes(10000, 0);
    codes[4095] = 1;
    codes[8192] = 2;
    CHECK((hw::encode(port_of(10000, 4), codes)
           == hw::sample_words{hw::code_word(4095, 1), hw::stream_word(hw::word_type::skip, 4096),
                               hw::code_word(0, 2), end_word}));
}

TEST_CASE("the first step is the highest bit of a pattern", "[hw][unit]") {
    hw::input_port port = port_of(2, 4);
    port.weighted = false;
    port.range = {0, 4};
    CHECK((hw::encode(port, spike_train{{0, 1, 1}, {2, 1, 1}})
           == hw::sample_words{hw::code_word(1, 0b1010), end_word}));
}

TEST_CASE("codes and spikes of the encoders give the same words", "[hw][unit]") {
    for (const coding kind : {coding::phase, coding::rate}) {
        for (const input_encoder encoder : {input_encoder::code, input_encoder::rate}) {
            if (kind == coding::phase && encoder == input_encoder::rate) { continue; }
            population p = test::input_of({5, 1, 1}, {kind, 4, 0, 0}, {-3, 4});
            p.input->encoder = encoder;
            hw::input_port port = port_of(5, 4);
            port.format = 1;
            port.is_signed = true;
            port.weighted = kind == coding::phase;
            port.encoder = encoder;
            port.range = p.range;
            const std::vector<std::int32_t> codes{3, 0, -3, 4, 1};
            CHECK(
                (hw::encode(port, codes) == hw::encode(port, sim::encode_codes(p, codes).spikes)));
        }
    }
}

TEST_CASE("a negative code has the sign in the top bit of its format", "[hw][unit]") {
    hw::input_port port = port_of(1, 7);
    port.is_signed = true;
    port.range = {-127, 127};
    CHECK((hw::encode(port, std::vector<std::int32_t>{-5})
           == hw::sample_words{hw::code_word(0, 0x85), end_word}));
}

TEST_CASE("samples that do not fit the input are refused", "[hw][unit]") {
    hw::input_port port = port_of(3, 4);
    const auto codes = [&](std::vector<std::int32_t> q) {
        return [&port, q] { hw::encode(port, q); };
    };
    const auto spikes = [&](spike_train s) { return [&port, s] { hw::encode(port, s); }; };
    CHECK_THAT(refusal_of(codes({1, 2})), Catch::Contains("one code per input neuron"));
    CHECK_THAT(refusal_of(codes({1, 2, 16})), Catch::Contains("neuron 2: 16"));
    CHECK_THAT(refusal_of(codes({1, -2, 1})), Catch::Contains("outside the input's range"));
    CHECK_THAT(refusal_of(spikes({{0, 3, 1}})), Catch::Contains("neuron that the input lacks"));
    CHECK_THAT(refusal_of(spikes({{4, 0, 1}})), Catch::Contains("outside the window"));
    CHECK_THAT(refusal_of(spikes({{0, 0, -1}})), Catch::Contains("negative spike"));
    port.is_signed = true;
    CHECK_THAT(refusal_of(spikes({{0, 0, -1}, {1, 0, 1}})), Catch::Contains("both signs"));
    port.encoder = input_encoder::poisson;
    CHECK_THAT(refusal_of(codes({1, 2, 3})), Catch::Contains("do not say when"));
}
