// SPDX-License-Identifier: Apache-2.0
// The C library for microcontrollers (hw/c) on the board's pin: the answers of the C++ host, and a
// way out of everything that the line or the board can do.
#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include <support/catch.hpp>
#include <support/image_parts.hpp>
#include <support/random_hardware.hpp>
#include <synfire.h>
#include <synfire/core/error.hpp>
#include <synfire/hw/host.hpp>
#include <synfire/hw/load_words.hpp>
#include <synfire/hw/registers.hpp>

#include "board_case.hpp"
#include "boards.hpp"

namespace {

using namespace synfire;

/// A board at two functions of C, with a line that loses one byte when a test says so.
struct c_board {
    explicit c_board(std::uint64_t seed) : line(test::make_fast_board(seed), test::fast_line) {
        const synfire_port port{this, write, read};
        synfire_open(&board, &port);
    }

    static int write(void* context, const std::uint8_t* bytes, std::size_t count) {
        auto& self = *static_cast<c_board*>(context);
        std::vector<std::uint8_t> sent(bytes, bytes + count);
        if (self.lose_sent) { sent.pop_back(); }
        self.lose_sent = false;
        self.line.write(sent);
        return self.dead ? 0 : 1;
    }
    static std::size_t read(void* context, std::uint8_t* bytes, std::size_t count) {
        auto& self = *static_cast<c_board*>(context);
        if (self.dead) { return 0; }
        return self.line.read({bytes, count});
    }

    test::board_line line;
    synfire_board board{};
    bool lose_sent = false;  ///< the last byte of the next write
    bool dead = false;
};

struct opened_image {
    explicit opened_image(const hw::image& made) : words(hw::load_words(made)) {
        REQUIRE(synfire_open_image(&image, words.data(), words.size()) == SYNFIRE_OK);
        answers.resize(image.readout_count);
        std::size_t all = 0;
        for (std::uint32_t i = 0; i < image.readout_count; ++i) {
            all += image.readouts[i] & 0xffffU;
        }
        potentials.resize(all);
    }
    synfire_status run(c_board& b, const hw::sample_words& sample) {
        return synfire_run(&b.board, &image, sample.data(), sample.size(), answers.data(),
                           potentials.data(), potentials.size());
    }
    bool answered(const hw::sample_answer& expected) const {
        bool same = expected.readouts.size() == answers.size();
        for (std::size_t i = 0; same && i < answers.size(); ++i) {
            const hw::readout_answer& e = expected.readouts[i];
            const synfire_answer& a = answers[i];
            same = a.population == e.population && a.label == e.label
                   && std::equal(e.potentials.begin(), e.potentials.end(), a.potentials,
                                 a.potentials + a.count);
        }
        return same;
    }

    std::vector<std::uint32_t> words;
    synfire_image image{};
    std::vector<synfire_answer> answers;
    std::vector<std::int32_t> potentials;
};

/// What the C++ host gets for the same samples, on a board of its own.
struct expected_run {
    hw::sample_answer answer;
    hw::hardware_counts counts;
};
expected_run expected_of(const test::fitting_case& c) {
    test::board_line line(test::make_fast_board(77), test::fast_line);
    hw::uart_link link(line);
    hw::host host(link);
    host.load(c.image);
    expected_run run;
    run.answer = host.run(c.words);
    run.counts = host.counters();
    return run;
}

test::fitting_case some_case(std::uint64_t seed = 4300) {
    return test::find_case(seed, hw::icebreaker_config(), 1000);
}

}  // namespace

TEST_CASE("the C host gets the answers and counters of the C++ host", "[rtl][c]") {
    c_board b(40);
    for (const std::uint64_t seed : {4300U, 4321U, 4342U, 4363U}) {
        INFO("seed " << seed);
        const test::fitting_case c = some_case(seed);
        const expected_run expected = expected_of(c);
        opened_image image(c.image);
        REQUIRE(synfire_load(&b.board, &image.image) == SYNFIRE_OK);
        REQUIRE(image.run(b, c.words) == SYNFIRE_OK);
        CHECK(image.answered(expected.answer));
        std::array<std::uint32_t, SYNFIRE_COUNTERS> counters{};
        REQUIRE(synfire_counters(&b.board, counters.data()) == SYNFIRE_OK);
        const auto wanted = hw::to_array(expected.counts);
        CHECK(std::equal(counters.begin(), counters.end(), wanted.begin(), wanted.end()));
    }
}

TEST_CASE("the C host runs a network in parts, and gets the answer of the whole",
          "[rtl][c][parts]") {
    const test::fitting_case c = some_case();
    const expected_run expected = expected_of(c);
    const auto made = test::image_in_parts(c.c.net, hw::icebreaker_config(), 3);
    REQUIRE(made);
    c_board b(44);
    opened_image image(*made);
    CHECK(image.image.part_count == made->parts.size());
    REQUIRE(synfire_load(&b.board, &image.image) == SYNFIRE_OK);
    for (int sample = 0; sample < 2; ++sample) {
        REQUIRE(synfire_clear_counters(&b.board) == SYNFIRE_OK);
        REQUIRE(image.run(b, c.words) == SYNFIRE_OK);
        CHECK(image.answered(expected.answer));
    }
    std::array<std::uint32_t, SYNFIRE_COUNTERS> counters{};
    REQUIRE(synfire_counters(&b.board, counters.data()) == SYNFIRE_OK);
    CHECK(counters[5] == expected.counts.adds);
    CHECK(counters[8] == expected.counts.spikes);

    b.lose_sent = true;
    CHECK(image.run(b, c.words) == SYNFIRE_LINE_LOST);
    CHECK(image.run(b, c.words) == SYNFIRE_OK);
    CHECK(image.answered(expected.answer));
    b.line.reset();
    CHECK(image.run(b, c.words) == SYNFIRE_REFUSED);
    CHECK(synfire_is_loaded(&b.board, &image.image) == SYNFIRE_NOT_LOADED);
    REQUIRE(synfire_load(&b.board, &image.image) == SYNFIRE_OK);
    CHECK(image.run(b, c.words) == SYNFIRE_OK);
    CHECK(image.answered(expected.answer));

    image.words[image.words.size() - 2] ^= 1;  // the table of parts
    synfire_image changed{};
    CHECK(synfire_open_image(&changed, image.words.data(), image.words.size())
          == SYNFIRE_BAD_IMAGE);
}

TEST_CASE("the C host encodes codes as the C++ host does", "[rtl][c]") {
    std::size_t compared = 0;
    for (std::uint64_t seed = 4400; seed < 4440; ++seed) {
        const test::random_case c = test::make_hardware_case(seed, test::board_family());
        const auto& codes = c.samples.front().front().codes;
        hw::image made;
        try {
            made = hw::make_image(c.net, hw::icebreaker_config());
        } catch (const bad_input&) { continue; }
        opened_image image(made);
        std::vector<std::uint32_t> words(2 * codes.size() + 1);
        std::size_t used = 0;
        const synfire_status status =
            synfire_encode(&image.image, codes.data(), words.data(), words.size(), &used);
        const bool known =
            made.input.encoder == input_encoder::code || made.input.encoder == input_encoder::rate;
        if (!known || made.inputs.size() > 1) {
            CHECK(status == SYNFIRE_SAMPLE);
            continue;
        }
        INFO("seed " << seed);
        REQUIRE(status == SYNFIRE_OK);
        CHECK(std::vector<std::uint32_t>(words.begin(),
                                         words.begin() + static_cast<std::ptrdiff_t>(used))
              == hw::encode(made.input, codes));
        if (used > 1) {
            CHECK(synfire_encode(&image.image, codes.data(), words.data(), used - 1, &used)
                  == SYNFIRE_NO_ROOM);
        }
        ++compared;
        std::vector<std::int32_t> bad(codes.begin(), codes.end());
        bad.back() = made.input.range.hi + 1;
        CHECK(synfire_encode(&image.image, bad.data(), words.data(), words.size(), &used)
              == SYNFIRE_SAMPLE);
        CHECK(synfire_encode(&image.image, codes.data(), words.data(), 0, &used)
              == SYNFIRE_NO_ROOM);
    }
    CHECK(compared > 5);
}

TEST_CASE("words that are no image, or were changed, are refused by the C host", "[rtl][c]") {
    std::vector<std::uint32_t> words = hw::load_words(some_case().image);
    synfire_image image{};
    CHECK(synfire_open_image(&image, words.data(), words.size() - 1) == SYNFIRE_BAD_IMAGE);
    CHECK(synfire_open_image(&image, words.data(), 3) == SYNFIRE_BAD_IMAGE);
    for (const std::size_t i :
         {std::size_t{0}, std::size_t{1}, std::size_t{12}, words.size() / 2, words.size() - 1}) {
        INFO("word " << i);
        words[i] ^= 1;
        CHECK(synfire_open_image(&image, words.data(), words.size()) == SYNFIRE_BAD_IMAGE);
        words[i] ^= 1;
    }
    CHECK(synfire_open_image(&image, words.data(), words.size()) == SYNFIRE_OK);
}

TEST_CASE("the C host refuses an engine that is not the image's", "[rtl][c]") {
    c_board b(41);
    hw::image other = some_case().image;
    other.config.lanes = 16;
    const std::vector<std::uint32_t> words = hw::load_words(other);
    synfire_image image{};
    REQUIRE(synfire_open_image(&image, words.data(), words.size()) == SYNFIRE_OK);
    CHECK(synfire_load(&b.board, &image) == SYNFIRE_OTHER_ENGINE);
}

TEST_CASE("the C host finds its way back after losses, refusals and resets", "[rtl][c]") {
    const test::fitting_case c = some_case();
    const expected_run expected = expected_of(c);
    c_board b(42);
    opened_image image(c.image);
    REQUIRE(synfire_load(&b.board, &image.image) == SYNFIRE_OK);

    SECTION("a byte is lost") {
        b.lose_sent = true;
        CHECK(image.run(b, c.words) == SYNFIRE_LINE_LOST);
        CHECK(b.board.line_errors == hw::uart_short_frame);
    }
    SECTION("the engine refuses a sample") {
        CHECK(image.run(b, {0x80000000U, hw::stream_word(hw::word_type::end)}) == SYNFIRE_REFUSED);
        CHECK(b.board.engine_errors == hw::error_unknown_word);
        std::uint32_t errors = 1;
        CHECK(synfire_errors(&b.board, &errors) == SYNFIRE_OK);
        CHECK(errors == 0);  // cleared with the sample
    }
    SECTION("the button is pressed") {
        b.line.reset();
        CHECK(synfire_is_loaded(&b.board, &image.image) == SYNFIRE_NOT_LOADED);
        CHECK(image.run(b, c.words) == SYNFIRE_REFUSED);
        CHECK(b.board.engine_errors == hw::error_no_program);
        REQUIRE(synfire_load(&b.board, &image.image) == SYNFIRE_OK);
    }
    SECTION("the array is too small") {
        CHECK(synfire_run(&b.board, &image.image, c.words.data(), c.words.size(),
                          image.answers.data(), image.potentials.data(), 0)
              == SYNFIRE_NO_ROOM);
    }
    CHECK(synfire_is_loaded(&b.board, &image.image) == SYNFIRE_OK);
    REQUIRE(image.run(b, c.words) == SYNFIRE_OK);
    CHECK(image.answered(expected.answer));
}

TEST_CASE("the C host gives up a line that is dead, and says so in words", "[rtl][c]") {
    c_board b(43);
    b.dead = true;
    opened_image image(some_case().image);
    const synfire_status status = synfire_load(&b.board, &image.image);
    CHECK(status == SYNFIRE_NO_ANSWER);
    CHECK(std::strcmp(synfire_status_text(status), "the device does not answer") == 0);
    CHECK(std::strcmp(synfire_status_text(static_cast<synfire_status>(15)), "unknown status") == 0);
}
