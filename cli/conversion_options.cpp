// SPDX-License-Identifier: Apache-2.0
#include "conversion_options.hpp"

#include <fmt/format.h>

#include <synfire/converters/inspect.hpp>
#include <synfire/core/error.hpp>
#include <synfire/io/dataset.hpp>

#include "command.hpp"
#include "regression.hpp"
#include "shrinking_options.hpp"

namespace synfire::cli {

namespace {

converters::threshold_rule threshold_rule_of(const std::string& name) {
    if (name == "max") { return converters::threshold_rule::max; }
    if (name == "percentile") { return converters::threshold_rule::percentile; }
    return converters::threshold_rule::mse;
}

// Percentage of the calibration answers: one or two of 256 samples.
constexpr double usual_steps_drop = 0.5;

/// "auto" starts from phase.
coding coding_of(const std::string& name) {
    if (name == "rate") { return coding::rate; }
    if (name == "ttfs") { return coding::ttfs; }
    return name == "digit" ? coding::digit : coding::phase;
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
    if (o.execution == execution::streaming) { return; }  // take_execution has its own limit
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
        ->check(number_between(0.001, 100.0));
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
        ->check(number_between(0.0, 100.0))
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

}  // namespace

converters::convert_options options_of(const convert_arguments& arguments) {
    converters::convert_options options = arguments.options;
    options.code = coding_of(arguments.coding);
    options.choose_codes = arguments.coding == "auto";
    if (options.choose_codes && !arguments.steps_given && !arguments.mixed_steps
        && arguments.task != "regression") {
        options.chosen_steps_drop =
            arguments.max_drop >= 0.0 ? arguments.max_drop : usual_steps_drop;
    }
    options.thresholds = threshold_rule_of(arguments.thresholds);
    take_shrinking_options(arguments, options);
    options.per_channel = arguments.thresholds_per == "channel";
    if (arguments.percentile != 0.0) { options.percentile = arguments.percentile; }
    take_input_options(arguments.inputs, options);
    return options;
}

void check_conversion_options(const convert_arguments& arguments) {
    check_steps(arguments);
    check_shrinking_options(arguments);
    if (arguments.options.equalise && arguments.thresholds_per == "channel") {
        throw usage_error({"--equalise", "changes nothing where each channel has a threshold",
                           "given", "--thresholds-per layer", ""});
    }
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

void refuse_choices(const convert_arguments& arguments) {
    for (const CLI::Option* option : arguments.choosing) {
        if (option->count() == 0) { continue; }
        throw usage_error({option->get_name(),
                           "does not apply to a model that is quantised already", "given",
                           "the file's own scales and integers", "leave it out"});
    }
}

dataset samples_of(const convert_arguments& arguments) {
    if (!arguments.calibration.empty()) {
        const dataset all = io::load_inputs(arguments.calibration, input_names(arguments.model),
                                            io::dataset_part::train);
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

void add_choices(const convert_arguments& arguments, const converters::conversion& conversion,
                 nlohmann::ordered_json& json) {
    json["coding"] = arguments.coding;
    const converters::convert_options resolved = options_of(arguments);
    const converters::convert_options& o = arguments.options;
    const bool digit = arguments.coding == "digit";
    json["steps"] = digit ? o.digits * (o.digit_base - 1) : o.steps;
    json["mixed_steps"] = arguments.mixed_steps || resolved.chosen_steps_drop;
    json["digit_base"] = digit ? nlohmann::ordered_json(o.digit_base) : nullptr;
    json["digits"] = digit ? nlohmann::ordered_json(o.digits) : nullptr;
    json["input_steps"] = resolved.input_steps;
    if (!resolved.input_steps_of.empty()) { json["input_steps_of"] = resolved.input_steps_of; }
    json["weight_bits"] = arguments.options.weight_bits;
    json["distilled"] = conversion.distilled;
    json["thresholds"] = conversion.distilled ? "given" : arguments.thresholds;
    json["thresholds_per"] = conversion.distilled ? "given" : arguments.thresholds_per;
    json["percentile"] = nullptr;
    if (arguments.thresholds == "percentile") { json["percentile"] = resolved.percentile; }
    json["spike_price"] = arguments.options.spike_price;
    json["skip_steps"] = arguments.options.skip_steps;
    json["fine_skips"] = conversion.fine_skips;
    json["equalised_pairs"] = nullptr;
    if (arguments.options.equalise) { json["equalised_pairs"] = conversion.equalised_pairs; }
    json["reconstruct"] = arguments.options.reconstruct;
    json["bias_correction"] = arguments.options.bias_correction && !conversion.distilled;
}

void drop_choices(nlohmann::ordered_json& json) {
    for (const char* key : {"coding", "weight_bits", "mixed_steps", "steps", "input_steps",
                            "thresholds", "skip_steps", "fine_skips", "distilled", "thresholds_per",
                            "spike_price", "equalised_pairs", "reconstruct", "bias_correction"}) {
        json[key] = nullptr;
    }
}

void add_conversion_options(CLI::App* command, convert_arguments* arguments) {
    command->add_option("model", arguments->model, "trained network (.onnx), or spiking one (.nir)")
        ->required();
    add_data_option(*command, "--calibration", arguments->calibration,
                    "unlabelled samples: built-in name or path; needed unless the model is "
                    "quantised already");
    command
        ->add_option("--calibration-samples", arguments->calibration_samples,
                     "samples drawn from it (0: all)")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    command->add_option("--seed", arguments->seed, "seed of that draw")->capture_default_str();
    command
        ->add_option("--coding", arguments->coding,
                     "spike code of hidden layers; auto: for each layer the one that costs least, "
                     "without --steps also as few steps as --max-drop (0.5) allows")
        ->check(CLI::IsMember({"phase", "rate", "ttfs", "digit", "auto"}))
        ->capture_default_str();
    const auto note_digits = [arguments](const std::string&) { arguments->digits_given = true; };
    command
        ->add_option("--steps", arguments->options.steps,
                     "steps T of hidden layers; NIR: steps of a sample")
        ->check(CLI::Range(1, max_streaming_steps))
        ->each([arguments](const std::string&) { arguments->steps_given = true; })
        ->capture_default_str();
    add_input_options(*command, arguments->inputs);
    command
        ->add_option("--skip-steps", arguments->options.skip_steps,
                     "skip connections carry phase codes of this many steps, which the layers "
                     "behind them round to their own (0: the codes of all hidden layers)")
        ->check(CLI::Range(0, 12))
        ->capture_default_str();
    command->add_option("--weight-bits", arguments->options.weight_bits, "bits of a weight")
        ->check(CLI::Range(2, 8))
        ->capture_default_str();
    command
        ->add_option("--largest-threshold", arguments->options.largest_theta,
                     "largest threshold of a neuron: 127 for icebreaker_int4")
        ->check(CLI::Range(16, 32767))
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
    for (const char* name : {"--coding", "--steps", "--input-steps", "--skip-steps",
                             "--weight-bits", "--largest-threshold", "--base", "--digits",
                             "--thresholds", "--percentile", "--thresholds-per", "--spike-price",
                             "--equalise", "--reconstruct", "--bias-correction"}) {
        arguments->choosing.push_back(command->get_option(name));
    }
    add_task_option(*command, arguments->task);
}

}  // namespace synfire::cli
