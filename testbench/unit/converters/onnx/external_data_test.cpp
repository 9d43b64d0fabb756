// SPDX-License-Identifier: Apache-2.0
// Weights in files beside the model: present, missing, short, and outside of the folder.
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>

#include <unistd.h>

#include <support/catch.hpp>

#include "run_model.hpp"

using namespace synfire::test;
namespace fs = std::filesystem;

namespace {

/// A folder that goes away with the test.
struct scratch {
    fs::path folder =
        fs::temp_directory_path() / ("synfire_external_data_test_" + std::to_string(getpid()));
    scratch() {
        fs::remove_all(folder);
        fs::create_directories(folder / "model");
    }
    scratch(const scratch&) = delete;
    scratch& operator=(const scratch&) = delete;
    ~scratch() { fs::remove_all(folder); }
};

void write_floats(const fs::path& file, const std::vector<float>& values) {
    std::ofstream out(file, std::ios::binary);
    out.write(reinterpret_cast<const char*>(values.data()),
              static_cast<std::streamsize>(values.size() * sizeof(float)));
}

/// Multiplies by two weights at `location`, after one float that does not belong to them.
fs::path saved_model(const scratch& s, const std::string& location,
                     const std::string& length = "8") {
    onnx_builder m;
    m.input("x", {-1, 2}).node("Mul", {"x", "w"}, {"y"}).output("y");
    auto& w = *m.model().mutable_graph()->add_initializer();
    w.set_name("w");
    w.set_data_type(onnx::TensorProto::FLOAT);
    w.add_dims(2);
    w.set_data_location(onnx::TensorProto::EXTERNAL);
    for (const auto& [key, value] : {std::pair<std::string, std::string>{"location", location},
                                     {"offset", "4"},
                                     {"length", length}}) {
        auto& entry = *w.add_external_data();
        entry.set_key(key);
        entry.set_value(value);
    }
    m.save(s.folder / "model" / "m.onnx");
    return s.folder / "model" / "m.onnx";
}

synfire::error_facts facts_of(const fs::path& file) {
    return bad_input_of([&] { synfire::converters::import_onnx(file); });
}

}  // namespace

TEST_CASE("External data is read from the folder of the model", "[converters][onnx]") {
    const scratch s;
    write_floats(s.folder / "model" / "w.bin", {99, 2, 3, 99});
    const auto graph = synfire::converters::import_onnx(saved_model(s, "w.bin")).graph;
    CHECK(run_graph(graph, {10, 100}) == std::vector<float>{20, 300});
}

TEST_CASE("Missing and short external data name the tensor and the file", "[converters][onnx]") {
    const scratch s;
    const auto missing = facts_of(saved_model(s, "w.bin"));
    CHECK(missing.what == "external data is missing");
    CHECK_THAT(missing.where, contains_text("initializer 'w'"));
    CHECK(missing.found == "w.bin");
    write_floats(s.folder / "model" / "w.bin", {99, 2});
    CHECK(facts_of(saved_model(s, "w.bin")).what == "external data is too short");
    CHECK_THAT(facts_of(saved_model(s, "w.bin", "4")).what,
               contains_text("data size does not fit"));
    CHECK_THAT(facts_of(saved_model(s, "w.bin", "-8")).what, contains_text("not a number"));
    CHECK(facts_of(saved_model(s, "w.bin", "18446744073709551615")).what
          == "external data is too short");
}

TEST_CASE("External data outside of the folder is refused", "[converters][onnx]") {
    const scratch s;
    write_floats(s.folder / "secret.bin", {99, 2, 3});
    const std::string absolute = (s.folder / "secret.bin").string();
    const std::string location = GENERATE_COPY(values<std::string>(
        {"../secret.bin", "a/../../secret.bin", absolute, "", "..", "./../secret.bin"}));
    CHECK_THAT(facts_of(saved_model(s, location)).what, contains_text("external data"));
    CHECK(facts_of(saved_model(s, location)).what != "external data is missing");
}

TEST_CASE("A link that leaves the folder is refused", "[converters][onnx]") {
    const scratch s;
    write_floats(s.folder / "secret.bin", {99, 2, 3});
    fs::create_symlink(s.folder / "secret.bin", s.folder / "model" / "w.bin");
    CHECK(facts_of(saved_model(s, "w.bin")).what == "external data outside of the model's folder");
}

TEST_CASE("A model in memory has no external data", "[converters][onnx]") {
    const scratch s;
    std::ifstream in(saved_model(s, "w.bin"), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    CHECK(bad_input_of([&] { import_text(bytes); }).what == "external data of a model in memory");
}
