// SPDX-License-Identifier: Apache-2.0
// Reading and parsing of the file.
#include "onnx/model_file.hpp"

#include <fstream>
#include <limits>
#include <optional>
#include <string_view>
#include <system_error>

#include <fmt/format.h>
#include <google/protobuf/stubs/logging.h>

#include <synfire/core/error.hpp>

#include "onnx/text.hpp"

namespace synfire::converters::onnx_reader {
namespace {

constexpr std::int64_t oldest_ir = 3;   // the first one with operator sets
constexpr std::int64_t newest_ir = 13;  // ONNX 1.20; later ones may change the meaning of fields

struct magic {
    std::string_view bytes;
    const char* found;
    const char* hint;
};

constexpr magic foreign_formats[] = {
    {"PK\x03\x04", "a zip archive (PyTorch checkpoint or Keras file)", "export the model to ONNX"},
    {"\x89HDF\r\n", "an HDF5 file (Keras model, NIR graph or .snn network)",
     "export the model to ONNX"},
    {"\x1F\x8B", "a gzip archive", "unpack it first"},
    {"\xFD"
     "7zXZ",
     "an xz archive", "unpack it first"},
    {"\x80\x02", "a Python pickle", "export the model to ONNX"},
    {"\x80\x04", "a Python pickle", "export the model to ONNX"},
    {"\x93NUMPY", "a NumPy array", "give the model file"},
    {"version https://git-lfs", "a Git LFS pointer", "fetch the file: git lfs pull"},
    {"<", "text markup", "download the file itself, not its web page"},
    {"{", "JSON text", "give the binary ONNX file"},
};

[[noreturn]] void fail_unreadable(std::string_view content, const std::string& name) {
    for (const magic& m : foreign_formats) {
        if (content.starts_with(m.bytes)) {
            throw bad_input({name, "not an ONNX model", m.found, "an ONNX protobuf", m.hint});
        }
    }
    throw bad_input({name, "not an ONNX model, or truncated",
                     fmt::format("{} bytes that do not parse", content.size()), "an ONNX protobuf",
                     "export or download the model again"});
}

}  // namespace

std::vector<std::byte> read_model_file(const std::filesystem::path& file) {
    const std::string name = printable(file.string());
    std::error_code failed;
    const bool regular = std::filesystem::is_regular_file(file, failed);
    if (failed || !regular) {
        throw bad_input({name, "cannot read the model",
                         failed ? failed.message() : "not a regular file", "an ONNX file", ""});
    }
    const auto size = std::filesystem::file_size(file, failed);
    if (failed || size > static_cast<std::uintmax_t>(std::numeric_limits<int>::max())) {
        throw bad_input({name, "the model is too large", fmt::format("{} bytes", size),
                         "at most 2 GiB", "store the weights as external data"});
    }
    std::ifstream in(file, std::ios::binary);
    std::vector<std::byte> bytes(static_cast<std::size_t>(size));
    if (size > 0) {
        in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size));
    }
    if (!in) {
        throw bad_input({name, "cannot read the model", "a read error", "a readable file", ""});
    }
    return bytes;
}

onnx::ModelProto parse_model(std::span<const std::byte> bytes, const std::string& name) {
    if (bytes.empty()) {
        throw bad_input({name, "the file is empty", "0 bytes", "an ONNX protobuf", ""});
    }
    const google::protobuf::LogSilencer quiet;  // libraries never print
    const std::string_view content(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    onnx::ModelProto model;
    if (bytes.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())
        || !model.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
        fail_unreadable(content, name);
    }
    if (!model.has_graph() || model.graph().node_size() == 0) {
        if (!model.has_ir_version()) { fail_unreadable(content, name); }
        throw bad_input({name, "the model has no nodes", "an empty graph", "a network",
                         "export the model again"});
    }
    if (model.ir_version() < oldest_ir || model.ir_version() > newest_ir) {
        throw bad_input({name, "unknown IR version", std::to_string(model.ir_version()),
                         fmt::format("{} .. {}", oldest_ir, newest_ir),
                         "export with another ONNX version"});
    }
    return model;
}

int standard_opset(const onnx::ModelProto& model, const std::string& name) {
    std::optional<std::int64_t> version;
    for (const auto& import : model.opset_import()) {
        if (!import.domain().empty() && import.domain() != "ai.onnx") { continue; }
        if (version && *version != import.version()) {
            throw bad_input({name, "two operator sets of ai.onnx",
                             fmt::format("{} and {}", *version, import.version()), "one", ""});
        }
        version = import.version();
    }
    if (!version || *version < 1 || *version > 1000) {
        throw bad_input({name, "no usable operator set of ai.onnx",
                         version ? std::to_string(*version) : "no opset_import", "7 .. 22",
                         "export the model again"});
    }
    return static_cast<int>(*version);
}

}  // namespace synfire::converters::onnx_reader
