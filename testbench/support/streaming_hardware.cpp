// SPDX-License-Identifier: Apache-2.0
#include <support/streaming_hardware.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <utility>
#include <vector>

#include <support/dice.hpp>
#include <synfire/core/synapses.hpp>
#include <synfire/core/validate.hpp>
#include <synfire/core/width.hpp>

namespace synfire::test {
namespace {

constexpr std::size_t samples_per_case = 2;
constexpr int widest_potential = 32;
constexpr std::int64_t largest_bound = 1 << 21;
constexpr std::int64_t few_events = 3;

std::vector<std::int32_t> per_channel(dice& d, const population& p, std::int64_t lo,
                                      std::int64_t hi) {
    std::vector<std::int32_t> values(static_cast<std::size_t>(p.shape.channels));
    for (std::int32_t& v : values) { v = static_cast<std::int32_t>(d.between(lo, hi)); }
    return values;
}

/// Largest sum that can arrive at one neuron in one step, over all neurons.
std::int64_t reach_of(const network& net, std::size_t number) {
    std::vector<std::int64_t> sums(net.populations[number].shape.neurons(), 1);
    for (const projection& p : net.projections) {
        if (p.target != number) { continue; }
        const population& source = net.populations[p.source];
        const std::int64_t most =
            source.is_current() ? std::max(source.range.hi, -source.range.lo) : 1;
        for_each_synapse(net, p, [&](std::size_t, std::size_t target, std::int32_t weight) {
            sums[target] += most * std::abs(weight) * (std::int64_t{1} << p.shift);
        });
    }
    return *std::max_element(sums.begin(), sums.end());
}

/// Narrow ranges now and then, so that limits are met.
void set_dynamics(dice& d, population& p, std::int64_t reach) {
    streaming_neuron& n = p.streaming.emplace();
    n.decay_bits = d.chance(50) ? 12 : 16;
    const std::int64_t whole = std::int64_t{1} << n.decay_bits;
    if (d.chance(50)) { n.decay_v = per_channel(d, p, 0, d.chance(80) ? whole / 2 : whole); }
    const std::int64_t bound = std::min(d.chance(40) ? reach : 8 * reach, largest_bound);
    n.v_range = {-d.small(0, static_cast<std::int32_t>(bound)),
                 d.small(0, static_cast<std::int32_t>(bound))};
    if (d.chance(40)) { n.initial_v = per_channel(d, p, n.v_range.lo, n.v_range.hi); }
    if (p.kind == population_kind::readout) {
        n.answer = static_cast<readout_rule>(d.between(0, 2));
    } else {
        n.reset = d.chance(50) ? reset_rule::zero : reset_rule::subtract;
    }
}

void set_thresholds(dice& d, population& p, std::int64_t reach) {
    const std::int64_t top = std::clamp<std::int64_t>(reach / 3, 1, 1 << 20);
    const bool unbiased = d.chance(60);  // whose words may rest
    for (std::int64_t& b : p.bias) {
        b = unbiased || d.chance(60) ? 0 : d.between(-top / 8, top / 8);
    }
    if (p.kind == population_kind::spiking) {
        p.theta = per_channel(d, p, std::max<std::int64_t>(1, top / 12),
                              std::max<std::int64_t>(1, top / (d.chance(50) ? 4 : 1)));
    }
}

/// The network's populations keep their shapes, and lose codes, windows and second thresholds.
void make_streaming(dice& d, network& net, bool currents) {
    net.execution = execution::streaming;
    net.steps = d.small(2, 9);
    for (std::size_t i = 0; i < net.populations.size(); ++i) {
        population& p = net.populations[i];
        p.range = {};
        p.window = {};
        p.theta_neg.clear();
        if (p.kind == population_kind::input && currents) {
            p.input->encoder = input_encoder::current;
            p.range = {i % 2 == 0 ? -d.small(1, 30) : 0, d.small(1, 100)};
            continue;
        }
        if (p.kind == population_kind::input) {
            p.input->encoder = input_encoder::events;
            p.window = {coding::rate, 1};
            p.range = {0, 1};
            continue;
        }
        const std::int64_t reach = reach_of(net, i);
        set_dynamics(d, p, reach);
        set_thresholds(d, p, reach);
    }
}

sim::encoded_input draw_codes(dice& d, const population& p) {
    sim::encoded_input input;
    for (std::size_t n = 0; n < p.shape.neurons(); ++n) {
        input.codes.push_back(d.chance(40) ? d.small(p.range.lo, p.range.hi) : 0);
    }
    return input;
}

/// Bursts and silence; few events leave words at rest between them.
sim::encoded_input draw_input(dice& d, const network& net, const population& p) {
    if (p.is_current()) { return draw_codes(d, p); }
    spike_train events;
    const auto last = static_cast<std::int64_t>(p.shape.neurons()) - 1;
    bool silent = d.chance(30);
    const std::int64_t most = d.chance(50) ? few_events : last / 3 + 1;
    for (std::int32_t t = 0; t < net.steps; ++t) {
        if (d.chance(40)) { silent = !silent; }
        for (std::int64_t i = silent ? 0 : d.between(0, most); i > 0; --i) {
            events.push_back({t, static_cast<std::uint32_t>(d.between(0, last)), 1});
        }
    }
    return sim::encode_events(p, events, net.steps);
}

bool pools(const network& net) {
    return std::any_of(net.populations.begin(), net.populations.end(),
                       [](const population& p) { return p.kind == population_kind::max_pool; });
}

bool fits(network& net) {
    const std::vector<int> widths = proven_widths(net);
    for (std::size_t i = 0; i < widths.size(); ++i) { net.populations[i].width_bits = widths[i]; }
    return *std::max_element(widths.begin(), widths.end()) <= widest_potential;
}

}  // namespace

hardware_family streaming_family(const hw::engine_config& config) {
    hardware_family family;
    family.most_steps = 8;
    family.most_neurons = 3'000;
    family.padded_to = static_cast<std::size_t>(config.lanes);
    family.weight_bits = config.weight_bits;
    family.most_words = 700;  // ranges are on top
    family.widest_potential = widest_potential;
    family.largest_shift = 15;
    family.tables = config.fire_tables != 0;
    return family;
}

random_case make_streaming_hardware_case(std::uint64_t seed, const hw::engine_config& config) {
    hardware_family family = streaming_family(config);
    family.firing = 0;
    family.tables = false;
    family.widest_potential = 32;  // of codes, which spikes are not
    for (std::uint64_t attempt = 0;; ++attempt) {
        random_case c = make_hardware_case(seed + (attempt << 32), family);
        if (pools(c.net)) { continue; }
        dice d(seed ^ (attempt << 32) ^ 0x57e9U);
        make_streaming(d, c.net, seed % 4 == 1);
        if (!fits(c.net)) { continue; }
        validate(c.net);
        c.seed = seed;
        c.samples.assign(samples_per_case, {});
        for (auto& sample : c.samples) {
            for (const population& p : c.net.populations) {
                if (p.kind == population_kind::input) { sample.push_back(draw_input(d, c.net, p)); }
            }
        }
        return c;
    }
}

}  // namespace synfire::test
