// SPDX-License-Identifier: Apache-2.0
// std::from_chars rather than streams: it ignores the locale and says what it could not read.
#include "csv.hpp"

#include <charconv>
#include <cmath>
#include <optional>
#include <system_error>
#include <vector>

#include <fmt/format.h>

#include "../fail.hpp"
#include "../text.hpp"
#include "values.hpp"

namespace synfire::io {

namespace {

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
constexpr std::string_view blanks = " \t\r";

enum class last_column { value, label, target };

std::string_view trimmed(std::string_view field) {
    const std::size_t first = field.find_first_not_of(blanks);
    if (first == std::string_view::npos) { return {}; }
    return field.substr(first, field.find_last_not_of(blanks) - first + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    while (true) {
        const std::size_t end = text.find(separator);
        parts.push_back(trimmed(text.substr(0, end)));
        if (end == std::string_view::npos) { return parts; }
        text.remove_prefix(end + 1);
    }
}

std::optional<double> number_in(std::string_view field) {
    double value = 0.0;
    const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
    if (error != std::errc{} || end != field.data() + field.size()) { return std::nullopt; }
    return value;
}

/// What to show of a field that may hold anything.
std::string quoted(std::string_view field) {
    constexpr std::size_t most = 40;
    if (!is_plain_text(field)) { return "bytes that are not text"; }
    return field.size() <= most ? fmt::format("'{}'", field)
                                : fmt::format("a text of {} bytes", field.size());
}

class csv_reader {
  public:
    csv_reader(std::string_view text, const std::string& where) : where_(where) {
        if (text.starts_with(byte_order_mark)) { text.remove_prefix(byte_order_mark.size()); }
        lines_ = split(text, '\n');
        while (!lines_.empty() && lines_.back().empty()) { lines_.pop_back(); }
    }

    dataset read() {
        const bool header = !lines_.empty() && read_header();
        for (line_ = header ? 1 : 0; line_ < lines_.size(); ++line_) { read_row(); }
        if (columns_ != 0) {
            const std::size_t values = columns_ - (last_ == last_column::value ? 0 : 1);
            if (values == 0) { fail(where_, "has no column of input values"); }
            data_.sample_shape = {static_cast<std::int64_t>(values)};
        }
        if (last_ == last_column::target) { data_.target_size = 1; }
        check_complete(data_, where_);
        return std::move(data_);
    }

  private:
    std::string place() const { return fmt::format("{}: line {}", where_, line_ + 1); }

    bool read_header() {
        const std::vector<std::string_view> names = split(lines_[0], ',');
        bool numbers = true;
        for (const std::string_view name : names) {
            numbers = numbers && number_in(name).has_value();
        }
        if (numbers) { return false; }
        columns_ = names.size();
        std::string_view last = names.back();
        if (last.size() >= 2 && last.front() == '"' && last.back() == '"') {
            last = last.substr(1, last.size() - 2);
        }
        last_ = last == "label"    ? last_column::label
                : last == "target" ? last_column::target
                                   : last_column::value;
        return true;
    }
    void read_row() {
        const std::vector<std::string_view> fields = split(lines_[line_], ',');
        if (columns_ == 0) { columns_ = fields.size(); }
        if (fields.size() != columns_) {
            fail(place(), "has another number of columns than the lines before",
                 std::to_string(fields.size()), std::to_string(columns_));
        }
        for (std::size_t i = 0; i < fields.size(); ++i) { read_field(fields[i], i); }
    }
    void read_field(std::string_view field, std::size_t column) {
        const std::optional<double> value = number_in(field);
        const float real = value ? static_cast<float>(*value) : NAN;
        if (!std::isfinite(real)) {
            fail(place(), fmt::format("column {} is not a finite number", column + 1),
                 quoted(field));
        }
        const last_column meaning = column + 1 == columns_ ? last_ : last_column::value;
        switch (meaning) {
        case last_column::value:
            data_.reals.push_back(real);
            break;
        case last_column::target:
            data_.targets.push_back(real);
            break;
        case last_column::label:
            data_.labels.push_back(label_in(field));
            break;
        }
    }
    std::int32_t label_in(std::string_view field) const {
        std::int32_t label = -1;
        const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), label);
        if (error != std::errc{} || end != field.data() + field.size() || label < 0) {
            fail(place(), "holds an impossible label", quoted(field), "0, 1, 2, ...");
        }
        return label;
    }

    const std::string& where_;
    std::vector<std::string_view> lines_;
    std::size_t line_ = 0;
    std::size_t columns_ = 0;
    last_column last_ = last_column::value;
    dataset data_;
};

}  // namespace

dataset parse_csv(std::string_view text, const std::string& where) {
    return csv_reader(text, where).read();
}

}  // namespace synfire::io
