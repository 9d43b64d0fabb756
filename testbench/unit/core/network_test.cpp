// SPDX-License-Identifier: Apache-2.0
#include <support/catch.hpp>

#include <synfire/core/activity.hpp>
#include <synfire/core/error.hpp>

#include "tiny_network.hpp"

namespace {

using namespace synfire;
using numbers = std::vector<std::size_t>;

TEST_CASE("populations run in file order once their sources are done", "[core][unit]") {
    network net = test::tiny_network();
    CHECK(topological_order(net) == numbers{0, 1, 2, 3});
    net.projections[0].source = 2;  // pool feeds hidden feeds pool
    CHECK_THROWS_MATCHES(topological_order(net), bad_input,
                         Catch::Matchers::Predicate<bad_input>([](const bad_input& e) {
                             return e.facts().what.find("cycle") != std::string::npos;
                         }));
}

TEST_CASE("sources may stand behind their targets in the file", "[core][unit]") {
    network net;
    net.populations = {test::readout_population(), test::hidden_population(),
                       test::input_population()};
    projection a;
    a.source = 2;
    a.target = 1;
    projection b;
    b.source = 1;
    b.target = 0;
    net.projections = {b, a};
    CHECK(topological_order(net) == numbers{2, 1, 0});
    CHECK(window_starts(net) == std::vector<std::int32_t>{7, 4, 0});
}

TEST_CASE("a window opens when the last source has ended, and read-outs add no latency",
          "[core][unit]") {
    const network net = test::tiny_network();
    CHECK(window_starts(net) == std::vector<std::int32_t>{0, 4, 7, 10});
    CHECK(latency_steps(net) == 10);
}

TEST_CASE("populations are found by name", "[core][unit]") {
    const network net = test::tiny_network();
    CHECK(net.find("pool") == 2);
    CHECK_THROWS_AS(net.find("pond"), bad_input);
}

TEST_CASE("counts add up entry by entry and totals run over all entries", "[core][unit]") {
    activity a;
    a.samples = 1;
    a.macs_first_layer = 5;
    a.populations = {{3, 2, 10, {1, 2}}, {4, 4, 20, {4}}};
    a.projections = {{30, 20, 10, 9, 8}, {3, 2, 1, 1, 1}};
    activity sum;
    sum += a;
    sum += a;
    CHECK(sum.samples == 2);
    CHECK(sum.populations[0] == population_activity{6, 4, 20, {2, 4}});
    CHECK(sum.projections[0] == projection_activity{60, 40, 20, 18, 16});
    CHECK(totals(sum) == activity_totals{14, 12, 66, 44, 60, 10});
}

TEST_CASE("kinds have names", "[core][unit]") {
    CHECK(to_string(execution::streaming) == "streaming");
    CHECK(to_string(population_kind::max_pool) == "max_pool");
    CHECK(to_string(connectivity::conv_transpose2d) == "conv_transpose2d");
    CHECK(to_string(input_encoder::poisson) == "poisson");
    CHECK(to_string(data_layout::channel_last) == "channel_last");
    CHECK(to_string(reset_rule::zero) == "zero");
    CHECK(to_string(refractory_rule::integrate) == "integrate");
    CHECK(to_string(readout_rule::sum) == "sum");
}

}  // namespace
