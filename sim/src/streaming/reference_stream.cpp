// SPDX-License-Identifier: Apache-2.0
// Streaming reference: every neuron is updated in every step, every spike is sent on its own over
// every synapse on its own, and every event is counted by counting it. Slow on purpose; it shares
// no arithmetic with the event-driven engine beyond the core library.
#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <synfire/core/synapses.hpp>

#include "stream_engine.hpp"

namespace synfire::sim {
namespace {

struct reference_plan {
    std::shared_ptr<const network> net;
    std::vector<std::size_t> order;
    std::vector<fan_out> fans;  ///< per projection

    explicit reference_plan(std::shared_ptr<const network> n)
        : net(std::move(n)),
          order(topological_order(*net)) {
        for (const projection& p : net->projections) { fans.push_back(fan_out_of(*net, p)); }
    }
};

/// State of one population.
struct neurons {
    std::vector<streaming_state> states;
    clamp_flags flags;
    firing fired;
    std::vector<std::int32_t> events;  ///< per spike of an input that adds events up
    std::vector<std::int32_t> codes;   ///< `current` inputs
    std::vector<std::int64_t> sums;    ///< of the potential, over the steps
    std::vector<std::int64_t> peaks;
    std::set<std::uint32_t> senders;  ///< neurons that have fired
};

class reference_stream final : public stream_engine {
  public:
    explicit reference_stream(std::shared_ptr<const reference_plan> plan)
        : plan_(std::move(plan)),
          net_(*plan_->net) {
        start();
    }

    void start() override;
    void set_current(std::size_t population, std::span<const std::int32_t> codes) override {
        populations_[population].codes.assign(codes.begin(), codes.end());
    }
    void step(std::span<const firing> injected) override;

    const firing& fired(std::size_t population) const override {
        return populations_[population].fired;
    }
    std::vector<std::int64_t> potentials(std::size_t population) const override;
    std::vector<std::int64_t> currents(std::size_t population) const override;
    clamp_flags flags(std::size_t population) const override {
        return populations_[population].flags;
    }
    std::vector<std::int64_t> answer(std::size_t population) const override;
    activity counts() const override { return counts_; }

  private:
    /// Contributions that arrive in one step: per population and neuron.
    using arrivals = std::vector<std::vector<std::int64_t>>;

    arrivals& arrivals_at(std::int64_t step);
    void feed_current(std::size_t number);
    void update(std::size_t number);
    void note_answer(std::size_t number);
    void send_all(std::size_t number);
    void send(std::size_t number, std::uint32_t neuron, std::int32_t value, bool first);

    std::shared_ptr<const reference_plan> plan_;
    const network& net_;
    std::vector<neurons> populations_;
    std::map<std::int64_t, arrivals> pending_;  ///< by step
    std::int64_t now_ = 0;
    activity counts_;
};

void reference_stream::start() {
    now_ = 0;
    pending_.clear();
    counts_ = {};
    counts_.samples = 1;
    counts_.populations.resize(net_.populations.size());
    counts_.projections.resize(net_.projections.size());
    populations_.assign(net_.populations.size(), {});
    for (std::size_t i = 0; i < populations_.size(); ++i) {
        const population& p = net_.populations[i];
        if (p.is_current()) { populations_[i].codes.assign(p.shape.neurons(), 0); }
        if (!p.has_potential()) { continue; }
        populations_[i].states.resize(p.shape.neurons());
        populations_[i].sums.assign(p.shape.neurons(), 0);
        for (std::size_t n = 0; n < p.shape.neurons(); ++n) {
            populations_[i].states[n].v = p.streaming->initial_v_of(n);
        }
    }
}

void reference_stream::step(std::span<const firing> injected) {
    for (const std::size_t number : plan_->order) {
        const population& p = net_.populations[number];
        if (p.is_current()) { feed_current(number); }
        if (p.kind == population_kind::input) {
            count_events(injected[number], populations_[number].fired, populations_[number].events);
        }
        if (p.has_potential()) { update(number); }
        if (p.kind == population_kind::readout) { note_answer(number); }
        if (p.kind != population_kind::readout && !p.is_current()) { send_all(number); }
    }
    pending_.erase(now_);
    ++now_;
}

reference_stream::arrivals& reference_stream::arrivals_at(std::int64_t step) {
    arrivals& at = pending_[step];
    if (at.empty()) {
        for (const population& p : net_.populations) { at.emplace_back(p.shape.neurons(), 0); }
    }
    return at;
}

void reference_stream::feed_current(std::size_t number) {
    const std::vector<std::int32_t>& codes = populations_[number].codes;
    for (std::size_t j = 0; j < net_.projections.size(); ++j) {
        const projection& p = net_.projections[j];
        if (p.source != number) { continue; }
        std::vector<std::int64_t>& to = arrivals_at(now_)[p.target];
        for (std::size_t n = 0; n < codes.size(); ++n) {
            if (codes[n] == 0) { continue; }
            for (const synapse& s : plan_->fans[j][n]) {
                to[s.target] += std::int64_t{codes[n]} * s.weight * (std::int64_t{1} << p.shift);
                counts_.macs_first_layer += 1;
            }
        }
    }
}

void reference_stream::update(std::size_t number) {
    const population& p = net_.populations[number];
    neurons& own = populations_[number];
    const std::vector<std::int64_t>& arrived = arrivals_at(now_)[number];
    own.fired.clear();
    for (std::size_t n = 0; n < own.states.size(); ++n) {
        const std::int64_t input = p.bias_of(n) + arrived[n];
        if (step_neuron(p, n, input, own.states[n], own.flags)) {
            own.fired.push_back(static_cast<std::uint32_t>(n));
        }
        if (p.kind == population_kind::spiking) { counts_.populations[number].neuron_updates += 1; }
    }
}

void reference_stream::note_answer(std::size_t number) {
    neurons& own = populations_[number];
    const bool first = own.peaks.empty();
    own.peaks.resize(own.states.size());
    for (std::size_t n = 0; n < own.states.size(); ++n) {
        const std::int64_t v = own.states[n].v;
        own.sums[n] += v;
        own.peaks[n] = first ? v : std::max(own.peaks[n], v);
    }
}

void reference_stream::send_all(std::size_t number) {
    neurons& own = populations_[number];
    population_activity& counts = counts_.populations[number];
    counts.count_step(now_, own.fired.size());
    for (std::size_t i = 0; i < own.fired.size(); ++i) {
        const std::uint32_t n = own.fired[i];
        const bool first = own.senders.insert(n).second;
        counts.spikes += 1;
        counts.active_sources += first ? 1 : 0;
        send(number, n, own.events.empty() ? 1 : own.events[i], first);
    }
}

void reference_stream::send(std::size_t number, std::uint32_t neuron, std::int32_t value,
                            bool first) {
    for (std::size_t j = 0; j < net_.projections.size(); ++j) {
        const projection& p = net_.projections[j];
        if (p.source != number) { continue; }
        projection_activity& counts = counts_.projections[j];
        std::vector<std::int64_t>& to = arrivals_at(now_ + p.delay)[p.target];
        const auto channels = static_cast<std::uint32_t>(net_.populations[p.target].shape.channels);
        std::set<std::uint32_t> positions;
        for (const synapse& s : plan_->fans[j][neuron]) {
            to[s.target] += std::int64_t{value} * s.weight * (std::int64_t{1} << p.shift);
            counts.synaptic_events += 1;
            counts.synaptic_events_nonzero += s.weight != 0 ? 1 : 0;
            counts.active_synapses += first ? 1 : 0;
            counts.active_synapses_nonzero += first && s.weight != 0 ? 1 : 0;
            positions.insert(s.target / channels);
        }
        counts.active_positions += first ? positions.size() : 0;
    }
}

std::vector<std::int64_t> reference_stream::potentials(std::size_t population) const {
    std::vector<std::int64_t> values;
    for (const streaming_state& s : populations_[population].states) { values.push_back(s.v); }
    return values;
}

std::vector<std::int64_t> reference_stream::currents(std::size_t population) const {
    std::vector<std::int64_t> values;
    const synfire::population& p = net_.populations[population];
    if (!p.streaming || !p.streaming->has_current()) { return values; }
    for (const streaming_state& s : populations_[population].states) { values.push_back(s.s); }
    return values;
}

std::vector<std::int64_t> reference_stream::answer(std::size_t population) const {
    const neurons& own = populations_[population];
    switch (net_.populations[population].streaming->answer) {
    case readout_rule::sum:
        return own.sums;
    case readout_rule::max:
        return own.peaks.empty() ? potentials(population) : own.peaks;
    default:
        return potentials(population);
    }
}

}  // namespace

stream_maker reference_stream_maker(std::shared_ptr<const network> net) {
    auto plan = std::make_shared<const reference_plan>(std::move(net));
    return [plan] { return std::make_unique<reference_stream>(plan); };
}

}  // namespace synfire::sim
