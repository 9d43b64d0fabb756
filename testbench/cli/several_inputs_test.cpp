// SPDX-License-Identifier: Apache-2.0
// Models with several inputs through every command: an image of bytes and a vector of real numbers.
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include <support/catch.hpp>
#include <synfire/io/dataset.hpp>
#include <synfire/io/files.hpp>
#include <synfire/io/network_file.hpp>
#include <unit/io/bytes.hpp>
#include <unit/io/numpy_files.hpp>
#include <unit/io/scratch_folder.hpp>

#include "run_program.hpp"

using namespace synfire;
using namespace synfire::test;

namespace {

constexpr std::size_t samples = 24;

/// Small whole numbers that look random: the same on every machine.
int drawn(std::size_t i, int least, int most) {
    std::uint32_t mixed = (static_cast<std::uint32_t>(i) + 1U) * 2654435761U;
    mixed = (mixed ^ (mixed >> 15)) * 2246822519U;
    return least + static_cast<int>((mixed >> 12) % static_cast<std::uint32_t>(most - least + 1));
}

std::vector<float> weights(std::size_t count, std::size_t first) {
    std::vector<float> w;
    for (std::size_t i = 0; i < count; ++i) {
        w.push_back(static_cast<float>(drawn(first + i, -16, 16)) / 16.0F);
    }
    return w;
}

/// Convolution over the image and a layer over the vector, joined, then two layers.
onnx_builder two_inputs() {
    onnx_builder m;
    m.input("image", {-1, 1, 4, 4}).input("state", {-1, 3});
    m.weights("k", {2, 1, 3, 3}, weights(18, 0)).weights("w", {4, 3}, weights(12, 100));
    m.weights("a", {6, 12}, weights(72, 200)).weights("b", {3, 6}, weights(18, 300));
    const onnx_attribute turned{"transB", std::int64_t{1}};
    m.node("Conv", {"image", "k"}, {"c"}).node("Relu", {"c"}, {"cr"});
    m.node("Flatten", {"cr"}, {"flat"});
    m.node("Gemm", {"state", "w"}, {"s"}, {turned}).node("Relu", {"s"}, {"sr"});
    m.node("Concat", {"flat", "sr"}, {"both"}, {{"axis", std::int64_t{1}}});
    m.node("Gemm", {"both", "a"}, {"h"}, {turned}).node("Relu", {"h"}, {"hr"});
    m.node("Gemm", {"hr", "b"}, {"answer"}, {turned}).output("answer", {-1, 3});
    return m;
}

void bytes_of(onnx_builder& m, const std::string& name, const onnx_dims& shape,
              onnx::TensorProto::DataType type, std::size_t first) {
    onnx::TensorProto& t = *m.model().mutable_graph()->add_initializer();
    t.set_name(name);
    t.set_data_type(type);
    std::int64_t count = 1;
    for (const std::int64_t d : shape) {
        t.add_dims(d);
        count *= d;
    }
    for (std::int64_t i = 0; i < count; ++i) {
        t.add_int32_data(drawn(first + static_cast<std::size_t>(i), -127, 127));
    }
}

/// The value rounded to bytes: scale `name`_s, zero point 0 of that type.
std::string rounded(onnx_builder& m, const std::string& name, float scale,
                    onnx::TensorProto::DataType type) {
    m.weights(name + "_s", {}, {scale});
    onnx::TensorProto& zero = *m.model().mutable_graph()->add_initializer();
    zero.set_name(name + "_z");
    zero.set_data_type(type);
    zero.add_int32_data(0);
    m.node("QuantizeLinear", {name, name + "_s", name + "_z"}, {name + "_q"});
    m.node("DequantizeLinear", {name + "_q", name + "_s", name + "_z"}, {name + "_r"});
    return name + "_r";
}

std::string stored_weights(onnx_builder& m, const std::string& name, const onnx_dims& shape,
                           std::size_t first) {
    bytes_of(m, name + "_q", shape, onnx::TensorProto::INT8, first);
    m.weights(name + "_s", {}, {1.0F / 128.0F});
    m.node("DequantizeLinear", {name + "_q", name + "_s"}, {name});
    return name;
}

/// The same shape of network as it is when it was quantised to 8 bits before.
onnx_builder quantised_inputs() {
    constexpr auto unsigned_byte = onnx::TensorProto::UINT8;
    onnx_builder m(13);
    m.input("image", {-1, 1, 4, 4}).input("state", {-1, 3});
    const std::string image = rounded(m, "image", 1.0F / 255.0F, unsigned_byte);
    const std::string state = rounded(m, "state", 1.0F / 64.0F, onnx::TensorProto::INT8);
    const onnx_attribute turned{"transB", std::int64_t{1}};
    m.node("Conv", {image, stored_weights(m, "k", {2, 1, 3, 3}, 0)}, {"c"});
    m.node("Relu", {"c"}, {"cr"});
    m.node("Gemm", {state, stored_weights(m, "w", {4, 3}, 100)}, {"s"}, {turned});
    m.node("Relu", {"s"}, {"sr"});
    m.node("Flatten", {rounded(m, "cr", 0.0625F, unsigned_byte)}, {"flat"});
    m.node("Concat", {"flat", rounded(m, "sr", 0.0625F, unsigned_byte)}, {"both"},
           {{"axis", std::int64_t{1}}});
    m.node("Gemm", {"both", stored_weights(m, "a", {6, 12}, 200)}, {"h"}, {turned});
    m.node("Relu", {"h"}, {"hr"});
    const std::string hidden = rounded(m, "hr", 0.0625F, unsigned_byte);
    m.node("Gemm", {hidden, stored_weights(m, "b", {3, 6}, 300)}, {"answer"}, {turned});
    m.output("answer", {-1, 3});
    return m;
}

std::string images() {
    std::string bytes;
    for (std::size_t i = 0; i < samples * 16; ++i) { bytes += static_cast<char>(drawn(i, 0, 255)); }
    return npy("|u1", "(24, 1, 4, 4)", bytes);
}

std::string states(std::size_t count = samples) {
    std::vector<float> values;
    for (std::size_t i = 0; i < count * 3; ++i) {
        values.push_back(static_cast<float>(drawn(7 * i, -64, 64)) / 64.0F);
    }
    return npy("<f4", "(" + std::to_string(count) + ", 3)", raw(values));
}

std::string answers() {
    std::vector<std::int32_t> labels;
    for (std::size_t i = 0; i < samples; ++i) { labels.push_back(drawn(i, 0, 2)); }
    return npy("<i4", "(24,)", raw(labels));
}

struct two_input_files {
    two_input_files() {
        two_inputs().save(model);
        write("both.npz",
              zip_of({{"image.npy", images()}, {"state.npy", states()}, {"y.npy", answers()}}));
        write("image.npy", images());
        write("state.npy", states());
    }

    void write(const char* name, const std::string& content) const {
        io::write_file(folder / name, as_bytes(content));
    }

    program_run convert(const std::vector<std::string>& more = {}) const {
        std::vector<std::string> arguments{"convert", model, "--calibration", both, "-o", net};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return synfire_program(arguments);
    }

    scratch_folder folder;
    std::string model = (folder / "model.onnx").string();
    std::string net = (folder / "net.snn").string();
    std::string both = (folder / "both.npz").string();
    std::string image = "image=" + (folder / "image.npy").string();
    std::string state = "state=" + (folder / "state.npy").string();
};

std::vector<std::vector<double>> rows_of(const std::filesystem::path& file) {
    std::ifstream in(file);
    std::vector<std::vector<double>> rows;
    for (std::string line; std::getline(in, line);) {
        std::vector<double> row;
        std::stringstream fields(line);
        for (std::string field; std::getline(fields, field, ',');) {
            try {
                row.push_back(std::stod(field));
            } catch (const std::invalid_argument&) { row.clear(); }
        }
        if (!row.empty()) { rows.push_back(row); }
    }
    return rows;
}

}  // namespace

TEST_CASE("a model with an image and a vector is converted, and all levels agree", "[cli]") {
    const two_input_files f;
    const program_run converted = f.convert({"--check", f.both, "--json", "-"});
    REQUIRE(converted.status == 0);
    const auto json = nlohmann::json::parse(converted.out);
    CHECK(json["check"]["neurons_different"] == 0);
    CHECK(json["check"]["neurons_compared"] > 0);
    const network net = io::read_network(f.net);
    REQUIRE(net.populations[0].name == "image");
    REQUIRE(net.populations[1].name == "state");
    CHECK(net.populations[0].input->eight_bit);
    CHECK_FALSE(net.populations[1].input->eight_bit);
    CHECK(net.populations[1].range.is_signed());

    const program_run explained =
        synfire_program({"explain", f.model, "--calibration", f.image, "--calibration", f.state,
                         "--between", "L0,L4", "--bound", "1", "--json", "-"});
    CHECK(explained.status == 0);
    const auto layers = nlohmann::json::parse(explained.out)["layers"];
    CHECK(layers[0]["name"] == "image");
    CHECK(layers[1]["name"] == "state");
}

TEST_CASE("answers of a network with two inputs are what they were", "[cli]") {
    const two_input_files f;
    REQUIRE(f.convert({"--steps", "8"}).status == 0);
    const std::string csv = (f.folder / "answers.csv").string();
    REQUIRE(synfire_program({"simulate", f.net, "--data", f.both, "--outputs", csv}).status == 0);
    const auto rows = rows_of(csv);
    REQUIRE(rows.size() == samples);
    // Of the trained network, by a hand-written evaluation in double precision.
    const std::vector<std::vector<double>> trained{
        {-0.1800, 0.2061, 0.4044},  {-0.2950, -0.1475, -0.1967}, {-0.1395, -0.2112, -0.5801},
        {-0.1902, -0.1534, 1.0561}, {-0.1463, -0.5369, -0.0685}, {0.0000, 0.0000, 0.0000}};
    for (std::size_t i = 0; i < trained.size(); ++i) {
        for (std::size_t o = 0; o < 3; ++o) {
            CAPTURE(i, o);
            const double found = rows[i][rows[i].size() - 3 + o];
            CHECK_THAT(found, Catch::Matchers::WithinAbs(trained[i][o], 0.05));
        }
    }
}

TEST_CASE("an int8 model with two inputs keeps its integers, and all levels agree", "[cli]") {
    const two_input_files f;
    quantised_inputs().save(f.model);
    // Not needed for thresholds, but it tells that one input is of bytes and the other of numbers.
    const program_run converted = f.convert({"--check", f.both, "--json", "-"});
    INFO(converted.err);
    REQUIRE(converted.status == 0);
    const auto json = nlohmann::json::parse(converted.out);
    CHECK(json["check"]["neurons_different"] == 0);
    CHECK(json["imported"]["layers"].size() > 0);
    CHECK(json["imported"]["different"] == 0);
    // Each level: the file's own arithmetic, in single precision, gives the same answers.
    const program_run compared =
        synfire_program({"compare", f.net, f.model, "--data", f.both, "--json", "-"});
    REQUIRE(compared.status == 0);
    CHECK_THAT(nlohmann::json::parse(compared.out)["fidelity"][0]["r2"].get<double>(),
               Catch::Matchers::WithinAbs(1.0, 1e-6));
    CHECK(synfire_program({"convert", f.model, "-o", f.net, "--input-steps", "state=4"}).status
          == 2);
}

TEST_CASE("data sets are told apart by name wherever data are read", "[cli]") {
    const two_input_files f;
    REQUIRE(f.convert().status == 0);
    const auto spikes = [&](const std::vector<std::string>& data) {
        std::vector<std::string> arguments{"simulate", f.net, "--json", "-"};
        for (const std::string& d : data) { arguments.insert(arguments.end(), {"--data", d}); }
        const program_run run = synfire_program(arguments);
        REQUIRE(run.status == 0);
        return nlohmann::json::parse(run.out)["spikes"];
    };
    const auto expected = spikes({f.both});
    CHECK(spikes({f.image, f.state}) == expected);
    CHECK(spikes({f.state, f.image}) == expected);
    CHECK(spikes({f.image + "," + f.state}) == expected);
    const program_run compared = synfire_program(
        {"compare", f.net, f.model, "--data", f.both, "--hardware-samples", "2", "--json", "-"});
    REQUIRE(compared.status == 0);
    const auto json = nlohmann::json::parse(compared.out);
    CHECK(json["samples"] == samples);
    CHECK(json["hardware_note"].dump().find("inputs") == std::string::npos);
    const program_run counted = synfire_program(
        {"cosim", f.net, "--data", f.both, "--engine", "model", "--samples", "2", "--json", "-"});
    REQUIRE(counted.status == 0);
    CHECK(nlohmann::json::parse(counted.out)["samples"] == 2);
    // The same samples are drawn from each data set.
    for (const char* name : {"image.npy", "state.npy"}) {
        const std::string drawn_file = (f.folder / (std::string("drawn_") + name)).string();
        CHECK(synfire_program(
                  {"draw", (f.folder / name).string(), "-o", drawn_file, "--samples", "5"})
                  .status
              == 0);
    }
    const std::string some = "image=" + (f.folder / "drawn_image.npy").string();
    const std::string others = "state=" + (f.folder / "drawn_state.npy").string();
    REQUIRE(f.convert({"--calibration-samples", "5"}).status == 0);
    const std::string hash = io::network_hash(io::read_network(f.net));
    REQUIRE(synfire_program(
                {"convert", f.model, "--calibration", some, "--calibration", others, "-o", f.net})
                .status
            == 0);
    CHECK(io::network_hash(io::read_network(f.net)) == hash);
}

TEST_CASE("preprocessing and steps of one input leave the other alone", "[cli]") {
    const two_input_files f;
    REQUIRE(f.convert({"--scale", "image=0.01", "--mean", "state=0.5,0.25,0", "--std", "2",
                       "--input-steps", "6", "--input-steps", "state=3", "--layout",
                       "image=channel-first"})
                .status
            == 0);
    const network net = io::read_network(f.net);
    const input_encoding& image = *net.populations[0].input;
    const input_encoding& state = *net.populations[1].input;
    CHECK(image.scale == 0.01);
    CHECK(state.scale == 1.0);
    CHECK(image.mean == std::vector<double>{0.0});
    CHECK(state.mean == std::vector<double>{0.5, 0.25, 0.0});
    CHECK(image.std == std::vector<double>{2.0});
    CHECK(state.std == std::vector<double>{2.0});
    CHECK(net.populations[0].window.steps == 6);
    CHECK(net.populations[1].window.steps == 3);
    CHECK(net.metadata.at("input_steps.state") == "3");
    require_bad_input(f.convert({"--scale", "sound=1"}), {"sound", "image (1 x 4 x 4), state (3)"});
    require_bad_input(f.convert({"--input-steps", "sound=1"}), {"--input-steps", "sound"});
    require_bad_input(f.convert({"--mean", "state=1,2"}), {"input 'state'", "2 values"});
    CHECK(f.convert({"--input-steps", "state=9"}).status == 2);
    CHECK(f.convert({"--layout", "image=sideways"}).status == 2);
}

TEST_CASE("missing, unknown and unequal data sets are refused by name", "[cli]") {
    const two_input_files f;
    REQUIRE(f.convert().status == 0);
    f.write("short.npy", states(5));
    const std::string few = "state=" + (f.folder / "short.npy").string();
    const auto simulate = [&](const std::vector<std::string>& data) {
        std::vector<std::string> arguments{"simulate", f.net};
        for (const std::string& d : data) { arguments.insert(arguments.end(), {"--data", d}); }
        return synfire_program(arguments);
    };
    require_bad_input(simulate({f.image}), {"none for state", "image, state"});
    require_bad_input(simulate({"digits"}), {"which input", "image, state"});
    require_bad_input(simulate({f.image, few}), {"differ in length", "5 samples", "24"});
    require_bad_input(simulate({f.image, f.state, "sound=digits"}), {"no input", "sound"});
    require_bad_input(simulate({f.state, f.image, f.state}), {"data already"});
    const program_run inspected = synfire_program({"inspect", f.model});
    CHECK(inspected.status == 0);
    CHECK_THAT(inspected.out, contains_text("input image (1 x 4 x 4)"));
    CHECK_THAT(inspected.out, contains_text("input state (3)"));
}
