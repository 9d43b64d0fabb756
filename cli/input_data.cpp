// SPDX-License-Identifier: Apache-2.0
#include "input_data.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <synfire/converters/inspect.hpp>
#include <synfire/core/error.hpp>
#include <synfire/hw/engine_network.hpp>

namespace synfire::cli {

CLI::Option* add_data_option(CLI::App& command, const std::string& flag, data_names& to,
                             const std::string& help) {
    return command.add_option(flag, to, help + "; with several inputs NAME=DATA for each")
        ->type_name("DATA")
        ->allow_extra_args(false);
}

std::string data_text(const data_names& given) { return fmt::format("{}", fmt::join(given, ",")); }

std::vector<std::string> with_data(std::vector<std::string> files, const data_names& given) {
    for (const std::string& text : given) {
        files.push_back(text);
        for (std::size_t at = text.find('='); at != std::string::npos;
             at = text.find('=', at + 1)) {
            files.push_back(text.substr(at + 1, text.find(',', at) - at - 1));
        }
    }
    return files;
}

std::vector<std::string> input_names(const network& net) {
    std::vector<std::string> names;
    for (const population& p : net.populations) {
        if (p.kind == population_kind::input) { names.push_back(p.name); }
    }
    return names;
}

std::vector<std::string> input_names(const std::string& model) {
    std::vector<std::string> names;
    for (const auto& input : converters::inputs_of_onnx(model)) { names.push_back(input.name); }
    return names;
}

std::vector<sim::encoded_input> encode_inputs(const network& net, const dataset& data,
                                              std::size_t sample, std::uint64_t seed) {
    const std::int32_t steps = net.execution == execution::streaming ? net.steps : 0;
    std::vector<sim::encoded_input> inputs;
    for (const population& p : net.populations) {
        if (p.kind != population_kind::input) { continue; }
        inputs.push_back(
            sim::encode(p, data.input(inputs.size()), sample, {.seed = seed, .steps = steps}));
    }
    return inputs;
}

std::vector<sim::encoded_input> for_engine(const network& net,
                                           std::vector<sim::encoded_input> inputs) {
    std::size_t number = 0;
    for (const population& p : net.populations) {
        if (p.kind != population_kind::input) { continue; }
        sim::encoded_input& input = inputs[number++];
        if (p.is_current()) { input.spikes = hw::spikes_of(hw::window_of_current(p), input.codes); }
    }
    return inputs;
}

std::vector<input_encoding> encodings_of(const network& net, const std::string& where) {
    std::vector<input_encoding> encodings;
    for (const population& p : net.populations) {
        if (p.kind != population_kind::input) { continue; }
        if (!p.input) {
            throw bad_input({where, "the network does not say how data become its input", p.name,
                             "a network written by convert", "convert the model again"});
        }
        encodings.push_back(*p.input);
    }
    return encodings;
}

}  // namespace synfire::cli
