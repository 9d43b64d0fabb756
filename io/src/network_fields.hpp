// SPDX-License-Identifier: Apache-2.0
// The one list of all fields of a network file. Writer, reader and hash are visitors of it, so that
// no field can be written and not read, or left out of the hash. docs/reference/file-format.md
// describes the same list.
#pragma once

#include <array>
#include <string_view>

#include <synfire/core/network.hpp>

namespace synfire::io {

/// All values of an enumeration, for looking one up by its name.
template <class E>
struct choices;
template <>
struct choices<execution> {
    static constexpr std::array all{execution::synchronous, execution::streaming};
};
template <>
struct choices<population_kind> {
    static constexpr std::array all{population_kind::input, population_kind::spiking,
                                    population_kind::max_pool, population_kind::readout};
};
template <>
struct choices<connectivity> {
    static constexpr std::array all{
        connectivity::dense,    connectivity::conv2d,     connectivity::conv_transpose2d,
        connectivity::sum_pool, connectivity::one_to_one, connectivity::index,
        connectivity::sparse,   connectivity::window};
};
template <>
struct choices<input_encoder> {
    static constexpr std::array all{input_encoder::code,    input_encoder::rate,
                                    input_encoder::poisson, input_encoder::latency,
                                    input_encoder::current, input_encoder::events};
};
template <>
struct choices<data_layout> {
    static constexpr std::array all{data_layout::channel_first, data_layout::channel_last};
};
template <>
struct choices<reset_rule> {
    static constexpr std::array all{reset_rule::subtract, reset_rule::zero};
};
template <>
struct choices<refractory_rule> {
    static constexpr std::array all{refractory_rule::hold, refractory_rule::integrate};
};
template <>
struct choices<readout_rule> {
    static constexpr std::array all{readout_rule::last, readout_rule::sum, readout_rule::max};
};
template <>
struct choices<coding> {
    static constexpr std::array all{coding::rate, coding::phase, coding::ttfs, coding::digit};
};

// A visitor V has: text, choice, flag, number, real (attributes of one value); numbers (attribute
// of several 32-bit integers); vector, texts (datasets, absent where empty); group (of an optional
// struct), list (numbered groups), map. Fields of later versions are added_number (absent where 0)
// and added_group: the hash leaves them out where they are absent, so that networks of earlier
// versions keep theirs. Net, Pop, ... are the core types, const for writing.

template <class V, class Table>
void visit_fire_table(V& v, Table& t) {
    v.number("k_lo", t.k_lo);
    v.number("k_hi", t.k_hi);
    v.vector("table", t.table);
}

template <class V, class Encoding>
void visit_input(V& v, Encoding& in) {
    v.choice("encoder", in.encoder);
    v.choice("layout", in.layout);
    v.vector("data_shape", in.data_shape);
    v.flag("eight_bit", in.eight_bit);
    v.real("scale", in.scale);
    v.vector("mean", in.mean);
    v.vector("std", in.std);
    v.real("code_step", in.code_step);
    v.added_number("event_step_us", in.event_step_us);
    v.added_number("most_events", in.most_events);
}

template <class V, class Expected>
void visit_expected(V& v, Expected& e) {
    v.vector("mean_spikes", e.mean_spikes);
    v.vector("p95_spikes", e.p95_spikes);
}

template <class V, class Neuron>
void visit_streaming(V& v, Neuron& n) {
    v.number("decay_bits", n.decay_bits);
    v.vector("decay_v", n.decay_v);
    v.vector("decay_s", n.decay_s);
    v.numbers("s_range", n.s_range.lo, n.s_range.hi);
    v.numbers("v_range", n.v_range.lo, n.v_range.hi);
    v.vector("initial_v", n.initial_v);
    v.choice("reset", n.reset);
    v.number("refractory", n.refractory);
    v.choice("refractory_kind", n.refractory_kind);
    v.choice("answer", n.answer);
}

template <class V, class Pop>
void visit_population(V& v, Pop& p) {
    v.text("name", p.name);
    v.choice("kind", p.kind);
    v.numbers("shape", p.shape.channels, p.shape.height, p.shape.width);
    v.choice("coding", p.window.kind);
    v.number("steps", p.window.steps);
    v.number("base", p.window.base);
    v.number("digits", p.window.digits);
    v.numbers("range", p.range.lo, p.range.hi);
    v.vector("theta", p.theta);
    v.vector("theta_neg", p.theta_neg);
    v.vector("bias", p.bias);
    v.flag("bias_per_neuron", p.bias_per_neuron);
    v.number("width_bits", p.width_bits);
    v.vector("scale", p.scale);
    v.texts("host_functions", p.host_functions);
    v.group("fire_table", p.table,
            [](auto& inner, auto& value) { visit_fire_table(inner, value); });
    v.group("input", p.input, [](auto& inner, auto& value) { visit_input(inner, value); });
    v.group("expected", p.expected, [](auto& inner, auto& value) { visit_expected(inner, value); });
    v.added_group("streaming", p.streaming,
                  [](auto& inner, auto& value) { visit_streaming(inner, value); });
}

template <class V, class Proj>
void visit_projection(V& v, Proj& p) {
    v.number("source", p.source);
    v.number("target", p.target);
    v.numbers("source_channels", p.source_channels.first, p.source_channels.last);
    v.numbers("target_channels", p.target_channels.first, p.target_channels.last);
    v.choice("kind", p.kind);
    v.vector("weights", p.weights);
    v.number("weight_bits", p.weight_bits);
    v.number("shift", p.shift);
    v.number("delay", p.delay);
    v.flag("spatial_sum", p.spatial_sum);
    v.numbers("kernel", p.geometry.kernel[0], p.geometry.kernel[1]);
    v.numbers("stride", p.geometry.stride[0], p.geometry.stride[1]);
    v.numbers("dilation", p.geometry.dilation[0], p.geometry.dilation[1]);
    v.numbers("pads", p.geometry.pads[0], p.geometry.pads[1], p.geometry.pads[2],
              p.geometry.pads[3]);
    v.number("groups", p.groups);
    v.vector("index", p.index);
    v.vector("row_ptr", p.row_ptr);
    v.vector("column", p.column);
}

/// Everything that the network is; `metadata` (where it came from) is visited apart.
template <class V, class Net>
void visit_network(V& v, Net& net) {
    v.choice("execution", net.execution);
    v.added_number("steps", net.steps);
    v.list("populations", net.populations,
           [](auto& inner, auto& value) { visit_population(inner, value); });
    v.list("projections", net.projections,
           [](auto& inner, auto& value) { visit_projection(inner, value); });
    v.texts("labels", net.labels);
}

}  // namespace synfire::io
