// SPDX-License-Identifier: Apache-2.0
// Models that ONNX Runtime quantised and ran: imported without any data, every output code must be
// ONNX Runtime's own (testbench/golden/quantised, made by the recipe there).
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include <support/catch.hpp>

#include <synfire/converters/convert.hpp>
#include <synfire/converters/inspect.hpp>
#include <synfire/core/error.hpp>
#include <synfire/io/dataset.hpp>
#include <synfire/sim/simulator.hpp>

namespace {

using namespace synfire;
namespace fs = std::filesystem;

const fs::path folder = fs::path(SYNFIRE_SOURCE_DIR) / "testbench/golden/quantised";

std::vector<std::vector<std::int64_t>> expected_codes(const std::string& name) {
    std::ifstream in(folder / (name + ".codes.csv"));
    std::vector<std::vector<std::int64_t>> rows;
    for (std::string line; std::getline(in, line);) {
        std::istringstream fields(line);
        rows.emplace_back();
        for (std::string field; std::getline(fields, field, ',');) {
            rows.back().push_back(std::stoll(field));
        }
    }
    return rows;
}

}  // namespace

TEST_CASE("Every code of an imported model is ONNX Runtime's", "[ladder][import]") {
    const std::string name = GENERATE(as<std::string>{}, "qdq", "qdq_int8", "qoperator");
    CAPTURE(name);
    const converters::conversion c = converters::convert_onnx(folder / (name + ".onnx"), {}, {});
    CHECK(c.calibration_samples == 0);
    const auto expected = expected_codes(name);
    REQUIRE(expected.size() == 64);
    const dataset data = io::load_dataset("digits", io::dataset_part::test);
    sim::options options;
    options.samples = expected.size();
    const sim::run_result run = sim::run(c.net, data, options);
    std::size_t different = 0;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        different += run.samples[i].readouts.front().potentials == expected[i] ? 0 : 1;
    }
    CHECK(different == 0);
    std::size_t compared = 0;
    c.quantised->run(data, expected.size(), [&](std::size_t sample, const auto& layers) {
        const std::vector<std::int64_t>& x = layers.back().potentials;
        // Catch is not thread-safe: nothing is asserted here.
        if (x == run.samples[sample].readouts.front().potentials) {
#pragma omp atomic
            ++compared;
        }
    });
    CHECK(compared == expected.size());
}

TEST_CASE("The certificate of an imported model covers every firing layer", "[ladder][import]") {
    const converters::conversion c = converters::convert_onnx(folder / "qoperator.onnx", {}, {});
    std::size_t firing = 0;
    for (const population& p : c.net.populations) {
        firing += p.kind == population_kind::spiking ? 1 : 0;
    }
    REQUIRE(c.imported.size() == firing + 1);  // and the output
    for (const converters::imported_layer& l : c.imported) {
        CAPTURE(l.name);
        CHECK(l.different == 0);
        if (l.method == "boundaries") { CHECK(l.boundaries >= 100); }
        CHECK(l.listed.size()
              == std::min(l.ties, converters::imported_layer::most_listed)
                     * (l.method == "boundaries" ? 1 : 0));
    }
    CHECK(c.net.metadata.at("integers") == "imported");
}

TEST_CASE("Options that choose integers do not apply to imported ones", "[ladder][import]") {
    const fs::path model = folder / "qdq.onnx";
    CHECK(converters::is_quantised_onnx(model));
    CHECK_FALSE(converters::is_quantised_onnx(fs::path(SYNFIRE_SOURCE_DIR)
                                              / "models/zoo/digits_cnn/model.onnx"));
    converters::convert_options options;
    SECTION("steps") { options.steps = 6; }
    SECTION("weight bits") { options.weight_bits = 4; }
    SECTION("coding") { options.code = coding::rate; }
    SECTION("thresholds") { options.thresholds = converters::threshold_rule::max; }
    SECTION("equalise") { options.equalise = true; }
    CHECK_THROWS_AS(converters::convert_onnx(model, {}, options), bad_input);
}

TEST_CASE("Inspecting a quantised model reports what was checked", "[ladder][import]") {
    const auto summary = converters::inspect_onnx_model(folder / "qdq.onnx");
    CHECK(summary.convertible);
    std::size_t checked = 0;
    for (const converters::node_report& n : summary.nodes) {
        CHECK(n.classification == converters::node_class::exact);
        checked += n.reason.find("checked") != std::string::npos ? 1 : 0;
    }
    CHECK(checked >= 6);
}
