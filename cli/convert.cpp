// SPDX-License-Identifier: Apache-2.0
// synfire convert: a trained network becomes an integer spiking network.
#include <fmt/format.h>

#include <cmath>
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
#include "imported_layers.hpp"
#include "levels.hpp"
#include "paths.hpp"
#include "progress.hpp"

namespace synfire::cli {

namespace {

converters::threshold_rule threshold_rule_of(const std::string& name) {
    if (name == "max") { return converters::threshold_rule::max; }
    if (name == "percentile") { return converters::threshold_rule::percentile; }
    return converters::threshold_rule::mse;
}

/// "auto" starts from phase.
coding coding_of(const std::string& name) {
    if (name == "rate") { return coding::rate; }
    if (name == "ttfs") { return coding::ttfs; }
    return name == "digit" ? coding::digit : coding::phase;
}

}  // namespace

converters::convert_options options_of(const convert_arguments& arguments) {
    converters::convert_options options = arguments.options;
    options.code = coding_of(arguments.coding);
    options.choose_codes = arguments.coding == "auto";
    options.thresholds = threshold_rule_of(arguments.thresholds);
    options.per_channel = arguments.thresholds_per == "channel";
    if (arguments.percentile != 0.0) { options.percentile = arguments.percentile; }
    if (arguments.scale != 0.0) { options.input.scale = arguments.scale; }
    if (!arguments.layout.empty()) {
        options.input.layout = arguments.layout == "channel-last" ? data_layout::channel_last
                                                                  : data_layout::channel_first;
    }
    return options;
}

namespace {

void print_conversion(const output& out, const converters::conversion& conversion) {
    out.text(fmt::format("{:<28} {:>7} {:>7} {:>6} {:>9} {:>9} {:>9}", "layer", "theta", "max",
                         "bits", "clip", "round", "weights"));
    for (const converters::layer_report& l : conversion.layers) {
        out.text(fmt::format("{:<28} {:>7} {:>7} {:>6} {:>9} {:>9} {:>9}", l.name, l.theta_min,
                             l.theta_max, l.width_bits, percent(l.error.clip),
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
             {"theta_min", l.theta_min},
             {"theta_max", l.theta_max},
             {"width_bits", l.width_bits},
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
                  const output& out, nlohmann::ordered_json& json) {
    dataset data = io::load_dataset(arguments.check, io::dataset_part::test);
    const answer_kind kind = answer_kind_of(arguments.task);
    apply_task(data, kind, answering_readout(conversion.net).shape.neurons());
    check_data_fits(conversion.net, data, arguments.model);
    progress bar("check");
    const level_comparison levels =
        compare_levels({arguments.model, conversion, data, arguments.check_samples,
                        [&](std::size_t done, std::size_t all) { bar.update(done, all); }});
    json["check"] = check_json(levels, arguments.check);
    out.text(fmt::format("{}: trained {}", arguments.check, describe(levels.trained)));
    out.text(fmt::format("{}: spiking {}{}", arguments.check, describe(levels.spiking),
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

void check_steps(const convert_arguments& arguments) {
    const converters::convert_options& o = arguments.options;
    const bool digit = arguments.coding == "digit";
    if (digit && arguments.steps_given) {
        throw usage_error({"--steps", "follows from --base and --digits with --coding digit",
                           std::to_string(o.steps), "no --steps",
                           "S digits of base B have S * (B - 1) steps"});
    }
    if (!digit && arguments.digits_given) {
        throw usage_error({"--base, --digits", "have no effect on --coding " + arguments.coding,
                           "given", "--coding digit", ""});
    }
    const int most = arguments.coding == "phase" || arguments.coding == "auto" ? 15 : 16;
    if (!digit && o.steps > most) {
        throw usage_error({"--steps", "too many for " + arguments.coding + " codes",
                           std::to_string(o.steps), fmt::format("1 to {}", most), ""});
    }
    const int digit_steps = o.digits * (o.digit_base - 1);
    if (digit && (digit_steps > 16 || (o.digit_base == 2 && o.digits > 15))) {
        throw usage_error({"--digits", "window is too long", fmt::format("{} steps", digit_steps),
                           "at most 16, of base 2 at most 15", ""});
    }
}

}  // namespace

void check_conversion_options(const convert_arguments& arguments) {
    check_steps(arguments);
    if (arguments.percentile != 0.0 && arguments.thresholds != "percentile") {
        throw usage_error({"--percentile", "has no effect on --thresholds " + arguments.thresholds,
                           fmt::format("{}", arguments.percentile), "--thresholds percentile", ""});
    }
    if (arguments.options.spike_price != 0.0 && arguments.thresholds != "mse") {
        throw usage_error({"--spike-price", "has no effect on --thresholds " + arguments.thresholds,
                           fmt::format("{}", arguments.options.spike_price), "--thresholds mse",
                           ""});
    }
}

namespace {

void check_arguments(const convert_arguments& arguments) {
    check_outputs({arguments.network, arguments.json},
                  {arguments.model, arguments.calibration, arguments.check});
    check_conversion_options(arguments);
    if (std::isnan(arguments.max_drop)) {
        throw usage_error({"--max-drop", "is not a number", "nan", "0 to 100", ""});
    }
}

void check_max_drop(const convert_arguments& arguments, bool regression) {
    if (arguments.max_drop < 0.0 || !regression) { return; }
    throw usage_error({"--max-drop", "counts answers that change; a regression has none",
                       fmt::format("{}", arguments.max_drop), "no --max-drop",
                       "--check reports R2 against the trained network"});
}

/// Percentage points of accuracy where the calibration samples have labels, otherwise percent of
/// answers that changed.
double drop_of(const converters::conversion& conversion) {
    const auto samples = static_cast<double>(conversion.calibration_samples);
    if (conversion.calibration_lost) { return 100.0 * *conversion.calibration_lost / samples; }
    return 100.0 * static_cast<double>(conversion.calibration_disagreements) / samples;
}

}  // namespace

void add_choices(const convert_arguments& arguments, const converters::conversion& conversion,
                 nlohmann::ordered_json& json) {
    json["coding"] = arguments.coding;
    const converters::convert_options& o = arguments.options;
    const bool digit = arguments.coding == "digit";
    json["steps"] = digit ? o.digits * (o.digit_base - 1) : o.steps;
    json["digit_base"] = digit ? nlohmann::ordered_json(o.digit_base) : nullptr;
    json["digits"] = digit ? nlohmann::ordered_json(o.digits) : nullptr;
    json["input_steps"] = arguments.options.input_steps;
    json["weight_bits"] = arguments.options.weight_bits;
    json["thresholds"] = arguments.thresholds;
    json["thresholds_per"] = arguments.thresholds_per;
    json["percentile"] = nullptr;
    if (arguments.thresholds == "percentile") {
        json["percentile"] = options_of(arguments).percentile;
    }
    json["spike_price"] = arguments.options.spike_price;
    json["equalised_pairs"] = nullptr;
    if (arguments.options.equalise) { json["equalised_pairs"] = conversion.equalised_pairs; }
    json["reconstruct"] = arguments.options.reconstruct;
    json["bias_correction"] = arguments.options.bias_correction;
}

namespace {

/// The calibration samples, none for a model that brings its own integers and needs none.
dataset samples_of(const convert_arguments& arguments) {
    if (!arguments.calibration.empty()) {
        const dataset all = io::load_dataset(arguments.calibration, io::dataset_part::train);
        return converters::draw_samples(all, arguments.calibration_samples, arguments.seed);
    }
    if (!converters::is_quantised_onnx(arguments.model)) {
        throw usage_error({"--calibration", "is missing", "", "a data set, by name or path",
                           "thresholds are chosen from samples; only a model that is quantised "
                           "already needs none"});
    }
    if (arguments.max_drop >= 0.0) {
        throw usage_error({"--max-drop", "has nothing to compare", "", "--calibration", ""});
    }
    return {};
}

/// Choices that an imported model does not leave.
void drop_choices(nlohmann::ordered_json& json) {
    for (const char* key : {"steps", "input_steps", "thresholds", "thresholds_per", "spike_price",
                            "equalised_pairs", "reconstruct", "bias_correction"}) {
        json[key] = nullptr;
    }
}

int convert(const convert_arguments& arguments) {
    const result_header header("convert");
    const output out(arguments.json);
    check_arguments(arguments);
    dataset drawn = samples_of(arguments);
    if (!drawn.sample_shape.empty()) { apply_task(drawn, answer_kind_of(arguments.task), 0); }
    const bool regression = is_regression(drawn, answer_kind_of(arguments.task));
    check_max_drop(arguments, regression);
    converters::conversion conversion =
        converters::convert_onnx(arguments.model, drawn, options_of(arguments));
    conversion.net.metadata["source_sha256"] = io::content_hash(io::read_file(arguments.model));
    for (const std::string& warning : conversion.warnings) {
        fmt::print(stderr, "synfire: warning: {}\n", warning);
    }

    nlohmann::ordered_json json = header.start(arguments.network, io::network_hash(conversion.net));
    json["model"] = arguments.model;
    add_choices(arguments, conversion, json);
    json["calibration"] = arguments.calibration;
    json["seed"] = arguments.seed;
    json["calibration_samples"] = conversion.calibration_samples;
    json["calibration_disagreements"] = conversion.calibration_disagreements;
    json["warnings"] = conversion.warnings;
    json["layers"] = layers_json(conversion);
    json["nodes"] = nodes_json(conversion.nodes);
    json["task"] = arguments.task;
    json["calibration_error"] = nullptr;
    std::optional<double> error;
    if (regression && !drawn.sample_shape.empty()) {
        error = converters::output_error(conversion, drawn, drawn.size());
        json["calibration_error"] = *error;
    }
    if (conversion.imported.empty()) {
        print_conversion(out, conversion);
    } else {
        drop_choices(json);
        json["imported"] = imported_json(conversion.imported);
        print_imported(out, conversion);
    }
    if (!drawn.sample_shape.empty()) { print_calibration(out, conversion, error); }
    const double drop = drop_of(conversion);
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
    const bool equal = arguments.check.empty() || check_levels(arguments, conversion, out, json);
    json["seconds"] = header.start("", "")["seconds"];
    out.json(json);
    return equal ? status_ok : status_check_failed;
}

void add_quantisation_options(CLI::App& command, convert_arguments& arguments) {
    command
        .add_option(
            "--thresholds", arguments.thresholds,
            "what the largest code of a layer stands for: least squared error, a percentile "
            "of its values, or the largest of them")
        ->check(CLI::IsMember({"mse", "percentile", "max"}))
        ->capture_default_str();
    command
        .add_option("--percentile", arguments.percentile,
                    "that percentile, of the values that are not 0 (default: 99.9)")
        ->check(CLI::Range(0.001, 100.0));
    command
        .add_option("--thresholds-per", arguments.thresholds_per,
                    "choose that for each channel or for whole layers")
        ->check(CLI::IsMember({"channel", "layer"}))
        ->capture_default_str();
    command
        .add_option(
            "--spike-price", arguments.options.spike_price,
            "fewer spikes for some accuracy: squared error of a layer, relative, that a spike "
            "per neuron is worth; try 0.001 to 0.02")
        ->check(CLI::Range(0.0, 100.0))
        ->capture_default_str();
    command.add_flag("--equalise", arguments.options.equalise,
                     "scale channels between consecutive layers to similar weights first; exact in "
                     "the trained network");
    command.add_flag("--reconstruct", arguments.options.reconstruct,
                     "fit each layer's weights to the trained network on the codes that reach it; "
                     "slower, and worth most with few steps or few weight bits");
    command.add_flag("--bias-correction,!--no-bias-correction", arguments.options.bias_correction,
                     "layer by layer, move biases until the mean code of each channel is that of "
                     "the trained network (default: on)");
}

void add_input_options(CLI::App& command, convert_arguments& arguments) {
    command
        .add_option("--scale", arguments.scale,
                    "factor of raw data (default: the file's, or 1/255 for 8-bit data)")
        ->check(CLI::PositiveNumber);
    command
        .add_option("--mean", arguments.options.input.mean,
                    "mean after scaling, one or one per channel")
        ->delimiter(',');
    command
        .add_option("--std", arguments.options.input.std,
                    "standard deviation, one or one per channel")
        ->delimiter(',');
    command
        .add_option("--layout", arguments.layout, "layout of the data; normally read off the graph")
        ->check(CLI::IsMember({"channel-first", "channel-last"}));
}

}  // namespace

void add_conversion_options(CLI::App* command, convert_arguments* arguments) {
    command->add_option("model", arguments->model, "trained network (.onnx)")->required();
    command->add_option("--calibration", arguments->calibration,
                        "unlabelled samples: built-in name or path; needed unless the model is "
                        "quantised already");
    command
        ->add_option("--calibration-samples", arguments->calibration_samples,
                     "samples drawn from it (0: all)")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    command->add_option("--seed", arguments->seed, "seed of that draw")->capture_default_str();
    command->add_option("--coding", arguments->coding, "spike code of hidden layers")
        ->check(CLI::IsMember({"phase", "rate", "ttfs", "digit", "auto"}))
        ->capture_default_str();
    const auto note_digits = [arguments](const std::string&) { arguments->digits_given = true; };
    command->add_option("--steps", arguments->options.steps, "steps T of hidden layers")
        ->check(CLI::Range(1, 16))
        ->each([arguments](const std::string&) { arguments->steps_given = true; })
        ->capture_default_str();
    command
        ->add_option("--input-steps", arguments->options.input_steps,
                     "steps of the input, always phase")
        ->check(CLI::Range(1, 8))
        ->capture_default_str();
    command->add_option("--weight-bits", arguments->options.weight_bits, "bits of a weight")
        ->check(CLI::Range(2, 8))
        ->capture_default_str();
    command->add_option("--base", arguments->options.digit_base, "base B of --coding digit")
        ->check(CLI::Range(2, 17))
        ->each(note_digits)
        ->capture_default_str();
    command
        ->add_option("--digits", arguments->options.digits,
                     "digits S of --coding digit, which has S * (B - 1) steps")
        ->check(CLI::Range(1, 15))
        ->each(note_digits)
        ->capture_default_str();
    add_quantisation_options(*command, *arguments);
    add_input_options(*command, *arguments);
    add_task_option(*command, arguments->task);
}

void add_convert(CLI::App& app, command_body& chosen) {
    auto arguments = std::make_shared<convert_arguments>();
    CLI::App* command = app.add_subcommand(
        "convert", "Convert a trained network (ONNX) to a spiking network (.snn)");
    add_conversion_options(command, arguments.get());
    command->add_option("-o,--output", arguments->network, "network file to write (.snn)")
        ->required();
    command->add_option(
        "--check", arguments->check,
        "compare trained, quantised and spiking network on this data, neuron by neuron");
    command
        ->add_option("--check-samples", arguments->check_samples,
                     "first N samples of the check data only (0: all)")
        ->check(CLI::NonNegativeNumber);
    command
        ->add_option(
            "--max-drop", arguments->max_drop,
            "exit status 1 and no file where more percent of the calibration answers change")
        ->check(CLI::Range(0.0, 100.0));
    command->add_option("--json", arguments->json, "write the result as JSON (-: standard output)");
    command->callback(
        [arguments, &chosen] { chosen = [arguments] { return convert(*arguments); }; });
}

}  // namespace synfire::cli
