// SPDX-License-Identifier: Apache-2.0
#include <support/random_streaming.hpp>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <numeric>
#include <set>
#include <utility>

#include <support/dice.hpp>
#include <support/random_parts.hpp>
#include <synfire/core/synapses.hpp>
#include <synfire/core/validate.hpp>
#include <synfire/core/width.hpp>

namespace synfire::test {
namespace {

constexpr std::size_t samples_per_case = 2;

/// Grows a network one population at a time, then joins some of them backwards.
class streaming_builder {
  public:
    explicit streaming_builder(std::uint64_t seed) : d_(seed) {
        net_.execution = execution::streaming;
        net_.steps = d_.small(3, 60);
    }

    random_case build(std::uint64_t seed);

  private:
    void add_input();
    void add_layer();
    void add_readout();
    void add_back_projection();
    std::size_t add_population(population_kind kind, const shape& s);
    std::size_t any_source();
    void join_kernel(std::size_t source);
    void join_flat(std::size_t source, std::size_t target, std::int32_t delay);
    projection joined(std::size_t source, std::size_t target, connectivity kind);
    void narrow(projection& p);
    void fill_sparse(projection& p);
    void fill_index(projection& p);
    void set_dynamics(population& p, std::int64_t reach);
    void set_thresholds(std::size_t number, std::int64_t reach);
    std::int64_t reach_of(std::size_t number) const;
    std::vector<std::int32_t> per_channel(const population& p, std::int32_t lo, std::int32_t hi);
    sim::encoded_input draw_input(const population& p);
    void draw_events(const population& p, std::int32_t step, std::int64_t count,
                     spike_train& events);

    std::size_t neurons(std::size_t i) const { return net_.populations[i].shape.neurons(); }

    dice d_;
    network net_;
};

random_case streaming_builder::build(std::uint64_t seed) {
    const int inputs = d_.chance(25) ? 2 : 1;
    for (int i = 0; i < inputs; ++i) { add_input(); }
    const std::int64_t layers = d_.between(1, 4);
    for (std::int64_t i = 0; i < layers; ++i) { add_layer(); }
    add_readout();
    if (d_.chance(25)) { add_readout(); }
    while (d_.chance(55)) { add_back_projection(); }
    for (std::size_t i = 0; i < net_.populations.size(); ++i) {
        if (net_.populations[i].has_potential()) { set_thresholds(i, reach_of(i)); }
    }
    const std::vector<int> widths = proven_widths(net_);
    for (std::size_t i = 0; i < widths.size(); ++i) { net_.populations[i].width_bits = widths[i]; }
    validate(net_);
    random_case c{seed, net_, {}};
    for (std::size_t s = 0; s < samples_per_case; ++s) {
        c.samples.emplace_back();
        for (const population& p : net_.populations) {
            if (p.kind == population_kind::input) { c.samples.back().push_back(draw_input(p)); }
        }
    }
    return c;
}

std::size_t streaming_builder::add_population(population_kind kind, const shape& s) {
    population p;
    p.name = std::string(to_string(kind)) + std::to_string(net_.populations.size());
    p.kind = kind;
    p.shape = s;
    net_.populations.push_back(std::move(p));
    return net_.populations.size() - 1;
}

void streaming_builder::add_input() {
    const shape flat{d_.small(3, 90), 1, 1};
    const shape map{d_.pick({1, 2, 3}), d_.small(3, 14), d_.small(3, 14)};
    population& p =
        net_.populations[add_population(population_kind::input, d_.chance(35) ? flat : map)];
    p.input = input_encoding{};
    if (d_.chance(20)) {
        p.input->encoder = input_encoder::current;
        p.range = {d_.chance(60) ? -40 : 0, 60};
        return;
    }
    p.input->encoder = input_encoder::events;
    if (d_.chance(30)) { p.input->most_events = d_.small(1, 6); }
    p.window = {coding::rate, d_.small(1, net_.steps)};
    p.range = {0, p.window.steps};
}

std::size_t streaming_builder::any_source() {
    std::size_t source = 0;
    do {
        source = static_cast<std::size_t>(
            d_.between(0, static_cast<std::int64_t>(net_.populations.size()) - 1));
    } while (net_.populations[source].kind == population_kind::readout);
    return source;
}

projection streaming_builder::joined(std::size_t source, std::size_t target, connectivity kind) {
    projection p;
    p.source = source;
    p.target = target;
    p.kind = kind;
    p.source_channels = {0, net_.populations[source].shape.channels};
    p.target_channels = {0, net_.populations[target].shape.channels};
    p.shift = d_.small(0, 5);
    return p;
}

/// A new population behind a kernel: convolution, its transpose, or pooling.
void streaming_builder::join_kernel(std::size_t source) {
    const shape from = net_.populations[source].shape;
    const std::int64_t kind = d_.between(0, 2);
    const sized_geometry g = kind == 0   ? random_convolution(d_, from)
                             : kind == 1 ? random_transposed(d_, from)
                                         : random_pooling(d_, from);
    const std::int32_t channels = kind == 2 || d_.chance(25) ? from.channels : d_.small(1, 9);
    const std::size_t target =
        add_population(population_kind::spiking, {channels, g.height, g.width});
    projection p = joined(source, target,
                          kind == 0   ? connectivity::conv2d
                          : kind == 1 ? connectivity::conv_transpose2d
                                      : connectivity::sum_pool);
    p.geometry = g.geometry;
    p.groups = kind != 2 && channels == from.channels && d_.chance(60) ? channels : 1;
    if (kind != 2 && p.groups == 1) { narrow(p); }
    const auto taps = static_cast<std::size_t>(p.geometry.kernel[0] * p.geometry.kernel[1]);
    const auto in = static_cast<std::size_t>(p.source_channels.count() / p.groups);
    const auto out = static_cast<std::size_t>(p.target_channels.count());
    random_weights(d_, p, kind == 2 ? out : out * in * taps);
    p.delay = net_.populations[source].is_current() || d_.chance(70) ? 0 : d_.small(1, 5);
    net_.projections.push_back(std::move(p));
}

/// Now and then only some of the channels.
void streaming_builder::narrow(projection& p) {
    for (channel_range* range : {&p.source_channels, &p.target_channels}) {
        if (range->count() < 2 || !d_.chance(20)) { continue; }
        range->first = d_.small(0, range->count() - 1);
        range->last = d_.small(range->first + 1, range->last);
    }
}

std::size_t in_range(const network& net, std::size_t population, const channel_range& range) {
    return net.populations[population].shape.positions() * static_cast<std::size_t>(range.count());
}

void streaming_builder::fill_sparse(projection& p) {
    const std::size_t rows = in_range(net_, p.target, p.target_channels);
    const auto columns = static_cast<std::int32_t>(in_range(net_, p.source, p.source_channels));
    p.row_ptr.push_back(0);
    for (std::size_t row = 0; row < rows; ++row) {
        std::set<std::int32_t> sources;
        const std::int32_t most = std::min(columns, 9);
        for (std::int32_t k = d_.small(0, most); k > 0; --k) {
            sources.insert(d_.small(0, columns - 1));
        }
        p.column.insert(p.column.end(), sources.begin(), sources.end());
        p.row_ptr.push_back(static_cast<std::int64_t>(p.column.size()));
    }
    random_weights(d_, p, p.column.size());
}

void streaming_builder::fill_index(projection& p) {
    const std::size_t targets = in_range(net_, p.target, p.target_channels);
    const auto sources = static_cast<std::int32_t>(in_range(net_, p.source, p.source_channels));
    for (std::size_t j = 0; j < targets; ++j) { p.index.push_back(d_.small(-1, sources - 1)); }
    random_weights(d_, p, static_cast<std::size_t>(p.target_channels.count()));
}

/// Dense, sparse, index or one to one, between populations of any shape.
void streaming_builder::join_flat(std::size_t source, std::size_t target, std::int32_t delay) {
    const bool same = net_.populations[source].shape == net_.populations[target].shape;
    const bool small = neurons(source) * neurons(target) <= 60000;
    projection p = joined(source, target, connectivity::sparse);
    if (same && d_.chance(40)) {
        p.kind = connectivity::one_to_one;
        random_weights(d_, p, static_cast<std::size_t>(p.target_channels.count()));
    } else if (small && d_.chance(50)) {
        p.kind = connectivity::dense;
        narrow(p);
        p.spatial_sum = d_.chance(25);
        const std::size_t columns = p.spatial_sum
                                        ? static_cast<std::size_t>(p.source_channels.count())
                                        : in_range(net_, source, p.source_channels);
        random_weights(d_, p, columns * in_range(net_, target, p.target_channels));
    } else if (d_.chance(35)) {
        p.kind = connectivity::index;
        narrow(p);
        fill_index(p);
    } else {
        narrow(p);
        fill_sparse(p);
    }
    p.delay = net_.populations[source].is_current() ? 0 : delay;
    net_.projections.push_back(std::move(p));
}

void streaming_builder::add_layer() {
    const std::size_t source = any_source();
    const bool map = net_.populations[source].shape.positions() > 1 && neurons(source) <= 1500;
    if (map && d_.chance(65)) {
        join_kernel(source);
    } else {
        const shape same = net_.populations[source].shape;
        const shape other = d_.chance(30) ? shape{d_.small(1, 4), d_.small(2, 13), d_.small(2, 13)}
                                          : shape{d_.small(1, 500), 1, 1};
        const std::size_t target =
            add_population(population_kind::spiking, d_.chance(25) ? same : other);
        join_flat(source, target, d_.chance(75) ? 0 : d_.small(1, 7));
    }
    const std::size_t target = net_.populations.size() - 1;
    if (d_.chance(30)) {
        const std::size_t second = any_source();
        if (second != target) { join_flat(second, target, d_.chance(60) ? 0 : d_.small(1, 4)); }
    }
}

void streaming_builder::add_readout() {
    const std::size_t source = any_source();
    const std::size_t target =
        add_population(population_kind::readout, {d_.small(1, 12), 1, d_.chance(80) ? 1 : 3});
    join_flat(source, target, d_.chance(80) ? 0 : d_.small(1, 3));
}

/// Any two populations, forwards, backwards or to itself; always with a delay.
void streaming_builder::add_back_projection() {
    const std::size_t source = any_source();
    std::size_t target = 0;
    do {
        target = static_cast<std::size_t>(
            d_.between(0, static_cast<std::int64_t>(net_.populations.size()) - 1));
    } while (!net_.populations[target].has_potential());
    if (net_.populations[source].is_current()) { return; }
    join_flat(source, target, d_.chance(90) ? d_.small(1, 9) : 40);
}

std::vector<std::int32_t> streaming_builder::per_channel(const population& p, std::int32_t lo,
                                                         std::int32_t hi) {
    std::vector<std::int32_t> values(static_cast<std::size_t>(p.shape.channels));
    const bool alike = d_.chance(40);
    const std::int32_t one = d_.small(lo, hi);
    for (std::int32_t& v : values) { v = alike ? one : d_.small(lo, hi); }
    return values;
}

/// Largest sum that can arrive at one neuron in one step, over all neurons.
std::int64_t streaming_builder::reach_of(std::size_t number) const {
    std::vector<std::int64_t> sums(neurons(number), 0);
    for (const projection& p : net_.projections) {
        if (p.target != number) { continue; }
        const population& source = net_.populations[p.source];
        const std::int64_t most = source.is_current() ? source.range.hi : source.largest_spike();
        for_each_synapse(net_, p, [&](std::size_t, std::size_t target, std::int32_t weight) {
            sums[target] += std::abs(weight) * most * (std::int64_t{1} << p.shift);
        });
    }
    return std::max<std::int64_t>(1, *std::max_element(sums.begin(), sums.end()));
}

void streaming_builder::set_dynamics(population& p, std::int64_t reach) {
    streaming_neuron& n = p.streaming.emplace();
    n.decay_bits = d_.chance(60) ? 12 : 16;
    const std::int32_t whole = 1 << n.decay_bits;
    if (d_.chance(70)) { n.decay_v = per_channel(p, 0, d_.chance(85) ? whole / 2 : whole); }
    if (d_.chance(35)) { n.decay_s = per_channel(p, 0, d_.chance(85) ? whole / 2 : whole); }
    const auto bound = static_cast<std::int32_t>(std::min<std::int64_t>(reach, 1 << 24));
    if (d_.chance(35)) { n.v_range = {-d_.small(0, bound), d_.small(0, bound)}; }
    if (d_.chance(35)) { n.s_range = {-d_.small(0, bound), d_.small(0, bound)}; }
    if (d_.chance(20)) {
        n.initial_v = per_channel(p, std::max(n.v_range.lo, -bound), std::min(n.v_range.hi, bound));
    }
    if (p.kind == population_kind::readout) {
        n.answer = static_cast<readout_rule>(d_.between(0, 2));
        return;
    }
    n.reset = d_.chance(50) ? reset_rule::zero : reset_rule::subtract;
    n.refractory = d_.chance(45) ? d_.small(1, 6) : 0;
    n.refractory_kind = d_.chance(50) ? refractory_rule::hold : refractory_rule::integrate;
}

/// Thresholds that some neurons reach and others do not; mostly without a bias, so that neurons
/// come to rest.
void streaming_builder::set_thresholds(std::size_t number, std::int64_t reach) {
    population& p = net_.populations[number];
    set_dynamics(p, reach);
    const auto top = static_cast<std::int32_t>(std::clamp<std::int64_t>(reach / 3, 1, 1 << 22));
    p.bias_per_neuron = d_.chance(15);
    const std::size_t biases =
        p.bias_per_neuron ? p.shape.neurons() : static_cast<std::size_t>(p.shape.channels);
    p.bias.assign(biases, 0);
    if (d_.chance(25)) {
        for (std::int64_t& b : p.bias) { b = d_.chance(50) ? 0 : d_.between(-top / 8, top / 8); }
    }
    if (p.kind == population_kind::spiking) {
        p.theta = per_channel(p, std::max(1, top / 12), std::max(1, top / (d_.chance(50) ? 4 : 1)));
    }
}

/// Several of a neuron where the input adds them up, as many as it holds.
void streaming_builder::draw_events(const population& p, std::int32_t step, std::int64_t count,
                                    spike_train& events) {
    const auto last = static_cast<std::int64_t>(p.shape.neurons()) - 1;
    std::map<std::uint32_t, std::int32_t> drawn;
    for (; count > 0; --count) {
        const auto neuron = static_cast<std::uint32_t>(d_.between(0, last));
        const std::int32_t room = std::max(p.input->most_events, 1) - drawn[neuron];
        const std::int32_t more = room > 1 ? d_.small(1, room) : room;
        drawn[neuron] += more;
        events.insert(events.end(), static_cast<std::size_t>(more), {step, neuron, 1});
    }
}

/// Bursts and silence: neurons have to fall asleep and wake again.
sim::encoded_input streaming_builder::draw_input(const population& p) {
    if (p.is_current()) {
        std::vector<std::int32_t> codes(p.shape.neurons());
        for (std::int32_t& q : codes) { q = d_.chance(30) ? d_.small(p.range.lo, p.range.hi) : 0; }
        return sim::encode_codes(p, codes, net_.steps);
    }
    spike_train events;
    const auto last = static_cast<std::int64_t>(p.shape.neurons()) - 1;
    const std::int64_t most = d_.chance(50) ? 3 : last / 3 + 1;
    bool silent = d_.chance(40);
    for (std::int32_t t = 0; t < net_.steps; ++t) {
        if (d_.chance(20)) { silent = !silent; }
        draw_events(p, t, silent ? 0 : d_.between(0, most), events);
    }
    return sim::encode_events(p, events, net_.steps);
}

}  // namespace

random_case make_streaming_case(std::uint64_t seed) { return streaming_builder(seed).build(seed); }

}  // namespace synfire::test
