// SPDX-License-Identifier: Apache-2.0
// Encoders: 8-bit or real data in the layout of the file become codes and spikes of neurons,
// channel last.
#include <synfire/sim/encode.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include <synfire/core/assert.hpp>
#include <synfire/core/coding.hpp>
#include <synfire/core/error.hpp>
#include <synfire/core/random.hpp>

#include "encoder.hpp"
#include "event_places.hpp"
#include "step_encoder.hpp"

namespace synfire::sim {
namespace {

constexpr std::int32_t byte_bits = 8;
constexpr std::int32_t largest_byte = 255;

[[noreturn]] void refuse(const population& p, const std::string& what, const std::string& found,
                         const std::string& expected, const std::string& hint = "") {
    throw bad_input({"input '" + p.name + "'", what, found, expected, hint});
}

/// Per neuron, its place in channel-first data. One channel has the same order either way.
std::vector<std::uint32_t> channel_first_order(const shape& s) {
    std::vector<std::uint32_t> order;
    if (s.channels == 1 || s.positions() == 1) { return order; }
    for (std::size_t position = 0; position < s.positions(); ++position) {
        for (std::size_t c = 0; c < static_cast<std::size_t>(s.channels); ++c) {
            order.push_back(static_cast<std::uint32_t>(c * s.positions() + position));
        }
    }
    return order;
}

/// Whole bits that the window can send: T for phase.
std::int32_t code_bits(const code_window& window) {
    std::int32_t bits = 0;
    while ((std::int64_t{2} << bits) - 1 <= max_code(window)) { ++bits; }
    return bits;
}

bool is_graded(input_encoder e) { return e == input_encoder::current; }
bool is_scaled(const code_window& w) { return w.kind == coding::rate || w.kind == coding::ttfs; }

bool from_codes(input_encoder e) { return e == input_encoder::code || e == input_encoder::latency; }

/// Whether spikes are looked up: codes of windows that a 16-bit mask holds.
bool has_tables(input_encoder e, const code_window& w, std::int32_t steps) {
    return from_codes(e) && steps == 0 && w.steps > 0 && w.steps <= max_window_steps;
}

}  // namespace

encoder::encoder(const population& p, std::int32_t steps)
    : p_(p),
      stepwise_(steps > 0),
      how_(p.input.value_or(input_encoding{})) {
    if (has_tables(how_.encoder, p.window, steps)) { tables_.emplace(p); }
    if (from_codes(how_.encoder) && !tables_) { stepwise_ = true; }
    if (how_.layout == data_layout::channel_first) { order_ = channel_first_order(p.shape); }
    if (!how_.eight_bit) { return; }
    for (std::int32_t value = 0; value <= largest_byte; ++value) {
        byte_codes_.push_back(code_of_byte(static_cast<std::uint8_t>(value)));
    }
    bytes_fit_ = std::all_of(byte_codes_.begin(), byte_codes_.end(), [&](std::int32_t code) {
        return code >= p.range.lo && code <= p.range.hi;
    });
    if (!is_scaled(p_.window)) { byte_shift_ = byte_shift(); }
}

std::int32_t encoder::code_of_byte(std::uint8_t value) const {
    if (is_graded(how_.encoder)) { return value; }
    if (is_scaled(p_.window)) {
        return (value * p_.window.steps + largest_byte / 2) / largest_byte;
    }
    return value >> byte_shift();
}

std::int32_t encoder::byte_shift() const {
    return is_graded(how_.encoder) ? 0 : std::max(byte_bits - code_bits(p_.window), 0);
}

std::int32_t encoder::code_of_real(double value) const {
    if (std::isnan(value)) {
        refuse(p_, "a value of the data is not a number", "nan", "finite values");
    }
    const double code = std::round(value / how_.code_step);
    return static_cast<std::int32_t>(
        std::clamp(code, static_cast<double>(p_.range.lo), static_cast<double>(p_.range.hi)));
}

void encoder::check(const dataset& data) const {
    if (how_.encoder == input_encoder::events) { return check_events(data); }
    const std::size_t neurons = p_.shape.neurons();
    if (data.has_events()) {
        refuse(p_, "the input takes values and the data set '" + data.name + "' holds events",
               "recordings of events", std::string(to_string(how_.encoder)) + " of values",
               "a network for events has an input with the encoder 'events'");
    }
    if (data.sample_size() != neurons) {
        refuse(p_, "the data set '" + data.name + "' has samples of another size",
               std::to_string(data.sample_size()) + " values", std::to_string(neurons) + " values",
               "use the data set that the network was trained for");
    }
    if (data.size() == 0) {
        refuse(p_, "the data set '" + data.name + "' has no samples", "0", "at least 1");
    }
    if (how_.eight_bit && !data.eight_bit()) {
        refuse(p_,
               "the network takes 8-bit data and the data set '" + data.name
                   + "' holds real numbers",
               "real", "8-bit", "pass the raw values 0..255, before scaling and normalisation");
    }
    const bool shifted = how_.encoder == input_encoder::code && !is_scaled(p_.window);
    if (how_.eight_bit && shifted && code_bits(p_.window) > byte_bits) {
        refuse(p_, "8-bit data have fewer bits than the window sends",
               std::to_string(p_.window.steps) + " steps", "at most 8 steps",
               "convert with --input-steps 8 or fewer");
    }
}

double encoder::value_of(const dataset& data, std::size_t sample, std::size_t neuron) const {
    const std::size_t at = sample * p_.shape.neurons() + data_index(neuron);
    return data.eight_bit() ? static_cast<double>(data.bytes[at])
                            : static_cast<double>(data.reals[at]);
}

void encoder::codes(const dataset& data, std::size_t sample,
                    std::vector<std::int32_t>& codes) const {
    const std::size_t neurons = p_.shape.neurons();
    codes.resize(neurons);
    if (how_.eight_bit && byte_shift_ && order_.empty()) {  // without a table: many at once
        const std::uint8_t* const from = data.bytes.data() + sample * neurons;
        std::transform(from, from + neurons, codes.begin(),
                       [shift = *byte_shift_](std::uint8_t value) { return value >> shift; });
        return;
    }
    for (std::size_t n = 0; n < neurons; ++n) {
        codes[n] = how_.eight_bit ? byte_codes_[data.bytes[sample * neurons + data_index(n)]]
                                  : code_of_real(value_of(data, sample, n));
    }
}

void encoder::encode(const dataset& data, std::size_t sample, std::uint64_t seed,
                     encoded_input& out, bool may_leave_out) const {
    if (how_.encoder == input_encoder::events) { return send_events(data, sample, out); }
    if (how_.encoder == input_encoder::poisson) {
        return send_poisson(probabilities(data, sample), seed, static_cast<std::uint32_t>(sample),
                            out);
    }
    codes(data, sample, out.codes);
    if (!bytes_fit_) { check_codes(out.codes); }
    send_checked(out, may_leave_out);
}

void encoder::check_codes(std::span<const std::int32_t> codes) const {
    for (const std::int32_t q : codes) {
        if (q >= p_.range.lo && q <= p_.range.hi) { continue; }
        refuse(p_, "a code is outside the input's range", std::to_string(q),
               std::to_string(p_.range.lo) + " .. " + std::to_string(p_.range.hi));
    }
}

void encoder::check_unit_spikes() const {
    if (is_scaled(p_.window) && p_.range.lo >= 0) { return; }
    refuse(p_, "a long window takes unsigned unit spikes only",
           std::string(to_string(p_.window.kind)) + ", codes from " + std::to_string(p_.range.lo),
           "rate or ttfs, codes from 0",
           "windows of signed and weighted codes have at most " + std::to_string(max_window_steps)
               + " steps");
}

void encoder::learn_places(const dataset& data) {
    if (!data.has_events()) { return; }
    check_places(p_, data);
    places_ = neurons_of_places(p_, data);
}

void encoder::check_events(const dataset& data) const {
    if (!data.has_events()) {
        refuse(p_, "an event input cannot be fed from samples of a data set", data.name,
               "recordings of events", "give --data recordings (docs/reference/data-formats.md)");
    }
    if (how_.event_step_us <= 0) {
        refuse(p_, "the network does not say how long a step of its events is", "",
               "microseconds of a step", "say it with --event-step");
    }
}

void check_events_per_step(const population& p, std::int64_t step,
                           std::span<const std::uint32_t> neurons) {
    const std::int32_t most = p.largest_spike();
    std::int32_t count = 0;
    for (std::size_t i = 0; i < neurons.size(); ++i) {
        count = i > 0 && neurons[i] == neurons[i - 1] ? count + 1 : 1;
        if (count <= most) { continue; }
        const auto all = std::count(neurons.begin(), neurons.end(), neurons[i]);
        refuse(p, "more events of a neuron in a step than the network's widths are proven for",
               std::to_string(all) + " events of neuron " + std::to_string(neurons[i]) + " in step "
                   + std::to_string(step),
               "at most " + std::to_string(most), "raise --sum-events, or shorten --event-step");
    }
}

void check_events_per_step(const population& p, const spike_train& spikes) {
    std::vector<std::uint32_t> neurons;
    for (std::size_t i = 0; i < spikes.size(); ++i) {
        if (i > 0 && spikes[i].step != spikes[i - 1].step) { neurons.clear(); }
        neurons.push_back(spikes[i].neuron);
        const bool last = i + 1 == spikes.size() || spikes[i + 1].step != spikes[i].step;
        if (last) { check_events_per_step(p, spikes[i].step, neurons); }
    }
}

void encoder::join_events(std::int32_t step, std::vector<std::uint32_t>& neurons) const {
    if (how_.most_events == 0) {
        neurons.erase(std::unique(neurons.begin(), neurons.end()), neurons.end());
        return;
    }
    check_events_per_step(p_, step, neurons);
}

/// The steps of a window; later events are not seen.
void encoder::send_events(const dataset& data, std::size_t sample, encoded_input& out) const {
    spike_train seen;
    for (const sensor_event& e : data.event_sample(sample)) {
        if (step_of(e) >= p_.window.steps) { break; }
        seen.push_back({static_cast<std::int32_t>(step_of(e)), neuron_of(e), 1});
    }
    out = encode_events(p_, seen);
}

bool encoder::sends_once() const {
    return how_.encoder == input_encoder::latency || p_.window.kind == coding::ttfs;
}

void encoder::send_codes(encoded_input& out, bool may_leave_out) const {
    check_codes(out.codes);
    send_checked(out, may_leave_out);
}

void encoder::send_checked(encoded_input& out, bool may_leave_out) const {
    out.spikes.clear();
    out.spikes_follow_codes = may_leave_out && tables_.has_value();
    if (is_graded(how_.encoder) || out.spikes_follow_codes) { return; }
    if (how_.encoder == input_encoder::rate) { return send_rate(out); }
    SYNFIRE_ASSERT(tables_.has_value());
    tables_->append_spikes(out.codes, out.spikes);  // `latency`: the one spike of a ttfs code
}

/// Evenly spread: the running sum (t + 1) * q / T crosses an integer at the steps that fire.
void encoder::send_rate(encoded_input& out) const {
    const std::int64_t period = p_.window.steps;
    for (std::int32_t t = 0; t < p_.window.steps; ++t) {
        for (std::size_t n = 0; n < out.codes.size(); ++n) {
            const std::int64_t q = std::abs(out.codes[n]);
            if ((t + 1) * q / period <= t * q / period) { continue; }
            out.spikes.push_back({t, static_cast<std::uint32_t>(n), out.codes[n] < 0 ? -1 : 1});
        }
    }
}

std::vector<double> encoder::probabilities(const dataset& data, std::size_t sample) const {
    std::vector<double> probabilities(p_.shape.neurons());
    for (std::size_t n = 0; n < probabilities.size(); ++n) {
        const double value = value_of(data, sample, n);
        probabilities[n] = how_.eight_bit ? value / largest_byte : value;
    }
    return probabilities;
}

void encoder::send_poisson(std::span<const double> probabilities, std::uint64_t seed,
                           std::uint32_t sample, encoded_input& out) const {
    out.codes.assign(p_.shape.neurons(), 0);
    out.spikes.clear();
    for (std::int32_t t = 0; t < p_.window.steps; ++t) {
        for (std::uint32_t n = 0; n < out.codes.size(); ++n) {
            if (!poisson_spike(probabilities[n], seed, sample, n, static_cast<std::uint32_t>(t))) {
                continue;
            }
            if (out.codes[n] == p_.range.hi) {
                refuse(p_, "the range is smaller than the window", "", "");
            }
            out.codes[n] += 1;
            out.spikes.push_back({t, n, 1});
        }
    }
}

void check_data(const population& p, const dataset& data) { encoder(p).check(data); }

/// All steps at once: of a streaming sample, or of a window that is too long for tables.
encoded_input all_steps(step_encoder& from, const population& p, std::int32_t steps) {
    encoded_input out;
    if (p.is_current() || steps == 0) { out.codes = from.codes(); }
    std::vector<std::uint32_t> neurons;
    for (std::int32_t t = 0; t < (steps > 0 ? steps : p.window.steps); ++t) {
        from.spikes_of(t, neurons);
        for (const std::uint32_t n : neurons) { out.spikes.push_back({t, n, 1}); }
    }
    return out;
}

encoded_input encode(const population& p, const dataset& data, std::size_t sample,
                     const encode_options& options) {
    encoder coder(p, options.steps);
    coder.check(data);
    if (sample >= data.size()) {
        refuse(p, "the data set '" + data.name + "' has no such sample", std::to_string(sample),
               "numbers below " + std::to_string(data.size()));
    }
    coder.learn_places(data);
    encoded_input out;
    if (coder.goes_stepwise()) {
        step_encoder stepwise(coder);
        stepwise.start(data, sample, options.seed);
        return all_steps(stepwise, p, options.steps);
    }
    coder.encode(data, sample, options.seed, out);
    return out;
}

encoded_input encode_codes(const population& p, std::span<const std::int32_t> codes,
                           std::int32_t steps) {
    if (codes.size() != p.shape.neurons()) {
        refuse(p, "wrong number of codes", std::to_string(codes.size()),
               std::to_string(p.shape.neurons()));
    }
    const encoder coder(p, steps);
    if (coder.goes_stepwise()) {
        step_encoder stepwise(coder);
        stepwise.start_codes(codes);
        return all_steps(stepwise, p, steps);
    }
    encoded_input out{{codes.begin(), codes.end()}, {}, false};
    coder.send_codes(out);
    return out;
}

encoded_input encode_poisson(const population& p, std::span<const double> probabilities,
                             std::uint64_t seed, std::uint32_t sample, std::int32_t steps) {
    if (probabilities.size() != p.shape.neurons()) {
        refuse(p, "wrong number of probabilities", std::to_string(probabilities.size()),
               std::to_string(p.shape.neurons()));
    }
    const encoder coder(p, steps);
    if (steps > 0) {
        step_encoder stepwise(coder);
        stepwise.start_poisson(probabilities, seed, sample);
        return all_steps(stepwise, p, steps);
    }
    encoded_input out;
    coder.send_poisson(probabilities, seed, sample, out);
    return out;
}

encoded_input encode_events(const population& p, std::span<const spike> events,
                            std::int32_t steps) {
    encoded_input out;
    out.codes.assign(p.shape.neurons(), 0);
    const std::int32_t last = steps > 0 ? steps : p.window.steps;
    for (const spike& e : events) {
        if (e.step < 0 || e.step >= last || e.neuron >= out.codes.size()) {
            refuse(p, "an event is outside the window or the population",
                   "step " + std::to_string(e.step) + ", neuron " + std::to_string(e.neuron),
                   std::to_string(last) + " steps, " + std::to_string(out.codes.size())
                       + " neurons");
        }
        out.spikes.push_back({e.step, e.neuron, 1});
    }
    std::sort(out.spikes.begin(), out.spikes.end());
    if (!p.input || p.input->most_events == 0) {
        out.spikes.erase(std::unique(out.spikes.begin(), out.spikes.end()), out.spikes.end());
    }
    check_events_per_step(p, out.spikes);
    if (steps > 0) {
        out.codes.clear();
        return out;
    }
    for (const spike& s : out.spikes) {
        if (out.codes[s.neuron] == p.range.hi) {
            refuse(p, "more events than the range holds", "", "");
        }
        out.codes[s.neuron] += 1;
    }
    return out;
}

}  // namespace synfire::sim
