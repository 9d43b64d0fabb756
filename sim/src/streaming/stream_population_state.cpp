// SPDX-License-Identifier: Apache-2.0
#include "stream_population_state.hpp"

#include <algorithm>
#include <bit>

namespace synfire::sim {
namespace {

/// Up to this many blocks, updating all costs less than finding out which.
constexpr std::size_t few_blocks = 4;

std::vector<std::int64_t> widened(const std::vector<std::int32_t>& values, std::size_t count) {
    return {values.begin(), values.begin() + static_cast<std::ptrdiff_t>(count)};
}

}  // namespace

stream_population_state::stream_population_state(const stream_population& plan)
    : plan_(plan),
      arrivals_(plan.has_potential ? plan.blocks * block_neurons : 0),
      awake_(plan.has_potential ? plan.blocks : 0) {}

void stream_population_state::start() {
    if (!plan_.has_potential) { return; }
    const std::size_t padded = plan_.blocks * block_neurons;
    v_ = plan_.initial_v;
    s_.assign(plan_.has_current ? padded : 0, 0);
    resting_.assign(plan_.blocks, 0);
    std::fill(arrivals_.begin(), arrivals_.end(), 0U);
    flags_ = 0;
    result_.clear();
    input_ = plan_.bias;
    look_at_input();
    std::fill(awake_.begin(), awake_.end(), std::uint8_t{1});
    awake_count_ = plan_.blocks;
}

/// One block of input that serves all neurons stays in the cache.
void stream_population_state::look_at_input() {
    const auto first = input_.begin();
    const bool alike = std::all_of(first, first + static_cast<std::ptrdiff_t>(plan_.neurons),
                                   [&](std::int32_t x) { return x == *first; });
    // Neurons that fill up the last block would move otherwise.
    input_step_ = alike && (*first == 0 || plan_.neurons % block_neurons == 0) ? 0 : block_neurons;
}

void stream_population_state::start_input() {
    old_input_ = input_;
    input_ = plan_.bias;
}

void stream_population_state::finish_input() {
    for (std::size_t b = 0; b < awake_.size(); ++b) {
        const auto first = static_cast<std::ptrdiff_t>(b * block_neurons);
        const auto now = input_.begin() + first;
        if (!std::equal(now, now + block_neurons, old_input_.begin() + first)) { awake_[b] = 1; }
    }
    if (plan_.has_potential) { look_at_input(); }
}

update_block stream_population_state::block_at(std::size_t block) {
    const std::size_t n = block * block_neurons;
    const std::size_t parameter = block * plan_.parameter_step;
    return {v_.data() + n,
            s_.empty() ? nullptr : s_.data() + n,
            arrivals_.data() + n,
            input_.data() + block * input_step_,
            plan_.theta.data() + parameter,
            plan_.decay_v.data() + parameter,
            plan_.decay_s.data() + parameter,
            plan_.keep_v.data() + parameter,
            plan_.keep_s.data() + parameter,
            resting_[block]};
}

/// Nothing else need wake a neuron that could fire at once.
void stream_population_state::end_rest(const firing& neurons) {
    for (const std::uint32_t n : neurons) {
        resting_[n / block_neurons] &= ~(std::uint64_t{1} << n % block_neurons);
        awake_[n / block_neurons] = 1;
    }
}

void stream_population_state::update(firing& fired) {
    fired.clear();
    awake_count_ = 0;
    for (std::size_t b = 0; b < plan_.blocks; ++b) {
        if (awake_[b] == 0 && !all_awake_) { continue; }
        const update_outcome outcome = plan_.update(plan_.rules, block_at(b));
        awake_[b] = outcome.changed != 0 ? 1 : 0;
        awake_count_ += 1;
        flags_ |= outcome.flags;
        if (plan_.refractory != 0) { resting_[b] |= outcome.fired; }
        for (std::uint64_t word = outcome.fired; word != 0; word &= word - 1) {
            const auto bit = static_cast<std::size_t>(std::countr_zero(word));
            fired.push_back(static_cast<std::uint32_t>(b * block_neurons + bit));
        }
    }
    all_awake_ = false;
    note_answer();
}

void stream_population_state::note_answer() {
    if (plan_.answer == readout_rule::last) { return; }
    if (result_.empty()) {
        result_ = widened(v_, plan_.neurons);
        return;
    }
    if (plan_.answer == readout_rule::sum) {
        for (std::size_t n = 0; n < result_.size(); ++n) { result_[n] += v_[n]; }
    } else if (awake_count_ != 0) {
        for (std::size_t n = 0; n < result_.size(); ++n) {
            result_[n] = std::max(result_[n], std::int64_t{v_[n]});
        }
    }
}

void stream_population_state::wake(const delivery& how, const active_set& active) {
    if (plan_.blocks <= few_blocks || awake_count_ > plan_.blocks / 2) { all_awake_ = true; }
    if (!all_awake_) { how.touch(active, awake_); }
}

std::vector<std::int64_t> stream_population_state::potentials() const {
    return plan_.has_potential ? widened(v_, plan_.neurons) : std::vector<std::int64_t>();
}

std::vector<std::int64_t> stream_population_state::currents() const {
    return plan_.has_current ? widened(s_, plan_.neurons) : std::vector<std::int64_t>();
}

std::vector<std::int64_t> stream_population_state::answer() const {
    if (plan_.answer == readout_rule::last || result_.empty()) {
        if (plan_.answer == readout_rule::sum) {
            return std::vector<std::int64_t>(plan_.neurons, 0);
        }
        return potentials();
    }
    return result_;
}

clamp_flags stream_population_state::flags() const {
    return {(flags_ & flag_s_min) != 0, (flags_ & flag_s_max) != 0, (flags_ & flag_v_min) != 0,
            (flags_ & flag_v_max) != 0};
}

}  // namespace synfire::sim
