// SPDX-License-Identifier: Apache-2.0
#include "seal.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include <synfire/io/files.hpp>

#include "fail.hpp"

namespace synfire::io {

namespace {

constexpr std::string_view seal_start = "synfire-network\n";
constexpr std::array<unsigned char, 8> hdf5_signature{0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};

std::string_view as_text(std::span<const std::byte> data) {
    return {reinterpret_cast<const char*>(data.data()), data.size()};
}

std::string seal_of(std::size_t size, const std::string& hash) {
    std::string seal = fmt::format("{}bytes {:016}\nsha256 {}\n", seal_start, size, hash);
    seal.resize(seal_bytes, '\0');
    return seal;
}

bool is_plain_hdf5(std::span<const std::byte> file) {
    return file.size() >= hdf5_signature.size()
           && std::equal(hdf5_signature.begin(), hdf5_signature.end(), file.begin(),
                         [](unsigned char a, std::byte b) { return std::byte{a} == b; });
}

}  // namespace

std::vector<std::byte> sealed(std::span<const std::byte> image) {
    const std::string seal = seal_of(image.size(), content_hash(image));
    const auto front = std::as_bytes(std::span(seal));
    std::vector<std::byte> file(front.begin(), front.end());
    file.insert(file.end(), image.begin(), image.end());
    return file;
}

std::span<const std::byte> unsealed(std::span<const std::byte> file, const std::string& where) {
    if (!as_text(file).starts_with(seal_start)) {
        if (is_plain_hdf5(file)) { return file; }
        fail(where, "is not a network file", file.empty() ? "an empty file" : "unknown first bytes",
             "a .snn file as `synfire convert` writes it");
    }
    if (file.size() <= seal_bytes) {
        fail(where, "the network file ends early", fmt::format("{} bytes", file.size()));
    }
    const std::span<const std::byte> image = file.subspan(seal_bytes);
    const std::string_view seal = as_text(file.first(seal_bytes));
    if (seal == seal_of(image.size(), content_hash(image))) { return image; }
    constexpr std::size_t size_line =
        seal_start.size() + std::string_view("bytes 0123456789012345\n").size();
    if (seal.substr(0, size_line) != seal_of(image.size(), {}).substr(0, size_line)) {
        fail(where,
             "the network file is truncated or damaged: its length is not the one it was written "
             "with",
             fmt::format("{} bytes", file.size()), {}, "copy it again, or convert the model again");
    }
    fail(where, "the network file was changed after it was written: its checksum is wrong", {}, {},
         "copy it again, or convert the model again; a file edited on purpose must lose its seal "
         "(h5unjam)");
}

}  // namespace synfire::io
