// SPDX-License-Identifier: Apache-2.0
#include "parse.hpp"

#include <string_view>
#include <utility>
#include <vector>

#include "../fail.hpp"
#include "cifar.hpp"
#include "csv.hpp"
#include "idx.hpp"
#include "npy.hpp"

namespace synfire::io {

namespace {

/// "train-images-idx3-ubyte" and "images.idx3-ubyte": IDX has no extension of its own.
bool is_idx_name(std::string_view name) { return name.find("idx") != std::string_view::npos; }

const named_array* array_called(const std::vector<named_array>& arrays, std::string_view name) {
    for (const named_array& array : arrays) {
        if (array.name == name) { return &array; }
    }
    return nullptr;
}

dataset parse_npz_data(std::span<const std::byte> file, const std::string& where) {
    const std::vector<named_array> arrays = parse_npz(file, where, {"x", "y", "labels", "targets"});
    const named_array* x = array_called(arrays, "x");
    if (x == nullptr) { fail(where, "has no array 'x' with the samples"); }
    return dataset_of_arrays(*x,
                             {array_called(arrays, "y"), array_called(arrays, "labels"),
                              array_called(arrays, "targets")},
                             where);
}

}  // namespace

std::optional<data_format> format_of(const std::filesystem::path& path) {
    std::filesystem::path name = path.filename();
    if (name.extension() == ".gz" || name.extension() == ".xz") { name = name.stem(); }
    const std::filesystem::path extension = name.extension();
    if (extension == ".npy") { return data_format::npy; }
    if (extension == ".npz") { return data_format::npz; }
    if (extension == ".csv") { return data_format::csv; }
    if (is_idx_name(name.string())) { return data_format::idx; }
    if (extension == ".bin") { return data_format::cifar; }
    return std::nullopt;
}

dataset parse_data(data_format format, std::span<const std::byte> file, const std::string& where) {
    switch (format) {
    case data_format::idx:
        return parse_idx_samples(file, where);
    case data_format::cifar:
        return parse_cifar(file, where);
    case data_format::npy:
        return dataset_of_arrays(parse_npy(file, where), {}, where);
    case data_format::npz:
        return parse_npz_data(file, where);
    case data_format::csv:
        return parse_csv({reinterpret_cast<const char*>(file.data()), file.size()}, where);
    }
    throw internal_error("an unknown data format");
}

}  // namespace synfire::io
