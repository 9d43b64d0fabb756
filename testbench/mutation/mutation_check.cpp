// SPDX-License-Identifier: Apache-2.0
// The judge of the mutation test: golden vectors and a few random networks, without a test
// framework so that linking a fault takes no time. Exit status 0: everything agrees.
#include <cstdio>
#include <exception>
#include <string>

#include <fmt/format.h>

#include <support/compare_runs.hpp>
#include <support/golden_vectors.hpp>
#include <support/random_network.hpp>
#include <support/random_streaming.hpp>
#include <synfire/core/width.hpp>

namespace {

using namespace synfire;

constexpr std::uint64_t first_seed = 20260;
constexpr std::size_t few_cases = 120;

sim::simulator make(const network& net, sim::engine_kind engine) {
    return sim::simulator(net, engine, sim::simd_level::baseline);
}

std::string golden_difference(const test::golden_case& c, const test::golden_sample& sample,
                              const sim::sample_output& out) {
    for (std::size_t i = 0; i < c.net.populations.size(); ++i) {
        const test::golden_population& e = sample.populations[i];
        const sim::population_record& f = out.result.populations[i];
        const bool equal = e.codes == f.codes && e.potentials == f.potentials
                           && e.spikes == f.spikes && e.counts == out.counts.populations[i]
                           && e.currents == f.currents && e.flags == f.flags
                           && e.start == window_starts(c.net)[i];
        if (!equal) { return c.net.populations[i].name; }
    }
    if (totals(out.counts) != sample.totals) { return "totals"; }
    for (const sim::readout_result& r : out.result.readouts) {
        if (r.arg_max != sample.populations[r.population].arg_max) { return "arg_max"; }
        if (r.potentials != sample.populations[r.population].answer) { return "answer"; }
    }
    return latency_steps(c.net) == sample.latency_steps ? "" : "latency";
}

std::string check_golden(sim::engine_kind engine, execution kind) {
    for (const auto& file : test::golden_files(kind)) {
        const test::golden_case c = test::read_golden(file);
        if (proven_widths(c.net) != c.widths) { return c.name + ": width"; }
        sim::simulator simulator = make(c.net, engine);
        for (const test::golden_sample& sample : c.samples) {
            const std::string d =
                golden_difference(c, sample, simulator.run(sample.inputs, {true, true}));
            if (!d.empty()) { return fmt::format("{} ({}): {}", c.name, to_string(engine), d); }
        }
    }
    return {};
}

std::string check_random(test::random_case (*draw)(std::uint64_t seed)) {
    for (std::uint64_t seed = first_seed; seed < first_seed + few_cases; ++seed) {
        const test::random_case c = draw(seed);
        sim::simulator reference = make(c.net, sim::engine_kind::reference);
        sim::simulator event = make(c.net, sim::engine_kind::event_driven);
        for (const auto& inputs : c.samples) {
            const std::string d = test::first_difference(c.net, reference.run(inputs, {true, true}),
                                                         event.run(inputs, {true, true}));
            if (!d.empty()) { return fmt::format("random network {}: {}", seed, d); }
        }
    }
    return {};
}

int report(const std::string& difference) {
    if (difference.empty()) { return 0; }
    fmt::print("{}\n", difference);
    return 1;
}

}  // namespace

int main() {
    try {
        for (const auto engine : {sim::engine_kind::reference, sim::engine_kind::event_driven}) {
            if (report(check_golden(engine, execution::synchronous)) != 0) { return 1; }
            if (report(check_golden(engine, execution::streaming)) != 0) { return 1; }
        }
        if (report(check_random(test::make_random_case)) != 0) { return 1; }
        return report(check_random(test::make_streaming_case));
    } catch (const std::exception& e) { return report(std::string("exception: ") + e.what()); }
}
