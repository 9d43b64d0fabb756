// SPDX-License-Identifier: Apache-2.0
// The C library on a bus: the answers of the C++ host through the same pins.
#include <vector>

#include <support/catch.hpp>
#include <support/random_hardware.hpp>
#include <synfire.h>
#include <synfire/hw/host.hpp>
#include <synfire/hw/load_words.hpp>

#include "../icebreaker/board_case.hpp"
#include "axi_bench.hpp"

namespace {

using namespace synfire;
using test::axi_bench;

/// The four functions that a user writes, here at the pins of the core.
const synfire_bus* bus_of(axi_bench& bench) {
    static synfire_bus bus;
    bus.context = &bench;
    bus.read = [](void* context, std::uint8_t address) {
        return static_cast<axi_bench*>(context)->read(address);
    };
    bus.write = [](void* context, std::uint8_t address, std::uint32_t value) {
        static_cast<axi_bench*>(context)->write(address, value);
    };
    bus.push = [](void* context, const std::uint32_t* words, std::size_t) {
        return static_cast<axi_bench*>(context)->push(*words) ? std::size_t{1} : std::size_t{0};
    };
    bus.pop = [](void* context, std::uint32_t* word) {
        const auto found = static_cast<axi_bench*>(context)->pop();
        if (found) { *word = *found; }
        return found ? 1 : 0;
    };
    return &bus;
}

}  // namespace

TEST_CASE("the C library on a bus gives the answers of the C++ host", "[rtl][axi][c]") {
    const test::fitting_case c = test::find_case(6500, test::axi_config(), 200);
    axi_bench bench(13, 30);
    hw::host board(bench);
    board.load(c.image);
    const hw::sample_answer expected = board.run(c.words);
    bench.reset();

    const std::vector<std::uint32_t> words = hw::load_words(c.image);
    synfire_image image{};
    REQUIRE(synfire_open_image(&image, words.data(), words.size()) == SYNFIRE_OK);
    synfire_board device{};
    synfire_open_bus(&device, bus_of(bench));
    CHECK(synfire_is_loaded(&device, &image) == SYNFIRE_NOT_LOADED);
    REQUIRE(synfire_load(&device, &image) == SYNFIRE_OK);
    std::vector<synfire_answer> answers(image.readout_count);
    std::vector<std::int32_t> potentials(4096);
    REQUIRE(synfire_run(&device, &image, c.words.data(), c.words.size(), answers.data(),
                        potentials.data(), potentials.size())
            == SYNFIRE_OK);
    REQUIRE(answers.size() == expected.readouts.size());
    for (std::size_t i = 0; i < answers.size(); ++i) {
        CHECK(answers[i].population == expected.readouts[i].population);
        CHECK(answers[i].label == expected.readouts[i].label);
        const std::vector<std::int32_t> found(answers[i].potentials,
                                              answers[i].potentials + answers[i].count);
        CHECK(found == expected.readouts[i].potentials);
    }

    // A word that is none: the engine says so, and the next sample runs.
    std::vector<std::uint32_t> wrong{0xf0000000U};
    wrong.insert(wrong.end(), c.words.begin(), c.words.end());
    CHECK(synfire_run(&device, &image, wrong.data(), wrong.size(), answers.data(),
                      potentials.data(), potentials.size())
          == SYNFIRE_REFUSED);
    CHECK(device.engine_errors == 1);
    CHECK(synfire_run(&device, &image, c.words.data(), c.words.size(), answers.data(),
                      potentials.data(), potentials.size())
          == SYNFIRE_OK);
    CHECK(bench.broken() == "");
}
