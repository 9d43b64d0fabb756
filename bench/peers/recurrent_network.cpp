// SPDX-License-Identifier: Apache-2.0
// Question: how long does a random recurrent network take that other simulators run as well, from
// the same connectivity and the same spikes from outside? bench/peers/recurrent.py writes the
// files, runs all programs and compares their spikes.
//
//     bench_recurrent_network FOLDER STEPS [SPIKES]
//
// FOLDER holds raw little-endian arrays: numbers.i32 (neurons, synapses onto a neuron, threshold,
// decay of 4096, refractory steps, delay in steps), sources.i32 and weights.i8 (one row per target,
// ascending sources), input_steps.i32 and input_neurons.i32 (spikes from outside, ascending steps).
// Each makes its neuron fire unless it is refractory. Writes seconds of wall time, seconds of
// processor time and the number of spikes; SPIKES receives pairs of step and neuron (int32).
// Loading and recording are not part of the times.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <exception>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <synfire/sim/stream.hpp>

namespace {

using namespace synfire;

template <typename Value>
std::vector<Value> read_array(const std::string& path) {
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    if (!file) { throw std::runtime_error(path + " cannot be read"); }
    std::vector<Value> values(static_cast<std::size_t>(file.tellg()) / sizeof(Value));
    file.seekg(0);
    file.read(reinterpret_cast<char*>(values.data()),
              static_cast<std::streamsize>(values.size() * sizeof(Value)));
    return values;
}

struct parameters {
    std::int32_t neurons, fan_in, theta, decay, refractory, delay;
};

parameters read_parameters(const std::string& folder) {
    const auto n = read_array<std::int32_t>(folder + "/numbers.i32");
    if (n.size() != 6) { throw std::runtime_error("numbers.i32 does not hold six numbers"); }
    return {n[0], n[1], n[2], n[3], n[4], n[5]};
}

std::vector<population> populations(const parameters& p) {
    population drive;
    drive.name = "drive";
    drive.kind = population_kind::input;
    drive.shape = {p.neurons, 1, 1};
    drive.window = {coding::rate, 1};
    drive.range = {0, 1};
    population leaky;
    const auto count = static_cast<std::size_t>(p.neurons);
    leaky.name = "neurons";
    leaky.shape = {p.neurons, 1, 1};
    leaky.theta.assign(count, p.theta);
    leaky.bias.assign(count, 0);
    leaky.streaming = streaming_neuron{};
    leaky.streaming->decay_v.assign(count, p.decay);
    leaky.streaming->reset = reset_rule::zero;
    leaky.streaming->refractory = p.refractory;
    return {drive, leaky};
}

network make_network(const parameters& p, const std::string& folder) {
    projection drive;
    drive.target = 1;
    drive.source_channels = drive.target_channels = {0, p.neurons};
    drive.kind = connectivity::one_to_one;
    drive.weights.assign(static_cast<std::size_t>(p.neurons), 127);
    drive.shift = 8;  // 32,512: above every threshold minus every potential that occurs
    projection recurrent;
    recurrent.source = recurrent.target = 1;
    recurrent.source_channels = recurrent.target_channels = {0, p.neurons};
    recurrent.kind = connectivity::sparse;
    recurrent.delay = p.delay;
    recurrent.column = read_array<std::int32_t>(folder + "/sources.i32");
    recurrent.weights = read_array<std::int8_t>(folder + "/weights.i8");
    for (std::int64_t j = 0; j <= p.neurons; ++j) { recurrent.row_ptr.push_back(j * p.fan_in); }
    network net;
    net.execution = execution::streaming;
    net.steps = 1000;
    net.populations = populations(p);
    net.projections = {drive, recurrent};
    return net;
}

/// Spikes from outside, one list per step.
std::vector<std::vector<std::uint32_t>> read_input(const std::string& folder, std::size_t steps) {
    const auto at = read_array<std::int32_t>(folder + "/input_steps.i32");
    const auto neuron = read_array<std::int32_t>(folder + "/input_neurons.i32");
    std::vector<std::vector<std::uint32_t>> lists(steps);
    for (std::size_t i = 0; i < at.size(); ++i) {
        const auto step = static_cast<std::size_t>(at[i]);
        if (step < steps) { lists[step].push_back(static_cast<std::uint32_t>(neuron[i])); }
    }
    return lists;
}

void write_spikes(sim::stream& stream, const std::vector<std::vector<std::uint32_t>>& input,
                  const char* path) {
    std::vector<std::int32_t> pairs;
    for (std::size_t t = 0; t < input.size(); ++t) {
        stream.inject(0, input[t]);
        stream.step();
        for (const std::uint32_t neuron : stream.fired(1)) {
            pairs.push_back(static_cast<std::int32_t>(t));
            pairs.push_back(static_cast<std::int32_t>(neuron));
        }
    }
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(pairs.data()),
               static_cast<std::streamsize>(pairs.size() * sizeof(std::int32_t)));
}

int run(int argc, char** argv) {
    const std::string folder = argv[1];
    const auto input = read_input(folder, std::stoul(argv[2]));
    sim::stream stream(make_network(read_parameters(folder), folder));
    const auto start = std::chrono::steady_clock::now();
    const std::clock_t cpu = std::clock();
    for (const auto& spikes : input) {
        stream.inject(0, spikes);
        stream.step();
    }
    const double cpu_seconds = static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC;
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
    std::printf("%.6f %.6f %lld\n", wall.count(), cpu_seconds,
                static_cast<long long>(stream.counts().populations[1].spikes));
    if (argc > 3) {
        stream.reset();
        write_spikes(stream, input, argv[3]);
    }
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 3) {
        std::fputs("usage: bench_recurrent_network FOLDER STEPS [SPIKES]\n", stderr);
        return 2;
    }
    try {
        return run(argc, argv);
    } catch (const std::exception& e) {
        std::fprintf(stderr, "bench_recurrent_network: %s\n", e.what());
        return 3;
    }
}
