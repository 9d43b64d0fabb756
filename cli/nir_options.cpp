// SPDX-License-Identifier: Apache-2.0
#include "nir_options.hpp"

#include <array>
#include <filesystem>
#include <optional>
#include <string_view>
#include <utility>

#include <synfire/core/error.hpp>

#include "conversion_options.hpp"
#include "input_options.hpp"
#include "streaming_options.hpp"

namespace synfire::cli {

namespace {

using converters::nir_dialect;

constexpr std::array<std::pair<std::string_view, nir_dialect>, 5> dialects{
    {{"plain", nir_dialect::plain},
     {"snntorch", nir_dialect::snntorch},
     {"spikingjelly", nir_dialect::spikingjelly},
     {"norse", nir_dialect::norse},
     {"sinabs", nir_dialect::sinabs}}};

constexpr std::array<std::pair<std::string_view, input_encoder>, 5> encoders{
    {{"current", input_encoder::current},
     {"rate", input_encoder::rate},
     {"poisson", input_encoder::poisson},
     {"latency", input_encoder::latency},
     {"events", input_encoder::events}}};

constexpr std::array<std::pair<std::string_view, readout_rule>, 3> answers{
    {{"sum", readout_rule::sum}, {"last", readout_rule::last}, {"max", readout_rule::max}}};

template <class Table>
auto word(const Table& table, const std::string& name) {
    for (const auto& [key, value] : table) {
        if (key == name) { return value; }
    }
    throw usage_error({name, "is not one of the words of this option", "", "", ""});
}

template <class Table>
std::vector<std::string> words(const Table& table) {
    std::vector<std::string> all;
    for (const auto& row : table) { all.emplace_back(row.first); }
    return all;
}

void add_time_options(CLI::App& command, nir_arguments& arguments) {
    command
        .add_option("--dt", arguments.dt,
                    "NIR: length of a step, in the unit of the graph's time constants (default: "
                    "the dialect's)")
        ->check(positive_number());
    command
        .add_option("--dialect", arguments.dialect,
                    "NIR: tool whose reading of the nodes counts, where tools differ")
        ->check(CLI::IsMember(words(dialects)))
        ->capture_default_str();
    command
        .add_option("--decay", arguments.decay,
                    "NIR: a step loses dt/tau (euler) or 1 - exp(-dt/tau) (default: the "
                    "dialect's)")
        ->check(CLI::IsMember({"euler", "exponential"}));
    command
        .add_option("--reset", arguments.reset,
                    "NIR: after a spike the potential is v_reset (zero) or less by the threshold "
                    "(default: the dialect's)")
        ->check(CLI::IsMember({"zero", "subtract"}));
    command
        .add_option("--fires", arguments.fires,
                    "NIR: a neuron fires above its threshold or from it on (default: the "
                    "dialect's)")
        ->check(CLI::IsMember({"above", "from"}));
}

}  // namespace

void add_nir_options(CLI::App* command, nir_arguments* arguments) {
    add_time_options(*command, *arguments);
    command
        ->add_option("--input", arguments->input,
                     "how data reach a streaming network: as currents in every step, "
                     "as spikes, or as recorded events (of NIR graphs)")
        ->check(CLI::IsMember(words(encoders)))
        ->capture_default_str();
    command
        ->add_option("--input-step", arguments->input_step,
                     "NIR, --input current: real data, rounded to multiples of this, -127 to 127 "
                     "of them")
        ->check(positive_number());
    command
        ->add_option("--readout", arguments->answer,
                     "NIR: the answer is the sum of an Output over all steps, its last or its "
                     "largest value")
        ->check(CLI::IsMember(words(answers)))
        ->capture_default_str();
    command->add_option("--decay-bits", arguments->decay_bits, "NIR: bits of a decay")
        ->check(CLI::IsMember({12, 16}))
        ->capture_default_str();
    command
        ->add_option("--state-bits", arguments->state_bits,
                     "NIR: potentials and currents of spiking neurons are clamped to so many bits")
        ->check(CLI::Range(20, 30))
        ->capture_default_str();
    command->add_flag("--strict", arguments->strict,
                      "NIR: refuse what the specification does not have");
    command->add_flag("--lenient", arguments->lenient,
                      "NIR: take what has one sensible reading, and list it (default)");
    for (const char* name :
         {"--dt", "--dialect", "--decay", "--reset", "--fires", "--input", "--input-step",
          "--readout", "--decay-bits", "--state-bits", "--strict", "--lenient"}) {
        arguments->own.push_back(command->get_option(name));
    }
}

bool is_nir(const std::string& file) { return std::filesystem::path(file).extension() == ".nir"; }

void refuse_nir_options(const convert_arguments& arguments) {
    for (const CLI::Option* option : arguments.nir.own) {
        const bool input = option->get_name() == "--input";
        if (option->count() == 0 || (input && is_streaming(arguments))) { continue; }
        throw usage_error({option->get_name(),
                           input ? "belongs to streaming networks" : "belongs to NIR graphs",
                           "given", input ? "--execution streaming" : "GRAPH.nir", ""});
    }
}

void check_nir_options(const convert_arguments& arguments) {
    const nir_arguments& nir = arguments.nir;
    for (const CLI::Option* option : arguments.choosing) {
        const std::string name = option->get_name();
        if (option->count() == 0 || name == "--steps" || name == "--weight-bits") { continue; }
        throw usage_error({name, "does not apply to a NIR graph", "given", "", "leave it out"});
    }
    if (!arguments.calibration.empty() || arguments.max_drop >= 0.0 || arguments.mixed_steps
        || arguments.mixed_bits || !arguments.inputs.mean.empty() || !arguments.inputs.std.empty()
        || !arguments.inputs.layout.empty()) {
        throw usage_error({"convert", "an option given does not apply to a NIR graph",
                           "one of --calibration, --max-drop, --mixed-steps, --mixed-bits, --mean, "
                           "--std, --layout",
                           "none of them", "a graph brings its own thresholds and has no means"});
    }
    if (arguments.execution == "synchronous") {
        throw usage_error({"--execution", "NIR graphs have neurons that move from step to step",
                           arguments.execution, "streaming", "leave it out"});
    }
    if (!arguments.steps_given) {
        throw usage_error({"--steps", "is missing", "", "steps of a sample",
                           "NIR does not say how long an input lasts"});
    }
    if (nir.strict && nir.lenient) {
        throw usage_error({"--strict", "does not go with --lenient", "", "one of them", ""});
    }
    if (nir.input_step != 0.0 && (nir.input != "current" || !arguments.inputs.scale.empty())) {
        throw usage_error(
            {"--input-step", "needs --input current, and no --scale", nir.input, "", ""});
    }
    if (nir.dt == 0.0 && !converters::dialect_dt(dialect_of(nir.dialect))) {
        throw usage_error({"--dt", "is missing", "", "length of a step, or a --dialect",
                           "NIR does not say how long a step is; snnTorch takes 1e-4"});
    }
}

converters::nir_dialect dialect_of(const std::string& name) { return word(dialects, name); }

namespace {

/// Graphs have one input: a scale is for it, whatever name it was given with.
std::optional<double> scale_of(const convert_arguments& arguments) {
    converters::convert_options parsed;
    take_input_options(arguments.inputs, parsed);
    if (!parsed.input.named.empty()) { return parsed.input.named.back().scale; }
    return parsed.input.scale;
}

}  // namespace

converters::nir_conversion_options nir_options_of(const convert_arguments& arguments) {
    const nir_arguments& nir = arguments.nir;
    converters::nir_conversion_options options;
    options.timing.dialect = dialect_of(nir.dialect);
    if (nir.dt != 0.0) { options.timing.dt = nir.dt; }
    if (!nir.decay.empty()) {
        options.timing.decay = nir.decay == "euler" ? converters::nir_decay::euler
                                                    : converters::nir_decay::exponential;
    }
    if (!nir.reset.empty()) {
        options.timing.reset = nir.reset == "zero" ? reset_rule::zero : reset_rule::subtract;
    }
    if (!nir.fires.empty()) { options.timing.fires_at_threshold = nir.fires == "from"; }
    options.steps = arguments.options.steps;
    options.encoder = word(encoders, nir.input);
    if (const auto scale = scale_of(arguments); scale) { options.input_scale = *scale; }
    if (nir.input_step != 0.0) { options.input_step = nir.input_step; }
    options.answer = word(answers, nir.answer);
    options.weight_bits = arguments.options.weight_bits;
    options.decay_bits = nir.decay_bits;
    options.state_bits = nir.state_bits;
    return options;
}

}  // namespace synfire::cli
