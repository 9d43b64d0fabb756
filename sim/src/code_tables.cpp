// SPDX-License-Identifier: Apache-2.0
#include "code_tables.hpp"

#include <algorithm>

namespace synfire::sim {

code_tables::code_tables(const population& p) : steps_(p.window.steps) {
    const std::int32_t largest = std::max(p.range.hi, -p.range.lo);
    for (std::int32_t code = 0; code <= largest; ++code) {
        const std::vector<std::int32_t> steps = spike_steps(p.window, code);
        std::uint32_t mask = 0;
        for (const std::int32_t t : steps) { mask |= 1U << t; }
        masks_.push_back(static_cast<std::uint16_t>(mask));
        spikes_.push_back(static_cast<std::uint8_t>(steps.size()));
    }
    split_in_halves();
}

/// Bits and base-4 digits never lie across the halves; unary codes count 16 in the upper one.
void code_tables::split_in_halves() {
    constexpr std::size_t half = 16;
    if (spikes_.size() > half * half) { return; }
    halves h{};
    for (std::size_t i = 0; i < half; ++i) {
        if (i < spikes_.size()) { h.low[i] = spikes_[i]; }
        if (i * half < spikes_.size()) { h.high[i] = spikes_[i * half]; }
    }
    for (std::size_t code = 0; code < spikes_.size(); ++code) {
        if (h.low[code % half] + h.high[code / half] != spikes_[code]) { return; }
    }
    halves_ = h;
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
