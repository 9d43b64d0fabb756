// SPDX-License-Identifier: Apache-2.0
// Files that are no models: every one is bad_input with facts, none a crash.
#include <filesystem>
#include <fstream>
#include <string>

#include <unistd.h>

#include <support/catch.hpp>

#include "run_model.hpp"

using namespace synfire::test;
using synfire::bad_input;
using synfire::error;

namespace {

onnx_builder sound() {
    onnx_builder m;
    m.input("x", {-1, 1, 4, 4})
        .weights("w", {2, 1, 3, 3}, scattered(18, 1))
        .weights("b", {2}, {1, 2});
    m.node("Conv", {"x", "w", "b"}, {"c"}).node("Relu", {"c"}, {"y"}).output("y", {-1, 2, 2, 2});
    return m;
}

synfire::error_facts facts_of(const std::string& bytes) {
    return bad_input_of([&] { import_text(bytes); });
}

}  // namespace

TEST_CASE("An empty file is bad input", "[converters][onnx]") {
    const auto facts = facts_of("");
    CHECK(facts.where == "test.onnx");
    CHECK(facts.what == "the file is empty");
}

TEST_CASE("A missing file, a folder and a file that is there", "[converters][onnx]") {
    namespace fs = std::filesystem;
    const fs::path folder =
        fs::temp_directory_path() / ("synfire_bad_file_test_" + std::to_string(getpid()));
    fs::create_directories(folder);
    const auto import_path = [](const fs::path& p) {
        return [p] { synfire::converters::import_onnx(p); };
    };
    CHECK(bad_input_of(import_path(folder / "none.onnx")).what == "cannot read the model");
    CHECK(bad_input_of(import_path(folder)).what == "cannot read the model");
    sound().save(folder / "model.onnx");
    CHECK(synfire::converters::import_onnx(folder / "model.onnx").graph.source
          == (folder / "model.onnx").string());
    fs::remove_all(folder);
}

TEST_CASE("Files of other formats are named", "[converters][onnx]") {
    const auto [bytes, found] = GENERATE(table<std::string, std::string>({
        {"PK\x03\x04rest of an archive", "zip archive"},
        {"\x89HDF\r\n\x1A\n", "HDF5"},
        {"\x1F\x8B\x08 gzip", "gzip"},
        {"<!DOCTYPE html>", "text markup"},
        {"{\"model\": 1}", "JSON"},
        {"version https://git-lfs.github.com/spec/v1", "Git LFS"},
    }));
    const auto facts = facts_of(bytes);
    CHECK(facts.what == "not an ONNX model");
    CHECK_THAT(facts.found, contains_text(found));
    CHECK_FALSE(facts.hint.empty());
}

TEST_CASE("Random bytes are bad input", "[converters][onnx]") {
    for (unsigned seed = 0; seed < 200; ++seed) {
        std::string bytes;
        for (const float v : scattered(64, seed)) {
            bytes += static_cast<char>(static_cast<int>(v * 128.0F));
        }
        CHECK_THROWS_AS(import_text(bytes), bad_input);
    }
}

TEST_CASE("A model cut anywhere is refused or lacks its end, never a crash", "[converters][onnx]") {
    const std::string bytes = sound().bytes();
    REQUIRE_NOTHROW(import_text(bytes));
    std::size_t refused = 0;
    for (std::size_t length = 0; length < bytes.size(); ++length) {
        try {
            import_text(bytes.substr(0, length));
        } catch (const error&) { ++refused; }
    }
    CHECK(refused == bytes.size());
}

TEST_CASE("A model with any one byte changed loads or is refused, never a crash",
          "[converters][onnx]") {
    const std::string bytes = sound().bytes();
    std::size_t refused = 0;
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        for (const unsigned flip : {1U, 0x80U, 0xFFU}) {
            std::string changed = bytes;
            changed[at] = static_cast<char>(static_cast<unsigned char>(changed[at]) ^ flip);
            try {
                import_text(changed);
            } catch (const error&) { ++refused; }
        }
    }
    CHECK(refused > bytes.size());
}

TEST_CASE("Unknown IR versions and operator sets that are missing or doubled",
          "[converters][onnx]") {
    auto ir = sound();
    ir.model().set_ir_version(99);
    CHECK(bad_input_of(ir).what == "unknown IR version");
    auto none = sound();
    none.model().clear_opset_import();
    CHECK(bad_input_of(none).found == "no opset_import");
    auto two = sound();
    two.model().add_opset_import()->set_version(11);
    CHECK(bad_input_of(two).what == "two operator sets of ai.onnx");
    auto empty = sound();
    empty.model().mutable_graph()->clear_node();
    CHECK(bad_input_of(empty).what == "the model has no nodes");
}

TEST_CASE("Names that are no text appear escaped in messages", "[converters][onnx]") {
    auto m = sound();
    m.model().mutable_graph()->mutable_node(0)->set_name("conv\xFF\n1");
    m.model().mutable_graph()->mutable_node(0)->set_input(1, "nowhere");
    CHECK_THAT(bad_input_of(m).where, contains_text("'conv\\xFF\\x0A1'"));
}
