// SPDX-License-Identifier: Apache-2.0
// synfire explain: where the error of a conversion comes from, layer by layer, and what changes it.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <synfire/converters/explain.hpp>
#include <synfire/converters/inspect.hpp>
#include <synfire/core/error.hpp>
#include <synfire/io/dataset.hpp>
#include <synfire/io/files.hpp>
#include <synfire/io/network_file.hpp>

#include "accuracy.hpp"
#include "command.hpp"
#include "conversion_options.hpp"
#include "explain_output.hpp"
#include "ladder.hpp"
#include "levels.hpp"
#include "paths.hpp"
#include "progress.hpp"
#include "regression.hpp"
#include "shrinking_options.hpp"

namespace synfire::cli {

namespace {

struct explain_arguments {
    convert_arguments conversion;
    data_names data;  // empty: the calibration samples
    std::size_t samples = 64;
    std::vector<std::string> between;
    double bound = 0.1;
    bool try_advice = false;
};

/// `convert` also judges the network by it; nothing else does here.
void check_use_of_max_drop(const convert_arguments& conversion) {
    const bool used = conversion.mixed_steps || conversion.mixed_bits
                      || options_of(conversion).chosen_steps_drop.has_value();
    if (conversion.max_drop < 0.0 || used) { return; }
    throw usage_error({"--max-drop", "has no effect here", fmt::format("{}", conversion.max_drop),
                       "--mixed-steps, --mixed-bits, or --coding auto without --steps", ""});
}

/// Converts again with each advice; equal advice once.
std::vector<tried_advice> try_all(const std::vector<converters::advice>& all,
                                  const explain_arguments& arguments, const dataset& calibration,
                                  const dataset& data) {
    std::vector<tried_advice> tried;
    std::map<std::string, double> errors;
    for (const converters::advice& a : all) {
        tried.push_back({a, {}});
        if (!arguments.try_advice || !a.options) { continue; }
        if (!errors.contains(a.change)) {
            const converters::conversion changed =
                converters::convert_onnx(arguments.conversion.model, calibration, *a.options);
            errors[a.change] = converters::output_error(changed, data, data.size());
        }
        tried.back().error = errors[a.change];
    }
    return tried;
}

/// The calibration samples, or the samples that were named; at most as many as asked for.
dataset explained_data(const explain_arguments& arguments, const dataset& calibration,
                       const network& net) {
    dataset all =
        arguments.data.empty() ? calibration : io::load_inputs(arguments.data, input_names(net));
    apply_task(all, answer_kind_of(arguments.conversion.task),
               answering_readout(net).shape.neurons());
    check_data_fits(net, all, arguments.conversion.model);
    const std::size_t count =
        arguments.samples == 0 ? all.size() : std::min(arguments.samples, all.size());
    return slice(all, 0, count);
}

int status_of(const std::vector<compared_range>& ranges) {
    int status = status_ok;
    for (const compared_range& r : ranges) {
        if (!r.found) { continue; }
        status = std::max(status, r.found->must_be_equal() ? status_internal : status_check_failed);
    }
    return status;
}

std::vector<compared_range> compare_ranges(const explain_arguments& arguments,
                                           const converters::convert_options& options,
                                           const converters::conversion& converted,
                                           const dataset& data) {
    std::vector<compared_range> ranges;
    const std::filesystem::path model = arguments.conversion.model;
    for (const std::string& text : arguments.between) {
        const ladder_inputs inputs{model, options.input, converted,
                                   data,  data.size(),   arguments.bound};
        ranges.push_back({text, first_divergence(inputs, level_range_of(text))});
    }
    return ranges;
}

/// Usage errors, all before any work.
void check_arguments(const explain_arguments& arguments) {
    const convert_arguments& conversion = arguments.conversion;
    check_outputs({conversion.json},
                  with_data(with_data({conversion.model}, conversion.calibration), arguments.data));
    check_conversion_options(conversion);
    check_use_of_max_drop(conversion);
    for (const std::string& text : arguments.between) { level_range_of(text); }
    if (!conversion.calibration.empty()) { return; }
    throw usage_error({"--calibration", "is missing", "", "a data set, by name or path",
                       "explain measures errors on samples"});
}

/// What `convert` would write.
converters::conversion converted_network(const convert_arguments& arguments,
                                         const dataset& calibration) {
    converters::conversion converted =
        converters::convert_onnx(arguments.model, calibration, options_of(arguments));
    converted.net.metadata["source_sha256"] = io::content_hash(io::read_file(arguments.model));
    for (const std::string& warning : converted.warnings) {
        fmt::print(stderr, "synfire: warning: {}\n", warning);
    }
    return converted;
}

/// Errors of the whole; answers that change are left out of a regression's, and what pruning did
/// where nothing was pruned.
void add_errors(const converters::explanation& found, bool regression, bool pruned,
                nlohmann::ordered_json& json) {
    json["error"] = found.error;
    json["plain_error"] = found.plain_error;
    json["interaction"] = found.interaction;
    json["answers_changed"] = nullptr;
    json["pruning_error"] = nullptr;
    json["pruning_answers_changed"] = nullptr;
    if (pruned) { json["pruning_error"] = found.pruning_error; }
    if (regression) { return; }
    json["answers_changed"] = found.answers_changed;
    if (pruned) { json["pruning_answers_changed"] = found.pruning_answers; }
}

int explain(const explain_arguments& arguments) {
    const result_header header("explain");
    const convert_arguments& conversion = arguments.conversion;
    const output out(conversion.json);
    check_arguments(arguments);
    const bool imported = converters::is_quantised_onnx(conversion.model);
    if (imported) { refuse_choices(conversion); }
    dataset calibration = samples_of(conversion);
    apply_task(calibration, answer_kind_of(conversion.task), 0);
    check_max_drop(conversion, is_regression(calibration, answer_kind_of(conversion.task)));
    const converters::conversion converted = converted_network(conversion, calibration);
    const dataset data = explained_data(arguments, calibration, converted.net);
    progress bar("explain");
    const converters::explanation found =
        converters::explain(converted, data, data.size(),
                            [&](std::size_t done, std::size_t all) { bar.update(done, all); });
    const bool fixed = imported || converted.distilled;
    const converters::convert_options options = options_of(conversion);
    const std::vector<tried_advice> advice =
        try_all(fixed ? std::vector<converters::advice>{} : converters::advise(found, options),
                arguments, calibration, data);  // the file has fixed what advice is about
    const std::vector<compared_range> ranges = compare_ranges(arguments, options, converted, data);

    const bool regression = is_regression(data, answer_kind_of(conversion.task));
    const bool pruned = converted.pruning.has_value();
    print_sizes(out, conversion, converted);
    print_explanation(out, found, regression, pruned);
    print_advice(out, advice, found.error);
    print_ladder(out, ranges, arguments.bound);
    nlohmann::ordered_json json = header.start("", io::network_hash(converted.net));
    json["model"] = conversion.model;
    add_choices(conversion, converted, json);
    add_sizes(conversion, converted, json);
    if (imported) { drop_choices(json); }
    json["calibration"] = data_text(conversion.calibration);
    json["seed"] = conversion.seed;
    json["calibration_samples"] = converted.calibration_samples;
    json["data"] = data_text(arguments.data.empty() ? conversion.calibration : arguments.data);
    json["samples"] = found.samples;
    json["warnings"] = converted.warnings;
    add_errors(found, regression, pruned, json);
    json["layers"] = layers_json(found, regression);
    json["advice"] = advice_json(advice);
    json["between"] = ladder_json(ranges);
    out.json(json);
    return status_of(ranges);
}

}  // namespace

void add_explain(CLI::App& app, command_body& chosen) {
    auto arguments = std::make_shared<explain_arguments>();
    CLI::App* command = app.add_subcommand(
        "explain",
        "Where the error of a conversion comes from, layer by layer, and what to change");
    add_conversion_options(command, &arguments->conversion);
    add_shrinking_options(command, &arguments->conversion);
    add_max_drop_option(command, &arguments->conversion,
                        "percent of the calibration answers that --mixed-steps, --mixed-bits and "
                        "--coding auto may lose (without labels: change)");
    add_data_option(*command, "--data", arguments->data,
                    "samples to explain: built-in name or path (default: the calibration "
                    "samples)");
    command->add_option("--samples", arguments->samples, "first N of them only (0: all)")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    command
        ->add_option(
            "--between", arguments->between,
            "first divergence between two levels, such as L1,L2; may be given again. L0 "
            "trained, L1 folded, L2 quantised, L3 reference engine, L4 event-driven engine")
        ->allow_extra_args(false);
    command
        ->add_option("--bound", arguments->bound,
                     "relative error of a layer from which on L1 and L2 count as apart")
        ->check(number_between(0.0, 100.0))
        ->capture_default_str();
    command->add_flag("--try", arguments->try_advice,
                      "convert again with each advice, and say what it brings");
    command->add_option("--json", arguments->conversion.json,
                        "write the result as JSON (-: standard output)");
    command->callback(
        [arguments, &chosen] { chosen = [arguments] { return explain(*arguments); }; });
}

}  // namespace synfire::cli
