// SPDX-License-Identifier: Apache-2.0
#include <support/catch.hpp>

#include <cmath>
#include <functional>

#include <synfire/core/error.hpp>
#include <synfire/core/validate.hpp>
#include <synfire/core/width.hpp>

#include "tiny_network.hpp"

namespace {

using namespace synfire;

struct fault {
    const char* expected;  ///< part of the message
    std::function<void(network&)> make;
};

void check_refused(const fault& f) {
    network net = test::tiny_network();
    f.make(net);
    CAPTURE(f.expected);
    try {
        validate(net);
        FAIL("not refused");
    } catch (const bad_input& e) { CHECK_THAT(e.what(), test::contains_text(f.expected)); }
}

TEST_CASE("the tiny network is valid, with and without its width", "[core][unit]") {
    network net = test::tiny_network();
    CHECK_NOTHROW(validate(net));
    const std::vector<int> widths = proven_widths(net);
    for (std::size_t i = 0; i < widths.size(); ++i) { net.populations[i].width_bits = widths[i]; }
    CHECK_NOTHROW(validate(net));
}

TEST_CASE("networks are refused as a whole", "[core][unit]") {
    check_refused(
        {"impossible number of steps", [](network& n) { n.execution = execution::streaming; }});
    check_refused({"has no steps of its own", [](network& n) { n.steps = 4; }});
    check_refused({"no populations", [](network& n) { n = network{}; }});
    check_refused({"has no name", [](network& n) { n.populations[1].name.clear(); }});
    check_refused(
        {"population 'in': two populations", [](network& n) { n.populations[1].name = "in"; }});
    check_refused({"stated width", [](network& n) { n.populations[1].width_bits = 24; }});
    check_refused({"population 'out': the potential needs more bits",
                   [](network& n) { n.projections[2].shift = 30; }});
    check_refused({"fewer weight bits", [](network& n) { n.projections[2].shift = 30; }});
}

TEST_CASE("impossible shapes and windows are refused", "[core][unit]") {
    check_refused({"population 'in': every dimension",
                   [](network& n) { n.populations[0].shape.height = 0; }});
    check_refused({"too many neurons", [](network& n) {
                       n.populations[0].shape = {1 << 20, 1 << 11, 1};
                   }});
    check_refused(
        {"impossible number of steps", [](network& n) { n.populations[0].window.steps = 17; }});
    check_refused(
        {"impossible number of steps", [](network& n) { n.populations[0].window.steps = 0; }});
    check_refused(
        {"codes that are too large", [](network& n) { n.populations[0].window.steps = 16; }});
    check_refused({"digit coding needs", [](network& n) {
                       n.populations[0].window = {coding::digit, 4, 4, 1};
                   }});
    check_refused({"code range must hold 0", [](network& n) { n.populations[0].range.hi = 16; }});
    check_refused({"code range must hold 0", [](network& n) { n.populations[0].range.lo = 1; }});
    check_refused(
        {"a readout sends nothing", [](network& n) { n.populations[3].window.steps = 4; }});
}

TEST_CASE("thresholds and biases are counted and positive", "[core][unit]") {
    check_refused(
        {"theta has the wrong number", [](network& n) { n.populations[1].theta.pop_back(); }});
    check_refused({"theta must be positive", [](network& n) { n.populations[1].theta[0] = 0; }});
    check_refused({"theta_neg must be positive", [](network& n) {
                       n.populations[1].theta_neg = {1, 1, -1};
                   }});
    check_refused({"bias (per channel)", [](network& n) { n.populations[1].bias.clear(); }});
    check_refused(
        {"bias (per neuron)", [](network& n) { n.populations[1].bias_per_neuron = true; }});
    check_refused({"only spiking populations have", [](network& n) {
                       n.populations[3].theta = {1, 1, 1, 1, 1};
                   }});
    check_refused({"and readouts have a bias", [](network& n) { n.populations[0].bias = {1, 1}; }});
}

TEST_CASE("fire tables are complete and stay in the code range", "[core][unit]") {
    const auto with = [](fire_table t) { return [t](network& n) { n.populations[1].table = t; }; };
    check_refused({"fire table has the wrong number", with({-1, 2, {0, 0, 0}})});
    check_refused({"outside the code range", with({0, 1, {0, 8}})});
    check_refused({"must hold 0", with({1, 2, {0, 0}})});
    check_refused({"too long", with({0, 5000, std::vector<std::int32_t>(5001, 0)})});
}

TEST_CASE("real numbers in a network are finite", "[core][unit]") {
    check_refused({"scales must be positive", [](network& n) {
                       n.populations[1].scale = {1.0, NAN, 1.0};
                   }});
    check_refused({"scales must be positive", [](network& n) {
                       n.populations[1].scale = {1.0, -1.0, 1.0};
                   }});
    check_refused(
        {"scale has the wrong number", [](network& n) { n.populations[1].scale = {1.0}; }});
    check_refused({"expected activity (mean)", [](network& n) {
                       n.populations[1].expected = expected_activity{{1.0}, {1.0, 1.0, 1.0}};
                   }});
    check_refused(
        {"must be finite and not negative", [](network& n) {
             n.populations[1].expected = expected_activity{{1.0, 1.0, -1.0}, {1.0, 1.0, 1.0}};
         }});
}

TEST_CASE("input encodings fit their population", "[core][unit]") {
    const auto with = [](const std::function<void(input_encoding&)>& change) {
        return [change](network& n) {
            n.populations[0].input = input_encoding{};
            change(*n.populations[0].input);
        };
    };
    check_refused({"does not fit the coding",
                   with([](input_encoding& e) { e.encoder = input_encoder::poisson; })});
    check_refused({"does not fit the coding",
                   with([](input_encoding& e) { e.encoder = input_encoder::latency; })});
    check_refused({"a current input has no window",
                   with([](input_encoding& e) { e.encoder = input_encoder::current; })});
    check_refused({"one value per neuron", with([](input_encoding& e) {
                       e.data_shape = {2, 4, 5};
                   })});
    check_refused({"data shape is impossible", with([](input_encoding& e) {
                       e.data_shape = {2, 0, 4};
                   })});
    check_refused({"mean has the wrong number", with([](input_encoding& e) {
                       e.mean = {1.0, 2.0, 3.0};
                   })});
    check_refused({"standard deviations", with([](input_encoding& e) { e.std = {0.0}; })});
    check_refused({"data scale", with([](input_encoding& e) { e.scale = 0.0; })});
    check_refused({"code step", with([](input_encoding& e) { e.code_step = NAN; })});
    check_refused({"only inputs have an encoder",
                   [](network& n) { n.populations[1].input = input_encoding{}; }});
    check_refused({"only readouts have host",
                   [](network& n) { n.populations[1].host_functions = {"Softmax"}; }});
}

}  // namespace
