// SPDX-License-Identifier: Apache-2.0
// synfire synth: the bitstream of a board, by the flow in hdl/syn of a source tree.
#include "synth.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <synfire/core/error.hpp>
#include <vector>

#include "boards.hpp"
#include "paths.hpp"

namespace synfire::cli {

namespace {

namespace fs = std::filesystem;

struct synth_arguments {
    std::string board;
    std::vector<int> seeds{1, 2, 3};
    std::string out;
    std::string constraints;
    std::string hdl = SYNFIRE_HDL_DIR;
    std::string json;
};

fs::path flow_of(const synth_arguments& arguments) {
    const fs::path flow = fs::path(arguments.hdl) / "syn" / "synthesise.py";
    std::error_code ignored;
    if (fs::is_regular_file(flow, ignored)) { return fs::absolute(flow); }
    throw bad_input({"--hdl", "there is no flow to make bitstreams with", flow.string(),
                     "the folder hdl of Synfire's sources",
                     "name the folder of a source tree with --hdl"});
}

/// Starts a program of the search path and waits for it; its exit status, or 128 and the signal.
int run(std::vector<std::string> words, bool text_to_errors) {
    std::vector<char*> argv;
    for (std::string& word : words) { argv.push_back(word.data()); }
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    if (text_to_errors) {
        posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
    }
    pid_t child = 0;
    const int failed = posix_spawnp(&child, argv[0], &actions, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (failed != 0) {
        throw bad_input({words.front(), "the program does not start", std::strerror(failed), "",
                         "install Python 3 (Debian: python3)"});
    }
    int status = 0;
    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) { throw internal_error("a started program cannot be waited for"); }
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

nlohmann::ordered_json result_of(const fs::path& file) {
    std::ifstream in(file);
    return nlohmann::ordered_json::parse(in);
}

int synth(const synth_arguments& arguments) {
    const output out(arguments.json);
    check_outputs({arguments.json}, {arguments.constraints});
    const hw::board_description board = board_of(arguments.board);
    const fs::path flow = flow_of(arguments);
    const fs::path folder = fs::absolute(arguments.out.empty() ? fs::path("synth") / board.name
                                                               : fs::path(arguments.out));
    const bool is_file = !hw::is_board_name(arguments.board);
    std::vector<std::string> words = {"python3",
                                      flow.string(),
                                      is_file ? fs::absolute(arguments.board).string()
                                              : arguments.board,
                                      "--seeds",
                                      fmt::format("{}", fmt::join(arguments.seeds, ",")),
                                      "--out",
                                      folder.string()};
    if (!arguments.constraints.empty()) {
        words.insert(words.end(), {"--constraints", fs::absolute(arguments.constraints).string()});
    }
    std::fflush(stdout);
    const int status = run(words, arguments.json == "-");
    // The flow has said what was wrong, in the program's own words.
    if (status == status_ok || status == status_check_failed) {
        out.json(result_of(folder / (board.name + ".json")));
    }
    return status > status_bad_input ? status_internal : status;
}

}  // namespace

void add_synth(CLI::App& app, command_body& chosen) {
    auto arguments = std::make_shared<synth_arguments>();
    CLI::App* command = app.add_subcommand(
        "synth", "Make the bitstream of a board with open tools, and check size and clock");
    command->add_option("--board", arguments->board, "which board")
        ->required()
        ->check(board_choice());
    command
        ->add_option("--seeds", arguments->seeds,
                     "seeds of place and route; the fastest makes the bitstream (1,2,3)")
        ->delimiter(',')
        ->check(CLI::NonNegativeNumber);
    command->add_option("--out", arguments->out,
                        "folder of bitstream, result and the tools' logs (synth/BOARD)");
    command->add_option("--constraints", arguments->constraints,
                        "file of pins; else the one beside FILE.json, or that of the board");
    command->add_option("--hdl", arguments->hdl,
                        "folder hdl of a source tree (that which the program was built from)");
    command->add_option("--json", arguments->json,
                        "write the result as JSON at the end (-: standard output)");
    command->callback([arguments, &chosen] { chosen = [arguments] { return synth(*arguments); }; });
}

}  // namespace synfire::cli
