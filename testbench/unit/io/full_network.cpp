// SPDX-License-Identifier: Apache-2.0
#include "full_network.hpp"

#include <random>

#include <synfire/core/width.hpp>

namespace synfire::test {

namespace {

class network_builder {
  public:
    explicit network_builder(std::uint32_t seed) : random_(seed) {}

    network build();
    network build_streaming();

  private:
    /// Not std::uniform_int_distribution: its numbers differ between standard libraries.
    std::int32_t number(std::int32_t lo, std::int32_t hi) {
        return lo + static_cast<std::int32_t>(random_() % static_cast<std::uint32_t>(hi - lo + 1));
    }
    template <class T>
    std::vector<T> numbers(std::size_t count, std::int32_t lo, std::int32_t hi) {
        std::vector<T> values(count);
        for (T& v : values) { v = static_cast<T>(number(lo, hi)); }
        return values;
    }
    std::vector<double> reals(std::size_t count) {
        std::vector<double> values(count);
        for (double& v : values) { v = number(1, 1000000) / 99991.0; }
        return values;
    }

    population input();
    population spiking(const char* name, const shape& s, const code_window& window,
                       const code_range& range);
    population first();
    population pooled(const population& source);
    population readout();
    projection joined(std::size_t source, std::size_t target, connectivity kind,
                      std::size_t weights);
    streaming_neuron dynamics(std::size_t channels);
    void add_convolutions();
    void add_selections();
    void add_ends();

    std::mt19937 random_;
    network net_;
};

population network_builder::input() {
    population p;
    p.name = "in";
    p.kind = population_kind::input;
    p.shape = {2, 4, 4};
    p.window = {coding::phase, 4};
    p.range = {0, 15};
    p.scale = reals(2);
    p.input = input_encoding{input_encoder::code,
                             data_layout::channel_last,
                             {4, 4, 2},
                             false,
                             0.0625,
                             reals(2),
                             reals(2),
                             1.0 / 3.0,
                             0,
                             0};
    p.expected = expected_activity{reals(4), reals(4)};
    return p;
}

population network_builder::spiking(const char* name, const shape& s, const code_window& window,
                                    const code_range& range) {
    population p;
    p.name = name;
    p.shape = s;
    p.window = window;
    p.range = range;
    p.theta = numbers<std::int32_t>(static_cast<std::size_t>(s.channels), 64, 127);
    p.bias = numbers<std::int64_t>(static_cast<std::size_t>(s.channels), -100, 100);
    p.scale = reals(static_cast<std::size_t>(s.channels));
    return p;
}

population network_builder::first() {
    population p = spiking("erste Schicht \xc3\xbc", {4, 4, 4}, {coding::digit, 6, 4, 2}, {-7, 15});
    p.theta_neg = numbers<std::int32_t>(4, 200, 300);
    p.bias = numbers<std::int64_t>(64, -1000, 1000);
    p.bias_per_neuron = true;
    p.table = fire_table{-2, 3, numbers<std::int32_t>(6, -7, 15)};
    return p;
}

population network_builder::pooled(const population& source) {
    population p;
    p.name = "pool";
    p.kind = population_kind::max_pool;
    p.shape = {4, 2, 2};
    p.window = source.window;
    p.range = source.range;
    p.scale = source.scale;
    return p;
}

population network_builder::readout() {
    population p;
    p.name = "out";
    p.kind = population_kind::readout;
    p.shape = {3, 1, 1};
    p.bias = numbers<std::int64_t>(3, -1000, 1000);
    p.scale = reals(3);
    p.host_functions = {"Relu", "Softmax"};
    return p;
}

projection network_builder::joined(std::size_t source, std::size_t target, connectivity kind,
                                   std::size_t weights) {
    projection p;
    p.source = source;
    p.target = target;
    p.source_channels = {0, net_.populations[source].shape.channels};
    p.target_channels = {0, net_.populations[target].shape.channels};
    p.kind = kind;
    p.weight_bits = 4;
    p.shift = number(1, 4);
    p.weights = numbers<std::int8_t>(weights, -7, 7);
    return p;
}

void network_builder::add_convolutions() {
    projection conv = joined(0, 1, connectivity::conv2d, 4 * 1 * 3 * 2);
    conv.geometry = {{3, 2}, {1, 1}, {1, 2}, {0, 1, 2, 1}};
    conv.groups = 2;
    projection pool = joined(1, 2, connectivity::window, 0);
    pool.geometry = {{2, 2}, {2, 2}, {1, 1}, {0, 0, 0, 0}};
    projection up = joined(2, 3, connectivity::conv_transpose2d, 4 * 1 * 2 * 2);
    up.geometry = {{2, 2}, {2, 2}, {1, 1}, {0, 0, 0, 0}};
    up.groups = 2;
    net_.projections.insert(net_.projections.end(), {conv, pool, up});
}

void network_builder::add_selections() {
    projection skip = joined(3, 4, connectivity::one_to_one, 2);
    projection index = joined(1, 4, connectivity::index, 2);
    index.source_channels = {1, 3};
    index.index = numbers<std::int32_t>(32, -1, 31);
    projection sparse = joined(0, 4, connectivity::sparse, 32);
    for (std::int32_t row = 0; row <= 32; ++row) { sparse.row_ptr.push_back(row); }
    sparse.column = numbers<std::int32_t>(32, 0, 31);
    net_.projections.insert(net_.projections.end(), {skip, index, sparse});
}

void network_builder::add_ends() {
    projection average = joined(4, 5, connectivity::sum_pool, 2);
    average.geometry = {{2, 2}, {2, 2}, {1, 1}, {0, 0, 0, 0}};
    projection global = joined(5, 6, connectivity::dense, 3 * 2);
    global.spatial_sum = true;
    projection dense = joined(1, 6, connectivity::dense, 3 * 64);
    net_.projections.insert(net_.projections.end(), {average, global, dense});
}

network network_builder::build() {
    net_.populations = {input(), first()};
    net_.populations.push_back(pooled(net_.populations[1]));
    net_.populations.push_back(spiking("up", {2, 4, 4}, {coding::rate, 5}, {0, 5}));
    net_.populations.push_back(spiking("mix", {2, 4, 4}, {coding::ttfs, 7}, {0, 7}));
    net_.populations.push_back(spiking("average", {2, 2, 2}, {coding::phase, 4}, {0, 15}));
    net_.populations.push_back(readout());
    add_convolutions();
    add_selections();
    add_ends();
    const std::vector<int> widths = proven_widths(net_);
    for (std::size_t i = 0; i < widths.size(); ++i) { net_.populations[i].width_bits = widths[i]; }
    net_.labels = {"zero", "", "zwei \xe2\x82\xac"};
    net_.metadata = {{"tool", "test"}, {"empty", ""}, {"text", std::string(3000, 'x')}};
    return net_;
}

streaming_neuron network_builder::dynamics(std::size_t channels) {
    streaming_neuron n;
    n.decay_bits = 16;
    n.decay_v = numbers<std::int32_t>(channels, 0, 65536);
    n.decay_s = numbers<std::int32_t>(channels, 0, 65536);
    n.s_range = {-number(0, 5000), number(0, 5000)};
    n.v_range = {-number(500, 5000), number(500, 5000)};
    n.initial_v = numbers<std::int32_t>(channels, -500, 500);
    return n;
}

network network_builder::build_streaming() {
    net_.execution = execution::streaming;
    net_.steps = 25;
    net_.populations = {input()};
    population& in = net_.populations[0];
    in.window = {coding::rate, 10};
    in.range = {0, 10};
    in.input->encoder = input_encoder::rate;
    in.expected = expected_activity{reals(25), reals(25)};
    net_.populations.push_back(spiking("camera", {4, 4, 4}, {}, {}));
    net_.populations.push_back(readout());
    for (population& p : net_.populations) {
        if (!p.has_potential()) { continue; }
        p.window = {};
        p.streaming = dynamics(static_cast<std::size_t>(p.shape.channels));
    }
    streaming_neuron& camera = *net_.populations[1].streaming;
    camera.reset = reset_rule::zero;
    camera.refractory = 3;
    camera.refractory_kind = refractory_rule::integrate;
    net_.populations[2].streaming->answer = readout_rule::sum;
    projection conv = joined(0, 1, connectivity::conv2d, 4 * 1 * 3 * 2);
    conv.geometry = {{3, 2}, {1, 1}, {1, 2}, {0, 1, 2, 1}};
    conv.groups = 2;
    projection back = joined(1, 1, connectivity::one_to_one, 4);
    back.delay = 7;
    net_.projections = {conv, back, joined(1, 2, connectivity::dense, 3 * 64)};
    const std::vector<int> widths = proven_widths(net_);
    for (std::size_t i = 0; i < widths.size(); ++i) { net_.populations[i].width_bits = widths[i]; }
    net_.labels = {"left", "right", "none"};
    net_.metadata = {{"tool", "test"}};
    return net_;
}

// Structured bindings name every field: a new one no longer compiles here.

bool same(const fire_table& a, const fire_table& b) {
    const auto& [lo, hi, table] = a;
    const auto& [lo2, hi2, table2] = b;
    return lo == lo2 && hi == hi2 && table == table2;
}

bool same(const expected_activity& a, const expected_activity& b) {
    const auto& [mean, p95] = a;
    const auto& [mean2, p95_2] = b;
    return mean == mean2 && p95 == p95_2;
}

bool same(const input_encoding& a, const input_encoding& b) {
    const auto& [encoder, layout, data_shape, eight_bit, scale, mean, std, code_step, step_us,
                 events] = a;
    const auto& [encoder2, layout2, data_shape2, eight_bit2, scale2, mean2, std2, code_step2,
                 step_us2, events2] = b;
    return encoder == encoder2 && layout == layout2 && data_shape == data_shape2
           && eight_bit == eight_bit2
           && std::vector{scale, code_step} == std::vector{scale2, code_step2} && mean == mean2
           && std == std2 && step_us == step_us2 && events == events2;
}

bool same(const streaming_neuron& a, const streaming_neuron& b) {
    const auto& [bits, v, s, s_range, v_range, initial, reset, wait, kind, answer] = a;
    const auto& [bits2, v2, s2, s_range2, v_range2, initial2, reset2, wait2, kind2, answer2] = b;
    return bits == bits2 && v == v2 && s == s2 && s_range == s_range2 && v_range == v_range2
           && initial == initial2 && reset == reset2 && wait == wait2 && kind == kind2
           && answer == answer2;
}

template <class T>
bool same(const std::optional<T>& a, const std::optional<T>& b) {
    return a.has_value() == b.has_value() && (!a || same(*a, *b));
}

bool same(const population& a, const population& b) {
    const auto& [name, kind, s, window, range, theta, theta_neg, bias, per_neuron, table, width,
                 scale, input, expected, functions, streaming] = a;
    const auto& [name2, kind2, s2, window2, range2, theta2, theta_neg2, bias2, per_neuron2, table2,
                 width2, scale2, input2, expected2, functions2, streaming2] = b;
    return name == name2 && kind == kind2 && s == s2 && window == window2 && range == range2
           && theta == theta2 && theta_neg == theta_neg2 && bias == bias2
           && per_neuron == per_neuron2 && same(table, table2) && width == width2 && scale == scale2
           && same(input, input2) && same(expected, expected2) && functions == functions2
           && same(streaming, streaming2);
}

bool same(const projection& a, const projection& b) {
    const auto& [source, target, from, to, kind, weights, bits, shift, delay, sum, geometry, groups,
                 index, rows, column] = a;
    const auto& [source2, target2, from2, to2, kind2, weights2, bits2, shift2, delay2, sum2,
                 geometry2, groups2, index2, rows2, column2] = b;
    return source == source2 && target == target2 && from == from2 && to == to2 && kind == kind2
           && weights == weights2 && bits == bits2 && shift == shift2 && delay == delay2
           && sum == sum2 && geometry == geometry2 && groups == groups2 && index == index2
           && rows == rows2 && column == column2;
}

template <class T>
bool same(const std::vector<T>& a, const std::vector<T>& b) {
    bool equal = a.size() == b.size();
    for (std::size_t i = 0; equal && i < a.size(); ++i) { equal = same(a[i], b[i]); }
    return equal;
}

}  // namespace

network full_network(std::uint32_t seed) { return network_builder(seed).build(); }

network full_streaming_network(std::uint32_t seed) {
    return network_builder(seed).build_streaming();
}

network full_event_network(std::uint32_t seed) {
    network net = network_builder(seed).build_streaming();
    input_encoding& input = *net.populations[0].input;
    input.encoder = input_encoder::events;
    input.event_step_us = 1500;
    input.most_events = 3;
    const std::vector<int> widths = proven_widths(net);
    for (std::size_t i = 0; i < widths.size(); ++i) { net.populations[i].width_bits = widths[i]; }
    return net;
}

bool same_network(const network& a, const network& b) {
    const auto& [execution, steps, populations, projections, labels, metadata] = a;
    const auto& [execution2, steps2, populations2, projections2, labels2, metadata2] = b;
    return execution == execution2 && steps == steps2 && same(populations, populations2)
           && same(projections, projections2) && labels == labels2 && metadata == metadata2;
}

}  // namespace synfire::test
