// SPDX-License-Identifier: Apache-2.0
// synfire run: a network and a data set on a board behind a serial port, or on its emulation.
#include "run.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <synfire/core/error.hpp>
#include <synfire/hw/config.hpp>
#include <synfire/io/dataset.hpp>
#include <synfire/io/network_file.hpp>
#include <vector>

#include "accuracy.hpp"
#include "board_link.hpp"
#include "board_run.hpp"
#include "boards.hpp"
#include "engine_fit.hpp"
#include "hardware_json.hpp"
#include "hardware_rtl.hpp"
#include "input_data.hpp"
#include "paths.hpp"
#include "progress.hpp"
#include "running_results.hpp"
#include "sliced_run.hpp"

namespace synfire::cli {

namespace {

struct run_arguments {
    std::string network;
    data_names data;
    std::string port;
    std::string board = "icebreaker";
    hw::board_description described{};  ///< of that name or file
    std::optional<int> baud{};
    board_options line;
    std::size_t samples = 0;
    std::size_t retries = 3;
    std::size_t batch = 0;
    bool check = false;
    double minimum_accuracy = 0.0;
    std::uint64_t seed = 1;
    std::string outputs;
    std::string json;
};

constexpr double longest_patience_s = 3600;
// Start bit, eight of data, stop bit.
constexpr double bits_per_byte = 10;

hardware_options hardware_of(const run_arguments& arguments) {
    hardware_options options;
    options.engine = hardware_engine::board;
    options.board = arguments.described;
    options.port = arguments.port;
    return options;
}

struct run_answers {
    running_score score;
    std::unique_ptr<running_outputs> outputs{};
};

board_run_result run_samples(const network& net, const std::optional<hw::sliced_network>& cut,
                             const dataset& data, const run_arguments& arguments,
                             run_answers& answers) {
    const std::unique_ptr<board_link> link = open_board(arguments.port, arguments.line);
    progress bar("run");
    board_run_options options;
    options.samples = arguments.samples;
    options.seed = arguments.seed;
    options.check = arguments.check;
    options.retries = arguments.retries;
    options.batch = arguments.batch;
    options.progress = [&](std::size_t done, std::size_t all) { bar.update(done, all); };
    options.on_sample = [&](std::size_t sample, const sim::sample_result& result) {
        answers.score.add(sample, result);
        if (answers.outputs) { answers.outputs->add(result); }
    };
    if (cut) { return run_slices_on_board(*link, net, *cut, data, options); }
    return run_on_board(*link, net, engine_config_of(hardware_of(arguments)), data, options);
}

double line_seconds(const line_bytes& bytes, int baud) {
    return bits_per_byte * static_cast<double>(bytes.sent + bytes.received) / baud;
}

nlohmann::ordered_json line_json(const line_bytes& bytes, double seconds, int baud) {
    return {{"seconds", seconds},
            {"bytes_sent", bytes.sent},
            {"bytes_received", bytes.received},
            {"line_seconds", line_seconds(bytes, baud)}};
}

void add_result(nlohmann::ordered_json& json, const run_arguments& arguments,
                const board_run_result& result) {
    const double clock_hz = arguments.described.clock_hz;
    json["board"] = arguments.described.name;
    json["port"] = arguments.port;
    json["baud"] = arguments.line.baud;
    json["clock_hz"] = clock_hz;
    json["cycles_per_sample"] = spread_json(result.cycles, 1.0);
    json["latency_s"] = spread_json(result.cycles, 1.0 / clock_hz);
    nlohmann::ordered_json counters;
    for (std::size_t i = 0; i < result.counters.size(); ++i) {
        counters[std::string(hw::counter_names[i])] = result.counters[i];
    }
    json["counters"] = counters;
    json["loading"] = line_json(result.load_bytes, result.load_seconds, arguments.line.baud);
    json["running"] = line_json(result.sample_bytes, result.sample_seconds, arguments.line.baud);
    json["parts"] = result.parts;
    json["part_words_per_sample"] = result.part_words;
    json["slices"] = result.slices;
    json["slice_words_per_batch"] = result.slice_words;
    json["samples_per_batch"] = result.batch;
    json["sent_again"] = result.sent_again;
    json["loaded_again"] = result.loaded_again;
    json["checked"] = arguments.check;
    json["equal"] = arguments.check ? nlohmann::ordered_json(!result.first_difference) : nullptr;
    json["first_difference"] = difference_json(result.first_difference);
}

void print_latency(const output& out, const run_arguments& arguments,
                   const board_run_result& result) {
    const nlohmann::ordered_json cycles = spread_json(result.cycles, 1.0);
    const double clock_hz = arguments.described.clock_hz;
    const auto us = [&](const char* key) { return 1e6 * cycles[key].get<double>() / clock_hz; };
    out.text(fmt::format("latency at {:g} MHz: {:.1f} us (least {:.1f}, most {:.1f}); {:.1f} "
                         "cycles",
                         clock_hz / 1e6, us("mean"), us("min"), us("max"),
                         cycles["mean"].get<double>()));
}

void print_line(const output& out, const run_arguments& arguments, const board_run_result& result) {
    const int baud = arguments.line.baud;
    const auto samples = static_cast<double>(result.cycles.size());
    const auto ms = [&](const line_bytes& bytes) { return 1e3 * line_seconds(bytes, baud); };
    out.text(fmt::format("input, answer and counters over the line: {:.4g} ms per sample in this "
                         "run, of which {:.4g} ms are bytes at {} baud",
                         1e3 * result.sample_seconds / samples, ms(result.sample_bytes) / samples,
                         baud));
    out.text(fmt::format("loading the network: {:.4g} s in this run, of which {:.4g} s are bytes",
                         result.load_seconds, 1e-3 * ms(result.load_bytes)));
    if (result.parts > 1) {
        out.text(fmt::format("the network runs in {} parts: {} bytes of weights and program are "
                             "loaded for each sample, within its time on the line",
                             result.parts, 4 * result.part_words));
    }
    if (result.slices > 0) {
        out.text(fmt::format("the network runs in {} slices, of which the board holds one at a "
                             "time: {} bytes of weights and programs are loaded for {} samples; "
                             "the latency is the sum of the slices'",
                             result.slices, 4 * result.slice_words, result.batch));
    }
    if (result.sent_again > 0) {
        out.text(fmt::format("sent again after losses on the line: {} {}; the network: {} "
                             "times",
                             result.sent_again, result.slices > 0 ? "runs of slices" : "samples",
                             result.loaded_again));
    }
}

void print_counters(const output& out, const board_run_result& result) {
    const auto samples = static_cast<double>(result.cycles.size());
    out.text(fmt::format("{:<24} {:>16}", "counter", "per sample"));
    for (std::size_t i = 0; i < result.counters.size(); ++i) {
        out.text(fmt::format("{:<24} {:>16.1f}", hw::counter_names[i],
                             static_cast<double>(result.counters[i]) / samples));
    }
}

void print(const output& out, const run_arguments& arguments, const board_run_result& result) {
    if (result.cycles.empty()) { return; }
    print_latency(out, arguments, result);
    print_line(out, arguments, result);
    print_counters(out, result);
    if (result.first_difference) {
        out.text(describe(*result.first_difference, "board"));
    } else if (arguments.check) {
        out.text(fmt::format("equal: every {} as in the simulator, every counter as in the cycle "
                             "model",
                             result.slices > 0 ? "code and potential of every population"
                                               : "potential of the read-outs"));
    }
}

/// With the board looked up, and the speed of its line where none was given.
run_arguments completed(run_arguments arguments) {
    arguments.described = board_of(arguments.board);
    if (arguments.baud) {
        arguments.line.baud = *arguments.baud;
    } else if (arguments.described.baud > 0) {
        arguments.line.baud = arguments.described.baud;
    }
    return arguments;
}

int run_network(const run_arguments& given) {
    const run_arguments arguments = completed(given);
    const result_header header("run");
    const output out(arguments.json);
    check_outputs({arguments.json, arguments.outputs},
                  with_data({arguments.network, arguments.port}, arguments.data));
    const network net = io::read_network(arguments.network);
    const auto cut = slices_for_engine(net, hardware_of(arguments), arguments.network);
    const dataset data = io::load_inputs(arguments.data, input_names(net));
    check_data_fits(net, data, arguments.network);
    run_answers answers{running_score(net, data)};
    if (!arguments.outputs.empty()) {
        answers.outputs = std::make_unique<running_outputs>(net, arguments.outputs);
    }
    const board_run_result result = run_samples(net, cut, data, arguments, answers);

    const prediction_score score = answers.score.score();
    nlohmann::ordered_json json = header.start(arguments.network, io::network_hash(net));
    json["data"] = data_text(arguments.data);
    json["samples"] = result.cycles.size();
    json["seed"] = arguments.seed;
    add_score(json, score);
    add_result(json, arguments, result);
    out.text(fmt::format("{}: {} samples of {} on {} at {}", arguments.network,
                         result.cycles.size(), data.name, arguments.described.name,
                         arguments.port));
    out.text(describe(score));
    print(out, arguments, result);
    if (answers.outputs) {
        answers.outputs->commit();
        out.text(fmt::format("written: {}", arguments.outputs));
    }
    out.json(json);
    const bool enough = !score.accuracy || *score.accuracy >= arguments.minimum_accuracy;
    return enough && !result.first_difference ? status_ok : status_check_failed;
}

void add_line_options(CLI::App& command, run_arguments& arguments) {
    command
        .add_option("--port", arguments.port,
                    "serial port of the board (/dev/ttyUSB1), or of `synfire emulate`")
        ->required();
    command.add_option("--board", arguments.board, "which board")
        ->check(board_choice())
        ->capture_default_str();
    command
        .add_option("--baud", arguments.baud,
                    "speed of the port (default: the board's; the iCEBreaker's bitstream has "
                    "1000000)")
        ->check(CLI::PositiveNumber);
    command
        .add_option("--patience", arguments.line.patience_s,
                    "seconds of silence after which the line is taken for broken: longer than a "
                    "board's time-out, 40 to 80 ms (default: 0.1; 5 for a pseudo-terminal, as "
                    "emulations are slow)")
        ->check(number_between(0.08, longest_patience_s));
    command
        .add_option("--retries", arguments.retries,
                    "how often a sample is sent again that was lost on the line")
        ->check(CLI::Range(0, 1000))
        ->capture_default_str();
}

}  // namespace

void add_run(CLI::App& app, command_body& chosen) {
    auto arguments = std::make_shared<run_arguments>();
    CLI::App* command =
        app.add_subcommand("run", "Run a network and a data set on a board behind a serial port");
    command->add_option("network", arguments->network, "network file (.snn)")->required();
    add_data_option(*command, "--data", arguments->data, "data set: built-in name or path")
        ->required();
    add_line_options(*command, *arguments);
    command->add_option("--samples", arguments->samples, "first N samples only (0: all)")
        ->check(CLI::NonNegativeNumber);
    command
        ->add_option("--batch", arguments->batch,
                     "of a network in slices: samples for which each slice is loaded once (0: 256, "
                     "or fewer where their codes take more than 256 MB)")
        ->check(CLI::NonNegativeNumber);
    command->add_flag("--check", arguments->check,
                      "compare every answer with the simulator and every counter with the cycle "
                      "model; stop at the first difference, with exit status 1");
    command
        ->add_option("--min-accuracy", arguments->minimum_accuracy, "exit status 1 below it (0..1)")
        ->check(number_between(0.0, 1.0));
    command->add_option("--seed", arguments->seed, "seed of the poisson encoder");
    command->add_option("--outputs", arguments->outputs,
                        "write what the network answers, in real units, as CSV");
    command->add_option("--json", arguments->json, "write the result as JSON (-: standard output)");
    command->callback(
        [arguments, &chosen] { chosen = [arguments] { return run_network(*arguments); }; });
}

}  // namespace synfire::cli
