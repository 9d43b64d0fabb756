// SPDX-License-Identifier: Apache-2.0
// synfire cosim: the accelerator's RTL beside the simulator and the cycle model, everything
// compared.
#include <fmt/format.h>

#include <memory>
#include <optional>
#include <synfire/core/error.hpp>
#include <synfire/io/dataset.hpp>
#include <synfire/io/network_file.hpp>

#include "accuracy.hpp"
#include "command.hpp"
#include "cosim_options.hpp"
#include "counts_json.hpp"
#include "engine_fit.hpp"
#include "hardware.hpp"
#include "hardware_json.hpp"
#include "hardware_rtl.hpp"
#include "paths.hpp"
#include "progress.hpp"
#include "raster.hpp"
#include "shell_word.hpp"
#include "sliced_cosim.hpp"
#include "waveform_files.hpp"

namespace synfire::cli {

namespace {

std::size_t checked_samples(const cosim_arguments& arguments, const dataset& data) {
    const std::size_t there = data.size();
    if (arguments.samples <= there) { return arguments.samples == 0 ? there : arguments.samples; }
    throw bad_input({data.name, "has fewer samples than --samples asks for",
                     fmt::format("{} samples", there),
                     fmt::format("at least {}", arguments.samples), ""});
}

/// What --trace will write; nothing without it. Throws where any output cannot be written.
std::optional<waveform_files> checked_outputs(const cosim_arguments& arguments, const network& net,
                                              int lanes) {
    const std::vector<std::string> inputs = with_data({arguments.network}, arguments.data);
    std::vector<std::string> outputs{arguments.json};
    if (arguments.trace.empty()) {
        check_outputs(outputs, inputs);
        return std::nullopt;
    }
    waveform_files files = waveform_files_of(arguments.trace, net, lanes);
    const std::vector<std::string> made = files.paths();
    outputs.insert(outputs.end(), made.begin(), made.end());
    check_outputs(outputs, inputs);
    check_replaceable(made);
    return files;
}

/// The waveform takes its name only when the run is over, equal or not.
hardware_result run_traced(const network& net, const std::optional<hw::sliced_network>& cut,
                           const dataset& data, hardware_options options,
                           const std::optional<waveform_files>& files) {
    std::optional<unfinished_waveform> waveform;
    if (files) { options.trace = waveform.emplace(*files).file(); }
    progress bar("cosim");
    options.progress = [&](std::size_t done, std::size_t all) { bar.update(done, all); };
    hardware_result result =
        cut ? run_sliced_hardware(net, *cut, data, options) : run_hardware(net, data, options);
    result.options.progress = nullptr;  // it refers to the bar
    if (waveform) { waveform->keep(); }
    return result;
}

int cosim(const cosim_arguments& arguments) {
    const result_header header("cosim");
    const output out(arguments.json);
    hardware_options options = options_of(arguments);
    require_available(options.engine);
    const network net = io::read_network(arguments.network);
    choose_engine(options, arguments, net);
    const auto traced = checked_outputs(arguments, net, engine_config_of(options).lanes);
    const auto cut = slices_for_engine(net, options, arguments.network);
    if (cut) { check_slices_allowed(options, !arguments.trace.empty(), arguments.network); }
    const dataset data = io::load_inputs(arguments.data, input_names(net));
    check_data_fits(net, data, arguments.network);
    check_window(options, net, checked_samples(arguments, data));
    const hardware_result result = run_traced(net, cut, data, options, traced);

    const double clock_hz = clock_of(arguments, options);
    nlohmann::ordered_json json = header.start(arguments.network, io::network_hash(net));
    json["data"] = data_text(arguments.data);
    json["samples"] = result.simulated.samples;
    json["seed"] = arguments.seed;
    json["clock_mhz"] =
        arguments.clock_mhz > 0 ? nlohmann::ordered_json(arguments.clock_mhz) : nullptr;
    const prediction_score score = score_of(answers_of(net, result.answers), data);
    add_score(json, score);
    add_counts(json, net, result.simulated);
    add_hardware(json, net, result, clock_hz);
    sim::options shown;
    shown.seed = arguments.seed;
    json["raster"] = raster_json(net, data, shown);
    out.text(
        fmt::format("{}: {} samples of {}", arguments.network, result.cycles.size(), data.name));
    out.text(describe(score));
    for (const std::string& line : describe(net, result, clock_hz)) { out.text(line); }
    out.text(describe_equality(result));
    if (traced) {
        out.text(fmt::format("waveform: gtkwave {} {}", shell_word(traced->waveform),
                             shell_word(traced->views.save.path)));
    }
    out.json(json);
    return result.equal() ? status_ok : status_check_failed;
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
