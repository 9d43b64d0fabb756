// SPDX-License-Identifier: Apache-2.0
#include "parts_levels.hpp"

#include <exception>

#include <support/image_parts.hpp>
#include <support/random_hardware.hpp>
#include <synfire/cosim/cosimulation.hpp>
#include <synfire/cosim/rtl_model.hpp>
#include <synfire/sim/simulator.hpp>

namespace synfire::test {

std::string parts_difference(hw::link& engine, const random_case& c, const hw::image& image) {
    sim::simulator simulator(c.net);
    cosim::cosimulation runner(engine, c.net, image);
    for (const auto& sample : c.samples) {
        const sim::sample_output& out = simulator.run(sample, {true, true});
        cosim::sample_record record;
        for (const sim::population_record& p : out.result.populations) {
            record.push_back({p.codes, p.spikes, p.potentials});
        }
        if (runner.run(record).equal) { continue; }
        const cosim::cosimulation_result& found = runner.result();
        return found.difference ? cosim::to_text(*found.difference)
                                : cosim::to_text(*found.counter);
    }
    return "";
}

std::string difference_of_networks_in_parts(std::uint64_t seed, std::size_t cases) {
    const hw::engine_config config = hw::simulation_config(8);
    cosim::rtl_options options;
    options.patience_cycles = 2'000'000;
    cosim::rtl_model engine(config, options);
    try {
        for (std::uint64_t i = seed; i < seed + cases; ++i) {
            const random_case c = make_hardware_case(i, simulated_family());
            const auto image = image_in_parts(c.net, config, i);
            if (!image) { continue; }
            std::string d = parts_difference(engine, c, *image);
            if (!d.empty()) { return d; }
        }
    } catch (const std::exception& e) { return e.what(); }
    return "";
}

}  // namespace synfire::test
