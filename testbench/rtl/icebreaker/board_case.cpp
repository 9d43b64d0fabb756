// SPDX-License-Identifier: Apache-2.0
#include "board_case.hpp"

#include <algorithm>
#include <vector>

#include <synfire/hw/cycle_model.hpp>
#include <synfire/sim/simulator.hpp>

namespace synfire::test {
namespace {

std::vector<std::vector<std::int32_t>> codes_of(const sim::sample_output& simulated) {
    std::vector<std::vector<std::int32_t>> codes;
    for (const sim::population_record& r : simulated.result.populations) {
        codes.push_back(r.codes);
    }
    return codes;
}

/// Empty, or what differs.
std::string answer_difference(const sim::sample_output& simulated, const hw::sample_answer& found) {
    for (const sim::readout_result& expected : simulated.result.readouts) {
        const auto same = [&](const hw::readout_answer& r) {
            return r.population == expected.population && r.label == expected.arg_max
                   && std::equal(r.potentials.begin(), r.potentials.end(),
                                 expected.potentials.begin(), expected.potentials.end());
        };
        if (std::none_of(found.readouts.begin(), found.readouts.end(), same)) {
            return "read-out of population " + std::to_string(expected.population);
        }
    }
    return found.readouts.size() == simulated.result.readouts.size() ? "" : "number of read-outs";
}

std::string count_difference(const hw::hardware_counts& expected,
                             const hw::hardware_counts& found) {
    const auto e = hw::to_array(expected);
    const auto f = hw::to_array(found);
    std::string text;
    for (std::size_t i = 0; i < e.size(); ++i) {
        if (e[i] == f[i]) { continue; }
        text += std::string(hw::counter_names[i]) + ": " + std::to_string(e[i]) + " expected, "
                + std::to_string(f[i]) + " found; ";
    }
    return text;
}

constexpr std::size_t few_words = 4;

hw::sample_words words_of(const hw::image& image, const std::vector<sim::encoded_input>& inputs) {
    std::vector<spike_train> spikes;
    for (const sim::encoded_input& input : inputs) { spikes.push_back(input.spikes); }
    return hw::encode(image, spikes);
}

}  // namespace

std::optional<std::string> run_case(hw::host& board, const hw::engine_config& config,
                                    const random_case& c) {
    hw::image image;
    try {
        image = hw::make_image(c.net, config);
    } catch (const bad_input&) { return std::nullopt; }
    board.load(image);
    sim::simulator simulator(c.net);
    const hw::cycle_model model(c.net, image);
    for (const auto& inputs : c.samples) {
        const sim::sample_output simulated = simulator.run(inputs, {true, true});
        board.clear_counters();
        const hw::sample_answer found = board.run(words_of(image, inputs));
        std::string d = answer_difference(simulated, found);
        if (d.empty()) {
            d = count_difference(hw::sum(model.run(codes_of(simulated))), board.counters());
        }
        if (!d.empty()) { return d; }
    }
    return "";
}

fitting_case find_case(std::uint64_t seed, const hw::engine_config& config,
                       std::uint64_t least_cycles) {
    for (;; ++seed) {
        fitting_case found{make_hardware_case(seed, board_family()), {}, 0, {}};
        try {
            found.image = hw::make_image(found.c.net, config);
        } catch (const bad_input&) { continue; }
        const auto& inputs = found.c.samples.front();
        sim::simulator simulator(found.c.net);
        const hw::cycle_model model(found.c.net, found.image);
        found.cycles = hw::sum(model.run(codes_of(simulator.run(inputs, {true, true})))).cycles;
        found.words = words_of(found.image, inputs);
        if (found.cycles >= least_cycles && found.words.size() > few_words) { return found; }
    }
}

}  // namespace synfire::test
