// SPDX-License-Identifier: Apache-2.0
// synfire simulate: a network on data, with exact counts.
#include <fmt/format.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <synfire/core/error.hpp>
#include <synfire/core/readout.hpp>
#include <synfire/core/streaming.hpp>
#include <synfire/io/dataset.hpp>
#include <synfire/io/files.hpp>
#include <synfire/io/network_file.hpp>
#include <synfire/sim/simulator.hpp>
#include <vector>

#include "accuracy.hpp"
#include "anytime.hpp"
#include "command.hpp"
#include "counts_json.hpp"
#include "events.hpp"
#include "input_data.hpp"
#include "paths.hpp"
#include "probes.hpp"
#include "progress.hpp"
#include "raster.hpp"
#include "regression.hpp"
#include "running_results.hpp"

namespace synfire::cli {

namespace {

constexpr double largest_margin = 1e18;

struct simulate_arguments {
    std::string network;
    data_names data;
    std::size_t samples = 0;
    int threads = 0;
    std::string engine = "event";
    std::uint64_t seed = 1;
    std::int32_t steps = 0;
    bool anytime = false;
    std::optional<double> early_exit_margin;
    double minimum_accuracy = 0.0;
    std::string task = "auto";
    event_arguments events;
    std::string outputs;
    probe_arguments probes;
    std::string json;
};

sim::options options_of(const simulate_arguments& arguments) {
    sim::options options;
    options.engine = arguments.engine == "reference" ? sim::engine_kind::reference
                                                     : sim::engine_kind::event_driven;
    options.threads = arguments.threads;
    options.samples = arguments.samples;
    options.seed = arguments.seed;
    options.early_exit_margin = arguments.early_exit_margin;
    options.record.answers = arguments.anytime;
    return options;
}

void print_layers(const output& out, const network& net, const activity& counts) {
    const auto samples = static_cast<double>(counts.samples);
    out.text(fmt::format("{:<28} {:>9} {:>6} {:>12} {:>14}", "population", "neurons", "steps",
                         "spikes/sample", "events/sample"));
    nlohmann::ordered_json json;
    add_counts(json, net, counts);
    for (const auto& layer : json["layers"]) {
        out.text(fmt::format("{:<28} {:>9} {:>6} {:>13.1f} {:>14.1f}",
                             layer["name"].get<std::string>(), layer["neurons"].get<std::size_t>(),
                             layer["steps"].get<int>(), layer["spikes"].get<double>() / samples,
                             layer["synaptic_events"].get<double>() / samples));
    }
}

void add_early_exit(nlohmann::ordered_json& json, const output& out, const running_results& results,
                    std::size_t samples) {
    const running_exit& clear = *results.early_exit;
    json["early_exit"] = {{"margin", clear.margin()},
                          {"clear_samples", clear.clear_samples()},
                          {"mean_steps", results.steps.mean()},
                          {"least_steps", results.steps.least},
                          {"most_steps", results.steps.most}};
    std::string text = fmt::format("{} of {} samples were clear by {}", clear.clear_samples(),
                                   samples, clear.margin());
    if (clear.clear_samples() > 0) {
        text += fmt::format(", after {:.2f} steps in the mean",
                            static_cast<double>(clear.clear_steps())
                                / static_cast<double>(clear.clear_samples()));
    }
    out.text(text);
    out.text(fmt::format("all samples: {:.2f} steps in the mean ({} to {})", results.steps.mean(),
                         results.steps.least, results.steps.most));
}

/// How long samples ran, and how good the answers were on the way.
void add_time(nlohmann::ordered_json& json, const output& out, const network& net,
              const running_results& results, std::size_t samples) {
    json["execution"] = to_string(net.execution);
    if (net.execution == execution::synchronous) { return; }
    json["steps"] = net.steps;
    json["mean_steps"] = results.steps.mean();
    out.text(fmt::format("streaming: {} steps a sample", net.steps));
    if (results.early_exit) { add_early_exit(json, out, results, samples); }
    if (results.anytime) {
        const anytime_scores scores = results.anytime->scores();
        add_anytime(json, scores);
        print_anytime(out, scores);
    }
}

network prepared_network(const simulate_arguments& arguments) {
    network net = io::read_network(arguments.network);
    if (arguments.steps != 0) { set_steps(net, arguments.steps); }
    apply_event_options(net, arguments.events);
    check_host_functions(answering_readout(net));
    return net;
}

running_results expected_results(const network& net, const dataset& data,
                                 const simulate_arguments& arguments) {
    running_results results{running_score(net, data)};
    if (arguments.early_exit_margin) {
        results.early_exit.emplace(net, *arguments.early_exit_margin);
    }
    if (arguments.anytime) { results.anytime.emplace(data, net.steps); }
    if (!arguments.outputs.empty()) {
        results.outputs = std::make_unique<running_outputs>(net, arguments.outputs);
    }
    return results;
}

/// Samples leave as they come, so that their number does not matter for memory.
sim::run_result run_samples(const network& net, const dataset& data,
                            const simulate_arguments& arguments, running_results& results,
                            probe_writer& probes) {
    progress bar("simulate");
    sim::options options = options_of(arguments);
    options.keep_samples = false;
    options.progress = [&](std::size_t done, std::size_t all) { bar.update(done, all); };
    options.on_sample = [&](std::size_t sample, const sim::sample_result& result) {
        results.add(sample, result);
    };
    probes.attach(options);
    return sim::run(net, data, options);
}

/// What the run was.
nlohmann::ordered_json describe_run(const result_header& header, const network& net,
                                    const dataset& data, const simulate_arguments& arguments,
                                    const sim::run_result& result, const prediction_score& score) {
    nlohmann::ordered_json json = header.start(arguments.network, io::network_hash(net));
    json["data"] = data_text(arguments.data);
    json["data_bytes"] = data.memory_bytes();
    json["samples"] = result.counts.samples;
    add_score(json, score);
    json["threads"] = result.threads;
    json["engine"] = arguments.engine;
    json["seed"] = arguments.seed;
    add_counts(json, net, result.counts);
    if (!arguments.json.empty()) { json["raster"] = raster_json(net, data, options_of(arguments)); }
    return json;
}

int simulate(const simulate_arguments& arguments) {
    const result_header header("simulate");
    const output out(arguments.json);
    check_probe_arguments(arguments.probes);
    check_outputs({arguments.json, arguments.outputs, arguments.probes.file},
                  with_data({arguments.network}, arguments.data));
    const network net = prepared_network(arguments);
    dataset data = io::load_inputs(arguments.data, input_names(net), io::dataset_part::test,
                                   io::data_kind::any);
    apply_task(data, answer_kind_of(arguments.task), answering_readout(net).shape.neurons());
    check_data_fits(net, data, arguments.network);
    running_results results = expected_results(net, data, arguments);
    probe_writer probes(net, arguments.probes);
    const sim::run_result result = run_samples(net, data, arguments, results, probes);

    const prediction_score score = results.score.score();
    nlohmann::ordered_json json = describe_run(header, net, data, arguments, result, score);
    out.text(
        fmt::format("{}: {} samples of {}", arguments.network, result.counts.samples, data.name));
    out.text(describe(score));
    add_event_facts(json, out, net, data, result.counts.samples);
    add_time(json, out, net, results, result.counts.samples);
    print_layers(out, net, result.counts);
    if (results.outputs) {
        results.outputs->commit();
        out.text(fmt::format("written: {}", arguments.outputs));
    }
    probes.commit(out);
    out.json(json);
    const bool enough = !score.accuracy || *score.accuracy >= arguments.minimum_accuracy;
    return enough ? status_ok : status_check_failed;
}

}  // namespace

void add_simulate(CLI::App& app, command_body& chosen) {
    auto arguments = std::make_shared<simulate_arguments>();
    CLI::App* command =
        app.add_subcommand("simulate", "Run a spiking network on data, with exact activity counts");
    command->add_option("network", arguments->network, "network file (.snn)")->required();
    add_data_option(*command, "--data", arguments->data, "data set: built-in name or path")
        ->required();
    command->add_option("--samples", arguments->samples, "first N samples only (0: all)")
        ->check(CLI::NonNegativeNumber);
    command->add_option("--threads", arguments->threads, "threads (0: all cores)")
        ->check(CLI::Range(0, 4096));
    command->add_option("--engine", arguments->engine, "event (fast) or reference (spike by spike)")
        ->check(CLI::IsMember({"event", "reference"}));
    command->add_option("--seed", arguments->seed, "seed of the poisson encoder");
    command
        ->add_option("--steps", arguments->steps,
                     "streaming networks: steps of a sample (0: as the network says)")
        ->check(CLI::Range(0, max_streaming_steps));
    command->add_flag("--anytime", arguments->anytime,
                      "streaming networks: accuracy after each step, from the same run");
    command
        ->add_option("--early-exit-margin", arguments->early_exit_margin,
                     "streaming networks: end a sample once its best answer is ahead of the next "
                     "by this much, in units of the answer")
        ->check(number_between(0.0, largest_margin).description("NONNEGATIVE"));
    command
        ->add_option("--min-accuracy", arguments->minimum_accuracy, "exit status 1 below it (0..1)")
        ->check(number_between(0.0, 1.0));
    add_event_options(*command, arguments->events);
    add_task_option(*command, arguments->task);
    command->add_option("--outputs", arguments->outputs,
                        "write what the network answers, in real units, as CSV");
    add_probe_options(*command, arguments->probes);
    command->add_option("--json", arguments->json, "write the result as JSON (-: standard output)");
    command->callback(
        [arguments, &chosen] { chosen = [arguments] { return simulate(*arguments); }; });
}

}  // namespace synfire::cli
