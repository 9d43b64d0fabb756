// SPDX-License-Identifier: Apache-2.0
// `synfire run` as a user gives it, on a simulated board that a test disturbs.
#include <functional>

#include <nlohmann/json.hpp>

#include <cli/run_program.hpp>
#include <support/catch.hpp>
#include <support/pty.hpp>

#include "boards.hpp"
#include "port_case.hpp"

using namespace synfire::test;

namespace {

using bytes = std::vector<std::uint8_t>;

program_run run(const std::string& net, const std::string& port,
                const std::vector<std::string>& more, const std::string& patience = "1.5",
                const std::string& data = "digits") {
    std::vector<std::string> arguments{"run", net,      "--data", data,         "--port",
                                       port,  "--json", "-",      "--patience", patience};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return synfire_program(arguments);
}

/// A board and its line; `disturb` is called once, when the engine first runs, with what the board
/// has just said.
class disturbed_board {
  public:
    explicit disturbed_board(std::uint64_t seed, std::function<void(board_line&, bytes&)> disturb)
        : line_(make_fast_board(seed), fast_line),
          disturb_(std::move(disturb)),
          port_([this](const bytes& heard) { return serve(heard); }) {}

    const std::string& path() const { return port_.path(); }

  private:
    board_line line_;
    std::function<void(board_line&, bytes&)> disturb_;
    bool disturbed_ = false;
    served_port port_;

    bytes serve(const bytes& heard) {
        bytes said = line_.exchange(heard);
        if (!disturbed_ && !said.empty() && line_.pins().running_led()) {
            disturbed_ = true;
            disturb_(line_, said);
        }
        return said;
    }
};

nlohmann::json checked(const program_run& run) {
    INFO(run.err);
    REQUIRE(run.status == 0);
    nlohmann::json json = nlohmann::json::parse(run.out);
    CHECK(json["checked"] == true);
    CHECK(json["equal"] == true);
    CHECK(json["first_difference"].is_null());
    return json;
}

}  // namespace

TEST_CASE("a data set on a board gives the simulator's answers and the model's counters",
          "[rtl][port]") {
    const scratch_folder folder;
    const std::string net = digits_net(folder);
    disturbed_board board(31, [](auto&, auto&) {});
    const std::string answers = (folder / "answers.csv").string();
    const auto json =
        checked(run(net, board.path(), {"--samples", "3", "--check", "--outputs", answers}));
    CHECK(json["command"] == "run");
    CHECK(json["board"] == "icebreaker");
    CHECK(json["samples"] == 3);
    CHECK(json["sent_again"] == 0);
    CHECK(json["loaded_again"] == 0);
    CHECK(json["counters"]["cycles"] == 3 * json["cycles_per_sample"]["mean"].get<double>());
    CHECK(json["latency_s"]["mean"].get<double>()
          == Approx(json["cycles_per_sample"]["mean"].get<double>() / 24e6));
    for (const char* part : {"loading", "running"}) {
        INFO(part);
        CHECK(json[part]["bytes_sent"] > 0);
        CHECK(json[part]["line_seconds"].get<double>() > 0);
    }
    const std::string simulated = (folder / "simulated.csv").string();
    const program_run reference = synfire_program(
        {"simulate", net, "--data", "digits", "--samples", "3", "--outputs", simulated});
    REQUIRE(reference.status == 0);
    CHECK(slurp(answers) == slurp(simulated));
}

TEST_CASE("a board that is reset in an inference is loaded again, and nothing is lost",
          "[rtl][port]") {
    const scratch_folder folder;
    const std::string net = digits_net(folder);
    disturbed_board board(32, [](board_line& line, bytes&) { line.reset(); });
    const auto json = checked(run(net, board.path(), {"--samples", "2", "--check"}));
    CHECK(json["samples"] == 2);
    CHECK(json["sent_again"] == 1);
    CHECK(json["loaded_again"] == 1);
}

TEST_CASE("a sample whose answer lost a byte is sent again", "[rtl][port]") {
    const scratch_folder folder;
    const std::string net = digits_net(folder);
    disturbed_board board(33, [](board_line&, bytes& said) { said.pop_back(); });
    const auto json = checked(run(net, board.path(), {"--samples", "2", "--check"}));
    CHECK(json["sent_again"] == 1);
    CHECK(json["loaded_again"] == 0);
}

TEST_CASE("a network whose maps are larger than the board's runs in slices, and what was lost is "
          "run again",
          "[rtl][port][slices]") {
    const scratch_folder folder;
    const std::string net = fashion_net(folder);
    disturbed_board board(35, [](board_line& line, bytes&) { line.reset(); });
    const std::string answers = (folder / "answers.csv").string();
    const auto json = checked(
        run(net, board.path(), {"--samples", "3", "--batch", "2", "--check", "--outputs", answers},
            "1.5", "fashion-mnist"));
    const program_run estimate =
        synfire_program({"estimate", net, "--board", "icebreaker", "--data", "fashion-mnist",
                         "--samples", "3", "--json", "-"});
    const auto expected = nlohmann::json::parse(estimate.out)["boards"][0];
    CHECK(expected["in_slices"]["layers"].size() > 0);
    CHECK(json["slices"] == expected["in_slices"]["slices"]);
    CHECK(json["cycles_per_sample"] == expected["cycles"]);
    CHECK(json["samples_per_batch"] == 2);
    CHECK(json["slice_words_per_batch"] > 0);
    CHECK(json["sent_again"] == 1);
    CHECK(json["loaded_again"] == 1);
    const std::string simulated = (folder / "simulated.csv").string();
    const program_run reference = synfire_program(
        {"simulate", net, "--data", "fashion-mnist", "--samples", "3", "--outputs", simulated});
    REQUIRE(reference.status == 0);
    CHECK(slurp(answers) == slurp(simulated));
}

TEST_CASE("without retries a disturbed line ends the run", "[rtl][port]") {
    const scratch_folder folder;
    const std::string net = digits_net(folder);
    disturbed_board board(34, [](board_line&, bytes& said) { said.pop_back(); });
    require_bad_input(run(net, board.path(), {"--samples", "2", "--retries", "0"}),
                      {"serial link", "send the last operation again"});
}

TEST_CASE("what cannot be run is said before anything is sent", "[rtl][port]") {
    const scratch_folder folder;
    const std::string net = digits_net(folder);
    require_bad_input(run(net, "/dev/no-such-port", {}), {"/dev/no-such-port", "cannot be opened"});
    require_bad_input(run(net, "/dev/null", {}), {"/dev/null", "no serial port"});
    served_port silent([](const auto&) { return bytes{}; });
    require_bad_input(run(net, silent.path(), {}, "0.1"), {"serial link", "does not answer"});
    require_bad_input(run(net, silent.path(), {"--baud", "12345"}), {"12345", "1000000"});
    // Something that answers every two bytes as a register of 0 would.
    served_port other([](const bytes& heard) {
        bytes answer;
        for (std::size_t i = 1; i < heard.size(); i += 2) {
            answer.insert(answer.end(), {0xa0, 0, 0, 0, 0});
        }
        return answer;
    });
    require_bad_input(run(net, other.path(), {}), {"what answers is no Synfire engine"});
}

TEST_CASE("networks with layers that the board cannot run are refused with all of them",
          "[rtl][port]") {
    const scratch_folder folder;
    const std::string net = (folder / "large.snn").string();
    REQUIRE(
        synfire_program(
            {"convert",
             (std::filesystem::path(SYNFIRE_SOURCE_DIR) / "models/zoo/fashion_cnn" / "model.onnx")
                 .string(),
             "--calibration", "fashion-mnist", "--calibration-samples", "8", "-o", net})
            .status
        == 0);
    served_port silent([](const auto&) { return bytes{}; });
    require_bad_input(
        synfire_program({"run", net, "--data", "fashion-mnist", "--port", silent.path(), "--board",
                         "icebreaker_mlp"}),
        {"the engine is for dense layers alone", "positions", "an engine for all layers"});
}

TEST_CASE("results are not written to the port", "[rtl][port]") {
    const scratch_folder folder;
    const std::string net = digits_net(folder);
    bool heard = false;
    served_port board([&](const auto& sent) {
        heard = heard || !sent.empty();
        return bytes{};
    });
    const std::string link = (folder / "board").string();
    std::filesystem::create_symlink(board.path(), link);
    for (const char* option : {"--outputs", "--json"}) {
        const program_run run =
            synfire_program({"run", net, "--data", "digits", "--port", board.path(), option, link});
        CHECK(run.status == 2);
        CHECK_THAT(run.err, Catch::Contains("the output would overwrite an input"));
    }
    CHECK_FALSE(heard);
}
