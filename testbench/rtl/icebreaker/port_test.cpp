// SPDX-License-Identifier: Apache-2.0
// `synfire cosim --port` as a user gives it, with the simulated board behind a pseudo-terminal.
#include <nlohmann/json.hpp>

#include <cli/run_program.hpp>
#include <support/catch.hpp>
#include <support/pty.hpp>

#include "boards.hpp"
#include "port_case.hpp"

using namespace synfire::test;

namespace {

program_run cosim(const std::string& net, const std::vector<std::string>& more) {
    std::vector<std::string> arguments{"cosim",     net, "--data", "digits",
                                       "--samples", "2", "--json", "-"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return synfire_program(arguments);
}

}  // namespace

TEST_CASE("digits on the board behind a port give potentials and counts of the simulator",
          "[rtl][port]") {
    const scratch_folder folder;
    const std::string net = digits_net(folder);
    board_line line(make_fast_board(11), fast_line);
    served_port far_end([&](const auto& heard) { return line.exchange(heard); });
    const program_run run = cosim(net, {"--board", "icebreaker", "--port", far_end.path()});
    INFO(run.err);
    REQUIRE(run.status == 0);
    const nlohmann::json json = nlohmann::json::parse(run.out);
    CHECK(json["equal"] == true);
    CHECK(json["source"] == "board");
    CHECK(json["engine"] == "board");
    CHECK(json["samples"] == 2);
    CHECK(json["spikes_checked"] == false);
    CHECK(json["cycles"] == json["model_cycles"]);
    for (const auto& [name, counter] : json["counters"].items()) {
        INFO(name);
        CHECK(counter["equal"] == true);
        CHECK(counter["rtl"] == counter["model"]);
    }
}

TEST_CASE("ports that cannot be used are bad input, and a port without a board is wrong use",
          "[rtl][port]") {
    const scratch_folder folder;
    const std::string net = digits_net(folder);
    require_bad_input(cosim(net, {"--board", "icebreaker", "--port", "/dev/no-such-port"}),
                      {"/dev/no-such-port", "cannot be opened"});
    require_bad_input(cosim(net, {"--board", "icebreaker", "--port", "/dev/null"}),
                      {"/dev/null", "no serial port"});
    served_port silent([](const auto&) { return std::vector<std::uint8_t>{}; });
    require_bad_input(cosim(net, {"--board", "icebreaker", "--port", silent.path()}),
                      {"serial link", "does not answer"});
    CHECK(cosim(net, {"--port", silent.path()}).status == 2);
    CHECK(cosim(net, {"--board", "icebreaker", "--port", silent.path(), "--engine", "cc"}).status
          == 2);
    CHECK(cosim(net, {"--board", "icebreaker", "--port", silent.path(), "--trace", "a.fst"}).status
          == 2);
}
