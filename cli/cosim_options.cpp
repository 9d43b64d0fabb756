// SPDX-License-Identifier: Apache-2.0
#include "cosim_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>
#include <synfire/core/error.hpp>
#include <vector>

#include "boards.hpp"
#include "command.hpp"
#include "hardware_json.hpp"

namespace synfire::cli {

namespace {

/// --window layer=L,sample=S in any order; names of layers may hold '=' and '/', but no ','.
class window_reader {
  public:
    window_reader(const std::string& window, hardware_options& options)
        : window_(window),
          options_(options) {}

    void read() {
        std::size_t begin = 0;
        while (begin <= window_.size()) {
            const std::size_t end = std::min(window_.find(',', begin), window_.size());
            read_part(std::string_view(window_).substr(begin, end - begin));
            begin = end + 1;
        }
    }

  private:
    const std::string& window_;
    hardware_options& options_;

    [[noreturn]] void refuse(const char* what) const {
        throw usage_error({"--window", what, window_, "layer=NAME,sample=NUMBER",
                           "one of the two may be left out"});
    }

    void read_part(std::string_view part) {
        constexpr std::string_view layer = "layer=";
        constexpr std::string_view sample = "sample=";
        if (part.starts_with(layer) && part.size() > layer.size()) {
            if (!options_.trace_layer.empty()) { refuse("names two layers"); }
            options_.trace_layer = part.substr(layer.size());
        } else if (part.starts_with(sample)) {
            if (options_.trace_sample) { refuse("names two samples"); }
            options_.trace_sample = number(part.substr(sample.size()));
        } else {
            refuse("not a window of the waveform");
        }
    }

    std::size_t number(std::string_view text) const {
        std::size_t value = 0;
        const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (problem != std::errc() || end != text.data() + text.size()) {
            refuse("not a window of the waveform");
        }
        return value;
    }
};

void check_trace(const cosim_arguments& arguments) {
    if (!arguments.window.empty() && arguments.trace.empty()) {
        throw usage_error(
            {"--window", "there is no waveform to cut", "no --trace", "--trace FILE.fst", ""});
    }
    if (!arguments.trace.empty() && arguments.engine != "cc") {
        throw usage_error(
            {"--trace", "only engine cc writes waveforms", arguments.engine, "--engine cc", ""});
    }
}

/// The model with SystemC pins is built for one small engine.
void check_pins(const cosim_arguments& arguments) {
    constexpr int pin_lanes = 8;
    if (arguments.engine != "pins") { return; }
    if (!arguments.board.empty()) {
        throw usage_error({"--engine pins", "is no engine of a board", "--board " + arguments.board,
                           "no --board", "--engine cc runs the RTL as it is on the board"});
    }
    if (arguments.lanes.value_or(pin_lanes) != pin_lanes) {
        throw usage_error({"--lanes", "the engine of --engine pins has another number",
                           fmt::format("{}", *arguments.lanes), fmt::format("{}", pin_lanes),
                           "--engine cc has 4, 8, 16, 32 or 64"});
    }
}

/// The RTL of the twins is built with these lanes; the cycle model has all.
void check_twin(const cosim_arguments& arguments) {
    constexpr int built_lanes = 8;
    if (arguments.twin.empty()) { return; }
    if (arguments.engine == "pins") {
        throw usage_error({"--twin", "only the spiking engine has SystemC pins", "--engine pins",
                           "--engine cc, systemc or model", ""});
    }
    if (arguments.engine != "model" && arguments.lanes.value_or(built_lanes) != built_lanes) {
        throw usage_error({"--lanes", "the RTL of the twins is built with another number",
                           fmt::format("{}", *arguments.lanes), fmt::format("{}", built_lanes),
                           "--engine model counts the same for 4 to 64"});
    }
}

/// A board has no trace port: what it says are potentials and counters.
void use_port(const std::string& port, hardware_options& options) {
    options.engine = hardware_engine::board;
    options.port = port;
    options.check_spikes = false;
}

/// Inputs come from the host: nothing is computed for them.
std::string computed_layers(const network& net) {
    std::string names;
    for (const population& p : net.populations) {
        if (p.kind == population_kind::input) { continue; }
        names += (names.empty() ? "" : ", ") + p.name;
    }
    return names;
}

bool computes(const network& net, const std::string& layer) {
    return std::any_of(net.populations.begin(), net.populations.end(), [&](const population& p) {
        return p.name == layer && p.kind != population_kind::input;
    });
}

}  // namespace

hardware_options options_of(const cosim_arguments& arguments) {
    check_trace(arguments);
    check_pins(arguments);
    check_twin(arguments);
    hardware_options options;
    options.engine = hardware_engine_of(arguments.engine);
    options.lanes = arguments.lanes.value_or(options.lanes);
    options.arithmetic = arithmetic_of(arguments.twin);
    if (!arguments.board.empty()) { options.board = board_of(arguments.board); }
    options.samples = arguments.samples;
    options.check_spikes = !arguments.unchecked;
    options.seed = arguments.seed;
    if (!arguments.port.empty()) { use_port(arguments.port, options); }
    if (!arguments.window.empty()) { window_reader(arguments.window, options).read(); }
    return options;
}

void choose_engine(hardware_options& options, const cosim_arguments& arguments,
                   const network& net) {
    const bool own = options.board || options.engine == hardware_engine::pins
                     || options.arithmetic != hw::spiking_arithmetic;
    if (net.execution != execution::streaming || own) { return; }
    options.streaming = true;
    options.lanes = arguments.lanes.value_or(streaming_lanes);
}

void check_window(const hardware_options& options, const network& net, std::size_t samples) {
    if (!options.trace_layer.empty() && !computes(net, options.trace_layer)) {
        throw usage_error({"--window layer=", "the network computes no layer of that name",
                           options.trace_layer, computed_layers(net), ""});
    }
    if (options.trace_sample && *options.trace_sample >= samples) {
        throw usage_error({"--window sample=", "that sample is not run",
                           fmt::format("{}", *options.trace_sample),
                           samples == 1 ? "0" : fmt::format("0 to {}", samples - 1),
                           "samples are counted from 0"});
    }
}

double clock_of(const cosim_arguments& arguments, const hardware_options& options) {
    if (arguments.clock_mhz > 0) { return arguments.clock_mhz * 1e6; }
    return options.board ? options.board->clock_hz : default_clock_hz;
}

void add_options(CLI::App& command, cosim_arguments& arguments) {
    command.add_option("network", arguments.network, "network file (.snn)")->required();
    add_data_option(command, "--data", arguments.data, "data set: built-in name or path")
        ->required();
    command.add_option("--samples", arguments.samples, "first N samples (0: all)")
        ->required()
        ->check(CLI::NonNegativeNumber);
    command
        .add_option("--lanes", arguments.lanes,
                    "adders of the engine (without it 8, or 16 for streaming networks)")
        ->check(CLI::IsMember(std::vector<int>(engine_lanes.begin(), engine_lanes.end())));
    command
        .add_option("--board", arguments.board,
                    "the engine as it is on this board: lanes, memories, accumulators")
        ->check(board_choice())
        ->excludes("--lanes");
    command
        .add_option("--twin", arguments.twin,
                    "the dense twin instead: the same engine with products of codes in place of "
                    "additions of spikes; of all codes (dense) or of those that are not 0 "
                    "(skipping)")
        ->check(CLI::IsMember({twin_names[1], twin_names[2]}))
        ->excludes("--board");
    command
        .add_option("--engine", arguments.engine,
                    "model (cycle model alone, needs no Verilator), cc (RTL), systemc (RTL behind "
                    "TLM-2.0), pins (RTL with SystemC pins)")
        ->check(CLI::IsMember({"model", "cc", "systemc", "pins"}))
        ->capture_default_str();
    command.add_flag("--no-check", arguments.unchecked,
                     "compare results and counters, not every spike: to measure speed");
    command.add_option("--trace", arguments.trace, "waveform to write (FILE.fst, for GTKWave)");
    command.add_option("--window", arguments.window,
                       "part of the run that is in the waveform: layer=NAME,sample=NUMBER");
    command
        .add_option("--port", arguments.port,
                    "serial port of a real board, which runs in place of the RTL: /dev/ttyUSB1")
        ->needs("--board")
        ->excludes("--engine")
        ->excludes("--trace");
    command
        .add_option("--clock", arguments.clock_mhz,
                    "clock in MHz, for the latency (default: the board's, else 24)")
        ->check(number_between(0.001, 100000.0));
    command.add_option("--seed", arguments.seed, "seed of the poisson encoder");
    command.add_option("--json", arguments.json, "write the result as JSON (-: standard output)");
}

}  // namespace synfire::cli
