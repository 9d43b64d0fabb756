// SPDX-License-Identifier: Apache-2.0
#include "encoding.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include <synfire/core/error.hpp>

#include "metadata.hpp"
#include "passes/channel_last.hpp"

namespace synfire::converters {

namespace {

std::size_t input_channels(const dims& item, data_layout layout) {
    if (item.empty()) { return 1; }
    return static_cast<std::size_t>(layout == data_layout::channel_last ? item.back()
                                                                        : item.front());
}

/// "input", or which one where there are several.
std::string input_text(const model_graph& model, std::size_t input) {
    return model.inputs.size() == 1
               ? "input"
               : fmt::format("input '{}'", model.values[model.inputs[input]].name);
}

std::string inputs_text(const model_graph& model) {
    std::vector<std::string> inputs;
    for (const value_id v : model.inputs) {
        inputs.push_back(
            fmt::format("{} ({})", model.values[v].name, fmt::join(model.values[v].shape, " x ")));
    }
    return fmt::format("{} {}: {}", inputs.size(), inputs.size() == 1 ? "input" : "inputs",
                       fmt::join(inputs, ", "));
}

void check_count(const std::string& source, const std::string& what, std::size_t found,
                 std::size_t channels) {
    if (found == 1 || found == channels) { return; }
    throw bad_input(
        {source, what, fmt::format("{} values", found),
         channels == 1 ? "1 value" : fmt::format("1 or {} values (one per channel)", channels),
         ""});
}

/// The file's numbers for one input: its own, or those that hold for all.
std::vector<double> file_numbers(const model_graph& model, const std::string& key,
                                 const std::string& input) {
    const std::vector<double> own = metadata_numbers(model, key + "." + input);
    return own.empty() ? metadata_numbers(model, key) : own;
}

/// What is said about one input by its name; otherwise what is said about all.
preprocessing given_for(const preprocessing& given, const std::string& input) {
    preprocessing result{given.scale, given.mean, given.std, given.layout};
    for (const preprocessing& own : given.named) {
        if (own.input != input) { continue; }
        if (own.scale) { result.scale = own.scale; }
        if (!own.mean.empty()) { result.mean = own.mean; }
        if (!own.std.empty()) { result.std = own.std; }
        if (own.layout) { result.layout = own.layout; }
    }
    return result;
}

void check_layout(const std::string& source, std::optional<data_layout> given, data_layout found) {
    if (!given || *given == found) { return; }
    throw bad_input({"--layout", "does not fit the graph of " + source,
                     std::string(to_string(*given)), std::string(to_string(found)),
                     "leave it out: the layout is read off the graph"});
}

void check_encoding(const std::string& source, const std::string& input,
                    const input_encoding& encoding, std::size_t channels) {
    check_count(source, "mean of the " + input, encoding.mean.size(), channels);
    check_count(source, "standard deviation of the " + input, encoding.std.size(), channels);
    const bool positive =
        std::all_of(encoding.std.begin(), encoding.std.end(), [](double s) { return s > 0.0; });
    if (encoding.scale > 0.0 && positive) { return; }
    throw bad_input({source,
                     fmt::format("scale and standard deviation of the {} must be positive", input),
                     fmt::format("scale {}, std {}", encoding.scale, fmt::join(encoding.std, ",")),
                     "numbers above 0", "see --scale and --std"});
}

void check_number_of_inputs(const model_graph& model, const dataset& data) {
    if (model.inputs.size() == data.inputs()) { return; }
    throw bad_input({model.source, "takes another number of data sets",
                     fmt::format("{}", data.inputs()), inputs_text(model),
                     "one data set per input: NAME=DATA for each"});
}

}  // namespace

bool is_nothing(const dataset& data) { return data.sample_shape.empty() && data.size() == 0; }

void check_input_name(const model_graph& model, const std::string& option,
                      const std::string& name) {
    for (const value_id v : model.inputs) {
        if (model.values[v].name == name) { return; }
    }
    throw bad_input({option, "names an input that " + model.source + " does not have", name,
                     inputs_text(model), "`synfire inspect` lists them"});
}

input_encoding resolve_encoding(const model_graph& model, const preprocessing& given,
                                bool eight_bit, std::size_t input) {
    const value_info& value = model.values[model.inputs[input]];
    const preprocessing own = given_for(given, value.name);
    const std::string name = input_text(model, input);
    input_encoding encoding;
    encoding.eight_bit = eight_bit;
    encoding.data_shape = value.shape;
    encoding.layout = channel_first_image(model, model.inputs[input]) ? data_layout::channel_last
                                                                      : data_layout::channel_first;
    check_layout(model.source, own.layout, encoding.layout);
    const auto take = [&](const std::vector<double>& from_user, const char* key,
                          std::vector<double>& to) {
        const std::vector<double> values =
            from_user.empty() ? file_numbers(model, key, value.name) : from_user;
        if (!values.empty()) { to = values; }
    };
    std::vector<double> scale{eight_bit ? 1.0 / 255.0 : 1.0};
    take(own.scale ? std::vector<double>{*own.scale} : std::vector<double>{}, "synfire.scale",
         scale);
    take(own.mean, "synfire.mean", encoding.mean);
    take(own.std, "synfire.std", encoding.std);
    check_count(model.source, "scale of the " + name, scale.size(), 1);
    encoding.scale = scale.front();
    check_encoding(model.source, name, encoding, input_channels(value.shape, encoding.layout));
    return encoding;
}

std::vector<input_encoding> resolve_encodings(const model_graph& model, const preprocessing& given,
                                              const dataset& data) {
    for (const preprocessing& own : given.named) {
        check_input_name(model, "preprocessing of '" + own.input + "'", own.input);
    }
    const bool nothing = is_nothing(data);
    if (!nothing) { check_number_of_inputs(model, data); }
    std::vector<input_encoding> encodings;
    for (std::size_t i = 0; i < model.inputs.size(); ++i) {
        const bool eight_bit = nothing || data.input(i).eight_bit();
        encodings.push_back(resolve_encoding(model, given, eight_bit, i));
    }
    return encodings;
}

void check_data(const model_graph& model, const dataset& data) {
    const auto without_ones = [](dims shape) {
        shape.erase(std::remove(shape.begin(), shape.end(), 1), shape.end());
        return shape;
    };
    check_number_of_inputs(model, data);
    for (std::size_t i = 0; i < data.inputs(); ++i) {
        const dataset& own = data.input(i);
        const dims& item = model.values[model.inputs[i]].shape;
        if (without_ones(item) != without_ones(own.sample_shape)) {
            throw bad_input(
                {own.name,
                 fmt::format("samples do not fit the {} of {}", input_text(model, i), model.source),
                 fmt::format("samples of {}", fmt::join(own.sample_shape, " x ")),
                 fmt::format("{}", fmt::join(item, " x ")), "check the data set and its layout"});
        }
        if (own.size() == 0) {
            throw bad_input({own.name, "the data set is empty", "0 samples", "1 or more", ""});
        }
        if (own.size() != data.size()) {
            throw bad_input({own.name, "the data sets of several inputs differ in length",
                             fmt::format("{} samples", own.size()),
                             fmt::format("{}, as {}", data.size(), data.name), ""});
        }
    }
}

namespace {

void append_input(const dims& item, const input_encoding& encoding, const dataset& data,
                  std::size_t sample, std::vector<float>& to) {
    const auto count = static_cast<std::size_t>(element_count(item));
    const std::size_t channels = input_channels(item, encoding.layout);
    for (std::size_t e = 0; e < count; ++e) {
        const std::size_t c =
            encoding.layout == data_layout::channel_last ? e % channels : e / (count / channels);
        const double raw = data.eight_bit() ? static_cast<double>(data.byte_sample(sample)[e])
                                            : static_cast<double>(data.real_sample(sample)[e]);
        const double mean = encoding.mean[encoding.mean.size() == 1 ? 0 : c];
        const double std = encoding.std[encoding.std.size() == 1 ? 0 : c];
        to.push_back(static_cast<float>((raw * encoding.scale - mean) / std));
    }
}

}  // namespace

std::vector<float> model_input(const model_graph& model,
                               const std::vector<input_encoding>& encodings, const dataset& data,
                               std::size_t sample) {
    std::vector<float> real;
    for (std::size_t i = 0; i < model.inputs.size(); ++i) {
        append_input(model.values[model.inputs[i]].shape, encodings[i], data.input(i), sample,
                     real);
    }
    return real;
}

}  // namespace synfire::converters
