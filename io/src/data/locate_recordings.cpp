// SPDX-License-Identifier: Apache-2.0
#include "locate_recordings.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>
#include <tuple>

#include <fmt/format.h>

#include "../fail.hpp"
#include "../text.hpp"

namespace synfire::io {

namespace {

namespace fs = std::filesystem;

constexpr std::int32_t most_classes = 1 << 20;

std::optional<std::uint64_t> number_in(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) { return std::nullopt; }
    return value;
}

std::optional<std::int32_t> class_in(std::string_view text) {
    const std::optional<std::uint64_t> value = number_in(text);
    if (!value || *value >= static_cast<std::uint64_t>(most_classes)) { return std::nullopt; }
    return static_cast<std::int32_t>(*value);
}

bool is_recording(const fs::path& path) {
    fs::path name = path.filename();
    if (name.extension() == ".gz" || name.extension() == ".xz") { name = name.stem(); }
    return name.extension() == ".bin" || name.extension() == ".bs2";
}

std::vector<fs::path> entries_of(const fs::path& folder) {
    std::vector<fs::path> entries;
    std::error_code error;
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
        entries.push_back(at->path());
    }
    if (error) { fail(folder.string(), "the folder cannot be read", error.message()); }
    return entries;
}

std::vector<recording_place> recordings_by_class(const fs::path& folder) {
    std::vector<recording_place> recordings;
    for (const fs::path& entry : entries_of(folder)) {
        const std::optional<std::int32_t> label = class_in(entry.filename().string());
        std::error_code error;
        if (!label || !fs::is_directory(entry, error)) { continue; }
        for (const fs::path& file : entries_of(entry)) {
            if (is_recording(file)) { recordings.push_back({file, 0, std::nullopt, *label}); }
        }
    }
    std::sort(recordings.begin(), recordings.end(),
              [](const recording_place& a, const recording_place& b) {
                  return std::tuple(a.file.filename(), a.label)
                         < std::tuple(b.file.filename(), b.label);
              });
    return recordings;
}

/// Fields of one line, without the spaces around them.
std::vector<std::string_view> fields_of(std::string_view line) {
    std::vector<std::string_view> fields;
    while (true) {
        const std::size_t comma = line.find(',');
        std::string_view field = line.substr(0, comma);
        const std::size_t first = field.find_first_not_of(" \t\r\"");
        const std::size_t last = field.find_last_not_of(" \t\r\"");
        fields.push_back(first == std::string_view::npos ? std::string_view()
                                                         : field.substr(first, last - first + 1));
        if (comma == std::string_view::npos) { return fields; }
        line.remove_prefix(comma + 1);
    }
}

class list_reader {
  public:
    list_reader(const std::string& where, const fs::path& folder)
        : where_(where),
          folder_(folder) {}

    std::vector<recording_place> read(std::string_view text) {
        while (!text.empty()) {
            const std::size_t end = text.find('\n');
            const std::vector<std::string_view> fields = fields_of(text.substr(0, end));
            ++line_;
            const bool blank = fields.size() == 1 && fields[0].empty();
            if (line_ == 1) {
                read_header(fields);
            } else if (!blank) {
                read_line(fields);
            }
            text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        }
        if (recordings_.empty()) { fail(where_, "lists no recordings"); }
        return std::move(recordings_);
    }

  private:
    void read_header(const std::vector<std::string_view>& names) {
        columns_ = names.size();
        const auto column = [&](std::string_view name) {
            const auto found = std::find(names.begin(), names.end(), name);
            return static_cast<std::size_t>(found - names.begin());
        };
        file_ = column("file");
        offset_ = column("byte_offset");
        events_ = column("n_events");
        label_ = column("label");
        const bool pieces = offset_ < columns_ && events_ < columns_;
        if (file_ < columns_ || pieces) { return; }
        fail(where_, "is no list of recordings", "other columns",
             "a header with 'file', or with 'byte_offset' and 'n_events'; 'label' besides");
    }

    void read_line(const std::vector<std::string_view>& fields) {
        if (fields.size() != columns_) {
            refuse("has another number of columns than the header", std::to_string(fields.size()),
                   std::to_string(columns_));
        }
        recording_place place;
        if (file_ < columns_) {
            const std::string_view name = fields[file_];
            if (name.empty() || !is_plain_text(name)) {
                refuse("names no file", "", "a path from the folder of recordings");
            }
            place.file = folder_ / std::string(name);
        }
        if (offset_ < columns_) { place.offset = number(fields[offset_], "byte_offset"); }
        if (events_ < columns_) { place.events = number(fields[events_], "n_events"); }
        if (label_ < columns_) {
            const std::optional<std::int32_t> label = class_in(fields[label_]);
            if (!label) {
                refuse("holds an impossible label", shown(fields[label_]), "0, 1, 2, ...");
            }
            place.label = *label;
        }
        recordings_.push_back(std::move(place));
    }

    std::uint64_t number(std::string_view field, const char* name) const {
        const std::optional<std::uint64_t> value = number_in(field);
        if (!value) {
            refuse(fmt::format("'{}' is not a number", name), shown(field), "0, 1, 2, ...");
        }
        return *value;
    }

    static std::string shown(std::string_view field) {
        constexpr std::size_t most = 40;
        if (field.size() > most || !is_plain_text(field)) { return "something else"; }
        return fmt::format("'{}'", field);
    }
    [[noreturn]] void refuse(const std::string& what, const std::string& found,
                             const std::string& expected) const {
        fail(fmt::format("{}: line {}", where_, line_), what, found, expected);
    }

    const std::string& where_;
    const fs::path& folder_;
    std::size_t line_ = 0;
    std::size_t columns_ = 0;
    std::size_t file_ = 0;
    std::size_t offset_ = 0;
    std::size_t events_ = 0;
    std::size_t label_ = 0;
    std::vector<recording_place> recordings_;
};

}  // namespace

std::vector<recording_place> recordings_in_folder(const fs::path& folder, dataset_part part) {
    const bool train = part == dataset_part::train;
    for (const char* name : {train ? "Train" : "Test", train ? "train" : "test"}) {
        std::error_code error;
        if (!fs::is_directory(folder / name, error)) { continue; }
        std::vector<recording_place> found = recordings_by_class(folder / name);
        if (!found.empty()) { return found; }
    }
    return recordings_by_class(folder);
}

std::vector<recording_place> parse_recording_list(std::string_view text, const std::string& where,
                                                  const fs::path& folder) {
    return list_reader(where, folder).read(text);
}

}  // namespace synfire::io
