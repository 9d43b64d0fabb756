// SPDX-License-Identifier: Apache-2.0
#include "encoding.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include <synfire/core/error.hpp>

#include "metadata.hpp"
#include "onnx/reader.hpp"
#include "passes/channel_last.hpp"

namespace synfire::converters {

namespace {

std::size_t input_channels(const model_graph& model, data_layout layout) {
    const dims& item = model.values[model.inputs.front()].shape;
    if (item.empty()) { return 1; }
    return static_cast<std::size_t>(layout == data_layout::channel_last ? item.back()
                                                                        : item.front());
}

void check_count(const model_graph& model, const char* what, std::size_t found,
                 std::size_t channels) {
    if (found == 1 || found == channels) { return; }
    throw bad_input(
        {model.source, fmt::format("{} of the input", what), fmt::format("{} values", found),
         channels == 1 ? "1 value" : fmt::format("1 or {} values (one per channel)", channels),
         ""});
}

}  // namespace

std::string inputs_text(const model_graph& model) {
    std::vector<std::string> inputs;
    for (const value_id v : model.inputs) {
        inputs.push_back(
            fmt::format("{} ({})", model.values[v].name, fmt::join(model.values[v].shape, " x ")));
    }
    return fmt::format("{} inputs: {}", inputs.size(), fmt::join(inputs, ", "));
}

input_encoding resolve_encoding(const model_graph& model, const preprocessing& given,
                                bool eight_bit) {
    if (model.inputs.size() != 1) {
        throw bad_input({model.source, "models with several inputs are not supported",
                         inputs_text(model), "1 input", several_inputs_hint});
    }
    input_encoding encoding;
    encoding.eight_bit = eight_bit;
    encoding.data_shape = model.values[model.inputs.front()].shape;
    encoding.layout = channel_first_image(model, model.inputs.front()) ? data_layout::channel_last
                                                                       : data_layout::channel_first;
    if (given.layout && *given.layout != encoding.layout) {
        throw bad_input({"--layout", "does not fit the graph of " + model.source,
                         std::string(to_string(*given.layout)),
                         std::string(to_string(encoding.layout)),
                         "leave it out: the layout is read off the graph"});
    }
    encoding.scale = eight_bit ? 1.0 / 255.0 : 1.0;
    const auto take = [&](const std::vector<double>& from_user, const char* key,
                          std::vector<double>& to) {
        const std::vector<double> values =
            from_user.empty() ? metadata_numbers(model, key) : from_user;
        if (!values.empty()) { to = values; }
    };
    std::vector<double> scale{encoding.scale};
    take(given.scale ? std::vector<double>{*given.scale} : std::vector<double>{}, "synfire.scale",
         scale);
    take(given.mean, "synfire.mean", encoding.mean);
    take(given.std, "synfire.std", encoding.std);
    check_count(model, "scale", scale.size(), 1);
    encoding.scale = scale.front();
    const std::size_t channels = input_channels(model, encoding.layout);
    check_count(model, "mean", encoding.mean.size(), channels);
    check_count(model, "standard deviation", encoding.std.size(), channels);
    const bool positive =
        std::all_of(encoding.std.begin(), encoding.std.end(), [](double s) { return s > 0.0; });
    if (!(encoding.scale > 0.0) || !positive) {
        throw bad_input(
            {model.source, "scale and standard deviation of the input must be positive",
             fmt::format("scale {}, std {}", encoding.scale, fmt::join(encoding.std, ",")),
             "numbers above 0", "see --scale and --std"});
    }
    return encoding;
}

input_encoding resolve_encoding(const std::filesystem::path& model, const preprocessing& given,
                                bool eight_bit) {
    return resolve_encoding(import_onnx(model).graph, given, eight_bit);
}

void check_data(const model_graph& model, const dataset& data) {
    const auto without_ones = [](dims shape) {
        shape.erase(std::remove(shape.begin(), shape.end(), 1), shape.end());
        return shape;
    };
    const dims& item = model.values[model.inputs.front()].shape;
    if (without_ones(item) != without_ones(data.sample_shape)) {
        throw bad_input({data.name, "samples do not fit the input of " + model.source,
                         fmt::format("samples of {}", fmt::join(data.sample_shape, " x ")),
                         fmt::format("{}", fmt::join(item, " x ")),
                         "check the data set and its layout"});
    }
    if (data.size() == 0) {
        throw bad_input({data.name, "the data set is empty", "0 samples", "1 or more", ""});
    }
}

std::vector<float> model_input(const model_graph& model, const input_encoding& encoding,
                               const dataset& data, std::size_t sample) {
    const dims& item = model.values[model.inputs.front()].shape;
    const auto count = static_cast<std::size_t>(element_count(item));
    const std::size_t channels = input_channels(model, encoding.layout);
    std::vector<float> real(count);
    for (std::size_t e = 0; e < count; ++e) {
        const std::size_t c =
            encoding.layout == data_layout::channel_last ? e % channels : e / (count / channels);
        const double raw = data.eight_bit() ? static_cast<double>(data.byte_sample(sample)[e])
                                            : static_cast<double>(data.real_sample(sample)[e]);
        const double mean = encoding.mean[encoding.mean.size() == 1 ? 0 : c];
        const double std = encoding.std[encoding.std.size() == 1 ? 0 : c];
        real[e] = static_cast<float>((raw * encoding.scale - mean) / std);
    }
    return real;
}

}  // namespace synfire::converters
