// SPDX-License-Identifier: Apache-2.0
// Random trained networks through every level: float (L0), folded (L1), quantised (L2), both
// engines (L3, L4).
#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <iostream>
#include <memory>

#include <synfire/core/error.hpp>
#include <synfire/core/validate.hpp>
#include <synfire/sim/encode.hpp>
#include <synfire/sim/simulator.hpp>

#include <support/catch.hpp>
#include <support/random_model.hpp>

#include "code_choice.hpp"
#include "emit/emit_network.hpp"
#include "emit/stream_network.hpp"
#include "encoding.hpp"
#include "graph/float_executor.hpp"
#include "graph/integer_executor.hpp"
#include "graph/neuron_executor.hpp"
#include "ladder_coverage.hpp"
#include "mixed_bits.hpp"
#include "mixed_steps.hpp"
#include "passes/split_skips.hpp"
#include "quantised_state.hpp"

namespace {

using namespace synfire;
using namespace synfire::converters;

constexpr std::uint64_t default_cases = 500;

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
    const char* text = std::getenv(name);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

/// Every other sum that fires a clipped line gets a step of nobody's choosing.
void give_steps(neuron_graph& graph) {
    for (node_id id = 0; id < graph.nodes.size(); id += 2) {
        auto* sum = std::get_if<sum_node>(&graph.nodes[id].kind);
        if (sum == nullptr || sum->readout || sum->function) { continue; }
        const auto channels = population_shape(graph.nodes[id].item).channels;
        sum->given_steps.assign(static_cast<std::size_t>(channels),
                                0.01 * static_cast<double>(1 + id % 7));
    }
}

/// One random model with everything that was made of it.
struct ladder_case {
    explicit ladder_case(std::uint64_t seed)
        : model(test::make_random_model(seed)),
          state(std::make_shared<quantised_state>()),
          graph(state->graph),
          quantised(state->quantised) {
        folded = lower_encoded(model.graph, model.inputs);
        if (model.skip_steps > 0) { fine_skips = split_skips(folded, model.skip_steps); }
        state->graph = folded;
        const std::size_t samples = model.calibration.size();
        calibration measured = calibrate(graph, model.calibration, samples);
        if (model.prune.weights_percent > 0.0 || model.prune.channels_percent > 0.0) {
            const pruned_graph pruned = prune(graph, model.calibration, samples, model.prune);
            measured = calibrate_pruned(pruned, measured, model.calibration);
            pruning = pruned.report;
            state->graph = pruned.graph;
        }
        if (model.given_steps) { give_steps(state->graph); }
        state->quantised = quantise(graph, measured, chosen_options(measured));
        correct_layers(state->quantised, measured, model.calibration, model.correction);
        emitted = emit_network(quantised);
        if (model.choose_codes) {
            choose_codes(
                emitted.net,
                count_codes(emitted.net, quantised_model(state), model.calibration, samples),
                samples);
        }
    }

    quantise_options chosen_options(const calibration& measured) {
        quantise_options chosen = model.options;
        if (model.steps_price > 0.0) {
            state->quantised = quantise(graph, measured, chosen);
            chosen.node_steps =
                numbers_at_price(steps_menus(graph, measured, chosen, emit_network(quantised)),
                                 model.steps_price, graph.nodes.size());
        }
        if (model.bits_price > 0.0) {
            chosen.node_weight_bits =
                numbers_at_price(bits_menus(graph, measured, chosen, model.calibration),
                                 model.bits_price, graph.nodes.size());
        }
        return chosen;
    }

    test::random_model model;
    std::size_t fine_skips = 0;
    std::shared_ptr<quantised_state> state;
    neuron_graph folded;  ///< before anything was pruned
    pruning_report pruning;
    const neuron_graph& graph;
    const quantised_graph& quantised;
    emitted_network emitted;
};

/// Folding changes the order of float operations only.
void check_folding(const ladder_case& c, std::size_t sample) {
    float_executor trained(c.model.graph);
    neuron_executor folded(c.folded);
    trained.run(model_input(c.model.graph, c.model.inputs, c.model.data, sample));
    folded.run(real_input(c.folded, c.model.data, sample));
    const auto expected = trained.value(c.model.graph.outputs[0].value);
    const auto found = folded.potential(first_readout(c.folded));
    REQUIRE(expected.size() == found.size());
    float largest = 0.0F;
    for (const float v : expected) { largest = std::max(largest, std::abs(v)); }
    for (std::size_t i = 0; i < expected.size(); ++i) {
        REQUIRE_THAT(found[i], Catch::Matchers::WithinAbs(static_cast<double>(expected[i]),
                                                          1e-4 * largest + 1e-4));
    }
}

/// Neuron (channel last) of element e (ONNX order).
std::size_t neuron_of(const shape& s, std::size_t e) {
    return e % s.positions() * static_cast<std::size_t>(s.channels) + e / s.positions();
}

/// L2 in ONNX order against a record in neuron order.
void check_layer(const ladder_case& c, node_id id, const integer_executor& expected,
                 const sim::population_record& found) {
    const shape s = population_shape(c.graph.nodes[id].item);
    INFO("layer " << c.graph.nodes[id].name);
    const auto codes = expected.codes(id);
    const auto potentials = expected.potential(id);
    REQUIRE(found.codes.size() == codes.size());
    REQUIRE(found.potentials.size() == potentials.size());
    for (std::size_t e = 0; e < s.neurons(); ++e) {
        const std::size_t n = neuron_of(s, e);
        INFO("neuron " << n);
        if (!potentials.empty()) { REQUIRE(found.potentials[n] == potentials[e]); }
        if (!codes.empty()) { REQUIRE(found.codes[n] == codes[e]); }
    }
}

void check_levels(const ladder_case& c, test::ladder_coverage& coverage) {
    const network& net = c.emitted.net;
    sim::simulator reference(net, sim::engine_kind::reference);
    sim::simulator event_driven(net, sim::engine_kind::event_driven);
    integer_executor integers(c.quantised);
    for (std::size_t sample = 0; sample < c.model.data.size(); ++sample) {
        INFO("sample " << sample);
        check_folding(c, sample);
        integers.run(input_codes(c.quantised, c.model.data, sample));
        std::vector<sim::encoded_input> input;
        for (std::size_t i = 0; i < c.model.data.inputs(); ++i) {
            input.push_back(sim::encode(net.populations[i], c.model.data.input(i), sample));
        }
        const sim::sample_output slow = reference.run(input, {true, true});
        const sim::sample_output fast = event_driven.run(input, {true, true});
        for (node_id id = 0; id < c.graph.nodes.size(); ++id) {
            const std::size_t at = c.emitted.population_of_node[id];
            if (at != no_population) { check_layer(c, id, integers, slow.result.populations[at]); }
        }
        REQUIRE(slow.result == fast.result);
        REQUIRE(slow.counts == fast.counts);
        coverage.add_sample(net, slow.result);
    }
}

void require_coverage(const test::ladder_coverage& coverage) {
    CHECK(coverage.active_share() >= 0.05);
    CHECK(coverage.active_share() <= 0.60);
    CHECK(coverage.saturated_share() >= 0.05);
    for (const char* feature : {"projection conv2d",
                                "projection conv_transpose2d",
                                "projection dense",
                                "projection one_to_one",
                                "projection index",
                                "projection sparse",
                                "projection sum_pool",
                                "projection window",
                                "shift above 0",
                                "high part of a skip",
                                "groups above 1",
                                "spatial sum",
                                "part of the channels",
                                "padded",
                                "stride above 1",
                                "dilation above 1",
                                "signed codes",
                                "threshold of negative values",
                                "fire table",
                                "bias per neuron",
                                "theta odd",
                                "theta even",
                                "channels below 8",
                                "channels equal to 8",
                                "channels above 8, no multiple",
                                "negative sums",
                                "ties of rounding",
                                "potential equal to the threshold",
                                "coding phase",
                                "coding rate",
                                "T 01",
                                "T 08",
                                "T 16",
                                "dead channels",
                                "fine skips",
                                "given steps",
                                "views relayed",
                                "two inputs",
                                "three inputs",
                                "real input beside bytes",
                                "streaming",
                                "streaming: signed values",
                                "streaming: max-pools",
                                "weights pruned",
                                "channels pruned",
                                "weight bits of their own"}) {
        INFO("feature " << feature);
        CHECK(coverage.count(feature) > 0);
    }
}

/// The same model as a streaming network: an approximation, in which nothing but the engines has to
/// agree. What has no such form is refused, and nothing else may be.
void check_stream(const ladder_case& c, test::ladder_coverage& coverage) {
    quantise_options options = c.model.options;
    options.code = coding::rate;
    options.steps = 8;
    options.streaming = true;
    options.input = input_encoder::current;
    options.input_steps = 8;
    options.input_steps_of.clear();
    const std::size_t samples = c.model.calibration.size();
    const quantised_graph rates =
        quantise(c.graph, calibrate(c.graph, c.model.calibration, samples), options);
    network net;
    try {
        net = stream_network(assemble_network(rates).net, {options.steps, options.input}, "random");
    } catch (const unsupported_model&) {
        coverage.add("refused as streaming");
        return;
    }
    coverage.add("streaming");
    for (const population& p : net.populations) {
        if (p.name.ends_with("/negative")) { coverage.add("streaming: signed values"); }
        if (p.name.ends_with("/lead")) { coverage.add("streaming: max-pools"); }
    }
    std::vector<sim::encoded_input> input;
    for (std::size_t i = 0; i < c.model.data.inputs(); ++i) {
        input.push_back(sim::encode(net.populations[i], c.model.data.input(i), 0, {1, net.steps}));
    }
    sim::simulator reference(net, sim::engine_kind::reference);
    sim::simulator event_driven(net, sim::engine_kind::event_driven);
    const sim::sample_output& slow = reference.run(input, {true, true});
    const sim::sample_output& fast = event_driven.run(input, {true, true});
    REQUIRE(slow.result == fast.result);
    REQUIRE(slow.counts == fast.counts);
}

std::uint64_t count_dead(const quantised_graph& quantised) {
    std::uint64_t dead = 0;
    for (std::size_t id = 0; id < quantised.nodes.size(); ++id) {
        const quantised_node& q = quantised.nodes[id];
        if (q.theta.empty() || q.terms.size() != 1 || q.terms[0].weights.empty()) { continue; }
        const std::size_t row = q.terms[0].weights.size() / q.theta.size();
        for (std::size_t c = 0; c < q.theta.size(); ++c) {
            const auto first = q.terms[0].weights.begin() + static_cast<std::ptrdiff_t>(c * row);
            dead += std::all_of(first, first + static_cast<std::ptrdiff_t>(row),
                                [](int w) { return w == 0; })
                        ? 1
                        : 0;
        }
    }
    return dead;
}

}  // namespace

TEST_CASE("random models give the same integers at every level", "[ladder][property]") {
    const std::uint64_t first = from_environment("SYNFIRE_SEED", 1);
    const std::uint64_t cases = from_environment("SYNFIRE_CASES", default_cases);
    test::ladder_coverage coverage;
    for (std::uint64_t seed = first; seed < first + cases; ++seed) {
        INFO("seed " << seed << " (SYNFIRE_SEED=" << seed << " SYNFIRE_CASES=1 repeats it)");
        const ladder_case c(seed);
        coverage.add_network(c.emitted.net);
        coverage.add("dead channels", count_dead(c.quantised));
        coverage.add("fine skips", c.fine_skips);
        coverage.add("given steps", c.model.given_steps ? 1 : 0);
        coverage.add("weights pruned", c.model.prune.weights_percent > 0.0 ? 1 : 0);
        coverage.add("channels pruned", c.pruning.channels - c.pruning.channels_left);
        for (const quantised_node& q : c.quantised.nodes) {
            if (q.weight_bits < c.model.options.weight_bits) {
                coverage.add("weight bits of their own");
            }
        }
        const std::size_t inputs = c.model.inputs.size();
        coverage.add("two inputs", inputs == 2 ? 1 : 0);
        coverage.add("three inputs", inputs == 3 ? 1 : 0);
        coverage.add("real input beside bytes", c.model.inputs.back().eight_bit ? 0 : 1);
        for (const graph_node& node : c.graph.nodes) {
            if (node.name.find("/relay") != std::string::npos) { coverage.add("views relayed"); }
        }
        check_levels(c, coverage);
        check_stream(c, coverage);
    }
    std::cout << "random ladder, seeds " << first << " to " << first + cases - 1 << "\n"
              << coverage.histogram();
    if (cases >= default_cases) { require_coverage(coverage); }
}
