// SPDX-License-Identifier: Apache-2.0
#include "examples.hpp"

#include <algorithm>
#include <set>

#include <synfire/core/synapses.hpp>

namespace synfire::test {
namespace {

population vector_population(std::string name, population_kind kind, std::int32_t channels) {
    population p;
    p.name = std::move(name);
    p.kind = kind;
    p.shape = {channels, 1, 1};
    return p;
}

void give_phase(population& p, std::int32_t steps) {
    p.window = {.kind = coding::phase, .steps = steps};
    p.range = {0, (1 << steps) - 1};
}

void give_channels(population& p) {
    const auto channels = static_cast<std::size_t>(p.shape.channels);
    p.bias.assign(channels, 0);
    p.scale.assign(channels, 1.0);
    if (p.kind == population_kind::spiking) { p.theta.assign(channels, 64); }
}

projection between(const network& net, std::size_t source, std::size_t target, connectivity kind) {
    projection p;
    p.source = source;
    p.target = target;
    p.source_channels = {0, net.populations[source].shape.channels};
    p.target_channels = {0, net.populations[target].shape.channels};
    p.kind = kind;
    return p;
}

void add_dense(network& net, std::size_t source, std::size_t target) {
    projection p = between(net, source, target, connectivity::dense);
    p.weights.assign(
        net.populations[source].shape.neurons() * net.populations[target].shape.neurons(), 1);
    net.projections.push_back(std::move(p));
}

energy::price flat(const std::string& name, const std::string& group, double pj) {
    energy::price p;
    p.name = name;
    p.group = group;
    p.pj = energy::interval::exact(pj);
    p.source = "test";
    return p;
}

}  // namespace

network fully_connected(std::int32_t inputs, std::int32_t outputs, std::int32_t steps) {
    network net;
    net.populations.push_back(vector_population("input", population_kind::input, inputs));
    net.populations.push_back(vector_population("fc", population_kind::readout, outputs));
    give_phase(net.populations[0], steps);
    net.populations[0].input = input_encoding{};
    give_channels(net.populations[1]);
    add_dense(net, 0, 1);
    return net;
}

network single_conv(const conv_options& o) {
    network net;
    net.populations.push_back(vector_population("input", population_kind::input, o.in_channels));
    net.populations.push_back(vector_population("conv", population_kind::spiking, o.out_channels));
    const std::int32_t out = (o.size + 2 * o.pad - o.dilation * (o.kernel - 1) - 1) / o.stride + 1;
    net.populations[0].shape = {o.in_channels, o.size, o.size};
    net.populations[1].shape = {o.out_channels, out, out};
    for (population& p : net.populations) { give_phase(p, 4); }
    net.populations[0].input = input_encoding{};
    give_channels(net.populations[1]);
    projection p = between(net, 0, 1, connectivity::conv2d);
    p.geometry = {{o.kernel, o.kernel},
                  {o.stride, o.stride},
                  {o.dilation, o.dilation},
                  {o.pad, o.pad, o.pad, o.pad}};
    p.groups = o.groups;
    p.weights.assign(
        static_cast<std::size_t>(o.out_channels * o.in_channels / o.groups * o.kernel * o.kernel),
        1);
    net.projections.push_back(std::move(p));
    return net;
}

network small_cnn() {
    network net = single_conv({.in_channels = 1, .out_channels = 8, .size = 8});
    net.populations.push_back(vector_population("pool", population_kind::max_pool, 8));
    net.populations[2].shape = {8, 4, 4};
    give_phase(net.populations[2], 4);
    net.populations.push_back(vector_population("fc", population_kind::readout, 10));
    give_channels(net.populations[3]);
    projection pool = between(net, 1, 2, connectivity::window);
    pool.geometry = {{2, 2}, {2, 2}, {1, 1}, {0, 0, 0, 0}};
    net.projections.push_back(std::move(pool));
    add_dense(net, 2, 3);
    return net;
}

namespace {

/// Adds one sample's counts of one projection, from the definition.
void add_projection(const network& net, const projection& p, const std::vector<int>& spikes,
                    projection_activity& counts) {
    const auto channels = static_cast<std::size_t>(net.populations[p.target].shape.channels);
    std::set<std::pair<std::size_t, std::size_t>> positions;
    for_each_synapse(net, p, [&](std::size_t source, std::size_t target, std::int32_t) {
        if (spikes[source] == 0) { return; }
        positions.insert({source, target / channels});
        if (p.kind == connectivity::window) { return; }
        counts.synaptic_events += static_cast<std::uint64_t>(spikes[source]);
        counts.active_synapses += 1;
    });
    counts.active_positions += positions.size();
}

}  // namespace

activity random_activity(const network& net, double density, std::uint64_t samples, unsigned seed) {
    std::mt19937 random(seed);
    std::uniform_real_distribution<double> chance;
    activity counts;
    counts.samples = samples;
    counts.populations.resize(net.populations.size());
    counts.projections.resize(net.projections.size());
    for (std::uint64_t s = 0; s < samples; ++s) {
        std::vector<std::vector<int>> spikes;
        for (std::size_t i = 0; i < net.populations.size(); ++i) {
            const population& p = net.populations[i];
            spikes.emplace_back(p.shape.neurons(), 0);
            if (p.kind == population_kind::readout) { continue; }
            for (int& n : spikes.back()) {
                if (chance(random) >= density) { continue; }
                n = 1 + static_cast<int>(chance(random) * p.window.steps);
                n = std::min(n, p.window.steps);
                counts.populations[i].spikes += static_cast<std::uint64_t>(n);
                counts.populations[i].active_sources += 1;
            }
            if (p.kind == population_kind::spiking) {
                counts.populations[i].neuron_updates +=
                    p.shape.neurons() * static_cast<std::uint64_t>(p.window.steps);
            }
        }
        for (std::size_t i = 0; i < net.projections.size(); ++i) {
            const projection& p = net.projections[i];
            add_projection(net, p, spikes[p.source], counts.projections[i]);
        }
    }
    return counts;
}

energy::dense_counts dense_counts_of(const network& net, std::uint64_t samples,
                                     double float_density, double code_density) {
    energy::dense_counts counts;
    counts.samples = samples;
    for (const projection& p : net.projections) {
        if (p.kind == connectivity::window) { continue; }
        const population& target = net.populations[p.target];
        std::uint64_t synapses = 0;
        for_each_synapse(net, p, [&](std::size_t, std::size_t, std::int32_t) { ++synapses; });
        energy::dense_layer_counts layer;
        layer.name = target.name;
        layer.kind = p.kind == connectivity::dense ? energy::dense_kind::fully_connected
                                                   : energy::dense_kind::convolution;
        layer.macs = synapses * samples;
        layer.macs_nonzero_float =
            static_cast<std::uint64_t>(static_cast<double>(layer.macs) * float_density);
        layer.macs_nonzero_code =
            static_cast<std::uint64_t>(static_cast<double>(layer.macs) * code_density);
        layer.weights = p.weights.size();
        layer.input_neurons = net.populations[p.source].shape.neurons();
        layer.output_neurons = target.shape.neurons();
        layer.positions = target.shape.positions();
        layer.out_channels = static_cast<std::uint64_t>(target.shape.channels);
        layer.groups = static_cast<std::uint64_t>(p.groups);
        layer.fan_in = p.weights.size() / layer.out_channels;
        layer.field_rows = static_cast<std::uint64_t>(p.geometry.kernel[0]);
        layer.readout = target.kind == population_kind::readout;
        counts.layers.push_back(layer);
    }
    return counts;
}

energy::cost_table round_prices() {
    energy::cost_table table;
    table.name = "round";
    for (const char* name : {"int8_add", "int16_add", "int32_add", "int32_compare"}) {
        table.operations[name] = flat(name, "add", 1);
    }
    for (const char* name : {"int8_mul", "int32_mul"}) {
        table.operations[name] = flat(name, "multiply", 1);
    }
    energy::sram_model model;
    model.bytes = {1, 1e9};
    model.width_bits = {1, 1e6};
    model.read_pj = {10, 10, 10, 10};
    model.write_pj = {20, 20, 20, 20};
    energy::sram_corner corner;
    corner.grid = model;
    energy::sram_prices prices;
    prices.low = prices.nominal = prices.high = corner;
    prices.source = "test";
    table.sram = prices;
    return table;
}

energy::cost_table scaled(energy::cost_table table, double factor) {
    for (auto& [name, entry] : table.operations) {
        if (entry) { entry->pj = entry->pj * factor; }
    }
    if (table.sram) {
        for (energy::sram_corner* corner :
             {&table.sram->low, &table.sram->nominal, &table.sram->high}) {
            corner->factor *= factor;
        }
    }
    return table;
}

}  // namespace synfire::test
