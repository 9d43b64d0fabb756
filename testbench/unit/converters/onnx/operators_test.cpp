// SPDX-License-Identifier: Apache-2.0
// The public table of operators: sorted, complete, and in step with the reader.
#include <algorithm>
#include <string>

#include <support/catch.hpp>

#include <synfire/converters/operators.hpp>

#include "run_model.hpp"

using namespace synfire::test;
using synfire::converters::operator_info;
using synfire::converters::supported_operators;

TEST_CASE("The table of operators is sorted and every row is filled", "[converters][onnx]") {
    const auto& table = supported_operators();
    CHECK(table.size() >= 40);
    CHECK(
        std::is_sorted(table.begin(), table.end(),
                       [](const operator_info& a, const operator_info& b) { return a.op < b.op; }));
    for (const operator_info& row : table) {
        CAPTURE(std::string(row.op));
        CHECK(row.first_opset >= 7);
        CHECK(row.last_opset == (row.op == "Upsample" ? 9 : 22));
        CHECK_FALSE(row.treatment.empty());
    }
}

TEST_CASE("The reader knows exactly the operators of the table", "[converters][onnx]") {
    for (const operator_info& row : supported_operators()) {
        onnx_builder m(6, 10);  // below all ranges: refused for its operator set, not for its type
        const std::string name(row.op);
        const std::size_t dot = name.rfind('.');
        const bool other = dot != std::string::npos;
        m.input("x", {-1, 2}).node(other ? name.substr(dot + 1) : name, {"x"}, {"y"}).output("y");
        if (other) { m.model().mutable_graph()->mutable_node(0)->set_domain(name.substr(0, dot)); }
        CHECK_THAT(refusals_of(m).at(0).reason, contains_text("operator set 6 is not among"));
    }
}

TEST_CASE("Classes of nodes have texts", "[converters][onnx]") {
    using synfire::converters::node_class;
    CHECK(synfire::converters::to_text(node_class::exact) == "exact");
    CHECK(synfire::converters::to_text(node_class::approximate) == "approximate");
    CHECK(synfire::converters::to_text(node_class::unsupported) == "unsupported");
}
