// SPDX-License-Identifier: Apache-2.0
// Writes a large streaming network for bench/streaming_memory.py: leaky neurons that excite and
// inhibit each other over random synapses, every fifth of them an input's, and a read-out.
//
//     bench_large_network FILE NEURONS FAN_IN
//
// Prints the bytes that the network itself takes: weights, sources and rows of its synapses.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <random>
#include <string>
#include <vector>

#include <synfire/core/network.hpp>
#include <synfire/core/width.hpp>
#include <synfire/io/network_file.hpp>

namespace {

using namespace synfire;

constexpr std::int32_t inputs = 100;

population input() {
    population p;
    p.name = "pixels";
    p.kind = population_kind::input;
    p.shape = {inputs, 1, 1};
    p.window = {coding::rate, 255};
    p.range = {0, 255};
    p.input = input_encoding{};
    p.input->encoder = input_encoder::poisson;
    p.input->data_shape = {inputs};
    return p;
}

population leaky(std::int32_t neurons) {
    population p;
    p.name = "neurons";
    p.shape = {neurons, 1, 1};
    const auto count = static_cast<std::size_t>(neurons);
    p.theta.assign(count, 20000);
    p.bias.assign(count, 0);
    p.streaming = streaming_neuron{};
    p.streaming->decay_v.assign(count, 200);
    p.streaming->refractory = 2;
    return p;
}

population answer() {
    population p;
    p.name = "answer";
    p.kind = population_kind::readout;
    p.shape = {10, 1, 1};
    p.bias.assign(10, 0);
    p.scale.assign(10, 1.0);
    p.streaming = streaming_neuron{};
    return p;
}

projection sparse(const network& net, std::size_t source, std::size_t target, std::int32_t fan_in) {
    std::mt19937 random(17);
    const std::int32_t sources = net.populations[source].shape.channels;
    projection p;
    p.source = source;
    p.target = target;
    p.source_channels = {0, sources};
    p.target_channels = {0, net.populations[target].shape.channels};
    p.kind = connectivity::sparse;
    p.row_ptr.push_back(0);
    const std::int32_t stretch = sources / fan_in;
    const auto synapses =
        static_cast<std::size_t>(p.target_channels.last) * static_cast<std::size_t>(fan_in);
    p.column.reserve(synapses);
    p.weights.reserve(synapses);
    for (std::int32_t row = 0; row < p.target_channels.last; ++row) {
        for (std::int32_t k = 0; k < fan_in; ++k) {
            const auto within =
                static_cast<std::int32_t>(random() % static_cast<std::uint32_t>(stretch));
            p.column.push_back(k * stretch + within);
            p.weights.push_back(
                static_cast<std::int8_t>(static_cast<std::int32_t>(random() % 201) - 100));
        }
        p.row_ptr.push_back(static_cast<std::int64_t>(p.column.size()));
    }
    return p;
}

network make_network(std::int32_t neurons, std::int32_t fan_in) {
    network net;
    net.execution = execution::streaming;
    net.steps = 10;
    net.populations = {input(), leaky(neurons), answer()};
    net.projections.push_back(sparse(net, 0, 1, 1));
    net.projections.front().shift = 8;
    net.projections.push_back(sparse(net, 1, 1, fan_in));
    net.projections.back().delay = 1;
    net.projections.push_back(sparse(net, 1, 2, 100));
    const std::vector<int> widths = proven_widths(net);
    for (std::size_t i = 0; i < widths.size(); ++i) { net.populations[i].width_bits = widths[i]; }
    return net;
}

std::size_t bytes_of(const network& net) {
    std::size_t bytes = 0;
    for (const projection& p : net.projections) {
        bytes += p.weights.size() + p.column.size() * sizeof(std::int32_t)
                 + p.row_ptr.size() * sizeof(std::int64_t);
    }
    return bytes;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4) {
        std::fputs("usage: bench_large_network FILE NEURONS FAN_IN\n", stderr);
        return 2;
    }
    try {
        const network net = make_network(std::stoi(argv[2]), std::stoi(argv[3]));
        io::write_network(net, argv[1]);
        std::printf("%zu\n", bytes_of(net));
        return 0;
    } catch (const std::exception& e) {
        std::fprintf(stderr, "bench_large_network: %s\n", e.what());
        return 3;
    }
}
