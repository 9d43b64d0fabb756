// SPDX-License-Identifier: Apache-2.0
#include "simulated.hpp"

#include <synfire/core/error.hpp>

namespace synfire::test {

std::optional<simulated_case> simulate_case(std::uint64_t seed, const hw::engine_config& config) {
    std::optional<random_case> made = make_engine_case(seed);
    if (!made) return std::nullopt;
    simulated_case s{.c = std::move(*made), .image = {}, .results = {}};
    try {
        s.image = hw::make_image(s.c.net, config);
    } catch (const bad_input&) { return std::nullopt; }
    sim::simulator simulator(s.c.net);
    for (const auto& sample : s.c.samples)
        s.results.push_back(simulator.run(sample, {.spikes = true, .potentials = true}).result);
    for (const sim::sample_result& result : s.results) {
        cosim::sample_record record;
        for (const sim::population_record& p : result.populations)
            record.push_back({p.codes, p.spikes, p.potentials});
        s.records.push_back(std::move(record));
    }
    return s;
}

std::vector<simulated_case> simulate_cases(std::uint64_t seed, std::size_t count,
                                           const hw::engine_config& config) {
    std::vector<simulated_case> cases;
    for (std::uint64_t s = seed; cases.size() < count && s < seed + 100 * count; ++s)
        if (auto one = simulate_case(s, config)) cases.push_back(std::move(*one));
    return cases;
}

}  // namespace synfire::test
