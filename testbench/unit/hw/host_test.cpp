// SPDX-License-Identifier: Apache-2.0
#include <synfire/hw/host.hpp>

#include <string>

#include <support/catch.hpp>
#include <synfire/hw/registers.hpp>
#include <synfire/sim/simulator.hpp>

#include "fake_engine.hpp"
#include "hand_network.hpp"

using namespace synfire;
using hw::reg;
using hw::word_type;

namespace {

struct bench {
    network net = test::hand_network();
    hw::image image = hw::make_image(net, hw::simulation_config());
    test::fake_engine engine{image};
    hw::host host{engine};
    std::vector<std::int32_t> codes;

    bench() {
        for (int i = 0; i < 18; ++i) { codes.push_back(i % 4 == 1 ? 0 : (i * 5) % 16); }
    }
    void set(reg r, std::uint32_t value) { engine.registers[hw::address_of(r)] = value; }
    hw::sample_answer run() { return host.run(hw::encode(image.input, codes)); }
};

template <class Error, class Run>
std::string message_of(const Run& run) {
    try {
        run();
    } catch (const Error& e) { return e.what(); }
    return "no exception of this type";
}

/// The message of a sample whose answer is changed on the way.
template <class Change>
std::string answer_error(const Change& change) {
    bench b;
    b.host.load(b.image);
    b.engine.change_answer = change;
    const int aborts = b.engine.aborts;
    const std::string message = message_of<hw::device_error>([&] { b.run(); });
    CHECK(b.engine.aborts == aborts + 1);
    b.engine.change_answer = nullptr;
    CHECK(b.run().readouts.size() == 1);  // the next sample is none the worse
    return message;
}

}  // namespace

TEST_CASE("a loaded engine answers as the simulator does", "[hw][unit]") {
    bench b;
    b.host.identify(b.image.config);
    b.host.load(b.image);
    const std::vector<sim::encoded_input> input{sim::encode_codes(b.net.populations[0], b.codes)};
    sim::simulator simulator(b.net);
    const sim::readout_result expected = simulator.run(input).result.readouts.front();
    for (const hw::sample_answer& answer :
         {b.run(), b.host.run(hw::encode(b.image.input, input.front().spikes))}) {
        REQUIRE(answer.readouts.size() == 1);
        const hw::readout_answer& found = answer.readouts.front();
        CHECK(found.population == expected.population);
        CHECK((std::vector<std::int64_t>(found.potentials.begin(), found.potentials.end())
               == expected.potentials));
        CHECK(found.label == expected.arg_max);
    }
}

TEST_CASE("loading writes program, weights, input and identity", "[hw][unit]") {
    bench b;
    b.host.load(b.image);
    const auto at = [&](hw::memory m, std::uint32_t word) {
        return b.engine.memory[hw::window_of(m, word)];
    };
    for (std::uint32_t i = 0; i < b.image.descriptors.size(); ++i) {
        const std::uint64_t high = at(hw::memory::descriptors, 2 * i + 1);
        CHECK((at(hw::memory::descriptors, 2 * i) | (high << 32)) == b.image.descriptors[i]);
    }
    for (std::uint32_t i = 0; i < b.image.weights.size(); ++i) {
        const std::uint32_t byte = (at(hw::memory::weights, i / 4) >> (8 * (i % 4))) & 0xffU;
        CHECK(byte == static_cast<std::uint8_t>(b.image.weights[i]));
    }
    CHECK(b.engine.read(hw::address_of(reg::length)) == b.image.descriptors.size());
    CHECK(b.engine.read(hw::address_of(reg::network)) == b.image.identity);
    CHECK(b.engine.read(hw::address_of(reg::input_shape)) == (18U | (4U << 22)));
}

TEST_CASE("a network that is loaded already is taken over", "[hw][unit]") {
    bench b;
    CHECK_FALSE(b.host.attach(b.image));
    b.host.load(b.image);
    hw::host second(b.engine);
    CHECK(second.attach(b.image));
    CHECK(second.run(hw::encode(b.image.input, b.codes)).readouts.size() == 1);
}

TEST_CASE("what is no engine, or another one, is refused", "[hw][unit]") {
    bench b;
    CHECK(b.host.identify() == b.image.config);
    b.set(reg::id, 0xffffffff);
    CHECK_THAT(message_of<bad_input>([&] { b.host.identify(); }),
               Catch::Contains("no Synfire engine"));
    b.set(reg::id, hw::engine_id);
    b.set(reg::version, hw::engine_version + 0x00010000);
    CHECK_THAT(message_of<bad_input>([&] { b.host.identify(); }),
               Catch::Contains("another version"));
    b.set(reg::version, hw::engine_version);
    CHECK_THAT(message_of<bad_input>([&] { b.host.identify(hw::icebreaker_config()); }),
               Catch::Contains("not the one") && Catch::Contains("24 bits"));
    b.set(reg::caps0, 0);
    CHECK_THAT(message_of<bad_input>([&] { b.host.load(b.image); }), Catch::Contains("lanes"));
}

TEST_CASE("a network that does not read back is an error", "[hw][unit]") {
    bench b;
    b.engine.read_back = false;
    CHECK_THAT(message_of<hw::device_error>([&] { b.host.load(b.image); }),
               Catch::Contains("does not read back") && Catch::Contains("word 0"));
    CHECK_THAT(message_of<bad_input>([&] { b.run(); }), Catch::Contains("no network is loaded"));
}

TEST_CASE("a weight that does not read back is an error, unless nobody looks", "[hw][unit]") {
    bench b;
    b.engine.bad_word = hw::window_of(hw::memory::weights, 2);
    CHECK_THAT(message_of<hw::device_error>([&] { b.host.load(b.image); }),
               Catch::Contains("weights do not read back") && Catch::Contains("word 2"));
    CHECK_THAT(message_of<bad_input>([&] { b.run(); }), Catch::Contains("no network is loaded"));
    hw::host trusting(b.engine, {.verify = false});
    CHECK_NOTHROW(trusting.load(b.image));
}

TEST_CASE("an input shape that does not read back is an error, except where it reads 0",
          "[hw][unit]") {
    bench b;
    b.engine.keeps_registers = false;
    CHECK_NOTHROW(b.host.load(b.image));
    CHECK_FALSE(b.host.attach(b.image));  // NETWORK reads 0 too
    b.engine.keeps_registers = true;
    b.engine.changed_shape = 1;
    CHECK_THAT(message_of<hw::device_error>([&] { b.host.load(b.image); }),
               Catch::Contains("shape of the input"));
}

TEST_CASE("a line that breaks in the middle of a sample leaves nothing behind", "[hw][unit]") {
    const int transfers = GENERATE(1, 2);  // with 2, the abort that follows fails as well
    bench b;
    b.host.load(b.image);
    const hw::sample_answer expected = b.run();
    b.engine.broken_after = 4;
    b.engine.broken_transfers = transfers;
    CHECK_THAT(message_of<bad_input>([&] { b.run(); }), Catch::Contains("stopped answering"));
    CHECK(b.engine.input.size() == (transfers == 1 ? 0 : 4));
    const hw::sample_answer found = b.run();
    CHECK(found.readouts.front().potentials == expected.readouts.front().potentials);
}

TEST_CASE("errors of the engine come in words", "[hw][unit]") {
    const std::string message = answer_error([](auto& words) {
        words.assign(1, hw::stream_word(word_type::error,
                                        0x8000U | hw::error_bad_pattern | hw::error_neuron_range));
    });
    CHECK_THAT(message, Catch::Contains("bad pattern") && Catch::Contains("outside the input")
                            && Catch::Contains("unknown error bit 15"));
    CHECK(hw::error_text(0) == "no error bits");
}

TEST_CASE("missing and malformed answers are errors, not waiting", "[hw][unit]") {
    CHECK_THAT(answer_error([](auto& words) { words.clear(); }),
               Catch::Contains("does not answer"));
    CHECK_THAT(answer_error([](auto& words) { words.resize(2); }), Catch::Contains("a potential"));
    CHECK_THAT(answer_error([](auto& words) { words.pop_back(); }), Catch::Contains("DONE"));
    CHECK_THAT(answer_error([](auto& words) { words.front() += 1; }),
               Catch::Contains("another form"));
    CHECK_THAT(answer_error([](auto& words) { words.front() ^= 1U << 16; }),
               Catch::Contains("another form"));
    CHECK_THAT(answer_error([](auto& words) { words.at(3) += 2; }), Catch::Contains("CLASS"));
    CHECK_THAT(answer_error([](auto& words) { words.back() = 0x50000000; }),
               Catch::Contains("does not end"));
}

TEST_CASE("an engine that is never ready is an error that says its state", "[hw][unit]") {
    bench b;
    b.host.load(b.image);
    b.engine.ready = false;
    b.set(reg::status, hw::status_running | hw::status_output_waiting);
    b.set(reg::error, hw::error_program);
    CHECK_THAT(message_of<hw::device_error>([&] { b.run(); }),
               Catch::Contains("takes no input") && Catch::Contains("running")
                   && Catch::Contains("results waiting") && Catch::Contains("program error"));
}

TEST_CASE("counters are read in their order and can be cleared", "[hw][unit]") {
    bench b;
    CHECK(b.host.counters().cycles == 1000);
    CHECK(b.host.counters().spike_words_written == 1012);
    b.host.clear_counters();
    CHECK((b.host.counters() == hw::hardware_counts{}));
}
