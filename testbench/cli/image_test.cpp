// SPDX-License-Identifier: Apache-2.0
// `synfire image`: what a board is loaded with, as data.
#include <synfire.h>

#include <cstdint>
#include <string>
#include <vector>

#include <support/catch.hpp>
#include <unit/io/scratch_folder.hpp>

#include "cosim_runs.hpp"
#include "run_program.hpp"

using namespace synfire::test;

namespace {

program_run image(const std::string& net, const std::string& file) {
    return synfire_program({"image", net, "-o", file});
}

std::vector<std::uint32_t> words_of(const std::string& bytes) {
    std::vector<std::uint32_t> words(bytes.size() / 4);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        words[i / 4] |= static_cast<std::uint32_t>(static_cast<std::uint8_t>(bytes[i]))
                        << (8 * (i % 4));
    }
    return words;
}

}  // namespace

TEST_CASE("an image as bytes is what the host in C opens, and the header has the same words",
          "[cli][image]") {
    const scratch_folder folder;
    const std::string net = digits_net(folder);
    const program_run run = image(net, (folder / "net.bin").string());
    INFO(run.err);
    REQUIRE(run.status == 0);
    const std::vector<std::uint32_t> words = words_of(slurp(folder / "net.bin"));
    synfire_image opened{};
    REQUIRE(synfire_open_image(&opened, words.data(), words.size()) == SYNFIRE_OK);
    CHECK(opened.neurons == 64);
    CHECK(opened.readout_count == 1);
    CHECK((opened.readouts[0] & 0xffffU) == 10);
    REQUIRE(image(net, (folder / "my-net.h").string()).status == 0);
    const std::string header = slurp(folder / "my-net.h");
    CHECK_THAT(header, Catch::Contains("static const uint32_t my_net_words["
                                       + std::to_string(words.size()) + "]"));
    CHECK_THAT(header,
               Catch::Contains("#define my_net_WORD_COUNT " + std::to_string(words.size())));
    CHECK_THAT(header, Catch::Contains("0x494e5953, 0x00000002,"));
}

TEST_CASE("images of other names, and of networks that do not fit, are refused", "[cli][image]") {
    const scratch_folder folder;
    const std::string net = digits_net(folder);
    CHECK(image(net, (folder / "net.txt").string()).status == 2);
    require_bad_input(
        image(zoo_net(folder, "fashion_cnn", "fashion-mnist"), (folder / "net.h").string()),
        {"too large for the engine of the board icebreaker"});
}
