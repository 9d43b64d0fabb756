// SPDX-License-Identifier: Apache-2.0
// `synfire emulate` and `synfire run`, both as a user gives them, talking to each other.
#include <chrono>
#include <filesystem>
#include <fstream>
#include <future>
#include <thread>

#include <nlohmann/json.hpp>

#include <cli/digits_stream.hpp>
#include <cli/run_program.hpp>
#include <support/catch.hpp>
#include <support/pty.hpp>
#include <synfire/io/network_file.hpp>

#include "port_case.hpp"

using namespace synfire::test;

namespace {

void wait_for(const std::string& path) {
    constexpr int most_waits = 3000;
    for (int i = 0; i < most_waits && !std::filesystem::exists(path); ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    REQUIRE(std::filesystem::exists(path));
}

struct conversation {
    nlohmann::json run;
    nlohmann::json emulation;
};

/// Two samples of the digits, checked, on an emulation of the board that serves one program.
conversation run_emulated(const std::string& name, const std::string& net,
                          const std::string& port) {
    auto emulation = std::async(std::launch::async, [&] {
        return synfire_program({"emulate", "--board", name, "--link", port, "--once", "--fast-line",
                                "--seed", "7", "--json", "-"});
    });
    wait_for(port);
    const program_run run =
        synfire_program({"run", net, "--data", "digits", "--samples", "2", "--port", port,
                         "--board", name, "--patience", "20", "--check", "--json", "-"});
    const program_run served = emulation.get();
    INFO(run.err << served.err);
    REQUIRE(run.status == 0);
    REQUIRE(served.status == 0);
    conversation said{nlohmann::json::parse(run.out), nlohmann::json::parse(served.out)};
    CHECK(said.run["equal"] == true);
    CHECK(said.run["samples"] == 2);
    return said;
}

}  // namespace

TEST_CASE("an emulated board serves a program, and ends when it hangs up", "[rtl][port]") {
    // The iCEBreaker's own top, and the generic one.
    const std::string name = GENERATE("icebreaker", "ulx3s");
    CAPTURE(name);
    const scratch_folder folder;
    const std::string net = digits_net(folder);
    const std::string port = (folder / "board").string();
    const auto [result, emulated] = run_emulated(name, net, port);
    CHECK(emulated["command"] == "emulate");
    CHECK(emulated["board"] == name);
    CHECK(emulated["programs"] == 1);
    CHECK(emulated["bytes_to_board"]
          == result["loading"]["bytes_sent"].get<int>()
                 + result["running"]["bytes_sent"].get<int>());
    CHECK(emulated["bytes_from_board"]
          == result["loading"]["bytes_received"].get<int>()
                 + result["running"]["bytes_received"].get<int>());
    CHECK_FALSE(std::filesystem::exists(std::filesystem::symlink_status(port)));
}

TEST_CASE("an emulated board runs a streaming network step by step", "[rtl][port]") {
    const std::string name = "ulx3s_streaming";
    const scratch_folder folder;
    const std::string net = (folder / "stream.snn").string();
    synfire::io::write_network(digits_rate_stream(), net);
    run_emulated(name, net, (folder / "board").string());
}

TEST_CASE("a file with the name of the link stays as it is", "[rtl][port]") {
    const scratch_folder folder;
    const std::string name = (folder / "file").string();
    std::ofstream(name) << "text";
    require_bad_input(synfire_program({"emulate", "--link", name, "--once"}),
                      {name, "something else has this name"});
    CHECK(std::filesystem::is_regular_file(name));
}

TEST_CASE("a link to a terminal that exists is not taken away from who serves it", "[rtl][port]") {
    const scratch_folder folder;
    const std::string name = (folder / "board").string();
    const served_port other([](const auto&) { return std::vector<std::uint8_t>{}; });
    std::filesystem::create_symlink(other.path(), name);
    require_bad_input(synfire_program({"emulate", "--link", name, "--once"}),
                      {name, "another emulation has this name", other.path(), "free name"});
    CHECK(std::filesystem::read_symlink(name) == other.path());
}

TEST_CASE("outputs of an emulation are looked at before it starts", "[rtl][port]") {
    const scratch_folder folder;
    const std::string name = (folder / "board").string();
    CHECK(synfire_program({"emulate", "--link", name, "--json", name, "--once"}).status == 2);
    require_bad_input(
        synfire_program({"emulate", "--json", (folder / "none" / "a.json").string(), "--once"}),
        {"its folder does not exist"});
}
