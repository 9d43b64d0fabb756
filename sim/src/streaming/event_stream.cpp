// SPDX-License-Identifier: Apache-2.0
// Event-driven streaming engine: a population remembers which of its neurons fired in the last
// steps; when their spikes arrive, they add their rows of weights to the target's accumulators, and
// only blocks of neurons that something happens to are updated. Delays cost memory per spike, not
// per neuron, and the accumulators, one per neuron, stay in the cache. Counts come from how often
// each neuron fired and from its fan-out, so that no synapse is touched to be counted.
#include <algorithm>
#include <limits>
#include <utility>

#include "../dispatch.hpp"
#include "stream_engine.hpp"
#include "stream_plan.hpp"
#include "stream_population_state.hpp"

namespace synfire::sim {
namespace {

constexpr std::size_t nobody = std::numeric_limits<std::size_t>::max();

/// Spikes of a population in one step.
struct fired_step {
    firing neurons;
    std::vector<std::int32_t> events;  ///< per spike, where an input adds events up
};

class event_stream final : public stream_engine {
  public:
    explicit event_stream(std::shared_ptr<const stream_plan> plan);

    void start() override;
    void set_current(std::size_t population, std::span<const std::int32_t> codes) override;
    void step(std::span<const firing> injected) override;

    const firing& fired(std::size_t population) const override {
        return fired_[population][slot_of(population, now_ == 0 ? 0 : now_ - 1)].neurons;
    }
    std::vector<std::int64_t> potentials(std::size_t population) const override {
        return states_[population].potentials();
    }
    std::vector<std::int64_t> currents(std::size_t population) const override {
        return states_[population].currents();
    }
    clamp_flags flags(std::size_t population) const override { return states_[population].flags(); }
    std::vector<std::int64_t> answer(std::size_t population) const override {
        return states_[population].answer();
    }
    activity counts() const override;

  private:
    /// Where the spikes of a step are kept.
    std::size_t slot_of(std::size_t population, std::uint64_t step) const {
        return static_cast<std::size_t>(step % fired_[population].size());
    }
    void feed_currents();
    void inject(std::size_t number, const firing& injected);
    void find_active(std::size_t number, std::span<const std::uint32_t> neurons,
                     std::span<const std::int32_t> values);
    void choose(std::size_t number, std::uint64_t step);
    void receive(std::size_t number);
    void count_spikes(std::size_t number, const firing& fired);
    void count_projection(std::size_t number, projection_activity& counts) const;

    std::shared_ptr<const stream_plan> plan_;
    const network& net_;
    std::vector<stream_population_state> states_;
    std::vector<std::vector<fired_step>> fired_;         ///< [population][step of the memory]
    std::vector<std::vector<std::int32_t>> codes_;       ///< `current` inputs: per neuron
    std::vector<std::vector<std::uint64_t>> spikes_of_;  ///< per neuron
    std::vector<population_activity> over_time_;         ///< spikes per step so far
    std::uint64_t now_ = 0;
    std::uint64_t macs_ = 0;
    std::uint64_t macs_per_step_ = 0;
    delivery_scratch scratch_;

    // Spikes that are being delivered: of one population and step.
    active_set active_;
    std::size_t active_source_ = nobody;
    std::uint64_t active_step_ = 0;
};

event_stream::event_stream(std::shared_ptr<const stream_plan> plan)
    : plan_(std::move(plan)),
      net_(*plan_->net),
      fired_(net_.populations.size()),
      codes_(net_.populations.size()),
      spikes_of_(net_.populations.size()),
      over_time_(net_.populations.size()) {
    for (const stream_population& p : plan_->populations) { states_.emplace_back(p); }
    for (std::size_t i = 0; i < codes_.size(); ++i) {
        fired_[i].resize(plan_->populations[i].memory);
        if (net_.populations[i].kind == population_kind::readout) { continue; }
        if (net_.populations[i].is_current()) { codes_[i].resize(plan_->populations[i].neurons); }
        spikes_of_[i].resize(plan_->populations[i].neurons);
    }
    start();
}

void event_stream::start() {
    now_ = macs_ = macs_per_step_ = 0;
    active_source_ = nobody;
    for (std::size_t i = 0; i < states_.size(); ++i) {
        states_[i].start();
        for (fired_step& f : fired_[i]) { f.neurons.clear(); }
        over_time_[i] = {};
        std::fill(codes_[i].begin(), codes_[i].end(), 0);
        std::fill(spikes_of_[i].begin(), spikes_of_[i].end(), std::uint64_t{0});
    }
}

void event_stream::set_current(std::size_t population, std::span<const std::int32_t> codes) {
    codes_[population].assign(codes.begin(), codes.end());
    feed_currents();
}

/// What `current` inputs feed in is the same in every step, so it is added up once and acts as a
/// bias.
void event_stream::feed_currents() {
    macs_per_step_ = 0;
    active_source_ = nobody;
    for (stream_population_state& state : states_) { state.start_input(); }
    for (std::size_t j = 0; j < net_.projections.size(); ++j) {
        const std::size_t source = net_.projections[j].source;
        if (!net_.populations[source].is_current()) { continue; }
        firing active;
        std::vector<std::int32_t> values;
        for (std::size_t n = 0; n < codes_[source].size(); ++n) {
            if (codes_[source][n] == 0) { continue; }
            active.push_back(static_cast<std::uint32_t>(n));
            values.push_back(codes_[source][n]);
        }
        find_active(source, active, values);
        const projection_plan& p = plan_->projections[j];
        p.how->deliver({active_, {}, states_[p.target].input(), plan_->kernels, scratch_});
        for (const std::uint32_t n : active) { macs_per_step_ += p.fans[n].synapses; }
    }
    for (stream_population_state& state : states_) { state.finish_input(); }
}

void event_stream::step(std::span<const firing> injected) {
    for (const std::size_t number : plan_->order) {
        firing& fired = fired_[number][slot_of(number, now_)].neurons;
        const stream_population& plan = plan_->populations[number];
        if (plan.has_potential) {
            const auto rest = static_cast<std::uint64_t>(plan.refractory) + 1;
            if (rest > 1 && now_ >= rest) {
                states_[number].end_rest(fired_[number][slot_of(number, now_ - rest)].neurons);
            }
            receive(number);
            states_[number].update(fired);
        } else {
            inject(number, injected[number]);
        }
        const population& p = net_.populations[number];
        if (p.kind != population_kind::readout && !p.is_current()) { count_spikes(number, fired); }
    }
    macs_ += macs_per_step_;
    ++now_;
}

void event_stream::inject(std::size_t number, const firing& injected) {
    fired_step& now = fired_[number][slot_of(number, now_)];
    if (net_.populations[number].largest_spike() == 1) {
        now.neurons = injected;
    } else {
        count_events(injected, now.neurons, now.events);
    }
}

void event_stream::count_spikes(std::size_t number, const firing& fired) {
    over_time_[number].count_step(static_cast<std::int64_t>(now_), fired.size());
    for (const std::uint32_t n : fired) { spikes_of_[number][n] += 1; }
}

/// Makes the spikes of a population and step the active ones; several projections may follow.
void event_stream::choose(std::size_t number, std::uint64_t step) {
    if (active_source_ == number && active_step_ == step) { return; }
    const fired_step& fired = fired_[number][slot_of(number, step)];
    find_active(number, fired.neurons, fired.events);
    active_source_ = number;
    active_step_ = step;
}

/// Delivers what arrives at a population in this step.
void event_stream::receive(std::size_t number) {
    stream_population_state& state = states_[number];
    for (const std::size_t j : plan_->populations[number].incoming) {
        const projection& p = net_.projections[j];
        const auto delay = static_cast<std::uint64_t>(p.delay);
        if (delay > now_) { continue; }
        if (fired_[p.source][slot_of(p.source, now_ - delay)].neurons.empty()) { continue; }
        choose(p.source, now_ - delay);
        const delivery& how = *plan_->projections[j].how;
        how.deliver({active_, {}, state.arrivals(), plan_->kernels, scratch_});
        state.wake(how, active_);
    }
}

/// Groups neurons by position, with what each is worth: without values a spike is worth 1.
void event_stream::find_active(std::size_t number, std::span<const std::uint32_t> neurons,
                               std::span<const std::int32_t> values) {
    const std::size_t channels = plan_->populations[number].channels;
    active_.clear();
    std::size_t next_position = 0;  // first neuron behind the current position
    for (const std::uint32_t n : neurons) {
        const auto entry = static_cast<std::uint32_t>(active_.neurons.size());
        if (n >= next_position) {
            const std::size_t position = n / channels;
            next_position = (position + 1) * channels;
            active_.positions.push_back({static_cast<std::uint32_t>(position), entry, entry});
        }
        active_.positions.back().last = entry + 1;
        active_.neurons.push_back(n);
        active_.codes.push_back(values.empty() ? 1 : values[entry]);
    }
}

void event_stream::count_projection(std::size_t number, projection_activity& counts) const {
    const std::vector<source_fan>& fans = plan_->projections[number].fans;
    const std::vector<std::uint64_t>& spikes = spikes_of_[net_.projections[number].source];
    for (std::size_t n = 0; n < fans.size(); ++n) {
        if (spikes[n] == 0) { continue; }
        counts.synaptic_events += spikes[n] * fans[n].synapses;
        counts.synaptic_events_nonzero += spikes[n] * fans[n].nonzero;
        counts.active_synapses += fans[n].synapses;
        counts.active_synapses_nonzero += fans[n].nonzero;
        counts.active_positions += fans[n].positions;
    }
}

activity event_stream::counts() const {
    activity all;
    all.samples = 1;
    all.macs_first_layer = macs_;
    all.populations.resize(states_.size());
    all.projections.resize(net_.projections.size());
    for (std::size_t i = 0; i < states_.size(); ++i) {
        population_activity& counts = all.populations[i];
        counts = over_time_[i];
        for (const std::uint64_t spikes : spikes_of_[i]) {
            counts.spikes += spikes;
            counts.active_sources += spikes != 0 ? 1 : 0;
        }
        const bool updates = net_.populations[i].kind == population_kind::spiking;
        counts.neuron_updates = updates ? now_ * plan_->populations[i].neurons : 0;
    }
    for (std::size_t j = 0; j < all.projections.size(); ++j) {
        count_projection(j, all.projections[j]);
    }
    return all;
}

}  // namespace

stream_maker event_stream_maker(std::shared_ptr<const network> net, simd_level simd) {
    auto plan = std::make_shared<const stream_plan>(std::move(net), select_kernels(simd));
    return [plan] { return std::make_unique<event_stream>(plan); };
}

}  // namespace synfire::sim
