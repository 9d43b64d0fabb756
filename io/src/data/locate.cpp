// SPDX-License-Identifier: Apache-2.0
#include "locate.hpp"

#include <array>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "../fail.hpp"
#include "parse.hpp"

namespace synfire::io {

namespace {

namespace fs = std::filesystem;

constexpr std::array<const char*, 3> compressions{"", ".gz", ".xz"};

bool is_there(const fs::path& path) {
    std::error_code error;
    return fs::exists(path, error);
}

/// The path as it is or with a compression behind it.
std::optional<fs::path> found(const fs::path& path) {
    for (const char* ending : compressions) {
        fs::path candidate = path;
        candidate += ending;
        if (is_there(candidate)) { return candidate; }
    }
    return std::nullopt;
}

/// Folders that may hold our own data sets, best first: set by the user, installed beside the
/// program, source tree.
std::vector<fs::path> data_folders() {
    std::vector<fs::path> folders;
    if (const char* set = std::getenv("SYNFIRE_DATA_DIR"); set != nullptr && *set != '\0') {
        folders.emplace_back(set);
    }
    std::error_code error;
    const fs::path program = fs::read_symlink("/proc/self/exe", error);
    if (!error) {
        folders.push_back(program.parent_path().parent_path() / "share" / "synfire" / "data");
    }
    folders.emplace_back(SYNFIRE_SOURCE_DATA_DIR);
    return folders;
}

struct idx_names {
    const char* samples;
    const char* labels;
};

/// MNIST calls its test part t10k.
std::vector<idx_names> idx_names_of(dataset_part part) {
    if (part == dataset_part::train) {
        return {{"train-images-idx3-ubyte", "train-labels-idx1-ubyte"}};
    }
    return {{"t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"},
            {"test-images-idx3-ubyte", "test-labels-idx1-ubyte"}};
}

std::optional<data_location> idx_in(const fs::path& folder, dataset_part part) {
    for (const idx_names& names : idx_names_of(part)) {
        const std::optional<fs::path> samples = found(folder / names.samples);
        const std::optional<fs::path> labels = found(folder / names.labels);
        if (samples && labels) { return data_location{folder.string(), {*samples}, *labels}; }
    }
    return std::nullopt;
}

/// CIFAR-10 trains on data_batch_1 to data_batch_5; those that are there are read in this order.
std::optional<data_location> cifar_in(const fs::path& folder, dataset_part part) {
    data_location place{folder.string(), {}, {}};
    if (part == dataset_part::test) {
        if (const auto file = found(folder / "test_batch.bin")) { place.samples.push_back(*file); }
    }
    for (int i = 1; part == dataset_part::train && i <= 5; ++i) {
        if (const auto file = found(folder / fmt::format("data_batch_{}.bin", i))) {
            place.samples.push_back(*file);
        }
    }
    if (place.samples.empty()) { return std::nullopt; }
    return place;
}

data_location digits(dataset_part part) {
    std::string looked_in;
    for (const fs::path& folder : data_folders()) {
        if (auto place = idx_in(folder / "digits", part)) {
            place->name = "digits";
            return *place;
        }
        looked_in += fmt::format("{}{}", looked_in.empty() ? "" : ", ", folder.string());
    }
    fail("data set 'digits'", "its files are not there", "looked in " + looked_in, {},
         "set SYNFIRE_DATA_DIR to the folder that holds digits/");
}

data_location fashion_mnist(dataset_part part) {
    const fs::path folder = "/usr/share/datasets/fashion-mnist";
    if (auto place = idx_in(folder, part)) {
        place->name = "fashion-mnist";
        return *place;
    }
    fail("data set 'fashion-mnist'", "its files are not there", "looked in " + folder.string(), {},
         "apt-get install dataset-fashion-mnist");
}

/// The labels that belong to a file of images by the usual names, if they are there.
fs::path labels_beside(const fs::path& samples) {
    std::string name = samples.filename().string();
    const std::array<std::pair<std::string_view, std::string_view>, 2> changes{
        {{"images", "labels"}, {"idx3", "idx1"}}};
    const std::size_t images = name.find(changes[0].first);
    if (images == std::string::npos) { return {}; }
    for (const auto& [from, to] : changes) {
        const std::size_t at = name.find(from);
        if (at != std::string::npos) { name.replace(at, from.size(), to); }
    }
    fs::path plain = samples.parent_path() / name;
    if (is_there(plain)) { return plain; }
    if (plain.extension() == ".gz" || plain.extension() == ".xz") { plain.replace_extension(); }
    return found(plain).value_or(fs::path());
}

data_location in_folder(const fs::path& folder, dataset_part part) {
    if (auto place = idx_in(folder, part)) { return *place; }
    if (auto place = cifar_in(folder, part)) { return *place; }
    fail(folder.string(), "the folder holds no data set with the usual file names", {},
         part == dataset_part::train
             ? "train-images-idx3-ubyte[.gz] and its labels, or data_batch_1.bin[.xz]"
             : "t10k-images-idx3-ubyte[.gz] and its labels, or test_batch.bin[.xz]");
}

data_location at_path(const std::string& text, dataset_part part) {
    std::error_code error;
    if (fs::is_directory(text, error)) {
        data_location place = in_folder(text, part);
        place.name = text;
        return place;
    }
    if (is_there(text)) {
        const bool idx = format_of(text) == data_format::idx;
        return {text, {text}, idx ? labels_beside(text) : fs::path()};
    }
    const std::size_t comma = text.find(',');
    if (comma != std::string::npos) {
        return {text, {text.substr(0, comma)}, text.substr(comma + 1)};
    }
    std::string names;
    for (const std::string& name : builtin_datasets()) { names += name + ", "; }
    fail(text, "there is no such data set", {}, names + "or the path of a file that exists");
}

/// Takes `:train` or `:test` off the end.
std::optional<dataset_part> part_suffix(std::string& text) {
    for (const auto& [ending, part] : {std::pair(std::string_view(":train"), dataset_part::train),
                                       std::pair(std::string_view(":test"), dataset_part::test)}) {
        if (text.ends_with(ending)) {
            text.resize(text.size() - ending.size());
            return part;
        }
    }
    return std::nullopt;
}

}  // namespace

std::vector<std::string> builtin_datasets() { return {"digits", "fashion-mnist"}; }

data_location locate_data(const std::string& name_or_path, dataset_part part) {
    std::string text = name_or_path;
    // A file may be called so.
    if (!is_there(text)) { part = part_suffix(text).value_or(part); }
    if (text == "digits") { return digits(part); }
    if (text == "fashion-mnist") { return fashion_mnist(part); }
    return at_path(text, part);
}

}  // namespace synfire::io
