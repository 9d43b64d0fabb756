// SPDX-License-Identifier: Apache-2.0
#include "input_options.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <string_view>

namespace synfire::cli {

namespace {

/// Names may hold '=', values cannot.
struct named_value {
    std::string input;  ///< empty: all
    std::string value;
};

named_value take_apart(const std::string& word) {
    const std::size_t at = word.rfind('=');
    if (at == std::string::npos) { return {"", word}; }
    return {word.substr(0, at), word.substr(at + 1)};
}

template <typename Number>
std::optional<Number> number_in(std::string_view text) {
    Number value{};
    if (text.starts_with('+')) { text.remove_prefix(1); }
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc{} || end != text.data() + text.size() || text.empty()) {
        return std::nullopt;
    }
    return value;
}

/// "0.1,0.2"; nothing where a part is no finite number.
std::optional<std::vector<double>> numbers_in(const std::string& text) {
    std::vector<double> numbers;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        const auto value = number_in<double>(std::string_view(text).substr(begin, end - begin));
        if (!value || !std::isfinite(*value)) { return std::nullopt; }
        numbers.push_back(*value);
        begin = end + 1;
    }
    return numbers;
}

bool are_numbers(const std::string& text) { return numbers_in(text).has_value(); }

bool is_scale(const std::string& text) {
    const auto numbers = numbers_in(text);
    return numbers && numbers->size() == 1 && numbers->front() > 0.0;
}

bool is_layout(const std::string& text) {
    return text == "channel-first" || text == "channel-last";
}

bool is_steps(const std::string& text) {
    const auto steps = number_in<std::int32_t>(text);
    return steps && *steps >= 1 && *steps <= 8;
}

/// Refuses words whose value is none, as the parser refuses others.
CLI::Validator value_is(bool (*good)(const std::string&), const std::string& expected) {
    const auto check = [=](std::string& word) {
        return good(take_apart(word).value)
                   ? std::string()
                   : "'" + word + "': expected " + expected + ", or NAME= and that for one input";
    };
    return {check, ""};
}

/// Of one input, or of all where it has no name.
converters::preprocessing& part_of(converters::preprocessing& all, const std::string& input) {
    if (input.empty()) { return all; }
    for (converters::preprocessing& own : all.named) {
        if (own.input == input) { return own; }
    }
    all.named.emplace_back().input = input;
    return all.named.back();
}

/// Numbers behind a name are that input's, up to the next name.
void take_numbers(const std::vector<std::string>& words,
                  std::vector<double> converters::preprocessing::*member,
                  converters::preprocessing& all) {
    std::string input;
    for (const std::string& word : words) {
        const named_value part = take_apart(word);
        if (!part.input.empty()) { input = part.input; }
        std::vector<double>& to = part_of(all, input).*member;
        const std::vector<double> values = numbers_in(part.value).value();
        to.insert(to.end(), values.begin(), values.end());
    }
}

void take_steps(const std::string& word, converters::convert_options& options) {
    const named_value part = take_apart(word);
    std::int32_t& steps =
        part.input.empty() ? options.input_steps : options.input_steps_of[part.input];
    steps = number_in<std::int32_t>(part.value).value();
}

}  // namespace

void add_input_options(CLI::App& command, input_arguments& arguments) {
    const auto add = [&](const char* flag, std::vector<std::string>& to, const char* type,
                         const std::string& help) {
        return command.add_option(flag, to, help)->type_name(type);
    };
    add("--input-steps", arguments.steps, "[NAME=]T",
        "steps of the input, always phase: 1 to 8 (default: 8)")
        ->check(value_is(is_steps, "1 to 8"))
        ->allow_extra_args(false);
    add("--scale", arguments.scale, "[NAME=]S",
        "factor of raw data (default: the file's, or 1/255 for 8-bit data)")
        ->check(value_is(is_scale, "a number above 0"))
        ->allow_extra_args(false);
    add("--mean", arguments.mean, "[NAME=]M,...", "mean after scaling, one or one per channel")
        ->check(value_is(are_numbers, "numbers with commas between them"));
    add("--std", arguments.std, "[NAME=]S,...", "standard deviation, one or one per channel")
        ->check(value_is(are_numbers, "numbers with commas between them"));
    add("--layout", arguments.layout, "[NAME=]LAYOUT",
        "layout of the data, channel-first or channel-last; normally read off the graph")
        ->check(value_is(is_layout, "channel-first or channel-last"))
        ->allow_extra_args(false);
}

void take_input_options(const input_arguments& arguments, converters::convert_options& options) {
    for (const std::string& word : arguments.scale) {
        const named_value part = take_apart(word);
        part_of(options.input, part.input).scale = numbers_in(part.value).value().front();
    }
    take_numbers(arguments.mean, &converters::preprocessing::mean, options.input);
    take_numbers(arguments.std, &converters::preprocessing::std, options.input);
    for (const std::string& word : arguments.layout) {
        const named_value part = take_apart(word);
        part_of(options.input, part.input).layout =
            part.value == "channel-last" ? data_layout::channel_last : data_layout::channel_first;
    }
    for (const std::string& word : arguments.steps) { take_steps(word, options); }
}

}  // namespace synfire::cli
