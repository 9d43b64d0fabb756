// SPDX-License-Identifier: Apache-2.0
// Event-driven engine: work follows the active sources. A population takes the active neurons of
// its sources, each as code * weights once instead of once per spike; integer sums commute, so the
// potentials are those of the reference, and counts come from tables.
#include <algorithm>
#include <iterator>
#include <numeric>
#include <utility>

#include "active_list.hpp"
#include "dispatch.hpp"
#include "engine.hpp"
#include "plan.hpp"

namespace synfire::sim {
namespace {

struct population_state {
    std::vector<std::uint32_t> sums;  ///< potentials, two's complement, where they are kept
    population_codes sent;
    std::size_t active_count = 0;
    active_set active;
};

class event_engine final : public engine {
  public:
    event_engine(std::shared_ptr<const event_plan> plan, int threads);
    void run(std::span<const encoded_input> inputs, const record_options& record,
             sample_output& out) override;

  private:
    void start_sample(std::span<const encoded_input> inputs);
    std::vector<std::uint32_t>& sums_of(std::size_t number);
    void receive(std::size_t number);
    void compute_codes(std::size_t number);
    void fire(std::size_t number);
    void fire_tile_of(std::size_t number, const std::uint32_t* sums, std::int32_t* codes,
                      std::size_t count) const;
    void find_active(std::size_t number);
    void count_population(std::size_t number);
    void count_projections(std::size_t number);
    void store(const record_options& record, sample_output& out) const;
    void record_population(std::size_t number, const record_options& record,
                           population_record& to) const;

    std::shared_ptr<const event_plan> plan_;
    int threads_;
    const network& net_;
    std::vector<population_state> states_;
    std::vector<std::size_t> input_of_;  ///< per population; inputs only
    std::span<const encoded_input> inputs_;
    activity counts_;
    bool keep_potentials_ = false;
    std::vector<std::uint32_t> passing_sums_;
    std::vector<std::int32_t> codes_;  ///< of one tile
    std::vector<std::uint32_t> fan_sums_;
    std::vector<projection_activity> fan_counts_;
    delivery_scratch scratch_;
};

event_engine::event_engine(std::shared_ptr<const event_plan> plan, int threads)
    : plan_(std::move(plan)),
      threads_(threads),
      net_(*plan_->net),
      states_(net_.populations.size()),
      input_of_(net_.populations.size(), 0) {
    std::size_t input = 0;
    for (std::size_t i = 0; i < states_.size(); ++i) {
        const population& p = net_.populations[i];
        if (p.kind != population_kind::readout) { states_[i].sent.resize(p); }
        if (p.kind == population_kind::input) { input_of_[i] = input++; }
    }
    counts_ = empty_activity(net_);
}

void event_engine::run(std::span<const encoded_input> inputs, const record_options& record,
                       sample_output& out) {
    start_sample(inputs);
    keep_potentials_ = record.potentials;
    for (const std::size_t number : plan_->order) {
        receive(number);
        if (net_.populations[number].kind == population_kind::readout) { continue; }
        compute_codes(number);
        find_active(number);
        count_population(number);
        count_projections(number);
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
}

/// Potentials that nobody asks for are written where those of the population before were: there
/// they are in the cache.
std::vector<std::uint32_t>& event_engine::sums_of(std::size_t number) {
    const population& p = net_.populations[number];
    const bool kept = keep_potentials_ || p.kind == population_kind::readout;
    std::vector<std::uint32_t>& sums = kept ? states_[number].sums : passing_sums_;
    if (sums.size() < p.shape.neurons()) { sums.resize(p.shape.neurons()); }
    return sums;
}

void event_engine::receive(std::size_t number) {
    if (!net_.populations[number].has_potential()) { return; }
    const population_plan& plan = plan_->populations[number];
    const std::size_t neurons = net_.populations[number].shape.neurons();
    std::vector<std::uint32_t>& sums = sums_of(number);
    for (std::size_t base = 0; base < neurons; base += plan.bias.size()) {
        const std::size_t count = std::min(plan.bias.size(), neurons - base);
        std::copy_n(plan.bias.data(), count, sums.data() + base);
    }
    for (const std::size_t j : plan.incoming) {
        const population_state& source = states_[net_.projections[j].source];
        plan_->projections[j].how->deliver({source.active, source.sent.view(), sums.data(),
                                            plan_->kernels, scratch_, source.active_count,
                                            threads_});
    }
}

void event_engine::compute_codes(std::size_t number) {
    population_codes& to = states_[number].sent;
    switch (net_.populations[number].kind) {
    case population_kind::input: {
        const std::vector<std::int32_t>& codes = inputs_[input_of_[number]].codes;
        if (to.bytes) {
            plan_->kernels.to_bytes(codes.data(), to.active.data(), codes.size());
        } else {
            std::copy(codes.begin(), codes.end(), to.wide.begin());
        }
        break;
    }
    case population_kind::max_pool:
        for (const std::size_t j : plan_->populations[number].incoming_pools) {
            const std::size_t source = net_.projections[j].source;
            plan_->projections[j].pool->gather(states_[source].sent.view(), to.wide.data(),
                                               to.active.data(), plan_->kernels);
        }
        break;
    default:
        fire(number);
        break;
    }
}

void event_engine::fire(std::size_t number) {
    const fire_tile& tile = plan_->populations[number].tile;
    const std::uint32_t* const sums = sums_of(number).data();
    population_codes& to = states_[number].sent;
    codes_.resize(std::max(codes_.size(), tile.size));
    for (std::size_t base = 0; base < to.size(); base += tile.size) {
        const std::size_t count = std::min(tile.size, to.size() - base);
        if (!tile.short_start.empty()) {
            const fire_side_short side{tile.short_start.data(), tile.short_inverse.data(),
                                       static_cast<float>(tile.top[0])};
            plan_->kernels.fire_bytes(sums + base, to.active.data() + base, side, count);
            continue;
        }
        std::int32_t* const codes = to.bytes ? codes_.data() : to.wide.data() + base;
        fire_tile_of(number, sums + base, codes, count);
        if (to.bytes) { plan_->kernels.to_bytes(codes, to.active.data() + base, count); }
    }
}

void event_engine::fire_tile_of(std::size_t number, const std::uint32_t* sums, std::int32_t* codes,
                                std::size_t count) const {
    const population& p = net_.populations[number];
    const fire_tile& tile = plan_->populations[number].tile;
    const fire_side sides[2] = {{tile.start[0].data(), tile.inverse[0].data(), tile.top[0]},
                                {tile.start[1].data(), tile.inverse[1].data(), tile.top[1]}};
    if ((p.table ? p.table->k_lo : p.range.lo) < 0) {
        plan_->kernels.fire_signed(sums, codes, sides, count);
    } else {
        plan_->kernels.fire(sums, codes, sides[0], count);
    }
    if (!p.table) { return; }
    for (std::size_t n = 0; n < count; ++n) {
        codes[n] = p.table->table[static_cast<std::size_t>(codes[n] - p.table->k_lo)];
    }
}

void event_engine::find_active(std::size_t number) {
    const population& p = net_.populations[number];
    population_state& state = states_[number];
    state.active_count = mark_active(plan_->kernels, state.sent);
    active_needs needs;
    for (const std::size_t j : plan_->populations[number].outgoing) {
        needs |= plan_->projections[j].how->needs(state.active_count);
    }
    list_active(plan_->kernels, state.sent, static_cast<std::size_t>(p.shape.channels), needs,
                state.active_count, state.active);
}

/// Number and code of the spikes determine each other for every encoder, but inputs may place their
/// spikes elsewhere in the window, so their steps are counted from the train.
void event_engine::count_population(std::size_t number) {
    const population& p = net_.populations[number];
    const code_tables& tables = plan_->populations[number].codes;
    population_state& state = states_[number];
    population_activity& counts = counts_.populations[number];
    counts.active_sources = state.active_count;
    const bool own_steps =
        p.kind == population_kind::input && !inputs_[input_of_[number]].spikes_follow_codes;
    if (own_steps) {
        const spike_train& spikes = inputs_[input_of_[number]].spikes;
        for (const spike& s : spikes) {
            counts.spikes_per_step[static_cast<std::size_t>(s.step)] += 1;
        }
    } else {
        count_steps(plan_->kernels, tables, state.sent, counts.spikes_per_step);
    }
    counts.spikes = std::accumulate(counts.spikes_per_step.begin(), counts.spikes_per_step.end(),
                                    std::uint64_t{0});
}

void event_engine::count_projections(std::size_t number) {
    const population_plan& plan = plan_->populations[number];
    if (plan.outgoing.empty()) { return; }
    population_codes& sent = states_[number].sent;
    if (net_.populations[number].window.steps > 0) {
        look_up_spikes(plan_->kernels, plan.codes, sent);
    } else {
        std::fill(sent.spikes.begin(), sent.spikes.end(), std::uint8_t{0});
    }
    plan.fans.count(plan_->kernels, sent.spikes, sent.active, fan_sums_, fan_counts_);
    for (std::size_t j = 0; j < fan_counts_.size(); ++j) {
        counts_.projections[plan.outgoing[j]] = fan_counts_[j];
        if (net_.populations[number].is_current()) {
            counts_.macs_first_layer += fan_counts_[j].active_synapses;
        }
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
    const population_codes& sent = states_[number].sent;
    if (sent.bytes) {
        to.codes.assign(sent.active.begin(), sent.active.end());
    } else {
        to.codes = sent.wide;
    }
    if (p.kind == population_kind::input) {
        to.spikes = inputs_[input_of_[number]].spikes;
    } else {
        plan_->populations[number].codes.append_spikes(to.codes, to.spikes);
    }
}

}  // namespace

engine_maker event_engine_maker(std::shared_ptr<const network> net, simd_level simd, int threads) {
    auto plan = std::make_shared<const event_plan>(std::move(net), select_kernels(simd));
    return [plan, threads] { return std::make_unique<event_engine>(plan, threads); };
}

}  // namespace synfire::sim
