// SPDX-License-Identifier: Apache-2.0
// Question: how many cycles does a network take with spikes and with products on the same engine,
// at 8, 16 and 32 lanes?
//
//   bench_twin_cycles NETWORK.snn DATA SAMPLES
//
// By the cycle model, which the RTL of the twins equals; one JSON object on standard output, means
// per inference. `dense_whole_words` is a bound: the dense engine would take the codes of a whole
// word at once in kernels that have a lane per channel (pools, depthwise, skips, averages), where
// the engine takes one code a cycle. No Google Benchmark: nothing is timed.
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <nlohmann/json.hpp>
#include <vector>

#include <synfire/core/synapses.hpp>
#include <synfire/hw/cycle_model.hpp>
#include <synfire/hw/image.hpp>
#include <synfire/hw/lane_work.hpp>
#include <synfire/io/dataset.hpp>
#include <synfire/io/network_file.hpp>
#include <synfire/sim/encode.hpp>
#include <synfire/sim/simulator.hpp>

namespace {

using namespace synfire;

/// The largest maps that descriptors address: a ResNet-20 needs them.
hw::engine_config large_engine(int lanes, int arithmetic) {
    hw::engine_config config = hw::twin_config(arithmetic, lanes);
    config.act_address_bits = 13;
    config.code_address_bits = 15;
    config.row_address_bits = 17;
    config.descriptor_address_bits = 14;
    return config;
}

bool has_a_lane_per_channel(const network& net, const projection& p) {
    switch (p.kind) {
    case connectivity::conv2d:
        return p.groups > 1 && p.groups == p.source_channels.count()
               && p.groups == p.target_channels.count();
    case connectivity::dense:
    case connectivity::sparse:
    case connectivity::conv_transpose2d:
        return false;
    default:
        return net.populations[p.target].shape.channels > 0;
    }
}

/// Cycles that whole words would save the dense engine in one inference.
double saved_by_words(const network& net, const hw::image& image) {
    double saved = 0;
    for (const projection& p : net.projections) {
        if (!has_a_lane_per_channel(net, p)) { continue; }
        std::uint64_t codes = 0;
        for_each_synapse(net, p, [&](std::size_t, std::size_t, std::int32_t) { ++codes; });
        const int bits = hw::pattern_bits_of(image.maps[p.source].format);
        saved += static_cast<double>(codes) * (1 - bits / 32.0);
    }
    return saved;
}

class comparison {
  public:
    comparison(const network& net, const dataset& data, std::size_t samples) {
        sim::simulator simulator(net);
        std::size_t input = 0;
        while (net.populations[input].kind != population_kind::input) { ++input; }
        for (std::size_t i = 0; i < samples; ++i) {
            const std::vector<sim::encoded_input> encoded{
                sim::encode(net.populations[input], data, i, {})};
            std::vector<std::vector<std::int32_t>> codes;
            for (const auto& p : simulator.run(encoded, {true, true}).result.populations) {
                codes.push_back(p.codes);
            }
            codes_.push_back(std::move(codes));
        }
    }

    nlohmann::ordered_json rows(const network& net) const {
        nlohmann::ordered_json all = nlohmann::ordered_json::array();
        for (const int lanes : {8, 16, 32}) {
            nlohmann::ordered_json row = {{"lanes", lanes}};
            for (const auto& [name, arithmetic] : {std::pair{"spiking", hw::spiking_arithmetic},
                                                   {"dense", hw::dense_arithmetic},
                                                   {"skipping", hw::skipping_arithmetic}}) {
                const hw::image image = image_of(net, lanes, arithmetic);
                row[name] = counted(net, image);
                if (arithmetic != hw::dense_arithmetic) { continue; }
                row["dense_whole_words"] =
                    row[name]["cycles"].get<double>() - saved_by_words(net, image);
            }
            all.push_back(row);
        }
        return all;
    }

  private:
    std::vector<std::vector<std::vector<std::int32_t>>> codes_{};  ///< [sample][population]

    static hw::image image_of(const network& net, int lanes, int arithmetic) {
        return hw::make_image(net, large_engine(lanes, arithmetic), {.reuse_buffers = true});
    }

    nlohmann::ordered_json counted(const network& net, const hw::image& image) const {
        const hw::cycle_model model(net, image);
        hw::hardware_counts sum;
        for (const auto& codes : codes_) { sum += hw::sum(model.run(codes)); }
        const auto values = hw::to_array(sum);
        nlohmann::ordered_json json;
        for (std::size_t i = 0; i < values.size(); ++i) {
            json[hw::counter_names[i]] =
                static_cast<double>(values[i]) / static_cast<double>(codes_.size());
        }
        return json;
    }
};

int run(const char* network_path, const char* data_name, std::size_t samples) {
    const network net = io::read_network(network_path);
    const dataset data = io::load_dataset(data_name);
    const comparison compared(net, data, std::min(samples, data.size()));
    const nlohmann::ordered_json json = {{"network", network_path},
                                         {"data", data_name},
                                         {"samples", std::min(samples, data.size())},
                                         {"rows", compared.rows(net)}};
    std::puts(json.dump(1).c_str());
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4) {
        std::fputs("bench_twin_cycles NETWORK.snn DATA SAMPLES\n", stderr);
        return 2;
    }
    try {
        return run(argv[1], argv[2], std::strtoul(argv[3], nullptr, 10));
    } catch (const std::exception& e) {
        std::fprintf(stderr, "%s\n", e.what());
        return 1;
    }
}
