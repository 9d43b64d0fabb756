// SPDX-License-Identifier: Apache-2.0
// Resize, Upsample, DepthToSpace, SpaceToDepth.
#include <variant>

#include <support/catch.hpp>

#include "run_model.hpp"

using namespace synfire::test;
using namespace synfire::converters;

namespace {

onnx_builder resize(const std::vector<float>& scales,
                    const std::vector<onnx_attribute>& attributes = {}) {
    onnx_builder m;
    m.input("x", {-1, 1, 2, 2}).weights("roi", {0}, {});
    m.weights("s", {static_cast<std::int64_t>(scales.size())}, scales);
    m.node("Resize", {"x", "roi", "s"}, {"y"}, attributes).output("y");
    return m;
}

}  // namespace

TEST_CASE("Nearest resizing repeats elements", "[converters][onnx]") {
    const auto m = resize({1, 1, 2, 1});
    CHECK(std::holds_alternative<index_map>(import_model(m).graph.layers.at(0).op));
    CHECK(run_model(m, {1, 2, 3, 4}) == std::vector<float>{1, 2, 1, 2, 3, 4, 3, 4});
}

TEST_CASE("Linear resizing mixes neighbours", "[converters][onnx]") {
    const auto m = resize({1, 1, 1, 2}, {{"mode", std::string("linear")}});
    CHECK(std::holds_alternative<sparse_map>(import_model(m).graph.layers.at(0).op));
    CHECK(close(run_model(m, {0, 4, 8, 0}), {0, 1, 3, 4, 8, 6, 2, 0}));
}

TEST_CASE("Upsample takes scales as attribute and as input", "[converters][onnx]") {
    onnx_builder old(7);
    old.input("x", {-1, 1, 1, 2});
    old.node("Upsample", {"x"}, {"y"}, {{"scales", std::vector<float>{1, 1, 1, 2}}}).output("y");
    onnx_builder nine(9);
    nine.input("x", {-1, 1, 1, 2}).weights("s", {4}, {1, 1, 1, 2});
    nine.node("Upsample", {"x", "s"}, {"y"}).output("y");
    CHECK(run_model(old, {1, 2}) == std::vector<float>{1, 1, 2, 2});
    CHECK(run_model(nine, {1, 2}) == std::vector<float>{1, 1, 2, 2});
}

TEST_CASE("What resizing cannot do is refused with a hint, nonsense is bad input",
          "[converters][onnx]") {
    const auto crop = resize(
        {1, 1, 2, 2}, {{"coordinate_transformation_mode", std::string("tf_crop_and_resize")}});
    CHECK_THAT(refusals_of(crop).at(0).hint, contains_text("Slice"));
    CHECK_THAT(refusals_of(resize({2, 1, 1, 1})).at(0).reason, contains_text("batch axis"));
    CHECK(bad_input_of(resize({1, 1, 2, 2}, {{"mode", std::string("sharp")}})).what
          == "unknown mode");
    CHECK(bad_input_of(resize({1, 1, 0, 2})).what == "a scale is out of range");
    CHECK(bad_input_of(resize({1, 2, 2})).what == "scales or sizes have a wrong length");
}

TEST_CASE("Blocks of channels become blocks of positions and back", "[converters][onnx]") {
    onnx_builder m;
    m.input("x", {-1, 4, 1, 2})
        .node("DepthToSpace", {"x"}, {"d"}, {{"blocksize", std::int64_t{2}}});
    m.node("SpaceToDepth", {"d"}, {"y"}, {{"blocksize", std::int64_t{2}}}).output("y").output("d");
    CHECK(run_model(m, counting(8)) == counting(8));
    onnx_builder bad;
    bad.input("x", {-1, 3, 2, 2});
    bad.node("DepthToSpace", {"x"}, {"y"}, {{"blocksize", std::int64_t{2}}}).output("y");
    CHECK(bad_input_of(bad).what == "blocksize does not divide the channels");
}
