// SPDX-License-Identifier: Apache-2.0
// Streaming neurons with decays, ranges, thresholds and starts at their ends.
#include <algorithm>
#include <utility>

#include <support/corner_networks.hpp>
#include <support/dice.hpp>

namespace synfire::test {
namespace {

constexpr std::size_t samples_per_case = 2;

/// Input, up to two layers that may feed themselves, and a read-out.
class streaming_corners {
  public:
    explicit streaming_corners(std::uint64_t seed) : d_(seed) {
        net_.execution = execution::streaming;
        net_.steps = d_.small(3, 90);
    }
    std::optional<random_case> build(std::uint64_t seed);

  private:
    void add_input();
    void add_layer(population_kind kind);
    void join(std::size_t source, std::size_t target, std::int32_t delay);
    void set_dynamics(population& p);
    std::vector<std::int32_t> decays(const population& p, std::int32_t whole);
    state_range range(std::int32_t reach);
    sim::encoded_input draw_input();

    dice d_;
    network net_;
};

std::optional<random_case> streaming_corners::build(std::uint64_t seed) {
    add_input();
    for (std::int32_t layers = d_.small(1, 2); layers > 0; --layers) {
        add_layer(population_kind::spiking);
    }
    add_layer(population_kind::readout);
    if (!finish_corner(net_)) { return std::nullopt; }
    random_case c{seed, net_, {}};
    for (std::size_t s = 0; s < samples_per_case; ++s) { c.samples.push_back({draw_input()}); }
    return c;
}

void streaming_corners::add_input() {
    population p;
    p.name = "in";
    p.kind = population_kind::input;
    p.shape = {d_.pick({1, 3, 17, 64, 65}), d_.small(1, 3), 1};
    p.input = input_encoding{};
    if (d_.chance(30)) {
        p.input->encoder = input_encoder::current;
        p.range = {-d_.small(0, 300), d_.small(0, 300)};
    } else {
        p.input->encoder = input_encoder::events;
        p.input->most_events = d_.chance(40) ? d_.small(1, 200) : 0;
        p.window = {coding::rate, net_.steps};
        p.range = {0, net_.steps};
    }
    net_.populations.push_back(std::move(p));
}

/// The ends of what a decay may be, or anything between them.
std::vector<std::int32_t> streaming_corners::decays(const population& p, std::int32_t whole) {
    const std::int32_t mode = d_.small(0, 4);
    const std::int32_t one = d_.small(0, whole);
    std::vector<std::int32_t> values;
    for (std::int32_t c = 0; c < p.shape.channels; ++c) {
        std::int32_t value = mode == 4 ? d_.small(1, whole) : one;
        if (mode == 0) { value = d_.pick({0, whole}); }
        if (mode == 1) { value = d_.pick({1, 2, 3}); }
        if (mode == 2) { value = d_.pick({whole - 1, whole}); }
        values.push_back(value);
    }
    return values;
}

state_range streaming_corners::range(std::int32_t reach) {
    switch (d_.small(0, 3)) {
    case 0:
        return {0, d_.small(0, reach)};
    case 1:
        return {-d_.small(0, reach), 0};
    case 2:
        return {-(1 << 29), 1 << 29};
    default:
        return {-d_.small(0, reach), d_.small(0, reach)};
    }
}

void streaming_corners::set_dynamics(population& p) {
    streaming_neuron& n = p.streaming.emplace();
    n.decay_bits = d_.pick({12, 16});
    const std::int32_t reach = 1 << d_.small(0, 29);
    if (d_.chance(80)) { n.decay_v = decays(p, 1 << n.decay_bits); }
    if (d_.chance(45)) { n.decay_s = decays(p, 1 << n.decay_bits); }
    n.v_range = range(reach);
    n.s_range = range(reach);
    const bool starts = d_.chance(40);
    for (std::int32_t c = 0; starts && c < p.shape.channels; ++c) {
        n.initial_v.push_back(d_.pick({n.v_range.lo, 0, n.v_range.hi}));
    }
    const std::int32_t bias = std::min(reach, d_.pick({0, 0, 7, 1 << 20}));
    const bool alike = d_.chance(50);
    for (std::int32_t c = 0; c < p.shape.channels; ++c) {
        p.bias.push_back(alike ? bias : d_.small(-bias, bias));
    }
    if (p.kind == population_kind::readout) {
        n.answer = static_cast<readout_rule>(d_.between(0, 2));
        return;
    }
    n.reset = d_.chance(50) ? reset_rule::zero : reset_rule::subtract;
    n.refractory = d_.pick({0, 0, 1, 2, 5, 31, 32, 64, 119});
    n.refractory_kind = d_.chance(50) ? refractory_rule::hold : refractory_rule::integrate;
    const std::int32_t most = d_.pick({1, 500, 20'000, 1 << 30});
    for (std::int32_t c = 0; c < p.shape.channels; ++c) { p.theta.push_back(d_.small(1, most)); }
}

void streaming_corners::join(std::size_t source, std::size_t target, std::int32_t delay) {
    const population& from = net_.populations[source];
    const population& to = net_.populations[target];
    projection p;
    p.source = source;
    p.target = target;
    p.source_channels = {0, from.shape.channels};
    p.target_channels = {0, to.shape.channels};
    p.delay = from.is_current() ? 0 : delay;
    p.shift = d_.small(0, d_.chance(50) ? 4 : 14);
    const bool same = from.shape == to.shape && d_.chance(50);
    p.kind = same ? connectivity::one_to_one : connectivity::dense;
    corner_weights(d_, p,
                   same ? static_cast<std::size_t>(to.shape.channels)
                        : from.shape.neurons() * to.shape.neurons());
    net_.projections.push_back(std::move(p));
}

void streaming_corners::add_layer(population_kind kind) {
    const std::size_t number = net_.populations.size();
    population p;
    p.name = "layer" + std::to_string(number);
    p.kind = kind;
    p.shape = d_.chance(40) ? net_.populations.back().shape
                            : shape{d_.pick({1, 3, 17, 63, 64, 65, 130}), d_.small(1, 3), 1};
    set_dynamics(p);
    net_.populations.push_back(std::move(p));
    join(number - 1, number, d_.chance(70) ? 0 : d_.small(1, 100));
    if (kind == population_kind::spiking && d_.chance(30)) {
        join(number, number, d_.small(1, 40));
    }
}

/// Bursts and silence.
sim::encoded_input streaming_corners::draw_input() {
    const population& p = net_.populations.front();
    const auto neurons = static_cast<std::uint32_t>(p.shape.neurons());
    if (p.is_current()) {
        std::vector<std::int32_t> codes(neurons);
        const std::int32_t mode = d_.small(0, 2);
        for (std::int32_t& q : codes) {
            q = mode == 2 ? d_.small(p.range.lo, p.range.hi) : mode == 1 ? p.range.hi : p.range.lo;
        }
        return sim::encode_codes(p, codes, net_.steps);
    }
    spike_train events;
    int density = d_.pick({0, 1, 5, 30, 100});
    for (std::int32_t t = 0; t < net_.steps; ++t) {
        if (d_.chance(10)) { density = d_.pick({0, 0, 1, 5, 30, 100}); }
        for (std::uint32_t n = 0; n < neurons; ++n) {
            if (!d_.chance(density)) { continue; }
            const std::int32_t times = std::max(p.input->most_events, 1);
            events.insert(events.end(), static_cast<std::size_t>(times), {t, n, 1});
        }
    }
    return sim::encode_events(p, events, net_.steps);
}

}  // namespace

std::optional<random_case> make_streaming_corner_case(std::uint64_t seed) {
    return streaming_corners(seed).build(seed);
}

}  // namespace synfire::test
