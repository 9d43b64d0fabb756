// SPDX-License-Identifier: Apache-2.0
// Event-driven engine: work follows the active sources. A source adds code * weights once instead
// of once per spike; integer sums commute, so the potentials are those of the reference, and counts
// come from tables.
#include <algorithm>
#include <iterator>
#include <numeric>
#include <utility>

#include <boost/dynamic_bitset.hpp>

#include "dispatch.hpp"
#include "engine.hpp"
#include "plan.hpp"

namespace synfire::sim {
namespace {

using bitset = boost::dynamic_bitset<std::uint64_t>;

struct population_state {
    std::vector<std::uint32_t> sums;  ///< potentials, two's complement
    std::vector<std::int32_t> codes;
};

class event_engine final : public engine {
  public:
    explicit event_engine(std::shared_ptr<const event_plan> plan);
    void run(std::span<const encoded_input> inputs, const record_options& record,
             sample_output& out) override;

  private:
    void start_sample(std::span<const encoded_input> inputs);
    void compute_codes(std::size_t number);
    void fire(std::size_t number);
    void find_active(std::size_t number);
    void look_up_spikes(std::size_t number);
    void count_population(std::size_t number);
    void count_projection(std::size_t number, bool graded);
    void deliver(std::size_t number);
    void store(const record_options& record, sample_output& out) const;
    void record_population(std::size_t number, const record_options& record,
                           population_record& to) const;

    std::shared_ptr<const event_plan> plan_;
    const network& net_;
    std::vector<population_state> states_;
    std::vector<std::size_t> input_of_;  ///< per population; inputs only
    std::span<const encoded_input> inputs_;
    activity counts_;

    // Of the population that is running.
    std::vector<std::uint64_t> words_;
    bitset active_map_;
    active_set active_;
    std::vector<std::uint16_t> masks_;
    std::vector<std::uint32_t> spikes_;
    delivery_scratch scratch_;
};

event_engine::event_engine(std::shared_ptr<const event_plan> plan)
    : plan_(std::move(plan)),
      net_(*plan_->net),
      states_(net_.populations.size()),
      input_of_(net_.populations.size(), 0) {
    std::size_t input = 0;
    for (std::size_t i = 0; i < states_.size(); ++i) {
        const population& p = net_.populations[i];
        if (p.has_potential()) { states_[i].sums.resize(p.shape.neurons()); }
        if (p.kind != population_kind::readout) { states_[i].codes.resize(p.shape.neurons()); }
        if (p.kind == population_kind::input) { input_of_[i] = input++; }
    }
    counts_ = empty_activity(net_);
}

void event_engine::run(std::span<const encoded_input> inputs, const record_options& record,
                       sample_output& out) {
    start_sample(inputs);
    for (const std::size_t number : plan_->order) {
        const population& p = net_.populations[number];
        if (p.kind == population_kind::readout) { continue; }
        compute_codes(number);
        find_active(number);
        look_up_spikes(number);
        count_population(number);
        deliver(number);
    }
    store(record, out);
}

void event_engine::start_sample(std::span<const encoded_input> inputs) {
    inputs_ = inputs;
    counts_.macs_first_layer = 0;
    for (population_activity& p : counts_.populations) {
        p.spikes = p.active_sources = 0;
        std::fill(p.spikes_per_step.begin(), p.spikes_per_step.end(), 0);
    }
    std::fill(counts_.projections.begin(), counts_.projections.end(), projection_activity{});
    count_updates(net_, counts_);
    for (std::size_t i = 0; i < states_.size(); ++i) {
        const std::vector<std::uint32_t>& bias = plan_->populations[i].bias;
        std::copy(bias.begin(), bias.end(), states_[i].sums.begin());
    }
}

void event_engine::compute_codes(std::size_t number) {
    population_state& state = states_[number];
    switch (net_.populations[number].kind) {
    case population_kind::input: {
        const std::vector<std::int32_t>& codes = inputs_[input_of_[number]].codes;
        std::copy(codes.begin(), codes.end(), state.codes.begin());
        break;
    }
    case population_kind::max_pool:
        for (const std::size_t j : plan_->populations[number].incoming_pools) {
            const std::size_t source = net_.projections[j].source;
            plan_->projections[j].pool->gather(states_[source].codes.data(), state.codes.data(),
                                               plan_->kernels);
        }
        break;
    default:
        fire(number);
        break;
    }
}

void event_engine::fire(std::size_t number) {
    const population& p = net_.populations[number];
    const fire_tile& tile = plan_->populations[number].tile;
    population_state& state = states_[number];
    const fire_side sides[2] = {{tile.start[0].data(), tile.inverse[0].data(), tile.top[0]},
                                {tile.start[1].data(), tile.inverse[1].data(), tile.top[1]}};
    const bool is_signed = (p.table ? p.table->k_lo : p.range.lo) < 0;
    for (std::size_t base = 0; base < state.codes.size(); base += tile.size) {
        const std::size_t count = std::min(tile.size, state.codes.size() - base);
        if (is_signed) {
            plan_->kernels.fire_signed(state.sums.data() + base, state.codes.data() + base, sides,
                                       count);
        } else {
            plan_->kernels.fire(state.sums.data() + base, state.codes.data() + base, sides[0],
                                count);
        }
    }
    if (!p.table) { return; }
    for (std::int32_t& code : state.codes) {
        code = p.table->table[static_cast<std::size_t>(code - p.table->k_lo)];
    }
}

/// Compacts the non-zero codes: what follows never looks at a silent neuron again.
void event_engine::find_active(std::size_t number) {
    const std::vector<std::int32_t>& codes = states_[number].codes;
    const auto channels = static_cast<std::size_t>(net_.populations[number].shape.channels);
    words_.resize((codes.size() + 63) / 64);
    plan_->kernels.active_bits(codes.data(), words_.data(), codes.size());
    active_map_.resize(words_.size() * 64);
    boost::from_block_range(words_.begin(), words_.end(), active_map_);
    active_.clear();
    std::size_t next_position = 0;  // first neuron behind the current position
    for (std::size_t n = active_map_.find_first(); n != bitset::npos;
         n = active_map_.find_next(n)) {
        const auto entry = static_cast<std::uint32_t>(active_.neurons.size());
        if (n >= next_position) {
            const std::size_t position = n / channels;
            next_position = (position + 1) * channels;
            active_.positions.push_back({static_cast<std::uint32_t>(position), entry, entry});
        }
        active_.positions.back().last = entry + 1;
        active_.neurons.push_back(static_cast<std::uint32_t>(n));
        active_.codes.push_back(codes[n]);
    }
}

/// Steps and numbers of the spikes of each active source. Number and code determine each other for
/// every encoder, but inputs may place their spikes elsewhere in the window, so their steps are
/// counted from the train.
void event_engine::look_up_spikes(std::size_t number) {
    const code_tables& tables = plan_->populations[number].codes;
    const bool has_window = net_.populations[number].window.steps > 0;
    masks_.resize(active_.codes.size());
    spikes_.resize(active_.codes.size());
    for (std::size_t e = 0; e < active_.codes.size(); ++e) {
        masks_[e] = has_window ? tables.mask(active_.codes[e]) : std::uint16_t{0};
        spikes_[e] = has_window ? tables.spikes(active_.codes[e]) : 0;
    }
}

void event_engine::count_population(std::size_t number) {
    population_activity& counts = counts_.populations[number];
    counts.active_sources = active_.neurons.size();
    if (net_.populations[number].kind == population_kind::input) {
        const spike_train& spikes = inputs_[input_of_[number]].spikes;
        counts.spikes = spikes.size();
        for (const spike& s : spikes) {
            counts.spikes_per_step[static_cast<std::size_t>(s.step)] += 1;
        }
        return;
    }
    std::uint32_t steps[max_window_steps] = {};
    plan_->kernels.count_steps(steps, masks_.data(), masks_.size());
    std::copy(steps, steps + counts.spikes_per_step.size(), counts.spikes_per_step.begin());
    counts.spikes = std::accumulate(std::begin(steps), std::end(steps), std::uint64_t{0});
}

void event_engine::count_projection(std::size_t number, bool graded) {
    const std::vector<source_fan>& fans = plan_->projections[number].fans;
    projection_activity sum;
    for (std::size_t e = 0; e < active_.neurons.size(); ++e) {
        const source_fan& fan = fans[active_.neurons[e]];
        const std::uint64_t spikes = spikes_[e];
        sum.synaptic_events += spikes * fan.synapses;
        sum.synaptic_events_nonzero += spikes * fan.nonzero;
        sum.active_synapses += fan.synapses;
        sum.active_synapses_nonzero += fan.nonzero;
        sum.active_positions += fan.positions;
    }
    counts_.projections[number] = sum;
    if (graded) { counts_.macs_first_layer += sum.active_synapses; }
}

void event_engine::deliver(std::size_t number) {
    const bool graded = net_.populations[number].is_current();
    for (const std::size_t j : plan_->populations[number].outgoing) {
        const projection_plan& projection = plan_->projections[j];
        count_projection(j, graded);
        projection.how->deliver({active_, states_[number].codes.data(),
                                 states_[projection.target].sums.data(), plan_->kernels, scratch_});
    }
}

std::vector<std::int64_t> to_potentials(const std::vector<std::uint32_t>& sums) {
    std::vector<std::int64_t> potentials(sums.size());
    std::transform(sums.begin(), sums.end(), potentials.begin(),
                   [](std::uint32_t x) { return static_cast<std::int32_t>(x); });
    return potentials;
}

void event_engine::store(const record_options& record, sample_output& out) const {
    out.counts = counts_;
    out.result.readouts.clear();
    out.result.populations.clear();
    for (std::size_t i = 0; i < states_.size(); ++i) {
        if (net_.populations[i].kind != population_kind::readout) { continue; }
        std::vector<std::int64_t> potentials = to_potentials(states_[i].sums);
        const std::size_t winner = arg_max(potentials);
        out.result.readouts.push_back({i, std::move(potentials), winner});
    }
    if (!record.any()) { return; }
    out.result.populations.resize(states_.size());
    for (std::size_t i = 0; i < states_.size(); ++i) {
        record_population(i, record, out.result.populations[i]);
    }
}

void event_engine::record_population(std::size_t number, const record_options& record,
                                     population_record& to) const {
    const population& p = net_.populations[number];
    if (record.potentials) { to.potentials = to_potentials(states_[number].sums); }
    if (!record.spikes || p.kind == population_kind::readout) { return; }
    to.codes = states_[number].codes;
    if (p.kind == population_kind::input) {
        to.spikes = inputs_[input_of_[number]].spikes;
    } else {
        plan_->populations[number].codes.append_spikes(to.codes, to.spikes);
    }
}

}  // namespace

engine_maker event_engine_maker(std::shared_ptr<const network> net, simd_level simd) {
    auto plan = std::make_shared<const event_plan>(std::move(net), select_kernels(simd));
    return [plan] { return std::make_unique<event_engine>(plan); };
}

}  // namespace synfire::sim
