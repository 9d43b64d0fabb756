// SPDX-License-Identifier: Apache-2.0
#include "streaming_options.hpp"

#include <fmt/format.h>

#include <string_view>
#include <synfire/converters/inspect.hpp>
#include <synfire/core/error.hpp>

namespace synfire::cli {

namespace {

// Of 4 to 128, the fewest steps that lose less than a point on the networks of the model zoo.
constexpr std::int32_t usual_steps = 32;
constexpr std::int32_t most_steps = 1024;

void refuse_given(const convert_arguments& arguments) {
    for (const CLI::Option* option : arguments.choosing) {
        const std::string name = option->get_name();
        const bool fits = name != "--input-steps" && name != "--skip-steps" && name != "--base"
                          && name != "--digits"
                          && (name != "--coding" || arguments.coding == "rate");
        if (option->count() == 0 || fits) { continue; }
        throw usage_error({name, "does not go with --execution streaming", "given",
                           "rates over the same steps everywhere", "leave it out"});
    }
    if (arguments.mixed_steps) {
        throw usage_error({"--mixed-steps", "does not go with --execution streaming", "given",
                           "rates over the same steps everywhere", "leave it out"});
    }
}

input_encoder input_of(const convert_arguments& arguments) {
    const std::string& input = arguments.nir.input;
    if (input == "current") { return input_encoder::current; }
    if (input == "rate") { return input_encoder::rate; }
    if (input == "poisson") { return input_encoder::poisson; }
    throw usage_error({"--input", "does not carry the values of a trained network", input,
                       "current, rate or poisson", ""});
}

}  // namespace

void add_execution_option(CLI::App& command, convert_arguments& arguments) {
    command
        .add_option("--execution", arguments.execution,
                    "synchronous: layer after layer, exactly the quantised network (default of "
                    "trained networks); streaming: all layers in every step, rates, an answer "
                    "after each (always of NIR graphs)")
        ->check(CLI::IsMember({"synchronous", "streaming"}));
}

bool is_streaming(const convert_arguments& arguments) { return arguments.execution == "streaming"; }

void take_execution(convert_arguments& arguments) {
    if (!is_streaming(arguments)) { return; }
    if (converters::is_quantised_onnx(arguments.model)) {
        throw usage_error({"--execution", "does not apply to a model that is quantised already",
                           "streaming", "the file's own scales and integers",
                           "leave it out, or give the model it was quantised from"});
    }
    refuse_given(arguments);
    arguments.coding = "rate";
    arguments.options.execution = execution::streaming;
    arguments.options.stream_input = input_of(arguments);
    if (!arguments.steps_given) { arguments.options.steps = usual_steps; }
    if (arguments.options.steps > most_steps) {
        throw usage_error({"--steps", "more than weights of 8 bits can tell apart",
                           std::to_string(arguments.options.steps),
                           fmt::format("1 to {}", most_steps),
                           "simulate --steps runs a network for longer"});
    }
}

void add_execution(const convert_arguments& arguments, nlohmann::ordered_json& json) {
    json["execution"] = to_string(arguments.options.execution);
    if (!is_streaming(arguments)) { return; }
    json["input"] = arguments.nir.input;
    json["input_steps"] = nullptr;
}

}  // namespace synfire::cli
