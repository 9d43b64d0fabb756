// SPDX-License-Identifier: Apache-2.0
// Which engine a network runs on, whether it has room there, and who counted what.
#include <support/catch.hpp>
#include <unit/io/scratch_folder.hpp>

#include "cosim_runs.hpp"

using namespace synfire::test;

TEST_CASE("a network that does not fit is refused with file, engine, each item and what helps",
          "[cli][image]") {
    const scratch_folder folder;
    const std::string net = zoo_net(folder, "fashion_cnn", "fashion-mnist");
    const program_run run =
        synfire_program({"image", net, "--board", "icebreaker", "-o", (folder / "net.h").string()});
    require_bad_input(run, {net + ": too large for the engine of the board icebreaker",
                            "\n  found: words of the active map: ", " (at most 512)\n",
                            "\n         code words: ", " (at most 2048)\n", "without --board",
                            "--weight-bits"});
    CHECK(run.out.empty());
}

TEST_CASE("counts of layers that the RTL does not tell are said to be the cycle model's",
          "[cli][cosim]") {
    if (!has_rtl()) { return; }
    const scratch_folder folder;
    const std::string net = digits_net(folder);
    const auto layers_of = [&](const std::vector<std::string>& more) {
        const nlohmann::json json = equal_result(cosim(net, "digits", "1", more));
        CHECK(json["source"] == (json["engine"] == "model" ? "model" : "rtl"));
        return json["layers_source"].get<std::string>();
    };
    CHECK(layers_of({}) == "rtl");
    CHECK(layers_of({"--no-check"}) == "model");
    CHECK(layers_of({"--board", "icebreaker"}) == "model");
    CHECK(layers_of({"--engine", "model"}) == "model");
    const program_run text =
        synfire_program({"cosim", net, "--data", "digits", "--samples", "1", "--no-check"});
    CHECK_THAT(text.out, contains_text("total: counted by the RTL; layers: cycle model"));
}
