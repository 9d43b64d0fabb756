// SPDX-License-Identifier: Apache-2.0
// Rules of one population: shape, window, range, thresholds, table, scales, input encoding.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include "validate_rules.hpp"

namespace synfire::detail {
namespace {

void check_shape(const population& p) {
    const shape& s = p.shape;
    require(s.channels > 0 && s.height > 0 && s.width > 0,
            {where_of(p), "every dimension of the shape must be positive", text_shape(s), "", ""});
    constexpr std::int64_t limit = std::numeric_limits<std::int32_t>::max();
    const std::int64_t positions = std::int64_t{s.height} * s.width;
    require(positions <= limit && positions * s.channels < limit,
            {where_of(p), "too many neurons", text_shape(s), "fewer than " + text(limit), ""});
}

void check_length(const population& p, const char* what, std::size_t found, std::size_t expected) {
    require(found == expected, {where_of(p), std::string(what) + " has the wrong number of entries",
                                text(found), text(expected), ""});
}

void check_digits(const population& p) {
    const code_window& w = p.window;
    require(w.base >= 2 && w.digits >= 1
                && std::int64_t{w.digits} * (std::int64_t{w.base} - 1) == w.steps,
            {where_of(p),
             "digit coding needs base >= 2, digits >= 1 and steps = digits * (base - 1)",
             "base " + text(w.base) + ", digits " + text(w.digits) + ", steps " + text(w.steps), "",
             ""});
}

void check_window(const population& p) {
    const code_window& w = p.window;
    require(w.steps >= 1 && w.steps <= max_window_steps,
            {where_of(p), "the window has an impossible number of steps", text(w.steps),
             text_range(1, max_window_steps), ""});
    if (w.kind == coding::digit) { check_digits(p); }
    const std::int64_t top = max_code(w);
    require(top <= max_code_value,
            {where_of(p), "the window sends codes that are too large", text(top),
             "at most " + text(max_code_value), "use fewer steps"});
    require(p.range.lo >= -top && p.range.lo <= 0 && p.range.hi >= 0 && p.range.hi <= top,
            {where_of(p), "the code range must hold 0 and fit the window",
             text_range(p.range.lo, p.range.hi), "within " + text_range(-top, top), ""});
}

void check_current(const population& p) {
    require(p.window.steps == 0, {where_of(p), "a current input has no window",
                                  text(p.window.steps) + " steps", "0 steps", ""});
    require(p.range.lo >= -max_code_value && p.range.lo <= 0 && p.range.hi >= 0
                && p.range.hi <= max_code_value,
            {where_of(p), "the code range must hold 0 and fit 16 bits",
             text_range(p.range.lo, p.range.hi),
             "within " + text_range(-max_code_value, max_code_value), ""});
}

void check_positive(const population& p, const char* what,
                    const std::vector<std::int32_t>& values) {
    check_length(p, what, values.size(), to_unsigned(p.shape.channels));
    for (const std::int32_t value : values) {
        require(value >= 1, {where_of(p), std::string(what) + " must be positive", text(value),
                             "at least 1", ""});
    }
}

void check_bias(const population& p) {
    check_length(p, p.bias_per_neuron ? "bias (per neuron)" : "bias (per channel)", p.bias.size(),
                 p.bias_per_neuron ? p.shape.neurons() : to_unsigned(p.shape.channels));
}

void check_table(const population& p) {
    if (!p.table) { return; }
    const fire_table& t = *p.table;
    constexpr std::int64_t most_entries = 4096;
    require(t.k_lo <= 0 && t.k_hi >= 0, {where_of(p), "the range of the fire table must hold 0",
                                         text_range(t.k_lo, t.k_hi), "", ""});
    const std::int64_t entries = std::int64_t{t.k_hi} - t.k_lo + 1;
    require(entries <= most_entries, {where_of(p), "the fire table is too long", text(entries),
                                      "at most " + text(most_entries), ""});
    check_length(p, "fire table", t.table.size(), static_cast<std::size_t>(entries));
    for (const std::int32_t q : t.table) {
        require(q >= p.range.lo && q <= p.range.hi,
                {where_of(p), "an entry of the fire table is outside the code range", text(q),
                 text_range(p.range.lo, p.range.hi), ""});
    }
}

void check_unused(const population& p) {
    const bool fires = p.kind == population_kind::spiking;
    require(fires || (p.theta.empty() && p.theta_neg.empty() && !p.table),
            {where_of(p), "only spiking populations have thresholds or a fire table",
             std::string(to_string(p.kind)), "", ""});
    require(p.has_potential() || p.bias.empty(),
            {where_of(p), "only spiking populations and readouts have a bias",
             std::string(to_string(p.kind)), "", ""});
    require(
        p.host_functions.empty() || p.kind == population_kind::readout,
        {where_of(p), "only readouts have host functions", std::string(to_string(p.kind)), "", ""});
    require(!p.input || p.kind == population_kind::input,
            {where_of(p), "only inputs have an encoder", std::string(to_string(p.kind)), "", ""});
}

bool positive(double value) { return std::isfinite(value) && value > 0.0; }

void check_scale(const population& p) {
    if (p.scale.empty()) { return; }
    check_length(p, "scale", p.scale.size(), to_unsigned(p.shape.channels));
    for (const double s : p.scale) {
        require(positive(s), {where_of(p), "scales must be positive and finite", text(s), "", ""});
    }
}

void check_expected(const network& net, const population& p) {
    if (!p.expected) { return; }
    const std::size_t steps = to_unsigned(firing_steps(net, p));
    check_length(p, "expected activity (mean)", p.expected->mean_spikes.size(), steps);
    check_length(p, "expected activity (95th percentile)", p.expected->p95_spikes.size(), steps);
    for (const auto* values : {&p.expected->mean_spikes, &p.expected->p95_spikes}) {
        for (const double v : *values) {
            require(
                std::isfinite(v) && v >= 0.0,
                {where_of(p), "expected spikes must be finite and not negative", text(v), "", ""});
        }
    }
}

/// `rate`, `poisson` and `events` send unit spikes, `latency` one early spike: each has one fitting
/// coding.
void check_encoder(const population& p) {
    const input_encoder encoder = p.input->encoder;
    const bool unit = encoder == input_encoder::rate || encoder == input_encoder::poisson
                      || encoder == input_encoder::events;
    const bool early = encoder == input_encoder::latency;
    const bool fits =
        (!unit || p.window.kind == coding::rate) && (!early || p.window.kind == coding::ttfs);
    require(fits, {where_of(p),
                   "encoder '" + std::string(to_string(encoder)) + "' does not fit the coding",
                   std::string(to_string(p.window.kind)), early ? "ttfs" : "rate", ""});
}

void check_events(const network& net, const population& p) {
    const input_encoding& in = *p.input;
    const bool events = in.encoder == input_encoder::events;
    require(events || (in.event_step_us == 0 && in.most_events == 0),
            {where_of(p), "only event inputs have steps of some length and add events up",
             std::string(to_string(in.encoder)), "events", ""});
    require(in.event_step_us >= 0, {where_of(p), "a step of events has an impossible length",
                                    text(in.event_step_us) + " us", "at least 1 us", ""});
    require(in.most_events >= 0 && in.most_events <= max_code_value,
            {where_of(p), "a spike cannot stand for so many events", text(in.most_events),
             text_range(0, max_code_value), ""});
    require(net.execution == execution::streaming || in.most_events == 0,
            {where_of(p), "only streaming networks add up the events of a step",
             text(in.most_events), "0", "leave it out: several events are one spike then"});
}

void check_per_channel(const population& p, const char* what, const std::vector<double>& values) {
    require(values.size() == 1 || values.size() == to_unsigned(p.shape.channels),
            {where_of(p), std::string(what) + " has the wrong number of entries",
             text(values.size()), "1 or " + text(p.shape.channels), ""});
    for (const double v : values) {
        require(std::isfinite(v),
                {where_of(p), std::string(what) + " must be finite", text(v), "", ""});
    }
}

void check_input(const network& net, const population& p) {
    if (!p.input) { return; }
    const input_encoding& in = *p.input;
    check_encoder(p);
    check_events(net, p);
    std::int64_t values = 1;
    for (const std::int64_t d : in.data_shape) {
        const bool fits = d > 0 && d <= std::numeric_limits<std::int32_t>::max() / values;
        require(fits,
                {where_of(p), "a dimension of the data shape is impossible", text(d), "", ""});
        values *= d;
    }
    require(in.data_shape.empty() || static_cast<std::size_t>(values) == p.shape.neurons(),
            {where_of(p), "the data shape does not hold one value per neuron", text(values),
             text(p.shape.neurons()), ""});
    check_per_channel(p, "mean", in.mean);
    check_per_channel(p, "std", in.std);
    require(std::all_of(in.std.begin(), in.std.end(), positive),
            {where_of(p), "the standard deviations must be positive", "", "", ""});
    require(positive(in.scale),
            {where_of(p), "the data scale must be positive", text(in.scale), "", ""});
    require(positive(in.code_step),
            {where_of(p), "the code step must be positive", text(in.code_step), "", ""});
}

void check_readout(const population& p) {
    require(p.window.steps == 0, {where_of(p), "a readout sends nothing and has no window",
                                  text(p.window.steps) + " steps", "0 steps", ""});
}

/// Spikes of a streaming network are unsigned and worth 1: a window is no more than what an encoder
/// spreads a code over.
void check_streaming_input(const population& p) {
    const std::string where = where_of(p);
    const code_window& w = p.window;
    require(w.steps >= 1 && w.steps <= max_streaming_steps,
            {where, "the window has an impossible number of steps", text(w.steps),
             text_range(1, max_streaming_steps), ""});
    const bool early = p.input && p.input->encoder == input_encoder::latency;
    require(w.kind == (early ? coding::ttfs : coding::rate),
            {where, "inputs of a streaming network send spikes that are worth 1 each",
             std::string(to_string(w.kind)), early ? "ttfs" : "rate", ""});
    require(p.range.lo == 0 && p.range.hi >= 0 && p.range.hi <= w.steps,
            {where, "the code range must start at 0 and fit the window",
             text_range(p.range.lo, p.range.hi), "within " + text_range(0, w.steps),
             "spikes of a streaming network have no sign"});
}

void check_time(const network& net, const population& p) {
    const bool streaming = net.execution == execution::streaming;
    if (p.is_current()) { return check_current(p); }
    if (p.kind == population_kind::readout) { return check_readout(p); }
    if (!streaming) { return check_window(p); }
    if (p.kind == population_kind::input) { return check_streaming_input(p); }
    require(p.window.steps == 0 && p.range == code_range{},
            {where_of(p), "a population of a streaming network has no window and no code range",
             text(p.window.steps) + " steps", "0 steps, range 0 .. 0", ""});
}

}  // namespace

void validate_population(const network& net, const population& p) {
    check_shape(p);
    check_time(net, p);
    validate_streaming(net, p);
    check_unused(p);
    if (p.has_potential()) { check_bias(p); }
    if (p.kind == population_kind::spiking) {
        check_positive(p, "theta", p.theta);
        if (!p.theta_neg.empty()) { check_positive(p, "theta_neg", p.theta_neg); }
        check_table(p);
    }
    check_scale(p);
    check_expected(net, p);
    check_input(net, p);
}

}  // namespace synfire::detail
