// SPDX-License-Identifier: Apache-2.0
// synfire convert: a trained network becomes an integer spiking network.
#include <fmt/format.h>

#include <memory>
#include <synfire/converters/convert.hpp>
#include <synfire/converters/explain.hpp>
#include <synfire/converters/inspect.hpp>
#include <synfire/core/error.hpp>
#include <synfire/io/dataset.hpp>
#include <synfire/io/files.hpp>
#include <synfire/io/network_file.hpp>

#include "command.hpp"
#include "conversion_options.hpp"
#include "convert_nir.hpp"
#include "imported_layers.hpp"
#include "levels.hpp"
#include "paths.hpp"
#include "progress.hpp"
#include "shrinking_options.hpp"
#include "streaming_check.hpp"
#include "streaming_options.hpp"

namespace synfire::cli {

namespace {

void print_conversion(const output& out, const converters::conversion& conversion) {
    out.text(fmt::format("{:<28} {:>5} {:>7} {:>7} {:>6} {:>9} {:>9} {:>9}", "layer", "steps",
                         "theta", "max", "bits", "clip", "round", "weights"));
    for (const converters::layer_report& l : conversion.layers) {
        out.text(fmt::format("{:<28} {:>5} {:>7} {:>7} {:>6} {:>9} {:>9} {:>9}", l.name, l.steps,
                             l.theta_min, l.theta_max, l.width_bits, percent(l.error.clip),
                             percent(l.error.round), percent(l.error.weights)));
    }
}

/// What the calibration samples say of the conversion: answers that change, of a regression the
/// error of its output.
void print_calibration(const output& out, const converters::conversion& conversion,
                       const std::optional<double>& error) {
    if (error) {
        out.text(fmt::format("calibration: output error {} of the trained network's output",
                             percent(*error)));
        return;
    }
    out.text(
        fmt::format("calibration: {} of {} samples answer differently from the trained network",
                    conversion.calibration_disagreements, conversion.calibration_samples));
}

nlohmann::ordered_json layers_json(const converters::conversion& conversion) {
    nlohmann::ordered_json layers = nlohmann::ordered_json::array();
    for (const converters::layer_report& l : conversion.layers) {
        layers.push_back(
            {{"name", l.name},
             {"steps", l.steps},
             {"theta_min", l.theta_min},
             {"theta_max", l.theta_max},
             {"width_bits", l.width_bits},
             {"weight_bits", l.weight_bits},
             {"dead_channels", l.dead_channels},
             {"error",
              {{"clip", l.error.clip}, {"round", l.error.round}, {"weights", l.error.weights}}}});
    }
    return layers;
}

nlohmann::ordered_json nodes_json(const std::vector<converters::node_report>& nodes) {
    nlohmann::ordered_json json = nlohmann::ordered_json::array();
    for (const converters::node_report& n : nodes) {
        json.push_back({{"name", n.name},
                        {"op", n.op},
                        {"class", converters::to_text(n.classification)},
                        {"reason", n.reason}});
    }
    return json;
}

/// With targets: what each network makes of them.
void add_fits(nlohmann::ordered_json& json, const level_comparison& levels) {
    if (!levels.spiking.mean_squared_error) { return; }
    const auto fit = [](const prediction_score& s) {
        nlohmann::ordered_json values{{"mean_squared_error", *s.mean_squared_error},
                                      {"r2", nullptr}};
        if (s.r2) { values["r2"] = *s.r2; }
        return values;
    };
    json["targets_float"] = fit(levels.trained);
    json["targets_quantised"] = fit(levels.quantised);
    json["targets_spiking"] = fit(levels.spiking);
}

nlohmann::ordered_json check_json(const level_comparison& levels, const std::string& data) {
    nlohmann::ordered_json json;
    json["data"] = data;
    json["samples"] = levels.spiking.samples;
    const auto accuracy = [](const prediction_score& s) {
        return s.accuracy ? nlohmann::ordered_json(*s.accuracy) : nlohmann::ordered_json(nullptr);
    };
    json["accuracy_float"] = accuracy(levels.trained);
    json["accuracy_quantised"] = accuracy(levels.quantised);
    json["accuracy_spiking"] = accuracy(levels.spiking);
    add_fits(json, levels);
    json["fidelity"] = fidelity_json(levels.fidelity);
    json["lost"] = levels.lost;
    json["gained"] = levels.gained;
    json["neurons_compared"] = levels.neurons_compared;
    json["neurons_different"] = levels.different;
    json["first_difference"] = nullptr;
    if (levels.first_difference) {
        const level_difference& d = *levels.first_difference;
        json["first_difference"] = {{"sample", d.sample},     {"layer", d.layer},
                                    {"neuron", d.neuron},     {"field", d.field},
                                    {"expected", d.expected}, {"found", d.found}};
    }
    return json;
}

/// Runs all levels of the ladder on the check data; false where the spiking network is not the
/// quantised one.
bool check_levels(const convert_arguments& arguments, const converters::conversion& conversion,
                  const dataset& data, const output& out, nlohmann::ordered_json& json) {
    const std::string name = data_text(arguments.check);
    const answer_kind kind = answer_kind_of(arguments.task);
    progress bar("check");
    const level_comparison levels =
        compare_levels({arguments.model, conversion, data, arguments.check_samples,
                        [&](std::size_t done, std::size_t all) { bar.update(done, all); }});
    json["check"] = check_json(levels, name);
    out.text(fmt::format("{}: trained {}", name, describe(levels.trained)));
    out.text(fmt::format("{}: spiking {}{}", name, describe(levels.spiking),
                         is_regression(data, kind)
                             ? ""
                             : fmt::format("; lost {}, gained {}", levels.lost, levels.gained)));
    if (data.labels.empty()) {
        for (const std::string& line : describe(levels.fidelity)) { out.text(line); }
    }
    out.text(fmt::format("spiking against quantised network: {} of {} values differ",
                         levels.different, levels.neurons_compared));
    if (levels.first_difference) {
        const level_difference& d = *levels.first_difference;
        out.text(fmt::format(
            "first difference: sample {}, layer {}, neuron {}, {}: expected {}, found {}", d.sample,
            d.layer, d.neuron, d.field, d.expected, d.found));
    }
    return levels.different == 0;
}

void check_arguments(const convert_arguments& arguments) {
    check_outputs({arguments.network, arguments.json},
                  with_data(with_data({arguments.model}, arguments.calibration), arguments.check));
    check_conversion_options(arguments);
}

/// The data of --check, refused before anything is written where they do not fit.
std::optional<dataset> check_set(const convert_arguments& arguments) {
    if (arguments.check.empty()) { return std::nullopt; }
    return io::load_inputs(arguments.check, input_names(arguments.model));
}

void require_fit(const convert_arguments& arguments, const network& net, dataset& data) {
    apply_task(data, answer_kind_of(arguments.task), answering_readout(net).shape.neurons());
    check_data_fits(net, data, arguments.model);
}

/// What is known before the network is checked.
nlohmann::ordered_json conversion_json(const convert_arguments& arguments,
                                       const converters::conversion& conversion,
                                       const result_header& header) {
    nlohmann::ordered_json json = header.start(arguments.network, io::network_hash(conversion.net));
    json["model"] = arguments.model;
    add_choices(arguments, conversion, json);
    add_execution(arguments, json);
    add_sizes(arguments, conversion, json);
    json["calibration"] = data_text(arguments.calibration);
    json["seed"] = arguments.seed;
    json["calibration_samples"] = conversion.calibration_samples;
    json["calibration_disagreements"] = conversion.calibration_disagreements;
    json["warnings"] = conversion.warnings;
    json["layers"] = layers_json(conversion);
    json["nodes"] = nodes_json(conversion.nodes);
    json["task"] = arguments.task;
    json["calibration_error"] = nullptr;
    if (!conversion.imported.empty()) {
        drop_choices(json);
        json["imported"] = imported_json(conversion.imported);
    }
    return json;
}

/// Table, warnings and, for a regression, the error on the calibration samples.
void print_result(const convert_arguments& arguments, const converters::conversion& conversion,
                  const dataset& drawn, const output& out, nlohmann::ordered_json& json) {
    for (const std::string& warning : conversion.warnings) {
        fmt::print(stderr, "synfire: warning: {}\n", warning);
    }
    conversion.imported.empty() ? print_conversion(out, conversion)
                                : print_imported(out, conversion);
    print_sizes(out, arguments, conversion);
    if (drawn.size() == 0) { return; }
    std::optional<double> error;
    if (is_regression(drawn, answer_kind_of(arguments.task))) {
        error = converters::output_error(conversion, drawn, drawn.size());
        json["calibration_error"] = *error;
    }
    print_calibration(out, conversion, error);
}

/// A streaming network is no exact copy of its quantised one: what it loses is measured.
bool check_stream(const convert_arguments& arguments, const converters::conversion& conversion,
                  const dataset& data, const output& out, nlohmann::ordered_json& json) {
    progress bar("check");
    const streaming_check check =
        check_streaming({arguments.model, conversion, data, arguments.check_samples,
                         [&](std::size_t done, std::size_t all) { bar.update(done, all); }});
    const std::string name = data_text(arguments.check);
    print_streaming_check(out, name, check);
    json["check"] = streaming_check_json(name, check);
    return true;
}

bool check_result(const convert_arguments& arguments, const converters::conversion& conversion,
                  const dataset& data, const output& out, nlohmann::ordered_json& json) {
    return is_streaming(arguments) ? check_stream(arguments, conversion, data, out, json)
                                   : check_levels(arguments, conversion, data, out, json);
}

int convert(convert_arguments arguments) {
    if (is_nir(arguments.model)) { return convert_nir_graph(arguments); }
    refuse_nir_options(arguments);
    take_execution(arguments);
    const result_header header("convert");
    const output out(arguments.json);
    check_arguments(arguments);
    if (converters::is_quantised_onnx(arguments.model)) { refuse_choices(arguments); }
    std::optional<dataset> judged = check_set(arguments);
    dataset drawn = samples_of(arguments);
    if (drawn.size() != 0) { apply_task(drawn, answer_kind_of(arguments.task), 0); }
    check_max_drop(arguments, is_regression(drawn, answer_kind_of(arguments.task)));
    converters::conversion conversion =
        converters::convert_onnx(arguments.model, drawn, options_of(arguments));
    if (is_streaming(arguments)) { count_streaming_answers(arguments.model, drawn, conversion); }
    conversion.net.metadata["source_sha256"] = io::content_hash(io::read_file(arguments.model));
    if (judged) { require_fit(arguments, conversion.net, *judged); }
    nlohmann::ordered_json json = conversion_json(arguments, conversion, header);
    print_result(arguments, conversion, drawn, out, json);
    const double drop = converters::calibration_drop(conversion);
    if (arguments.max_drop >= 0.0 && drop > arguments.max_drop) {
        out.json(json);
        fmt::print(
            stderr,
            "synfire: the calibration answers lose {:.2f} %, more than --max-drop {} allows\n",
            drop, arguments.max_drop);
        return status_check_failed;
    }
    io::write_network(conversion.net, arguments.network);
    out.text(fmt::format("written: {}", arguments.network));
    const bool equal = !judged || check_result(arguments, conversion, *judged, out, json);
    json["seconds"] = header.start("", "")["seconds"];
    out.json(json);
    return equal ? status_ok : status_check_failed;
}

}  // namespace

void add_convert(CLI::App& app, command_body& chosen) {
    auto arguments = std::make_shared<convert_arguments>();
    CLI::App* command = app.add_subcommand(
        "convert", "Convert a trained network (ONNX, NIR) to an integer spiking network (.snn)");
    add_conversion_options(command, arguments.get());
    command->add_option("-o,--output", arguments->network, "network file to write (.snn)")
        ->required();
    add_data_option(*command, "--check", arguments->check,
                    "compare trained, quantised and spiking network on this data, neuron by "
                    "neuron");
    command
        ->add_option("--check-samples", arguments->check_samples,
                     "first N samples of the check data only (0: all)")
        ->check(CLI::NonNegativeNumber);
    add_max_drop_option(command, arguments.get(),
                        "exit status 1 and no file where more percent of the calibration answers "
                        "are lost (without labels: change)");
    add_shrinking_options(command, arguments.get());
    add_nir_options(command, &arguments->nir);
    add_execution_option(*command, *arguments);
    command->add_option("--json", arguments->json, "write the result as JSON (-: standard output)");
    command->callback(
        [arguments, &chosen] { chosen = [arguments] { return convert(*arguments); }; });
}

}  // namespace synfire::cli
