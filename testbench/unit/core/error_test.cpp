// SPDX-License-Identifier: Apache-2.0
#include <support/catch.hpp>

#include <synfire/core/error.hpp>

namespace {

using namespace synfire;

TEST_CASE("a message says where, what, found, expected and hint", "[core][unit]") {
    const bad_input e({"layer 'a'", "too many bits", "40", "32", "fewer steps"});
    CHECK(std::string(e.what())
          == "layer 'a': too many bits\n  found: 40\n  expected: 32\n  hint: fewer steps");
    CHECK(e.facts().found == "40");
}

TEST_CASE("empty facts leave no trace in the message", "[core][unit]") {
    CHECK(to_message({"file", "is empty", "", "", ""}) == "file: is empty");
    CHECK(to_message({"", "is empty", "", "", ""}) == "is empty");
}

TEST_CASE("an unsupported model lists every refusal at once", "[core][unit]") {
    const unsupported_model e(
        "model.onnx", {{"n1", "Loop", "control flow", "unroll it"}, {"n2", "LSTM", "state", ""}});
    CHECK_THAT(e.what(), test::contains_text("model.onnx: 2 nodes cannot be converted"));
    CHECK_THAT(e.what(), test::contains_text("n1 (Loop): control flow; unroll it"));
    CHECK_THAT(e.what(), test::contains_text("n2 (LSTM): state"));
    CHECK(e.refusals().size() == 2);
}

}  // namespace
