// SPDX-License-Identifier: Apache-2.0
// synfire cosim: the accelerator's RTL beside the simulator and the cycle model, everything
// compared.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>
#include <synfire/core/error.hpp>
#include <synfire/io/dataset.hpp>
#include <synfire/io/network_file.hpp>

#include "accuracy.hpp"
#include "command.hpp"
#include "counts_json.hpp"
#include "hardware.hpp"
#include "hardware_json.hpp"
#include "paths.hpp"
#include "progress.hpp"
#include "raster.hpp"

namespace synfire::cli {

namespace {

struct cosim_arguments {
    std::string network;
    std::string data;
    std::size_t samples = 0;
    int lanes = 8;
    std::string board;
    std::string engine = "cc";
    std::string trace;
    std::string window;
    bool unchecked = false;
    std::uint64_t seed = 1;
    double clock_mhz = 0;  ///< not given
    std::string json;
};

[[noreturn]] void refuse_window(const std::string& found) {
    throw usage_error({"--window", "not a window of the waveform", found,
                       "layer=NAME,sample=NUMBER", "one of the two may be left out"});
}

std::size_t sample_number(const std::string& text) {
    std::size_t value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (problem != std::errc() || end != text.data() + text.size()) { refuse_window(text); }
    return value;
}

/// layer=L,sample=S in any order; names of layers may hold '=' and '/', but no ','.
void read_window(const std::string& window, hardware_options& options) {
    std::size_t begin = 0;
    while (begin < window.size()) {
        const std::size_t end = std::min(window.find(',', begin), window.size());
        const std::string part = window.substr(begin, end - begin);
        if (part.starts_with("layer=") && part.size() > 6) {
            options.trace_layer = part.substr(6);
        } else if (part.starts_with("sample=")) {
            options.trace_sample = sample_number(part.substr(7));
        } else {
            refuse_window(part);
        }
        begin = end + 1;
    }
}

hardware_options options_of(const cosim_arguments& arguments) {
    hardware_options options;
    options.engine = hardware_engine_of(arguments.engine);
    options.lanes = arguments.lanes;
    options.board = arguments.board;
    options.samples = arguments.samples;
    options.check_spikes = !arguments.unchecked;
    options.seed = arguments.seed;
    options.trace = arguments.trace;
    read_window(arguments.window, options);
    if (!arguments.window.empty() && arguments.trace.empty()) {
        throw usage_error(
            {"--window", "there is no waveform to cut", "no --trace", "--trace FILE.fst", ""});
    }
    if (!arguments.trace.empty() && options.engine != hardware_engine::cc) {
        throw usage_error(
            {"--trace", "only engine cc writes waveforms", arguments.engine, "--engine cc", ""});
    }
    return options;
}

void check_samples(const cosim_arguments& arguments, const dataset& data) {
    const std::size_t there = data.size();
    if (arguments.samples <= there) { return; }
    throw bad_input({data.name, "has fewer samples than --samples asks for",
                     fmt::format("{} samples", there),
                     fmt::format("at least {}", arguments.samples), ""});
}

double clock_of(const cosim_arguments& arguments) {
    if (arguments.clock_mhz > 0) { return arguments.clock_mhz * 1e6; }
    return arguments.board.empty() ? default_clock_hz : board_clock_hz(arguments.board);
}

int cosim(const cosim_arguments& arguments) {
    const result_header header("cosim");
    const output out(arguments.json);
    hardware_options options = options_of(arguments);
    require_available(options.engine);
    check_outputs({arguments.json, arguments.trace}, {arguments.network, arguments.data});
    const network net = io::read_network(arguments.network);
    const dataset data = io::load_dataset(arguments.data, io::dataset_part::test);
    check_data_fits(net, data, arguments.network);
    check_samples(arguments, data);
    progress bar("cosim");
    options.progress = [&](std::size_t done, std::size_t all) { bar.update(done, all); };
    const hardware_result result = run_hardware(net, data, options);

    const double clock_hz = clock_of(arguments);
    nlohmann::ordered_json json = header.start(arguments.network, io::network_hash(net));
    json["data"] = arguments.data;
    json["samples"] = result.simulated.samples;
    json["seed"] = arguments.seed;
    json["clock_mhz"] =
        arguments.clock_mhz > 0 ? nlohmann::ordered_json(arguments.clock_mhz) : nullptr;
    const prediction_score score = score_of(answers_of(net, result.answers), data);
    add_score(json, score);
    add_counts(json, net, result.simulated);
    add_hardware(json, net, result, clock_hz);
    json["raster"] = raster_json(net, data);
    out.text(
        fmt::format("{}: {} samples of {}", arguments.network, result.cycles.size(), data.name));
    out.text(describe(score));
    for (const std::string& line : describe(net, result, clock_hz)) { out.text(line); }
    out.text(describe_equality(result));
    if (!result.waveform_view.empty()) {
        out.text(fmt::format("waveform: gtkwave {} {}", arguments.trace, result.waveform_view));
    }
    out.json(json);
    return result.equal() ? status_ok : status_check_failed;
}

void add_options(CLI::App& command, cosim_arguments& arguments) {
    command.add_option("network", arguments.network, "network file (.snn)")->required();
    command.add_option("--data", arguments.data, "data set: built-in name or path")->required();
    command.add_option("--samples", arguments.samples, "first N samples (0: all)")
        ->required()
        ->check(CLI::NonNegativeNumber);
    command.add_option("--lanes", arguments.lanes, "adders of the engine")
        ->check(CLI::IsMember(std::vector<int>(engine_lanes.begin(), engine_lanes.end())))
        ->capture_default_str();
    command
        .add_option("--board", arguments.board,
                    "the engine as it is on this board: lanes, memories, accumulators")
        ->check(CLI::IsMember(board_names()))
        ->excludes("--lanes");
    command
        .add_option("--engine", arguments.engine,
                    "model (cycle model alone, needs no Verilator), cc (RTL), systemc (RTL behind "
                    "TLM-2.0), pins (RTL with SystemC pins)")
        ->check(CLI::IsMember({"model", "cc", "systemc", "pins"}))
        ->capture_default_str();
    command.add_flag("--no-check", arguments.unchecked,
                     "compare results and counters, not every spike: to measure speed");
    command.add_option("--trace", arguments.trace, "waveform to write (.fst, for GTKWave)");
    command.add_option("--window", arguments.window,
                       "part of the run that is in the waveform: layer=NAME,sample=NUMBER");
    command
        .add_option("--clock", arguments.clock_mhz,
                    "clock in MHz, for the latency (default: the board's, else 24)")
        ->check(CLI::Range(0.001, 100000.0));
    command.add_option("--seed", arguments.seed, "seed of the poisson encoder");
    command.add_option("--json", arguments.json, "write the result as JSON (-: standard output)");
}

}  // namespace

void add_cosim(CLI::App& app, command_body& chosen) {
    auto arguments = std::make_shared<cosim_arguments>();
    CLI::App* command = app.add_subcommand(
        "cosim", "Run the accelerator's RTL or its cycle model beside the simulator, all compared");
    add_options(*command, *arguments);
    command->callback([arguments, &chosen] { chosen = [arguments] { return cosim(*arguments); }; });
}

}  // namespace synfire::cli
