// SPDX-License-Identifier: Apache-2.0
// Reference engine: every spike is sent on its own, over every synapse on its own, and every event
// is counted by counting it. Slow on purpose; no arithmetic is shared with the event-driven engine
// beyond the core library.
#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include <synfire/core/neuron.hpp>
#include <synfire/core/synapses.hpp>

#include "engine.hpp"

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

class reference_engine final : public engine {
  public:
    explicit reference_engine(std::shared_ptr<const reference_plan> plan)
        : plan_(std::move(plan)),
          net_(*plan_->net) {}

    void run(std::span<const encoded_input> inputs, const record_options& record,
             sample_output& out) override;

  private:
    void start_sample(std::span<const encoded_input> inputs);
    void run_population(std::size_t number);
    void pool(std::size_t number);
    void fire_all(std::size_t number);
    void emit(std::size_t number, std::size_t neuron, const std::vector<std::int32_t>& steps,
              std::int32_t sign);
    void decode(std::size_t number);
    void count_active(std::size_t number);
    void deliver_spikes(std::size_t number);
    void deliver_current(std::size_t number);
    void send(std::size_t projection, std::size_t neuron, std::int64_t value, bool as_spike);
    void store(const record_options& record, sample_output& out) const;

    std::shared_ptr<const reference_plan> plan_;
    const network& net_;
    std::vector<population_record> state_;
    activity counts_;
};

void reference_engine::run(std::span<const encoded_input> inputs, const record_options& record,
                           sample_output& out) {
    start_sample(inputs);
    for (const std::size_t number : plan_->order) { run_population(number); }
    store(record, out);
}

void reference_engine::start_sample(std::span<const encoded_input> inputs) {
    counts_ = empty_activity(net_);
    count_updates(net_, counts_);
    state_.assign(net_.populations.size(), {});
    std::size_t input = 0;
    for (std::size_t i = 0; i < state_.size(); ++i) {
        const population& p = net_.populations[i];
        if (p.kind == population_kind::input) {
            state_[i].codes = inputs[input].codes;
            state_[i].spikes = inputs[input].spikes;
            ++input;
        }
        if (!p.has_potential()) { continue; }
        state_[i].potentials.resize(p.shape.neurons());
        for (std::size_t n = 0; n < p.shape.neurons(); ++n) {
            state_[i].potentials[n] = p.bias_of(n);
        }
    }
}

void reference_engine::run_population(std::size_t number) {
    const population& p = net_.populations[number];
    if (p.kind == population_kind::readout) { return; }
    if (p.kind == population_kind::max_pool) { pool(number); }
    if (p.kind == population_kind::spiking) { fire_all(number); }
    if (p.kind != population_kind::input) { decode(number); }
    count_active(number);
    if (p.is_current()) {
        deliver_current(number);
    } else {
        deliver_spikes(number);
    }
}

void reference_engine::pool(std::size_t number) {
    const std::size_t neurons = net_.populations[number].shape.neurons();
    std::vector<std::int32_t> best(neurons, 0);
    std::vector<bool> seen(neurons, false);
    for (std::size_t j = 0; j < net_.projections.size(); ++j) {
        if (net_.projections[j].target != number) { continue; }
        const std::vector<std::int32_t>& codes = state_[net_.projections[j].source].codes;
        for (std::size_t source = 0; source < codes.size(); ++source) {
            for (const synapse& s : plan_->fans[j][source]) {
                if (seen[s.target] && codes[source] <= best[s.target]) { continue; }
                best[s.target] = codes[source];
                seen[s.target] = true;
            }
        }
    }
    const code_window& window = net_.populations[number].window;
    for (std::size_t n = 0; n < neurons; ++n) {
        emit(number, n, spike_steps(window, best[n]), best[n] < 0 ? -1 : 1);
    }
}

/// Code of a fire table's neuron over the table's own range.
std::int32_t table_code(const population& p, std::int64_t x, const thresholds& th) {
    const fire_start start = start_window(x, th, {p.table->k_lo, p.table->k_hi});
    const std::int64_t k = start.sign * (start.v / start.theta);
    return p.table->table[static_cast<std::size_t>(k - p.table->k_lo)];
}

void reference_engine::fire_all(std::size_t number) {
    const population& p = net_.populations[number];
    for (std::size_t n = 0; n < p.shape.neurons(); ++n) {
        const thresholds th{p.theta_of(n), p.theta_neg_of(n)};
        const std::int64_t x = state_[number].potentials[n];
        if (p.table) {
            const std::int32_t code = table_code(p, x, th);
            emit(number, n, spike_steps(p.window, code), code < 0 ? -1 : 1);
        } else {
            const fire_start start = start_window(x, th, p.range);
            emit(number, n, fire(start, p.window), start.sign);
        }
    }
}

void reference_engine::emit(std::size_t number, std::size_t neuron,
                            const std::vector<std::int32_t>& steps, std::int32_t sign) {
    for (const std::int32_t t : steps) {
        state_[number].spikes.push_back({t, static_cast<std::uint32_t>(neuron), sign});
    }
}

void reference_engine::decode(std::size_t number) {
    population_record& state = state_[number];
    std::sort(state.spikes.begin(), state.spikes.end());
    const std::vector<std::int32_t> values = step_values(net_.populations[number].window);
    state.codes.assign(net_.populations[number].shape.neurons(), 0);
    for (const spike& s : state.spikes) {
        state.codes[s.neuron] += s.sign * values[static_cast<std::size_t>(s.step)];
    }
}

void reference_engine::count_active(std::size_t number) {
    const population& p = net_.populations[number];
    for (std::size_t n = 0; n < p.shape.neurons(); ++n) {
        if (state_[number].codes[n] == 0) { continue; }
        counts_.populations[number].active_sources += 1;
        for (std::size_t j = 0; j < net_.projections.size(); ++j) {
            if (net_.projections[j].source != number
                || net_.projections[j].kind == connectivity::window) {
                continue;
            }
            projection_activity& counts = counts_.projections[j];
            const auto channels = static_cast<std::uint32_t>(
                net_.populations[net_.projections[j].target].shape.channels);
            std::set<std::uint32_t> positions;
            for (const synapse& s : plan_->fans[j][n]) {
                counts.active_synapses += 1;
                counts.active_synapses_nonzero += s.weight != 0 ? 1 : 0;
                positions.insert(s.target / channels);
            }
            counts.active_positions += positions.size();
        }
    }
}

void reference_engine::deliver_spikes(std::size_t number) {
    const std::vector<std::int32_t> values = step_values(net_.populations[number].window);
    for (const spike& s : state_[number].spikes) {
        counts_.populations[number].spikes += 1;
        counts_.populations[number].spikes_per_step[static_cast<std::size_t>(s.step)] += 1;
        for (std::size_t j = 0; j < net_.projections.size(); ++j) {
            if (net_.projections[j].source != number
                || net_.projections[j].kind == connectivity::window) {
                continue;
            }
            send(j, s.neuron, std::int64_t{s.sign} * values[static_cast<std::size_t>(s.step)],
                 true);
        }
    }
}

void reference_engine::deliver_current(std::size_t number) {
    const std::vector<std::int32_t>& codes = state_[number].codes;
    for (std::size_t n = 0; n < codes.size(); ++n) {
        if (codes[n] == 0) { continue; }
        for (std::size_t j = 0; j < net_.projections.size(); ++j) {
            if (net_.projections[j].source == number) { send(j, n, codes[n], false); }
        }
    }
}

void reference_engine::send(std::size_t projection, std::size_t neuron, std::int64_t value,
                            bool as_spike) {
    const synfire::projection& p = net_.projections[projection];
    const std::int64_t unit = std::int64_t{1} << p.shift;
    std::vector<std::int64_t>& potentials = state_[p.target].potentials;
    for (const synapse& s : plan_->fans[projection][neuron]) {
        potentials[s.target] += value * s.weight * unit;
        if (as_spike) {
            counts_.projections[projection].synaptic_events += 1;
            counts_.projections[projection].synaptic_events_nonzero += s.weight != 0 ? 1 : 0;
        } else {
            counts_.macs_first_layer += 1;
        }
    }
}

void reference_engine::store(const record_options& record, sample_output& out) const {
    out = {};
    out.counts = counts_;
    for (std::size_t i = 0; i < state_.size(); ++i) {
        if (net_.populations[i].kind != population_kind::readout) { continue; }
        out.result.readouts.push_back({i, state_[i].potentials, arg_max(state_[i].potentials)});
    }
    if (!record.any()) { return; }
    out.result.populations = state_;
    for (population_record& p : out.result.populations) {
        if (!record.potentials) { p.potentials.clear(); }
        if (!record.spikes) {
            p.codes.clear();
            p.spikes.clear();
        }
    }
}

}  // namespace

engine_maker reference_engine_maker(std::shared_ptr<const network> net) {
    auto plan = std::make_shared<const reference_plan>(std::move(net));
    return [plan] { return std::make_unique<reference_engine>(plan); };
}

}  // namespace synfire::sim
