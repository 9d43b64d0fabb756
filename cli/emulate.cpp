// SPDX-License-Identifier: Apache-2.0
// synfire emulate: the Verilated top of a board behind a pseudo-terminal, for any program that
// talks to the board.
#include "emulate.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <synfire/core/error.hpp>
#include <synfire/cosim/board_server.hpp>
#include <vector>

#include "boards.hpp"
#include "hardware.hpp"
#include "paths.hpp"
#include "port_link.hpp"
#include "stop_on_signal.hpp"

namespace synfire::cli {

namespace {

struct emulate_arguments {
    std::string board = "icebreaker";
    std::string link;
    bool once = false;
    bool quick = false;
    std::uint64_t seed = 1;
    std::string json;
};

constexpr std::chrono::milliseconds refresh{500};

/// Cycles and speed on standard error, where that is a terminal.
class speed_line {
  public:
    ~speed_line() {
        if (shown_) { fmt::print(stderr, "\r\033[K"); }
    }
    void update(const cosim::server_counts& counts) {
        const auto now = std::chrono::steady_clock::now();
        if (!shown_ || now - last_ < refresh) { return; }
        last_ = now;
        fmt::print(stderr, "\r\033[Kemulate: {} cycles, {:.3g} Mcycle/s, {} bytes in, {} out",
                   counts.cycles, counts.cycles_per_second() / 1e6, counts.bytes_to_board,
                   counts.bytes_from_board);
        std::fflush(stderr);
    }

  private:
    bool shown_ = isatty(STDERR_FILENO) != 0;
    std::chrono::steady_clock::time_point last_{};
};

nlohmann::ordered_json to_json(const emulate_arguments& arguments, const std::string& name,
                               const std::string& port, const cosim::server_counts& counts,
                               const cosim::board_line& board) {
    nlohmann::ordered_json json = {
        {"command", "emulate"},
        {"board", name},
        {"port", port},
        {"seed", arguments.seed},
        {"cycles_per_bit", board.timing().cycles_per_bit},
        {"cycles", counts.cycles},
        {"running_seconds", counts.running_seconds},
        {"cycles_per_second", counts.cycles_per_second()},
        {"bytes_to_board", counts.bytes_to_board},
        {"bytes_from_board", counts.bytes_from_board},
        {"programs", counts.programs},
    };
    return json;
}

/// At once, for who waits for the name in a pipe.
void say(const output& out, const std::string& line) {
    out.text(line);
    std::fflush(stdout);
}

/// Some boards have a Verilated top in this program, each with the engine of its own description.
void require_emulated(const hw::board_description& board) {
    const std::vector<std::string> there = cosim::emulated_boards();
    if (std::find(there.begin(), there.end(), board.name) != there.end()
        && board.engine == hw::built_in_board(board.name).engine) {
        return;
    }
    throw bad_input({"--board " + board.name, "this program holds no such board to emulate",
                     board.top, fmt::format("{}, as in models/boards", fmt::join(there, ", ")),
                     "`synfire cosim --engine model` runs its engine, without the line"});
}

/// Boards that are built with a quick line alone have no other.
cosim::line_timing timing_of(const emulate_arguments& arguments, const std::string& board) {
    const bool real = !arguments.quick && cosim::has_board(board, cosim::icebreaker_line);
    return real ? cosim::icebreaker_line : cosim::quick_line;
}

int emulate(const emulate_arguments& arguments) {
    const output out(arguments.json);
    const hw::board_description description = board_of(arguments.board);
    require_emulated(description);
    check_outputs({arguments.json, arguments.link}, {});
    require_available(hardware_engine::cc);
    const cosim::line_timing timing = timing_of(arguments, description.name);
    cosim::board_line board(cosim::make_board(description.name, timing, arguments.seed), timing);
    hw::pseudo_terminal terminal;
    const stop_on_signal stop;
    std::optional<port_link> link;
    if (!arguments.link.empty()) { link.emplace(arguments.link, terminal.path()); }
    const std::string port = link ? arguments.link : terminal.path();
    say(out,
        fmt::format("board: {}, from its UART pin{}", description.name,
                    timing == cosim::quick_line ? ", with bits of 4 cycles, as on no board" : ""));
    say(out, fmt::format("port: {}", port));
    speed_line line;
    cosim::server_options options;
    options.once = arguments.once;
    options.stop = [&] { return stop.asked(); };
    options.progress = [&](const cosim::server_counts& counts) { line.update(counts); };
    const cosim::server_counts counts = cosim::serve(board, terminal, options);
    say(out, fmt::format("{} cycles in {:.3g} s ({:.3g} Mcycle/s); {} bytes to the board, {} back; "
                         "{} programs",
                         counts.cycles, counts.running_seconds, counts.cycles_per_second() / 1e6,
                         counts.bytes_to_board, counts.bytes_from_board, counts.programs));
    out.json(to_json(arguments, description.name, port, counts, board));
    return status_ok;
}

}  // namespace

void add_emulate(CLI::App& app, command_body& chosen) {
    auto arguments = std::make_shared<emulate_arguments>();
    CLI::App* command = app.add_subcommand(
        "emulate", "Serve a board's Verilog, from its UART pin, behind a pseudo-terminal");
    command->add_option("--board", arguments->board, "which board")
        ->check(board_choice())
        ->capture_default_str();
    command->add_option("--link", arguments->link,
                        "symbolic link to the pseudo-terminal, removed at the end");
    command->add_flag("--once", arguments->once,
                      "end when the first program that has sent something closes the port; else at "
                      "SIGINT, SIGTERM or SIGHUP");
    command->add_flag("--fast-line", arguments->quick,
                      "a UART of 4 cycles a bit, which no board has: loads six times faster; all "
                      "but the icebreaker have no other");
    command->add_option("--seed", arguments->seed,
                        "contents of registers and memories at power-up");
    command->add_option("--json", arguments->json,
                        "write the result as JSON at the end (-: standard output)");
    command->callback(
        [arguments, &chosen] { chosen = [arguments] { return emulate(*arguments); }; });
}

}  // namespace synfire::cli
