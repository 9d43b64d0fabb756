// SPDX-License-Identifier: Apache-2.0
// Pruning: how much goes, that the rest makes up for it, and that channels leave without a trace.
#include <omp.h>

#include <support/catch.hpp>

#include <cmath>
#include <numeric>

#include <synfire/core/error.hpp>

#include "graph/neuron_executor.hpp"
#include "hand_model.hpp"
#include "prune/prune.hpp"
#include "prune/prune_channels.hpp"
#include "prune/prune_weights.hpp"
#include "quantise/bias_correction.hpp"
#include "quantise/scaled_terms.hpp"

using namespace synfire;
using namespace synfire::converters;
using test::hand_model;
using test::numbers;

namespace {

/// A block with a skip connection, a depthwise layer, two branches joined and pooled, two dense
/// layers: all ways in which channels hang together.
hand_model branches() {
    hand_model m;
    const auto a = m.relu("relu_a", m.conv("a", m.input({2, 6, 6}), 6, 3, 1, numbers(108, 1)));
    const auto b = m.relu("relu_b", m.conv("b", a, 5, 3, 1, numbers(270, 2)));
    const auto c = m.conv("c", b, 6, 3, 1, numbers(270, 3));
    const auto d = m.relu("relu_d", m.layer("add", sum{}, {c, a}, m.item(a)));
    convolution depthwise{numbers(54, 4), std::vector<float>(6, 0.1F), 6, 6, 6, {}, {}};
    depthwise.geometry.kernel = {3, 3};
    depthwise.geometry.pads = {1, 1, 1, 1};
    const auto e = m.relu("relu_e", m.layer("e", depthwise, {d}, {6, 6, 6}));
    const auto f = m.relu("relu_f", m.conv("f", d, 3, 1, 0, numbers(18, 5)));
    std::vector<std::int32_t> both(9 * 36);
    std::iota(both.begin(), both.end(), 0);
    max_pool pool;
    pool.geometry.kernel = {2, 2};
    pool.geometry.stride = {2, 2};
    const auto joined = m.view("concat", {e, f}, both, {9, 6, 6});
    const auto g = m.layer("pool", pool, {joined}, {9, 3, 3});
    const auto h = m.relu("relu_h", m.linear("h", m.flatten("flat", g), 8, numbers(648, 6)));
    m.output(m.linear("out", h, 3, numbers(24, 7)));
    return m;
}

const dataset& samples() {
    static const dataset data = test::pixels({2, 6, 6}, 120, 3);
    return data;
}

std::vector<float> answer(const neuron_graph& graph, const dataset& data, std::size_t sample) {
    neuron_executor executor(graph);
    executor.run(real_input(graph.nodes[0], data, sample));
    const auto out = executor.potential(first_readout(graph));
    return {out.begin(), out.end()};
}

double output_error(const neuron_graph& original, const neuron_graph& pruned, const dataset& data) {
    double error = 0.0;
    for (std::size_t i = 0; i < data.size(); ++i) {
        const std::vector<float> wanted = answer(original, data, i);
        const std::vector<float> found = answer(pruned, data, i);
        for (std::size_t e = 0; e < wanted.size(); ++e) {
            error += std::pow(static_cast<double>(wanted[e] - found[e]), 2.0);
        }
    }
    return error;
}

/// The same shapes, but what writes or reads the group is 0.
neuron_graph silenced(const neuron_graph& graph, const channel_marks& removed) {
    neuron_graph result = graph;
    for (node_id id = 0; id < result.nodes.size(); ++id) {
        auto* sum = std::get_if<sum_node>(&result.nodes[id].kind);
        if (sum == nullptr) { continue; }
        for (std::size_t c = 0; c < sum->bias.size(); ++c) {
            if (removed[id][c]) { sum->bias[c] = 0.0F; }
        }
        for (term& t : sum->terms) {
            if (!is_prunable(t)) { continue; }
            std::vector<float>& weights = prunable_weights(t);
            const shape from = population_shape(graph.nodes[t.source].item);
            const bool elements = std::holds_alternative<linear_term>(t.kind);
            for (std::size_t i = 0; i < weights.size(); ++i) {
                const std::size_t column = column_of_weight(graph, id, t, i);
                const std::size_t source = elements ? column / from.positions() : column;
                const bool gone =
                    removed[id][channel_of_weight(graph, id, t, i)] || removed[t.source][source];
                if (gone) { weights[i] = 0.0F; }
            }
        }
    }
    return result;
}

}  // namespace

TEST_CASE("channels that pass each other on are one group", "[converters][unit]") {
    const neuron_graph graph = lower(branches().graph, {});
    const auto groups = removable_groups(graph);
    // b: 5; a, d and e with its pool and the elements behind: 6; f with the same: 3; h: 8.
    CHECK(groups.size() == 22);
    const node_id a = test::node_named(graph, "a");
    for (const std::vector<node_channel>& group : groups) {
        const bool skip = group.front() == node_channel{a, group.front().channel};
        CHECK((group.size() == 1)
              == (graph.nodes[group.front().node].name == "b"
                  || graph.nodes[group.front().node].name == "h"));
        if (skip) { CHECK(group.size() == 3 + 1 + 1 + 9); }
    }
}

TEST_CASE("a graph without a group answers as one in which it is silent", "[converters][unit]") {
    const neuron_graph graph = lower(branches().graph, {});
    const std::uint64_t before = multiplication_count(graph).of(kept_channels(no_channels(graph)));
    for (const std::vector<node_channel>& group : removable_groups(graph)) {
        channel_marks removed = no_channels(graph);
        for (const node_channel& c : group) { removed[c.node][c.channel] = true; }
        const neuron_graph less = without_channels(graph, removed);
        INFO("channel " << group.front().channel << " of " << graph.nodes[group.front().node].name);
        for (std::size_t i = 0; i < 3; ++i) {
            const auto wanted = answer(silenced(graph, removed), samples(), i);
            const auto found = answer(less, samples(), i);
            REQUIRE(found.size() == wanted.size());
            for (std::size_t e = 0; e < found.size(); ++e) {
                CHECK_THAT(found[e],
                           Catch::Matchers::WithinAbs(static_cast<double>(wanted[e]), 1e-4));
            }
        }
        const std::uint64_t after = multiplication_count(less).of(kept_channels(no_channels(less)));
        CHECK(after == multiplication_count(graph).of(kept_channels(removed)));
        CHECK(after < before);
    }
}

TEST_CASE("as many weights go as asked for", "[converters][unit]") {
    const neuron_graph graph = lower(branches().graph, {});
    const pruned_graph pruned = prune(graph, samples(), samples().size(), {60.0, 0.0});
    const weight_count count = count_weights(pruned.graph);
    CHECK(count.all == count_weights(graph).all);
    CHECK(count.zero
          == static_cast<std::size_t>(std::llround(0.6 * static_cast<double>(count.all))));
    CHECK(pruned.report.weights_left == count.all - count.zero);
    CHECK(pruned.report.channels_left == pruned.report.channels);
    CHECK(pruned.report.unfitted.empty());
}

TEST_CASE("weights that are 0 already count first", "[converters][unit]") {
    neuron_graph graph = lower(branches().graph, {});
    for (graph_node& node : graph.nodes) {
        auto* sum = std::get_if<sum_node>(&node.kind);
        for (std::size_t k = 0; sum != nullptr && k < sum->terms.size(); ++k) {
            if (!is_prunable(sum->terms[k])) { continue; }
            std::vector<float>& weights = prunable_weights(sum->terms[k]);
            for (std::size_t i = 1; i < weights.size(); i += 2) { weights[i] = 0.0F; }
        }
    }
    const weight_count before = count_weights(graph);
    REQUIRE(before.zero > before.all * 2 / 5);
    const pruned_graph pruned = prune(graph, samples(), samples().size(), {30.0, 0.0});
    CHECK(count_weights(pruned.graph).zero == before.zero);
}

TEST_CASE("what is left makes up for what was removed", "[converters][unit]") {
    const neuron_graph graph = lower(branches().graph, {});
    const dataset others = test::pixels({2, 6, 6}, 40, 77);
    const pruned_graph pruned = prune(graph, samples(), samples().size(), {30.0, 0.0});
    neuron_graph plain = graph;
    const auto count = count_weights(pruned.graph).zero;
    prune_weights(plain, measure_effects(graph, samples(), samples().size()), count);
    CHECK(count_weights(plain).zero == count);
    CHECK(output_error(graph, pruned.graph, others) < 0.7 * output_error(graph, plain, others));
}

TEST_CASE("whole channels leave until the share of multiplications is gone", "[converters][unit]") {
    const neuron_graph graph = lower(branches().graph, {});
    for (const double percent : {10.0, 30.0, 50.0}) {
        const pruned_graph pruned = prune(graph, samples(), samples().size(), {0.0, percent});
        const double left = static_cast<double>(pruned.report.multiplications_left)
                            / static_cast<double>(pruned.report.multiplications);
        CHECK(left <= 1.0 - percent / 100.0);
        CHECK(left > 0.9 - percent / 100.0);
        CHECK(pruned.report.channels_left < pruned.report.channels);
        CHECK(answer(pruned.graph, samples(), 0).size() == 3);
    }
}

TEST_CASE("no layer loses its last channel", "[converters][unit]") {
    const neuron_graph graph = lower(branches().graph, {});
    const pruned_graph pruned = prune(graph, samples(), 40, {0.0, 99.9});
    for (const graph_node& node : pruned.graph.nodes) { CHECK(element_count(node.item) > 0); }
    CHECK(pruned.report.multiplications_left > 0);
}

TEST_CASE("a pruned network is the same at all levels, fitted or not", "[converters][unit]") {
    const hand_model model = branches();
    for (const bool fitted : {false, true}) {
        test::hand_conversion c(model, samples());
        const pruned_graph pruned = prune(c.graph(), samples(), samples().size(), {50.0, 30.0});
        c.measured = calibrate_pruned(pruned, c.measured, samples());
        c.state->graph = pruned.graph;
        c.state->quantised = quantise(c.state->graph, c.measured, {});
        correct_layers(c.state->quantised, c.measured, samples(), {fitted, true});
        for (node_id id = 0; id < c.graph().nodes.size(); ++id) {
            const sum_node* sum = c.graph().nodes[id].as_sum();
            for (std::size_t k = 0; sum != nullptr && k < sum->terms.size(); ++k) {
                if (!is_prunable(sum->terms[k])) { continue; }
                const std::vector<float>& real = prunable_weights(sum->terms[k]);
                for (std::size_t i = 0; i < real.size(); ++i) {
                    if (real[i] == 0.0F) {
                        CHECK(c.quantised().nodes[id].terms[k].weights[i] == 0);
                    }
                }
            }
        }
        c.emitted = emit_network(c.state->quantised);
        test::require_equal_levels(c, test::pixels({2, 6, 6}, 3, 9));
    }
}

TEST_CASE("pruning is the same for any number of threads", "[converters][unit]") {
    const neuron_graph graph = lower(branches().graph, {});
    const int before = omp_get_max_threads();
    std::vector<pruned_graph> results;
    for (const int threads : {1, 2, 5}) {
        omp_set_num_threads(threads);
        results.push_back(prune(graph, samples(), 61, {50.0, 20.0}));
    }
    omp_set_num_threads(before);
    for (const pruned_graph& other : results) {
        CHECK(other.removed == results[0].removed);
        CHECK(answer(other.graph, samples(), 0) == answer(results[0].graph, samples(), 0));
    }
}

TEST_CASE("percentages out of range are refused by name", "[converters][unit]") {
    const neuron_graph graph = lower(branches().graph, {});
    CHECK_THROWS_WITH(prune(graph, samples(), 2, {100.0, 0.0}), Catch::Contains("--prune"));
    CHECK_THROWS_WITH(prune(graph, samples(), 2, {0.0, std::nan("")}),
                      Catch::Contains("--prune-channels"));
}
