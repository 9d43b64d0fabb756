// SPDX-License-Identifier: Apache-2.0
// What a read-out says, by hand.
#include <cmath>

#include <support/catch.hpp>

#include <synfire/core/error.hpp>
#include <synfire/core/readout.hpp>

#include "tiny_network.hpp"

namespace {

using namespace synfire;
using Catch::Matchers::WithinAbs;
using reals = std::vector<double>;

reals applied(const std::vector<std::string>& functions, reals values) {
    apply_host_functions(functions, values);
    return values;
}

void check_near(const reals& found, const reals& expected) {
    REQUIRE(found.size() == expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
        CHECK_THAT(found[i], WithinAbs(expected[i], 1e-12));
    }
}

/// Two channels at three positions; neurons in the order position, channel.
population two_channels() {
    population p = test::readout_population();
    p.shape = {2, 1, 3};
    p.bias = {0, 0};
    p.scale = {0.5, 0.25};
    return p;
}

TEST_CASE("arg-max is the first of the largest", "[core][unit]") {
    CHECK(arg_max(reals{1.0, 3.0, 2.0}) == 1);
    CHECK(arg_max(reals{1.0, 3.0, 3.0}) == 1);
    CHECK(arg_max(std::vector<std::int64_t>{-7, -7, -9}) == 0);
    CHECK(arg_max(std::vector<float>{-2.0F, -1.0F}) == 1);
    CHECK(arg_max(reals{}) == -1);
}

TEST_CASE("host functions are those of the definitions", "[core][unit]") {
    check_near(applied({"relu"}, {-1.5, 0.0, 2.5}), {0.0, 0.0, 2.5});
    check_near(applied({"sigmoid"}, {0.0, std::log(3.0), -std::log(3.0)}), {0.5, 0.75, 0.25});
    const reals logits{0.0, std::log(2.0), std::log(5.0)};
    check_near(applied({"softmax"}, logits), {0.125, 0.25, 0.625});
    check_near(applied({"log_softmax"}, logits),
               {std::log(0.125), std::log(0.25), std::log(0.625)});
    check_near(applied({"argmax"}, {1.0, -2.0}), {1.0, -2.0});
    check_near(applied({}, {1.0, -2.0}), {1.0, -2.0});
    check_near(applied({"softmax", "log_softmax"}, {}), {});
}

TEST_CASE("host functions are applied in their order", "[core][unit]") {
    check_near(applied({"relu", "sigmoid"}, {-5.0}), {0.5});
    check_near(applied({"log_softmax", "relu"}, {0.0, 0.0}), {0.0, 0.0});
}

TEST_CASE("softmax of large values stays finite", "[core][unit]") {
    check_near(applied({"softmax"}, {1000.0, 1000.0}), {0.5, 0.5});
    check_near(applied({"log_softmax"}, {-1e6, -1e6}), {-std::log(2.0), -std::log(2.0)});
}

TEST_CASE("unknown functions of a read-out are found before it answers", "[core][unit]") {
    population readout;
    readout.name = "out";
    readout.host_functions = {"softmax", "argmax"};
    CHECK_NOTHROW(check_host_functions(readout));
    readout.host_functions.emplace_back("tanh");
    CHECK_THROWS_MATCHES(check_host_functions(readout), bad_input,
                         Catch::Matchers::Predicate<bad_input>([](const bad_input& e) {
                             return e.facts().where == "population 'out'";
                         }));
}

TEST_CASE("an unknown host function is refused by its name", "[core][unit]") {
    reals values{1.0};
    CHECK_THROWS_MATCHES(apply_host_functions({"relu", "tanh"}, values), bad_input,
                         Catch::Matchers::Predicate<bad_input>(
                             [](const bad_input& e) { return e.facts().found == "tanh"; }));
}

TEST_CASE("read-out values are potentials times the scale of their channel, then functions",
          "[core][unit]") {
    population p = two_channels();
    const std::vector<std::int64_t> potentials{4, 4, -8, 12, 2, -4};
    check_near(readout_values(p, potentials), {2.0, 1.0, -4.0, 3.0, 1.0, -1.0});
    p.host_functions = {"relu"};
    check_near(readout_values(p, potentials), {2.0, 1.0, 0.0, 3.0, 1.0, 0.0});
    p.host_functions.clear();
    p.scale.clear();
    check_near(readout_values(p, potentials), {4.0, 4.0, -8.0, 12.0, 2.0, -4.0});
}

TEST_CASE("behind ReLU the class is that of the values, so negative outputs tie at class 0",
          "[core][unit]") {
    population p = test::readout_population();
    p.scale.assign(5, 0.5);
    const std::vector<std::int64_t> negative{-5, -1, -2, -3, -4};
    CHECK(readout_class(p, negative) == 1);
    p.host_functions = {"softmax"};
    CHECK(readout_class(p, negative) == 1);
    p.host_functions = {"relu"};
    CHECK(readout_class(p, negative) == 0);
    CHECK(readout_class(p, std::vector<std::int64_t>{-5, -1, 0, 3, 2}) == 3);
}

TEST_CASE("classes do not pass through rounding functions", "[core][unit]") {
    population p = test::readout_population();
    p.scale.assign(5, 1.0);
    p.host_functions = {"sigmoid"};  // 1.0 for all of these in double
    CHECK(readout_class(p, std::vector<std::int64_t>{1000, 1001, 1000, 1002, 999}) == 3);
}

TEST_CASE("a lead is the best value less the next best, in real units", "[core][unit]") {
    population p;
    p.kind = population_kind::readout;
    p.shape = {3, 1, 1};
    const std::vector<std::int64_t> potentials{-2, 9, 4};
    CHECK(readout_lead(p, potentials) == 5.0);
    p.scale = {0.5, 0.5, 0.5};
    CHECK(readout_lead(p, potentials) == 2.5);
    p.host_functions = {"relu"};
    CHECK(readout_lead(p, std::vector<std::int64_t>{-2, -9, -4}) == 0.0);
    CHECK(readout_lead(p, std::vector<std::int64_t>{7, 7, 0}) == 0.0);
}

}  // namespace
