// SPDX-License-Identifier: Apache-2.0
// Random recurrent network of the size that simulators are compared by, and the coverage of random
// streaming networks.
#include <support/random_streaming.hpp>

#include <algorithm>
#include <set>

#include <support/dice.hpp>

namespace synfire::test {
namespace {

population poisson_input(std::int32_t neurons) {
    population p;
    p.name = "drive";
    p.kind = population_kind::input;
    p.shape = {neurons, 1, 1};
    p.window = {coding::rate, 1};
    p.range = {0, 1};
    p.input = input_encoding{};
    p.input->encoder = input_encoder::poisson;
    p.input->eight_bit = false;
    return p;
}

/// Time constant 20 steps (205 / 4096 a step), refractory 2 steps.
population leaky_neurons(std::int32_t neurons) {
    population p;
    p.name = "neurons";
    p.shape = {neurons, 1, 1};
    p.theta.assign(static_cast<std::size_t>(neurons), 1000);
    p.bias.assign(static_cast<std::size_t>(neurons), 0);
    p.streaming = streaming_neuron{};
    p.streaming->decay_v.assign(static_cast<std::size_t>(neurons), 205);
    p.streaming->reset = reset_rule::zero;
    p.streaming->refractory = 2;
    return p;
}

}  // namespace

network recurrent_network(std::uint64_t seed, std::int32_t neurons, std::int32_t fan_out) {
    dice d(seed);
    network net;
    net.execution = execution::streaming;
    net.steps = 1000;
    net.populations = {poisson_input(neurons), leaky_neurons(neurons)};
    projection drive;
    drive.source = 0;
    drive.target = 1;
    drive.kind = connectivity::one_to_one;
    drive.source_channels = drive.target_channels = {0, neurons};
    drive.weights.assign(static_cast<std::size_t>(neurons), 120);
    drive.shift = 2;
    projection recurrent = drive;
    recurrent.source = 1;
    recurrent.kind = connectivity::sparse;
    recurrent.weights.clear();
    recurrent.shift = 1;
    recurrent.delay = 2;
    recurrent.row_ptr.push_back(0);
    for (std::int32_t j = 0; j < neurons; ++j) {
        std::set<std::int32_t> sources;
        while (static_cast<std::int32_t>(sources.size()) < fan_out) {
            sources.insert(d.small(0, neurons - 1));
        }
        for (const std::int32_t i : sources) {
            recurrent.column.push_back(i);
            // Four of five neurons excite, the others inhibit about as much in sum.
            const std::int32_t strength = d.small(10, 30);
            recurrent.weights.push_back(
                static_cast<std::int8_t>(i % 5 == 0 ? -4 * strength : strength));
        }
        recurrent.row_ptr.push_back(static_cast<std::int64_t>(recurrent.column.size()));
    }
    net.projections = {drive, recurrent};
    return net;
}

void streaming_coverage::add_neuron(const population& p) {
    const streaming_neuron& n = *p.streaming;
    const bool fires = p.kind == population_kind::spiking;
    mark(n.decay_bits == 12 ? "k 12" : "k 16");
    mark(n.decay_v.empty() ? "no leak" : "leak");
    mark("synaptic current", n.has_current());
    mark("initial v", !n.initial_v.empty());
    mark("reset " + std::string(to_string(n.reset)), fires);
    mark("refractory " + std::string(to_string(n.refractory_kind)), n.refractory > 0);
    mark("answer " + std::string(to_string(n.answer)), !fires);
    mark("bias per neuron", p.bias_per_neuron);
    mark("more than four blocks", p.shape.neurons() > 256);
}

void streaming_coverage::add_output(const network& net, const sim::sample_output& out) {
    for (std::size_t i = 0; i < net.populations.size(); ++i) {
        const sim::population_record& r = out.result.populations.at(i);
        mark("s_min hit", r.flags.s_min);
        mark("s_max hit", r.flags.s_max);
        mark("v_min hit", r.flags.v_min);
        mark("v_max hit", r.flags.v_max);
        mark("population fires",
             net.populations[i].kind == population_kind::spiking && !r.spikes.empty());
        mark("population is silent",
             net.populations[i].kind == population_kind::spiking && r.spikes.empty());
    }
}

void streaming_coverage::add(const random_case& c, const std::vector<sim::sample_output>& outputs) {
    for (const population& p : c.net.populations) {
        if (p.streaming) { add_neuron(p); }
        mark("current input", p.is_current());
        mark("events added up", p.largest_spike() > 1);
    }
    for (const projection& p : c.net.projections) {
        mark(std::string(to_string(p.kind)));
        mark("delay", p.delay > 0);
        mark("delay beyond the sample", p.delay >= c.net.steps);
        mark("to itself", p.source == p.target);
        mark("backwards", p.source > p.target);
        mark("channel range",
             p.target_channels.count() < c.net.populations[p.target].shape.channels);
        mark("spatial sum", p.spatial_sum);
        mark("depthwise", p.groups > 1);
    }
    for (const sim::sample_output& out : outputs) { add_output(c.net, out); }
}

std::uint64_t streaming_coverage::count(const std::string& feature) const {
    const auto found = features_.find(feature);
    return found == features_.end() ? 0 : found->second;
}

std::string streaming_coverage::histogram() const {
    std::string text;
    for (const auto& [feature, times] : features_) {
        text += feature + ": " + std::to_string(times) + "\n";
    }
    return text;
}

std::vector<std::string> streaming_coverage::required() {
    return {"k 12",
            "k 16",
            "no leak",
            "leak",
            "synaptic current",
            "initial v",
            "reset subtract",
            "reset zero",
            "refractory hold",
            "refractory integrate",
            "answer last",
            "answer sum",
            "answer max",
            "bias per neuron",
            "more than four blocks",
            "s_min hit",
            "s_max hit",
            "v_min hit",
            "v_max hit",
            "population fires",
            "population is silent",
            "current input",
            "events added up",
            "delay",
            "delay beyond the sample",
            "to itself",
            "backwards",
            "channel range",
            "spatial sum",
            "depthwise",
            "dense",
            "sparse",
            "index",
            "one_to_one",
            "conv2d",
            "conv_transpose2d",
            "sum_pool"};
}

}  // namespace synfire::test
