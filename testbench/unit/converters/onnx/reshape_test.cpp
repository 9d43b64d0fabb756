// SPDX-License-Identifier: Apache-2.0
// Reshape, Flatten, Squeeze, Unsqueeze: the batch axis stays, whatever way a file writes it.
#include <support/catch.hpp>

#include "run_model.hpp"

using namespace synfire::test;
using synfire::converters::dims;

namespace {

using ints = std::vector<std::int64_t>;

onnx_builder reshaped(std::int64_t batch, const ints& target,
                      const std::vector<onnx_attribute>& attributes = {}) {
    onnx_builder m;
    m.input("x", {batch, 2, 3}).integers("s", {static_cast<std::int64_t>(target.size())}, target);
    m.node("Reshape", {"x", "s"}, {"y"}, attributes).output("y");
    return m;
}

}  // namespace

TEST_CASE("Reshape understands every way to keep the batch", "[converters][onnx]") {
    const auto [batch, target, item] = GENERATE(table<std::int64_t, ints, dims>({
        {-1, {-1, 6}, {6}},
        {-1, {0, -1}, {6}},
        {-1, {0, 3, 2}, {3, 2}},
        {-1, {1, 6}, {6}},
        {-1, {1, -1, 2}, {3, 2}},
        {-1, {0, 0, 3, 1}, {2, 3, 1}},
        {4, {4, 6}, {6}},
        {4, {-1, 6}, {6}},
        {1, {1, 6}, {6}},
        {1, {-1, 3, 2}, {3, 2}},
    }));
    const auto m = reshaped(batch, target);
    CHECK(output_item(m) == item);
    CHECK(run_model(m, counting(6)) == counting(6));
}

TEST_CASE("Reshape that merges or drops the batch is refused", "[converters][onnx]") {
    const auto [batch, target, reason] = GENERATE(table<std::int64_t, ints, std::string>({
        {-1, {-1, 3}, "merges the batch axis"},
        {-1, {-1}, "merges the batch axis"},
        {-1, {6, -1}, "sets the batch axis to 6"},
        {1, {6}, "sets the batch axis to 6"},
        {4, {2, 12}, "sets the batch axis to 2"},
        {-1, {}, "drops the batch axis"},
    }));
    const auto r = refusals_of(reshaped(batch, target)).at(0);
    CHECK_THAT(r.reason, contains_text(reason));
    CHECK_FALSE(r.hint.empty());
}

TEST_CASE("Reshape to another number of elements is bad input", "[converters][onnx]") {
    const auto [target, what] = GENERATE(table<ints, std::string>({
        {{0, 5}, "another number of elements"},
        {{0, 4, -1}, "does not divide the elements"},
        {{-1, -1, 6}, "more than one -1"},
        {{0, -1, -1}, "more than one -1"},
        {{0, -2}, "negative dimension"},
        {{0, 1, 1, 0, 6}, "copies a dimension that is not there"},
        {{0, std::int64_t{1} << 40, std::int64_t{1} << 40}, "impossible target shape"},
    }));
    CHECK_THAT(bad_input_of(reshaped(-1, target)).what, contains_text(what));
}

TEST_CASE("Reshape with allowzero takes zeros as dimensions of zero", "[converters][onnx]") {
    CHECK_THAT(bad_input_of(reshaped(-1, {1, 0}, {{"allowzero", std::int64_t{1}}})).what,
               contains_text("another number of elements"));
}

TEST_CASE("Flatten keeps channel, row and column order", "[converters][onnx]") {
    onnx_builder m;
    m.input("x", {-1, 2, 3, 4}).node("Flatten", {"x"}, {"y"}).output("y");
    CHECK(output_item(m) == dims{24});
    CHECK(run_model(m, counting(24)) == counting(24));
    onnx_builder last_first;
    last_first.input("x", {-1, 2, 3}).node("Transpose", {"x"}, {"t"}, {{"perm", ints{0, 2, 1}}});
    last_first.node("Flatten", {"t"}, {"y"}).output("y");
    CHECK(run_model(last_first, counting(6)) == std::vector<float>{1, 4, 2, 5, 3, 6});
}

TEST_CASE("Flatten at another axis is refused unless the batch stays apart", "[converters][onnx]") {
    const std::int64_t axis = GENERATE(0, 2, -1);
    onnx_builder m;
    m.input("x", {-1, 2, 3}).node("Flatten", {"x"}, {"y"}, {{"axis", axis}}).output("y");
    CHECK_THAT(refusals_of(m).at(0).reason, contains_text("merges the batch axis"));
    onnx_builder fine;
    fine.input("x", {-1, 1, 3})
        .node("Flatten", {"x"}, {"y"}, {{"axis", std::int64_t{2}}})
        .output("y");
    CHECK(output_item(fine) == dims{3});
}

TEST_CASE("Squeeze and Unsqueeze take axes as attribute or input", "[converters][onnx]") {
    onnx_builder old(11);
    old.input("x", {-1, 1, 3, 1}).node("Squeeze", {"x"}, {"s"}, {{"axes", ints{-1, 1}}});
    old.node("Unsqueeze", {"s"}, {"y"}, {{"axes", ints{3, 1}}}).output("y");
    CHECK(output_item(old) == dims{1, 3, 1});
    onnx_builder recent(13);
    recent.input("x", {-1, 1, 3, 1}).integers("a", {2}, {1, 3}).integers("b", {1}, {-1});
    recent.node("Squeeze", {"x", "a"}, {"s"}).node("Unsqueeze", {"s", "b"}, {"y"}).output("y");
    CHECK(output_item(recent) == dims{3, 1});
    onnx_builder all(13);
    all.input("x", {-1, 1, 3, 1}).node("Squeeze", {"x"}, {"y"}).output("y");
    CHECK(output_item(all) == dims{3});
}

TEST_CASE("Squeeze of the batch is refused and of a longer axis bad input", "[converters][onnx]") {
    const auto squeezed = [](std::int64_t batch, const ints& axes) {
        onnx_builder m(11);
        m.input("x", {batch, 1, 3});
        m.node("Squeeze", {"x"}, {"y"},
               axes.empty() ? std::vector<onnx_attribute>{}
                            : std::vector<onnx_attribute>{{"axes", axes}});
        m.output("y");
        return m;
    };
    CHECK_THAT(refusals_of(squeezed(1, {})).at(0).reason, contains_text("the batch too"));
    CHECK_THAT(refusals_of(squeezed(1, {0})).at(0).reason, contains_text("batch axis"));
    CHECK_THAT(bad_input_of(squeezed(-1, {2})).what, contains_text("longer than 1"));
    CHECK_THAT(bad_input_of(squeezed(-1, {7})).what, contains_text("axis out of range"));
    CHECK_THAT(bad_input_of(squeezed(-1, {1, 1})).what, contains_text("twice"));
}
