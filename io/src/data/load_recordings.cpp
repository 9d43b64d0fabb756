// SPDX-License-Identifier: Apache-2.0
// Data that may be recordings of events: which reader, and what goes with it.
#include <synfire/io/dataset.hpp>

#include <optional>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include <synfire/io/files.hpp>

#include "../fail.hpp"
#include "load_recordings.hpp"
#include "locate_recordings.hpp"
#include "recordings.hpp"
#include "values.hpp"

namespace synfire::io {

namespace {

namespace fs = std::filesystem;

bool ends_in(const fs::path& path, std::initializer_list<const char*> extensions) {
    fs::path name = path.filename();
    if (name.extension() == ".gz" || name.extension() == ".xz") { name = name.stem(); }
    for (const char* extension : extensions) {
        if (name.extension() == extension) { return true; }
    }
    return false;
}

bool is_folder(const fs::path& path) {
    std::error_code error;
    return fs::is_directory(path, error);
}

bool is_there(const fs::path& path) {
    std::error_code error;
    return fs::exists(path, error);
}

/// The bytes of one recording of a file that holds several.
std::span<const std::byte> piece_of(std::span<const std::byte> file, const recording_place& place,
                                    const std::string& where) {
    const std::uint64_t bytes = place.events.value_or(file.size() / aer_bytes) * aer_bytes;
    const bool whole = place.events.value_or(0) <= file.size() / aer_bytes;
    if (!whole || place.offset > file.size() || bytes > file.size() - place.offset) {
        fail(where, "a recording of the list is beyond the end of the file",
             fmt::format("{} bytes from byte {}", bytes, place.offset),
             fmt::format("a file of {} bytes", file.size()), "the file may be cut short");
    }
    return file.subspan(static_cast<std::size_t>(place.offset), static_cast<std::size_t>(bytes));
}

void append(const recording_place& place, std::span<const std::byte> file, const std::string& where,
            dataset& data) {
    const bool whole = place.offset == 0 && !place.events;
    const std::string name = whole ? where : fmt::format("{}: byte {}", where, place.offset);
    append_aer(whole ? file : piece_of(file, place, where), name, data);
    if (place.label >= 0) { data.labels.push_back(place.label); }
}

dataset read_all(const std::vector<recording_place>& places, const fs::path& common) {
    dataset data;
    const std::vector<std::byte> shared =
        common.empty() ? std::vector<std::byte>() : read_file(common);
    for (const recording_place& place : places) {
        if (place.file.empty()) {
            append(place, shared, common.string(), data);
        } else {
            append(place, read_file(place.file), place.file.string(), data);
        }
    }
    return data;
}

/// "FOLDER,LIST.csv" and "FILE.bin,LIST.csv".
std::optional<dataset> load_listed(const std::string& text) {
    const std::size_t comma = text.find(',');
    if (comma == std::string::npos) { return std::nullopt; }
    const fs::path recordings = text.substr(0, comma);
    const fs::path list = text.substr(comma + 1);
    if (!ends_in(list, {".csv"}) || !is_there(recordings)) { return std::nullopt; }
    const bool folder = is_folder(recordings);
    const std::vector<recording_place> places =
        parse_recording_list(read_text(list), list.string(), folder ? recordings : fs::path());
    if (folder == places.front().file.empty()) {
        fail(list.string(),
             folder ? "does not name the files of the folder"
                    : "names files, but the recordings are said to be in one file",
             text, folder ? "a column 'file'" : "FOLDER,LIST.csv");
    }
    return read_all(places, folder ? fs::path() : recordings);
}

std::optional<dataset> load_file(const fs::path& path) {
    if (ends_in(path, {".h5", ".hdf5"})) {
        const std::vector<std::byte> file = read_file(path);
        if (!is_hdf5(file)) { fail(path.string(), "is not an HDF5 file"); }
        return parse_hdf5_events(file, path.string());
    }
    if (!ends_in(path, {".npz"})) { return std::nullopt; }
    const std::vector<std::byte> file = read_file(path);
    if (!holds_events(file, path.string())) { return std::nullopt; }
    return parse_npz_events(file, path.string());
}

}  // namespace

std::optional<dataset> load_recordings(const std::string& name_or_path, dataset_part part) {
    std::string text = name_or_path;
    if (!is_there(text)) {
        if (auto listed = load_listed(text)) {
            listed->name = name_or_path;
            return listed;
        }
        for (const auto& [ending, chosen] :
             {std::pair(":train", dataset_part::train), std::pair(":test", dataset_part::test)}) {
            if (!text.ends_with(ending)) { continue; }
            text.resize(text.size() - std::string_view(ending).size());
            part = chosen;
            break;
        }
    }
    std::optional<dataset> data;
    if (is_folder(text)) {
        const std::vector<recording_place> places = recordings_in_folder(text, part);
        if (!places.empty()) { data = read_all(places, {}); }
    } else if (is_there(text)) {
        data = load_file(text);
    }
    if (data) { data->name = text; }
    return data;
}

dataset load_data(const std::string& name_or_path, dataset_part part) {
    if (auto recordings = load_recordings(name_or_path, part)) {
        check_complete(*recordings, recordings->name);
        return std::move(*recordings);
    }
    return load_dataset(name_or_path, part);
}

}  // namespace synfire::io
