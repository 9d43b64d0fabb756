// SPDX-License-Identifier: Apache-2.0
// Question: how many cycles does a layer take on the accelerator at 0 to 50 % activity, and how
// many of its lanes add? One layer at a time, random codes of T = 4, counted by the RTL (--engine
// cc) or by the cycle model; one JSON object on standard output. No Google Benchmark: nothing is
// timed.
#include <algorithm>
#include <cstdio>
#include <exception>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "hardware.hpp"

namespace {

using namespace synfire;

constexpr std::size_t samples_per_point = 4;
constexpr int steps = 4;
constexpr int lanes = 8;

struct layer_shape {
    const char* name;
    synfire::shape source;
    synfire::shape target;
    int kernel;  ///< 0: dense
    bool first;  ///< a layer that reads one channel, as first layers do
};

const std::vector<layer_shape> shapes{
    {"conv 3x3, 16 to 16, 12x12", {16, 12, 12}, {16, 12, 12}, 3, false},
    {"conv 3x3, 32 to 32, 8x8", {32, 8, 8}, {32, 8, 8}, 3, false},
    {"conv 1x1, 64 to 64, 8x8", {64, 8, 8}, {64, 8, 8}, 1, false},
    {"dense 784 to 128", {784, 1, 1}, {128, 1, 1}, 0, false},
    {"dense 256 to 16", {256, 1, 1}, {16, 1, 1}, 0, false},
    {"first conv 3x3, 1 to 16, 28x28", {1, 28, 28}, {16, 28, 28}, 3, true},
    {"first conv 5x5, 1 to 16, 28x28", {1, 28, 28}, {16, 28, 28}, 5, true},
};
constexpr int percents[]{0, 1, 2, 5, 10, 20, 30, 40, 50};

population input_of(const synfire::shape& s) {
    population p;
    p.name = "in";
    p.kind = population_kind::input;
    p.shape = s;
    p.window = {coding::phase, steps};
    p.range = {0, 15};
    p.input = input_encoding{};
    p.input->eight_bit = false;  // reals with a step of 1: the data are the codes
    p.input->layout = data_layout::channel_last;
    p.input->data_shape = {s.height, s.width, s.channels};
    return p;
}

projection joined(const network& net, std::size_t source, int kernel) {
    projection p;
    p.source = source;
    p.target = source + 1;
    p.source_channels = {0, net.populations[p.source].shape.channels};
    p.target_channels = {0, net.populations[p.target].shape.channels};
    p.kind = kernel == 0 ? connectivity::dense : connectivity::conv2d;
    const std::size_t sources = kernel == 0 ? net.populations[p.source].shape.neurons()
                                            : static_cast<std::size_t>(p.source_channels.count())
                                                  * static_cast<std::size_t>(kernel * kernel);
    const std::size_t targets = kernel == 0 ? net.populations[p.target].shape.neurons()
                                            : static_cast<std::size_t>(p.target_channels.count());
    if (kernel != 0) {
        const int pad = kernel / 2;
        p.geometry = {{kernel, kernel}, {1, 1}, {1, 1}, {pad, pad, pad, pad}};
    }
    p.weights.assign(sources * targets, 1);
    return p;
}

/// The layer, and a read-out because networks have one.
network network_of(const layer_shape& layer) {
    population middle;
    middle.name = "layer";
    middle.shape = layer.target;
    middle.window = {coding::phase, steps};
    middle.range = {0, 15};
    const auto channels = static_cast<std::size_t>(layer.target.channels);
    middle.theta.assign(channels, 64);
    middle.bias.assign(channels, 0);
    population out;
    out.name = "out";
    out.kind = population_kind::readout;
    out.shape = {2, 1, 1};
    out.bias.assign(2, 0);
    network net;
    net.populations = {input_of(layer.source), middle, out};
    net.projections = {joined(net, 0, layer.kernel), joined(net, 1, 0)};
    return net;
}

dataset codes_of(const layer_shape& layer, int percent) {
    dataset data;
    data.name = "codes";
    data.sample_shape = {layer.source.height, layer.source.width, layer.source.channels};
    std::mt19937 random(1);
    const std::size_t values = samples_per_point * layer.source.neurons();
    for (std::size_t i = 0; i < values; ++i) {
        const bool active = random() % 100 < static_cast<unsigned>(percent);
        data.reals.push_back(active ? static_cast<float>(1 + random() % 15) : 0.0F);
    }
    return data;
}

/// Cycles of an engine with as many multipliers that does every in-bounds MAC, one row a cycle.
double dense_pass(const network& net, const layer_shape& layer) {
    const population& target = net.populations[1];
    const int groups = (target.shape.channels + lanes - 1) / lanes;
    if (layer.kernel == 0) { return static_cast<double>(layer.source.neurons()) * groups; }
    double taps = 0;
    const int reach = layer.kernel / 2;
    for (int y = 0; y < target.shape.height; ++y) {
        for (int x = 0; x < target.shape.width; ++x) {
            const int rows =
                std::min(y + reach, target.shape.height - 1) - std::max(y - reach, 0) + 1;
            const int columns =
                std::min(x + reach, target.shape.width - 1) - std::max(x - reach, 0) + 1;
            taps += rows * columns;
        }
    }
    return taps * layer.source.channels * groups;
}

nlohmann::ordered_json point(const layer_shape& layer, int percent, cli::hardware_engine engine) {
    const network net = network_of(layer);
    cli::hardware_options options;
    options.engine = engine;
    options.lanes = lanes;
    const cli::hardware_result r = cli::run_hardware(net, codes_of(layer, percent), options);
    if (!r.equal()) { throw std::runtime_error("RTL, cycle model and simulator differ"); }
    const auto mean = [&](const char* counter) {
        return static_cast<double>(r.counted(r.layers[1])[cli::counter_index(counter)])
               / samples_per_point;
    };
    const double cycles = mean("cycles");
    const double filled = r.layers[1].lanes;
    return {{"percent", percent},
            {"cycles", cycles},
            {"dense_cycles", dense_pass(net, layer)},
            {"of_dense", cycles / dense_pass(net, layer)},
            {"adds_per_cycle", mean("adds") / cycles},
            {"utilisation", mean("adds") / cycles / filled},
            {"stalls", mean("scanning") + mean("waiting")}};
}

nlohmann::ordered_json measure(cli::hardware_engine engine) {
    nlohmann::ordered_json result = {
        {"engine", cli::to_string(engine)}, {"lanes", lanes}, {"steps", steps}};
    for (const layer_shape& layer : shapes) {
        nlohmann::ordered_json points = nlohmann::ordered_json::array();
        for (const int percent : percents) { points.push_back(point(layer, percent, engine)); }
        result["layers"].push_back(
            {{"name", layer.name}, {"first", layer.first}, {"points", points}});
    }
    return result;
}

}  // namespace

int main(int argc, char** argv) {
    const bool rtl =
        argc > 2 && std::string_view(argv[1]) == "--engine" && argv[2] == std::string("cc");
    try {
        std::puts(
            measure(rtl ? cli::hardware_engine::cc : cli::hardware_engine::model).dump(1).c_str());
    } catch (const std::exception& e) {
        std::fprintf(stderr, "layer_cycles: %s\n", e.what());
        return 1;
    }
    return 0;
}
