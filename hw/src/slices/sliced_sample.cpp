// SPDX-License-Identifier: Apache-2.0
// The host's share: codes from slice to slice.
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstddef>

#include <synfire/hw/engine_network.hpp>
#include <synfire/hw/slices.hpp>

#include "cut.hpp"

namespace synfire::hw {
namespace {

spike_train spikes_in(const spike_train& all, const map_region& region, const shape& whole) {
    const std::vector<std::size_t> neurons = detail::neurons_of(region, whole);
    spike_train some;
    for (const spike& s : all) {
        const auto at = std::lower_bound(neurons.begin(), neurons.end(), std::size_t{s.neuron});
        if (at == neurons.end() || *at != s.neuron) { continue; }
        some.push_back({s.step, static_cast<std::uint32_t>(at - neurons.begin()), s.sign});
    }
    return some;
}

std::vector<std::int32_t> some_of(const std::vector<std::int32_t>& all, const map_region& region,
                                  const shape& whole) {
    std::vector<std::int32_t> some;
    for (const std::size_t n : detail::neurons_of(region, whole)) { some.push_back(all[n]); }
    return some;
}

/// The code that a pattern of a map's memory stands for.
std::int32_t code_of(std::uint32_t pattern, const map_info& m) {
    const std::uint32_t sign = 1U << static_cast<unsigned>(pattern_bits_of(m.format) - 1);
    const bool negative = m.is_signed && (pattern & sign) != 0;
    const std::uint32_t size = negative ? pattern & ~sign : pattern;
    const auto code = m.weighted ? static_cast<std::int32_t>(size) : std::popcount(size);
    return negative ? -code : code;
}

/// Digit number `i` of sums, as codes.
std::vector<std::int32_t> digit_of(const std::vector<std::int32_t>& sums, const slice& s,
                                   std::size_t i) {
    const auto bits = static_cast<unsigned>(s.digit_bits);
    std::vector<std::int32_t> digits;
    for (const std::int32_t sum : sums) {
        const auto above = static_cast<std::uint64_t>(sum - s.sums_from);
        digits.push_back(static_cast<std::int32_t>((above >> (bits * static_cast<unsigned>(i)))
                                                   & ((std::uint64_t{1} << bits) - 1)));
    }
    return digits;
}

[[noreturn]] void refuse(const slice& s, std::size_t found, std::size_t expected) {
    throw device_error({"accelerator", "a slice's answer has another form",
                        fmt::format("{} words", found),
                        fmt::format("{} words of '{}'", expected, s.net.populations.back().name),
                        "run the sample again; if it comes back, load the network again"});
}

}  // namespace

std::vector<std::int32_t> codes_in(std::span<const std::int32_t> words, const map_info& m) {
    const std::uint32_t mask = 0xffffffffU >> static_cast<unsigned>(32 - pattern_bits_of(m.format));
    std::vector<std::int32_t> codes;
    for (std::size_t n = 0; n < m.shape.neurons(); ++n) {
        const std::int64_t bit = m.bit_of(static_cast<std::int64_t>(n));
        const auto word = static_cast<std::size_t>(m.code_word_of(bit) - m.code_base);
        const auto pattern =
            static_cast<std::uint32_t>(words[word]) >> static_cast<unsigned>(m.code_lsb_of(bit));
        codes.push_back(code_of(pattern & mask, m));
    }
    return codes;
}

sliced_sample::sliced_sample(const sliced_network& cut, std::span<const spike_train> inputs)
    : cut_(&cut),
      given_(cut.whole.populations.size()),
      values_(cut.whole.populations.size()) {
    std::size_t next = 0;
    for (std::size_t i = 0; i < given_.size(); ++i) {
        const population& p = cut.whole.populations[i];
        if (p.kind != population_kind::input) {
            values_[i].assign(p.shape.neurons(), 0);
            continue;
        }
        if (next == inputs.size()) { break; }
        given_[i] = inputs[next++];
    }
}

std::vector<spike_train> sliced_sample::inputs_of(const slice& s) const {
    std::vector<spike_train> all;
    for (const slice_input& from : s.inputs) {
        const population& p = cut_->whole.populations[from.population];
        if (p.kind == population_kind::input) {
            all.push_back(spikes_in(given_[from.population], from.region, p.shape));
            continue;
        }
        all.push_back(spikes_of(p.window, some_of(values_[from.population], from.region, p.shape)));
    }
    for (std::size_t i = 0; i < s.digits; ++i) {
        all.push_back(
            spikes_of(s.net.populations[s.inputs.size() + i].window, digit_of(sums_, s, i)));
    }
    return all;
}

void sliced_sample::take(const slice& s, const sample_answer& answer) {
    const map_info& m = s.made.maps[s.target()];
    const bool codes = m.kind != population_kind::readout;
    const std::size_t expected =
        codes ? static_cast<std::size_t>(m.code_words()) : m.shape.neurons();
    const std::size_t found =
        answer.readouts.size() == 1 ? answer.readouts.front().potentials.size() : 0;
    if (found != expected) { refuse(s, found, expected); }
    const std::vector<std::int32_t>& words = answer.readouts.front().potentials;
    if (s.partial) {
        sums_ = words;
        return;
    }
    const std::vector<std::int32_t> values = codes ? codes_in(words, m) : words;
    const shape& whole = cut_->whole.populations[s.population].shape;
    std::size_t next = 0;
    for (const std::size_t n : detail::neurons_of(s.region, whole)) {
        values_[s.population][n] = values[next++];
    }
}

std::vector<std::int32_t> sliced_sample::values_in(const slice& s) const {
    return some_of(values_[s.population], s.region, cut_->whole.populations[s.population].shape);
}

void sliced_sample::set_values(std::size_t population, std::span<const std::int32_t> values) {
    if (values.size() != values_[population].size()) { return; }
    values_[population].assign(values.begin(), values.end());
}

sample_answer sliced_sample::answer() const {
    sample_answer all;
    for (std::size_t i = 0; i < values_.size(); ++i) {
        if (cut_->whole.populations[i].kind != population_kind::readout) { continue; }
        const std::vector<std::int32_t>& v = values_[i];
        const auto largest = std::max_element(v.begin(), v.end());
        all.readouts.push_back({i, v, static_cast<std::size_t>(largest - v.begin())});
    }
    return all;
}

}  // namespace synfire::hw
