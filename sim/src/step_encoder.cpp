// SPDX-License-Identifier: Apache-2.0
#include "step_encoder.hpp"

#include <algorithm>
#include <cstdlib>
#include <numeric>
#include <string>
#include <tuple>

#include <synfire/core/error.hpp>
#include <synfire/core/random.hpp>

namespace synfire::sim {

void step_encoder::start(const dataset& data, std::size_t sample, std::uint64_t seed) {
    next_ = 0;
    switch (coder_.how().encoder) {
    case input_encoder::events:
        events_ = data.event_sample(sample);
        return;
    case input_encoder::poisson:
        probabilities_ = coder_.probabilities(data, sample);
        seed_ = seed;
        sample_ = static_cast<std::uint32_t>(sample);
        return;
    default:
        coder_.codes(data, sample, codes_);
        plan_codes();
    }
}

void step_encoder::start_codes(std::span<const std::int32_t> codes) {
    next_ = 0;
    codes_.assign(codes.begin(), codes.end());
    plan_codes();
}

void step_encoder::start_poisson(std::span<const double> probabilities, std::uint64_t seed,
                                 std::uint32_t sample) {
    probabilities_.assign(probabilities.begin(), probabilities.end());
    seed_ = seed;
    sample_ = sample;
}

/// `code` fires in the first q steps, `latency` in step T - q alone; both once, at the start of the
/// sample. Work grows with the spikes, not with the window.
void step_encoder::plan_codes() {
    coder_.check_codes(codes_);
    const input_encoder how = coder_.how().encoder;
    if (how == input_encoder::current || how == input_encoder::rate) { return; }
    coder_.check_unit_spikes();
    senders_.clear();
    planned_.clear();
    if (!coder_.sends_once()) {
        senders_.resize(codes_.size());
        std::iota(senders_.begin(), senders_.end(), 0U);
        return;
    }
    for (std::size_t n = 0; n < codes_.size(); ++n) {
        const std::int32_t step = coder_.window_steps() - codes_[n];
        if (codes_[n] == 0 || step < 0) { continue; }
        planned_.push_back({step, static_cast<std::uint32_t>(n)});
    }
    std::sort(planned_.begin(), planned_.end(), [](const timed_neuron& a, const timed_neuron& b) {
        return std::tie(a.step, a.neuron) < std::tie(b.step, b.neuron);
    });
}

void step_encoder::spikes_of(std::int32_t step, std::vector<std::uint32_t>& neurons) {
    neurons.clear();
    switch (coder_.how().encoder) {
    case input_encoder::current:
        return;
    case input_encoder::rate:
        return send_rate(step, neurons);
    case input_encoder::poisson:
        return send_poisson(step, neurons);
    case input_encoder::events:
        return send_events(step, neurons);
    default:
        coder_.sends_once() ? send_planned(step, neurons) : send_first_steps(step, neurons);
    }
}

/// Evenly spread: the running sum (t + 1) * q / T crosses an integer at the steps that fire. It
/// goes on with period T.
void step_encoder::send_rate(std::int32_t step, std::vector<std::uint32_t>& neurons) const {
    const std::int64_t period = coder_.window_steps();
    for (std::size_t n = 0; n < codes_.size(); ++n) {
        const std::int64_t q = std::abs(codes_[n]);
        if ((step + 1) * q / period > step * q / period) {
            neurons.push_back(static_cast<std::uint32_t>(n));
        }
    }
}

void step_encoder::send_poisson(std::int32_t step, std::vector<std::uint32_t>& neurons) const {
    for (std::uint32_t n = 0; n < probabilities_.size(); ++n) {
        if (poisson_spike(probabilities_[n], seed_, sample_, n, static_cast<std::uint32_t>(step))) {
            neurons.push_back(n);
        }
    }
}

void step_encoder::send_first_steps(std::int32_t step, std::vector<std::uint32_t>& neurons) {
    if (step >= coder_.window_steps()) { return; }
    std::erase_if(senders_, [&](std::uint32_t n) { return codes_[n] <= step; });
    neurons = senders_;
}

void step_encoder::send_planned(std::int32_t step, std::vector<std::uint32_t>& neurons) {
    for (; next_ < planned_.size() && planned_[next_].step == step; ++next_) {
        neurons.push_back(planned_[next_].neuron);
    }
}

void step_encoder::send_events(std::int32_t step, std::vector<std::uint32_t>& neurons) {
    for (; next_ < events_.size() && coder_.step_of(events_[next_]) == step; ++next_) {
        neurons.push_back(coder_.neuron_of(events_[next_]));
    }
    std::sort(neurons.begin(), neurons.end());
    coder_.join_events(step, neurons);
}

}  // namespace synfire::sim
