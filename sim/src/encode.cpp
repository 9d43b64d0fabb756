// SPDX-License-Identifier: Apache-2.0
// Encoders: 8-bit or real data in the layout of the file become codes and spikes of neurons,
// channel last.
#include <synfire/sim/encode.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include <synfire/core/coding.hpp>
#include <synfire/core/error.hpp>
#include <synfire/core/random.hpp>

#include "encoder.hpp"

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

/// Whether spikes are looked up: codes of windows that a 16-bit mask holds.
bool has_tables(input_encoder e, const code_window& w, std::int32_t steps) {
    const bool from_codes = e == input_encoder::code || e == input_encoder::latency;
    return from_codes && steps == 0 && w.steps > 0 && w.steps <= max_window_steps;
}

}  // namespace

encoder::encoder(const population& p, std::int32_t steps)
    : p_(p),
      steps_(steps),
      how_(p.input.value_or(input_encoding{})) {
    if (has_tables(how_.encoder, p.window, steps)) { tables_.emplace(p); }
    if (how_.layout == data_layout::channel_first) { order_ = channel_first_order(p.shape); }
    if (!how_.eight_bit) { return; }
    for (std::int32_t value = 0; value <= largest_byte; ++value) {
        byte_codes_.push_back(code_of_byte(static_cast<std::uint8_t>(value)));
    }
}

std::int32_t encoder::code_of_byte(std::uint8_t value) const {
    if (is_graded(how_.encoder)) { return value; }
    if (is_scaled(p_.window)) {
        return (value * p_.window.steps + largest_byte / 2) / largest_byte;
    }
    return value >> std::max(byte_bits - code_bits(p_.window), 0);
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
    const std::size_t neurons = p_.shape.neurons();
    if (how_.encoder == input_encoder::events) {
        refuse(p_, "an event input cannot be fed from samples of a data set", data.name,
               "event data");
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

void encoder::encode(const dataset& data, std::size_t sample, std::uint64_t seed,
                     encoded_input& out, bool may_leave_out) const {
    if (how_.encoder == input_encoder::poisson) {
        return send_poisson_sample(data, sample, seed, out);
    }
    const std::size_t neurons = p_.shape.neurons();
    out.codes.resize(neurons);
    for (std::size_t n = 0; n < neurons; ++n) {
        out.codes[n] = how_.eight_bit ? byte_codes_[data.bytes[sample * neurons + data_index(n)]]
                                      : code_of_real(value_of(data, sample, n));
    }
    send_codes(out, may_leave_out);
}

void encoder::send_codes(encoded_input& out, bool may_leave_out) const {
    for (const std::int32_t q : out.codes) {
        if (q >= p_.range.lo && q <= p_.range.hi) { continue; }
        refuse(p_, "a code is outside the input's range", std::to_string(q),
               std::to_string(p_.range.lo) + " .. " + std::to_string(p_.range.hi));
    }
    out.spikes.clear();
    out.spikes_follow_codes = may_leave_out && tables_.has_value();
    if (is_graded(how_.encoder) || out.spikes_follow_codes) { return; }
    if (how_.encoder == input_encoder::rate) { return send_rate(out); }
    if (!tables_) { return send_unit_spikes(out); }
    tables_->append_spikes(out.codes, out.spikes);  // `latency`: the one spike of a ttfs code
}

/// Evenly spread: the running sum (t + 1) * q / T crosses an integer at the steps that fire. In a
/// streaming sample it goes on with period T.
void encoder::send_rate(encoded_input& out) const {
    const std::int64_t period = p_.window.steps;
    for (std::int32_t t = 0; t < last_step(); ++t) {
        for (std::size_t n = 0; n < out.codes.size(); ++n) {
            const std::int64_t q = std::abs(out.codes[n]);
            if ((t + 1) * q / period <= t * q / period) { continue; }
            out.spikes.push_back({t, static_cast<std::uint32_t>(n), out.codes[n] < 0 ? -1 : 1});
        }
    }
    if (steps_ > 0) { out.codes.clear(); }
}

/// Streaming and windows without tables. `code`: the first q steps; `latency`: step T - q alone.
/// Both once, at the start of the sample. Work grows with the spikes, not with the window.
void encoder::send_unit_spikes(encoded_input& out) const {
    if (!is_scaled(p_.window) || p_.range.lo < 0) {
        refuse(p_, "a long window takes unsigned unit spikes only",
               std::string(to_string(p_.window.kind)) + ", codes from "
                   + std::to_string(p_.range.lo),
               "rate or ttfs, codes from 0",
               "windows of signed and weighted codes have at most "
                   + std::to_string(max_window_steps) + " steps");
    }
    if (how_.encoder == input_encoder::latency || p_.window.kind == coding::ttfs) {
        send_once(out);
    } else {
        send_first_steps(out);
    }
    if (steps_ > 0) { out.codes.clear(); }
}

void encoder::send_once(encoded_input& out) const {
    for (std::size_t n = 0; n < out.codes.size(); ++n) {
        const std::int32_t t = p_.window.steps - out.codes[n];
        if (out.codes[n] == 0 || t < 0 || t >= last_step()) { continue; }
        out.spikes.push_back({t, static_cast<std::uint32_t>(n), 1});
    }
    std::sort(out.spikes.begin(), out.spikes.end());
}

void encoder::send_first_steps(encoded_input& out) const {
    std::vector<std::uint32_t> senders(out.codes.size());  // those that have spikes left
    std::iota(senders.begin(), senders.end(), 0U);
    for (std::int32_t t = 0; t < std::min(last_step(), p_.window.steps); ++t) {
        std::erase_if(senders, [&](std::uint32_t n) { return out.codes[n] <= t; });
        if (senders.empty()) { break; }
        for (const std::uint32_t n : senders) { out.spikes.push_back({t, n, 1}); }
    }
}

void encoder::send_poisson_sample(const dataset& data, std::size_t sample, std::uint64_t seed,
                                  encoded_input& out) const {
    std::vector<double> probabilities(p_.shape.neurons());
    for (std::size_t n = 0; n < probabilities.size(); ++n) {
        const double value = value_of(data, sample, n);
        probabilities[n] = how_.eight_bit ? value / largest_byte : value;
    }
    send_poisson(probabilities, seed, static_cast<std::uint32_t>(sample), out);
}

void encoder::send_poisson(std::span<const double> probabilities, std::uint64_t seed,
                           std::uint32_t sample, encoded_input& out) const {
    out.codes.assign(p_.shape.neurons(), 0);
    out.spikes.clear();
    for (std::int32_t t = 0; t < last_step(); ++t) {
        for (std::uint32_t n = 0; n < out.codes.size(); ++n) {
            if (!poisson_spike(probabilities[n], seed, sample, n, static_cast<std::uint32_t>(t))) {
                continue;
            }
            if (steps_ == 0 && out.codes[n] == p_.range.hi) {
                refuse(p_, "the range is smaller than the window", "", "");
            }
            out.codes[n] += 1;
            out.spikes.push_back({t, n, 1});
        }
    }
    if (steps_ > 0) { out.codes.clear(); }
}

void check_data(const population& p, const dataset& data) { encoder(p).check(data); }

encoded_input encode(const population& p, const dataset& data, std::size_t sample,
                     const encode_options& options) {
    const encoder coder(p, options.steps);
    coder.check(data);
    if (sample >= data.size()) {
        refuse(p, "the data set '" + data.name + "' has no such sample", std::to_string(sample),
               "numbers below " + std::to_string(data.size()));
    }
    encoded_input out;
    coder.encode(data, sample, options.seed, out);
    return out;
}

encoded_input encode_codes(const population& p, std::span<const std::int32_t> codes,
                           std::int32_t steps) {
    if (codes.size() != p.shape.neurons()) {
        refuse(p, "wrong number of codes", std::to_string(codes.size()),
               std::to_string(p.shape.neurons()));
    }
    encoded_input out{{codes.begin(), codes.end()}, {}, false};
    encoder(p, steps).send_codes(out);
    return out;
}

encoded_input encode_poisson(const population& p, std::span<const double> probabilities,
                             std::uint64_t seed, std::uint32_t sample, std::int32_t steps) {
    if (probabilities.size() != p.shape.neurons()) {
        refuse(p, "wrong number of probabilities", std::to_string(probabilities.size()),
               std::to_string(p.shape.neurons()));
    }
    encoded_input out;
    encoder(p, steps).send_poisson(probabilities, seed, sample, out);
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
    out.spikes.erase(std::unique(out.spikes.begin(), out.spikes.end()), out.spikes.end());
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
