// SPDX-License-Identifier: Apache-2.0
// Question: what does a network answer, potential by potential? One line per sample with the
// potentials of the first read-out; for comparison with other programs. No Google Benchmark:
// nothing is timed.
//
//     bench_network_outputs NETWORK.snn DATA [SAMPLES]
#include <cstdio>
#include <exception>
#include <string>

#include <synfire/io/dataset.hpp>
#include <synfire/io/network_file.hpp>
#include <synfire/sim/simulator.hpp>

int main(int argc, char** argv) {
    if (argc < 3) {
        std::fputs("usage: bench_network_outputs NETWORK.snn DATA [SAMPLES]\n", stderr);
        return 2;
    }
    try {
        using namespace synfire;
        const network net = io::read_network(argv[1]);
        const dataset data = io::load_dataset(argv[2], io::dataset_part::test);
        sim::options options;
        if (argc > 3) { options.samples = std::stoul(argv[3]); }
        for (const sim::sample_result& sample : sim::run(net, data, options).samples) {
            for (const std::int64_t x : sample.readouts.front().potentials) {
                std::printf("%lld ", static_cast<long long>(x));
            }
            std::printf("\n");
        }
    } catch (const std::exception& e) {
        std::fprintf(stderr, "bench_network_outputs: %s\n", e.what());
        return 3;
    }
    return 0;
}
