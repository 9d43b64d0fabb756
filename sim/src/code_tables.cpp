// SPDX-License-Identifier: Apache-2.0
#include "code_tables.hpp"

#include <algorithm>

namespace synfire::sim {
namespace {

/// Bits and base-4 digits never lie across the halves; unary codes count 16 in the upper one.
template <class Function>
std::optional<code_tables::halves> split_in_halves(std::size_t codes, const Function& value) {
    code_tables::halves h;
    const std::size_t half = h.low.size();
    if (codes > half * half) { return std::nullopt; }
    for (std::size_t i = 0; i < half; ++i) {
        if (i < codes) { h.low[i] = value(i); }
        if (i * half < codes) { h.high[i] = value(i * half); }
    }
    for (std::size_t code = 0; code < codes; ++code) {
        if (h.low[code % half] + h.high[code / half] != value(code)) { return std::nullopt; }
    }
    return h;
}

}  // namespace

code_tables::code_tables(const population& p) : steps_(p.window.steps) {
    const std::int32_t largest = std::max(p.range.hi, -p.range.lo);
    for (std::int32_t code = 0; code <= largest; ++code) {
        const std::vector<std::int32_t> steps = spike_steps(p.window, code);
        std::uint32_t mask = 0;
        for (const std::int32_t t : steps) { mask |= 1U << t; }
        masks_.push_back(static_cast<std::uint16_t>(mask));
        spikes_.push_back(static_cast<std::uint8_t>(steps.size()));
    }
    if (p.range.lo < 0) { return; }  // only codes that fit a byte are looked up by halves
    spikes_by_halves_ =
        split_in_halves(spikes_.size(), [&](std::size_t code) { return spikes_[code]; });
    split_steps();
}

void code_tables::split_steps() {
    for (std::int32_t t = 0; t < steps_; ++t) {
        const auto split = split_in_halves(masks_.size(), [&](std::size_t code) {
            return static_cast<std::uint8_t>((masks_[code] >> t) & 1U);
        });
        if (!split) {
            steps_by_halves_.clear();
            return;
        }
        steps_by_halves_.push_back(*split);
    }
}

void code_tables::append_spikes(const std::vector<std::int32_t>& codes, spike_train& spikes) const {
    struct sender {
        std::uint32_t neuron;
        std::uint32_t mask;
        std::int32_t sign;
    };
    std::vector<sender> senders;  // silent neurons are looked at once, not once per step
    for (std::size_t n = 0; n < codes.size(); ++n) {
        if (codes[n] == 0) { continue; }
        senders.push_back({static_cast<std::uint32_t>(n), mask(codes[n]), codes[n] < 0 ? -1 : 1});
    }
    for (std::int32_t t = 0; t < steps_; ++t) {
        for (const sender& s : senders) {
            if (((s.mask >> t) & 1U) != 0) { spikes.push_back({t, s.neuron, s.sign}); }
        }
    }
}

}  // namespace synfire::sim
