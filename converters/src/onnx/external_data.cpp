// SPDX-License-Identifier: Apache-2.0
// Tensors whose bytes lie in files beside the model. Only files below the model's folder are
// opened.
#include <charconv>
#include <cstdint>
#include <fstream>
#include <limits>
#include <optional>
#include <string>
#include <system_error>

#include <fmt/format.h>

#include <synfire/core/error.hpp>

#include "onnx/model_file.hpp"
#include "onnx/text.hpp"

namespace synfire::converters::onnx_reader {
namespace {

namespace fs = std::filesystem;

struct external_part {
    std::string location;
    std::uint64_t offset = 0;
    std::optional<std::uint64_t> length;
};

std::uint64_t number(const std::string& text, const std::string& where) {
    std::uint64_t value = 0;
    const char* end = text.data() + text.size();
    const auto [at, failed] = std::from_chars(text.data(), end, value);
    if (failed != std::errc{} || at != end) {
        throw bad_input({where, "offset or length of external data is not a number",
                         printable(text), "digits", ""});
    }
    return value;
}

external_part part_of(const onnx::TensorProto& t, const std::string& where) {
    external_part part;
    for (const auto& entry : t.external_data()) {
        if (entry.key() == "location") { part.location = entry.value(); }
        if (entry.key() == "offset") { part.offset = number(entry.value(), where); }
        if (entry.key() == "length") { part.length = number(entry.value(), where); }
    }
    if (part.location.empty()) {
        throw bad_input({where, "external data without a location", "", "the name of a file", ""});
    }
    return part;
}

/// The file, which may not lie outside of the folder, not even through links.
fs::path resolved(const fs::path& folder, const std::string& location, const std::string& where) {
    const fs::path relative = fs::path(location).lexically_normal();
    const bool leaves = relative.is_absolute() || relative.begin() == relative.end()
                        || *relative.begin() == ".." || location.find('\0') != std::string::npos;
    if (leaves) {
        throw bad_input({where, "external data outside of the model's folder", printable(location),
                         "a path below the folder of the model", ""});
    }
    std::error_code failed;
    const fs::path file = fs::weakly_canonical(folder / relative, failed);
    const fs::path root = fs::weakly_canonical(folder.empty() ? fs::path(".") : folder, failed);
    const fs::path inside = file.lexically_relative(root);
    if (failed || inside.empty() || *inside.begin() == "..") {
        throw bad_input({where, "external data outside of the model's folder", printable(location),
                         "a path below the folder of the model", ""});
    }
    return file;
}

void load(onnx::TensorProto& t, const fs::path& folder, const std::string& where) {
    const external_part part = part_of(t, where);
    const fs::path file = resolved(folder, part.location, where);
    std::error_code failed;
    const bool regular = fs::is_regular_file(file, failed);
    if (failed || !regular) {
        throw bad_input({where, "external data is missing", printable(part.location),
                         "a file beside the model", "copy it into the folder of the model"});
    }
    const std::uint64_t size = fs::file_size(file, failed);
    const std::uint64_t length = part.length.value_or(size - std::min(size, part.offset));
    constexpr std::uint64_t most = std::numeric_limits<std::int32_t>::max();
    if (failed || part.offset > size || length > size - part.offset || length > most) {
        throw bad_input({where, "external data is too short",
                         fmt::format("{}: {} bytes", printable(part.location), size),
                         fmt::format("{} bytes from byte {}", length, part.offset),
                         "copy the file again"});
    }
    std::string bytes(static_cast<std::size_t>(length), '\0');
    std::ifstream in(file, std::ios::binary);
    in.seekg(static_cast<std::streamoff>(part.offset));
    in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (!in) {
        throw bad_input(
            {where, "cannot read external data", printable(part.location), "a readable file", ""});
    }
    t.set_raw_data(std::move(bytes));
    t.clear_external_data();
    t.set_data_location(onnx::TensorProto::DEFAULT);
}

}  // namespace

void load_external_data(onnx::ModelProto& model, const fs::path& folder, const std::string& name) {
    const auto visit = [&](onnx::TensorProto& t, const std::string& what) {
        if (t.data_location() != onnx::TensorProto::EXTERNAL) { return; }
        const std::string where = fmt::format("{}: {} '{}'", name, what, printable(t.name()));
        if (folder.empty()) {
            throw bad_input(
                {where, "external data of a model in memory", "", "a model in a file", ""});
        }
        load(t, folder, where);
    };
    onnx::GraphProto& graph = *model.mutable_graph();
    for (auto& t : *graph.mutable_initializer()) { visit(t, "initializer"); }
    for (auto& node : *graph.mutable_node()) {
        for (auto& attribute : *node.mutable_attribute()) {
            if (attribute.has_t()) { visit(*attribute.mutable_t(), "attribute tensor"); }
        }
    }
}

}  // namespace synfire::converters::onnx_reader
