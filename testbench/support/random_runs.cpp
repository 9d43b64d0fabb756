// SPDX-License-Identifier: Apache-2.0
#include "random_runs.hpp"

#include <fmt/format.h>

#include "compare_runs.hpp"

namespace synfire::test {

std::vector<sim::sample_output> run_all(sim::simulator& simulator, const random_case& c) {
    std::vector<sim::sample_output> outputs;
    for (const auto& inputs : c.samples) { outputs.push_back(simulator.run(inputs, everything)); }
    return outputs;
}

std::string engine_difference(const random_case& c, std::vector<sim::sample_output>& expected) {
    sim::simulator reference(c.net, sim::engine_kind::reference);
    sim::simulator event(c.net, sim::engine_kind::event_driven);
    expected = run_all(reference, c);
    const std::vector<sim::sample_output> found = run_all(event, c);
    for (std::size_t s = 0; s < expected.size(); ++s) {
        const std::string d = first_difference(c.net, expected[s], found[s]);
        if (!d.empty()) {
            return fmt::format("SYNFIRE_SEED={} SYNFIRE_CASES=1, sample {}: {}", c.seed, s, d);
        }
    }
    return {};
}

std::string instruction_set_difference(const random_case& c) {
    sim::simulator baseline(c.net, sim::engine_kind::event_driven, sim::simd_level::baseline);
    const std::vector<sim::sample_output> expected = run_all(baseline, c);
    for (const auto level :
         {sim::simd_level::sse4, sim::simd_level::avx2, sim::simd_level::avx512}) {
        sim::simulator other(c.net, sim::engine_kind::event_driven, level);
        const std::vector<sim::sample_output> found = run_all(other, c);
        for (std::size_t s = 0; s < expected.size(); ++s) {
            const std::string d = first_difference(c.net, expected[s], found[s]);
            if (!d.empty()) { return d; }
        }
    }
    return {};
}

std::string leftover_difference(const random_case& c, sim::engine_kind engine) {
    sim::simulator used(c.net, engine);
    const std::vector<sim::sample_output> first = run_all(used, c);
    const std::vector<sim::sample_output> again = run_all(used, c);
    sim::simulator fresh(c.net, engine);
    const sim::sample_output last = fresh.run(c.samples.back(), everything);
    const std::string d = first_difference(c.net, first.back(), again.back());
    return d.empty() ? first_difference(c.net, first.back(), last) : d;
}

}  // namespace synfire::test
