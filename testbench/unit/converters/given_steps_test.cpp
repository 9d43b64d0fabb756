// SPDX-License-Identifier: Apache-2.0
// Steps between codes that a distilled network brings along.
#include <support/catch.hpp>

#include <synfire/core/error.hpp>

#include "hand_model.hpp"
#include "quantise/given_steps.hpp"

using namespace synfire;
using namespace synfire::converters;
using test::hand_model;
using test::node_named;
using test::numbers;

namespace {

/// Values have the names of the layers that make them.
struct named_model {
    named_model(const std::string& steps_of, const std::string& steps) {
        const auto x = model.input({1, 6, 6});
        const auto a = model.relu("relu", model.conv("conv", x, 2, 3, 1, numbers(18, 1)));
        max_pool pool;
        pool.geometry.kernel = {2, 2};
        pool.geometry.stride = {2, 2};
        const auto b = model.layer("pool", pool, {a}, {2, 3, 3});
        model.output(model.linear("fc", model.flatten("flat", b), 3, numbers(54, 2)));
        for (const layer& l : model.graph.layers) { model.graph.values[l.output].name = l.name; }
        model.graph.metadata["synfire.code_steps:" + steps_of] = steps;
        model.graph.metadata["synfire.levels"] = "15";
    }
    hand_model model;
};

std::string message_of(const named_model& m) {
    neuron_graph graph = lower(m.model.graph, {});
    try {
        take_given_steps(m.model.graph, graph);
    } catch (const bad_input& e) { return e.what(); }
    return "";
}

}  // namespace

TEST_CASE("steps of the file replace those of calibration", "[converters][unit]") {
    for (const char* name : {"relu", "pool"}) {  // a pool hands on the codes of its source
        const named_model m(name, "0.25,0.5");
        neuron_graph graph = lower(m.model.graph, {});
        const given_codes given = take_given_steps(m.model.graph, graph);
        CHECK(given.layers == 1);
        CHECK(given.levels == 15);
        CHECK(given.weight_bits == 0);
        const node_id conv = node_named(graph, "conv");
        CHECK(graph.nodes[conv].as_sum()->given_steps == std::vector<double>{0.25, 0.5});

        const dataset data = test::pixels({1, 6, 6}, 8, 3);
        const calibration measured = calibrate(graph, data, data.size());
        const quantised_graph q = quantise(graph, measured, {});
        CHECK(q.nodes[conv].scale == std::vector<double>{0.25, 0.5});
    }
}

TEST_CASE("one step holds for all channels", "[converters][unit]") {
    const named_model m("relu", "0.125");
    neuron_graph graph = lower(m.model.graph, {});
    take_given_steps(m.model.graph, graph);
    CHECK(graph.nodes[node_named(graph, "conv")].as_sum()->given_steps
          == std::vector<double>{0.125, 0.125});
}

TEST_CASE("steps that fit no layer are refused with their reason", "[converters][unit]") {
    CHECK(message_of({"relu", "0.1,0.2,0.3"}).find("1, or 2 (one per channel)")
          != std::string::npos);
    CHECK(message_of({"relu", "0.1,-0.2"}).find("steps above 0") != std::string::npos);
    CHECK(message_of({"relu", "0.1,abc"}).find("no list of numbers") != std::string::npos);
    CHECK(message_of({"nothing", "0.1"}).find("no activation of this network")
          != std::string::npos);
    CHECK(message_of({"fc", "0.1"}).find("no activation of this network") != std::string::npos);
    named_model levels("relu", "0.1");
    levels.model.graph.metadata["synfire.levels"] = "1.5";
    CHECK(message_of(levels).find("one whole number") != std::string::npos);
}
