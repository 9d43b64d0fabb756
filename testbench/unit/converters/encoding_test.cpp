// SPDX-License-Identifier: Apache-2.0
// How the file and the user say what the input means, and what is refused.
#include <support/catch.hpp>

#include <synfire/core/error.hpp>

#include "encoding.hpp"
#include "hand_model.hpp"

using namespace synfire;
using namespace synfire::converters;
using test::contains_text;
using test::hand_model;

namespace {

hand_model colour_model() {
    hand_model m;
    m.output(m.conv("conv", m.input({3, 2, 2}), 1, 1, 0, {1, 1, 1}));
    return m;
}

input_encoding with_metadata(const std::string& key, const std::string& value) {
    hand_model m = colour_model();
    m.graph.metadata[key] = value;
    return resolve_encoding(m.graph, {}, true);
}

}  // namespace

TEST_CASE("without any word 8-bit data are divided by 255, real data are taken as they are",
          "[converters][unit]") {
    const hand_model m = colour_model();
    const input_encoding bytes = resolve_encoding(m.graph, {}, true);
    CHECK(bytes.scale == 1.0 / 255.0);
    CHECK(bytes.mean == std::vector<double>{0.0});
    CHECK(bytes.std == std::vector<double>{1.0});
    CHECK(bytes.eight_bit);
    CHECK(bytes.layout == data_layout::channel_first);
    CHECK(bytes.data_shape == dims{3, 2, 2});
    CHECK(resolve_encoding(m.graph, {}, false).scale == 1.0);
}

TEST_CASE("the file's metadata are read, and the user's word goes before them",
          "[converters][unit]") {
    hand_model m = colour_model();
    m.graph.metadata = {
        {"synfire.scale", "0.5"}, {"synfire.mean", "0.1, 0.2,0.3"}, {"synfire.std", "2e-1"}};
    const input_encoding read = resolve_encoding(m.graph, {}, true);
    CHECK(read.scale == 0.5);
    CHECK(read.mean == std::vector<double>{0.1, 0.2, 0.3});
    CHECK(read.std == std::vector<double>{0.2});
    preprocessing given;
    given.scale = 0.25;
    given.mean = {0.0};
    const input_encoding said = resolve_encoding(m.graph, given, true);
    CHECK(said.scale == 0.25);
    CHECK(said.mean == std::vector<double>{0.0});
    CHECK(said.std == std::vector<double>{0.2});
}

TEST_CASE("metadata that are no numbers are refused with the text", "[converters][unit]") {
    for (const char* text : {"half", "0.5;0.5", "0.5,", "nan", "inf", "1e999", "0.5 x"}) {
        CAPTURE(text);
        CHECK_THROWS_WITH(with_metadata("synfire.mean", text),
                          contains_text("synfire.mean")
                              && contains_text(std::string("'") + text + "'"));
    }
}

TEST_CASE("counts that fit neither all nor each channel are refused", "[converters][unit]") {
    CHECK_THROWS_WITH(with_metadata("synfire.mean", "1,2"),
                      contains_text("2 values") && contains_text("1 or 3"));
    CHECK_THROWS_WITH(with_metadata("synfire.std", "1,2,3,4"), contains_text("4 values"));
    CHECK_THROWS_WITH(with_metadata("synfire.scale", "0.1,0.2,0.3"), contains_text("scale"));
}

TEST_CASE("scales and deviations that are not positive are refused", "[converters][unit]") {
    for (const char* text : {"0", "-1"}) {
        CHECK_THROWS_WITH(with_metadata("synfire.scale", text), contains_text("must be positive"));
        CHECK_THROWS_WITH(with_metadata("synfire.std", text), contains_text("must be positive"));
    }
    preprocessing given;
    given.std = {1.0, 0.0, 1.0};
    CHECK_THROWS_AS(resolve_encoding(colour_model().graph, given, true), bad_input);
}

TEST_CASE("inputs have encodings of their own", "[converters][unit]") {
    hand_model m;
    const auto a = m.input({2});
    const auto b = m.input({2});
    m.output(m.layer("add", sum{}, {a, b}, {2}));
    const std::string first = m.graph.values[a].name;
    const std::string second = m.graph.values[b].name;
    dataset data = test::pixels({2}, 3, 1);
    data.further.push_back(test::pixels({2}, 3, 2));
    data.further[0].reals.assign(data.further[0].bytes.begin(), data.further[0].bytes.end());
    data.further[0].bytes.clear();
    m.graph.metadata["synfire.scale"] = "0.5";
    m.graph.metadata["synfire.mean." + second] = "3";
    preprocessing given;
    given.std = {2.0};
    given.named.emplace_back().input = second;
    given.named.back().std = {4.0, 5.0};
    const auto encodings = resolve_encodings(m.graph, given, data);
    REQUIRE(encodings.size() == 2);
    CHECK(encodings[0].eight_bit);
    CHECK_FALSE(encodings[1].eight_bit);
    CHECK(encodings[1].scale == 0.5);
    CHECK(encodings[0].mean == std::vector<double>{0.0});
    CHECK(encodings[1].mean == std::vector<double>{3.0});
    CHECK(encodings[0].std == std::vector<double>{2.0});
    CHECK(encodings[1].std == std::vector<double>{4.0, 5.0});
    CHECK_NOTHROW(check_data(m.graph, data));
    const std::vector<float> real = model_input(m.graph, encodings, data, 1);
    REQUIRE(real.size() == 4);
    CHECK(real[1] == static_cast<float>(data.byte_sample(1)[1] * 0.5 / 2.0));
    CHECK(real[3] == static_cast<float>((data.further[0].reals[3] * 0.5 - 3.0) / 5.0));

    given.named.back().input = "sound";
    CHECK_THROWS_WITH(resolve_encodings(m.graph, given, data),
                      contains_text("'sound'") && contains_text("2 inputs: " + first + " (2)"));
    CHECK_THROWS_WITH(resolve_encodings(m.graph, {}, test::pixels({2}, 3, 1)),
                      contains_text("another number of data sets") && contains_text(second));
    data.further[0].reals.resize(4);
    CHECK_THROWS_WITH(check_data(m.graph, data), contains_text("differ in length"));
    data.further[0].sample_shape = {4};
    CHECK_THROWS_WITH(check_data(m.graph, data), contains_text("input '" + second + "'"));
}

TEST_CASE("the layout is the graph's, and another one is refused", "[converters][unit]") {
    hand_model m;
    const auto x = m.input({2, 2, 3});
    m.output(m.conv("conv", m.view("turn", {x}, {0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11}, {3, 2, 2}),
                    1, 1, 0, {1, 1, 1}));
    preprocessing given;
    CHECK(resolve_encoding(m.graph, given, true).layout == data_layout::channel_last);
    given.mean = {1, 2, 3};
    CHECK(resolve_encoding(m.graph, given, true).mean.size() == 3);
    given.layout = data_layout::channel_first;
    CHECK_THROWS_WITH(resolve_encoding(m.graph, given, true), contains_text("--layout"));
    given.layout = data_layout::channel_last;
    CHECK_NOTHROW(resolve_encoding(m.graph, given, true));
}

TEST_CASE("data of another shape, and no data, are refused", "[converters][unit]") {
    const hand_model m = colour_model();
    CHECK_NOTHROW(check_data(m.graph, test::pixels({3, 2, 2}, 1, 1)));
    CHECK_NOTHROW(check_data(m.graph, test::pixels({1, 3, 2, 2}, 1, 1)));
    CHECK_THROWS_WITH(check_data(m.graph, test::pixels({3, 2, 3}, 1, 1)),
                      contains_text("3 x 2 x 3") && contains_text("3 x 2 x 2"));
    CHECK_THROWS_WITH(check_data(m.graph, test::pixels({12}, 1, 1)), contains_text("do not fit"));
    CHECK_THROWS_WITH(check_data(m.graph, test::pixels({3, 2, 2}, 0, 1)), contains_text("empty"));
}

TEST_CASE("real inputs are (raw * scale - mean) / std, channel by channel", "[converters][unit]") {
    hand_model m;
    m.output(m.conv("conv", m.input({2, 1, 2}), 1, 1, 0, {1, 1}));
    preprocessing given;
    given.scale = 0.5;
    given.mean = {1, 2};
    given.std = {2, 4};
    dataset data;
    data.sample_shape = {2, 1, 2};
    data.bytes = {0, 0, 0, 0, 2, 4, 6, 8};
    const input_encoding encoding = resolve_encoding(m.graph, given, true);
    CHECK(model_input(m.graph, {encoding}, data, 1) == std::vector<float>{0, 0.5F, 0.25F, 0.5F});
}
