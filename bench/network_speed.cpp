// SPDX-License-Identifier: Apache-2.0
// Question: how fast does a given network run on given data, once loaded? For profiles and for
// comparisons with other programs (bench/peers), which want no time of loading. No Google
// Benchmark: the caller alternates programs and takes medians.
//
//     bench_network_speed NETWORK.snn DATA [SAMPLES [THREADS [REPEATS
//     [baseline|sse4|avx2|avx512]]]] bench_network_speed NETWORK.snn DATA one-by-one [SAMPLES
//     [THREADS]]
//
// Writes one line per repeat: seconds of wall time, samples a second, synaptic events a second,
// seconds of processor time of all threads.
// One by one: all threads share each sample; the line is the median time of a sample in seconds.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <exception>
#include <string>
#include <vector>

#include <synfire/core/activity.hpp>
#include <synfire/io/dataset.hpp>
#include <synfire/io/network_file.hpp>
#include <synfire/sim/simulator.hpp>

namespace {

synfire::sim::simd_level level_of(const char* name) {
    using synfire::sim::simd_level;
    if (std::strcmp(name, "baseline") == 0) { return simd_level::baseline; }
    if (std::strcmp(name, "sse4") == 0) { return simd_level::sse4; }
    if (std::strcmp(name, "avx2") == 0) { return simd_level::avx2; }
    return std::strcmp(name, "avx512") == 0 ? simd_level::avx512 : simd_level::automatic;
}

double seconds_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void run_one_by_one(const synfire::network& net, const synfire::dataset& data, std::size_t samples,
                    int threads) {
    using namespace synfire;
    sim::simulator simulator(net, sim::engine_kind::event_driven, sim::simd_level::automatic,
                             threads);
    std::vector<double> seconds;
    for (std::size_t i = 0; i < std::min(samples, data.size()); ++i) {
        const sim::encoded_input input = sim::encode(net.populations.front(), data, i);
        const auto start = std::chrono::steady_clock::now();
        simulator.run({&input, 1});
        seconds.push_back(seconds_since(start));
    }
    std::sort(seconds.begin(), seconds.end());
    std::printf("%.6f\n", seconds[seconds.size() / 2]);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 3) {
        std::fputs("usage: bench_network_speed NETWORK.snn DATA [SAMPLES [THREADS [REPEATS "
                   "[baseline|sse4|avx2|avx512]]]]\n",
                   stderr);
        return 2;
    }
    try {
        using namespace synfire;
        const network net = io::read_network(argv[1]);
        const dataset data = io::load_dataset(argv[2], io::dataset_part::test);
        if (argc > 3 && std::strcmp(argv[3], "one-by-one") == 0) {
            run_one_by_one(net, data, argc > 4 ? std::stoul(argv[4]) : 200,
                           argc > 5 ? std::stoi(argv[5]) : 1);
            return 0;
        }
        sim::options options;
        if (argc > 3) { options.samples = std::stoul(argv[3]); }
        if (argc > 4) { options.threads = std::stoi(argv[4]); }
        const int repeats = argc > 5 ? std::stoi(argv[5]) : 5;
        if (argc > 6) { options.simd = level_of(argv[6]); }
        for (int i = 0; i < repeats; ++i) {
            const auto start = std::chrono::steady_clock::now();
            const std::clock_t cpu = std::clock();
            const sim::run_result result = sim::run(net, data, options);
            const double cpu_seconds = static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC;
            const double seconds = seconds_since(start);
            const auto events = static_cast<double>(totals(result.counts).synaptic_events);
            std::printf("%.6f %.1f %.4g %.6f\n", seconds,
                        static_cast<double>(result.samples.size()) / seconds, events / seconds,
                        cpu_seconds);
            std::fflush(stdout);
        }
    } catch (const std::exception& e) {
        std::fprintf(stderr, "bench_network_speed: %s\n", e.what());
        return 3;
    }
    return 0;
}
