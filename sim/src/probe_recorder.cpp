// SPDX-License-Identifier: Apache-2.0
#include "probe_recorder.hpp"

#include <string>
#include <utility>

#include <synfire/core/error.hpp>

#include "streaming/stream_engine.hpp"

namespace synfire::sim {
namespace {

/// Records that a thread gathers before it hands them over. A few samples of this size may wait for
/// their turn per thread, so it is what bounds the memory of probes.
constexpr std::size_t piece_bytes = std::size_t{256} << 10;

[[noreturn]] void refuse(const population& p, const char* what, const char* expected) {
    throw bad_input({"population '" + p.name + "'", what, std::string(to_string(p.kind)), expected,
                     "synfire inspect lists the populations"});
}

}  // namespace

std::string_view to_string(probe_kind kind) {
    switch (kind) {
    case probe_kind::potentials:
        return "potentials";
    case probe_kind::rates:
        return "rates";
    default:
        return "spikes";
    }
}

void check_probe(const network& net, const probe& p) {
    if (p.population >= net.populations.size()) {
        throw bad_input({"probe", "no population of that number", std::to_string(p.population),
                         "numbers below " + std::to_string(net.populations.size()), ""});
    }
    const population& at = net.populations[p.population];
    if (p.kind == probe_kind::potentials) {
        if (!at.has_potential()) {
            refuse(at, "has no potentials to record", "a spiking population or a readout");
        }
        return;
    }
    if (at.kind == population_kind::readout || at.is_current()) {
        refuse(at, "sends no spikes to record", "a population that fires");
    }
}

probe_recorder::probe_recorder(const network& net, std::span<const probe> probes, receiver receive,
                               sample_order& order)
    : net_(net),
      probes_(probes),
      receive_(std::move(receive)),
      order_(order) {}

void probe_recorder::start(std::size_t sample) {
    sample_ = sample;
    first_step_ = steps_ = 0;
    pieces_.assign(probes_.size(), {});
    for (std::size_t i = 0; i < probes_.size(); ++i) {
        if (probes_[i].kind != probe_kind::rates) { continue; }
        pieces_[i].counts.assign(net_.populations[probes_[i].population].shape.neurons(), 0.0);
    }
}

void probe_recorder::after_step(const stream_engine& state, std::int32_t step) {
    for (std::size_t i = 0; i < probes_.size(); ++i) {
        piece& to = pieces_[i];
        const std::size_t number = probes_[i].population;
        if (probes_[i].kind == probe_kind::potentials) {
            const std::vector<std::int64_t> now = state.potentials(number);
            to.values.insert(to.values.end(), now.begin(), now.end());
            continue;
        }
        for (const std::uint32_t n : state.fired(number)) {
            if (probes_[i].kind == probe_kind::spikes) {
                to.spikes.push_back({step, n, 1});
            } else {
                to.counts[n] += 1.0;
            }
        }
    }
    steps_ = step + 1;
    if (bytes() < piece_bytes) { return; }
    order_.now(sample_, [this] {
        hand_over(probes_, receive_, pieces_, {0, sample_, first_step_, steps_ - first_step_},
                  false);
    });
    first_step_ = steps_;
    for (piece& p : pieces_) {
        p.spikes.clear();
        p.values.clear();
    }
}

void probe_recorder::record(const sample_result& result) {
    for (std::size_t i = 0; i < probes_.size(); ++i) {
        piece& to = pieces_[i];
        const population_record& from = result.populations[probes_[i].population];
        if (probes_[i].kind == probe_kind::potentials) { to.values = from.potentials; }
        if (probes_[i].kind == probe_kind::spikes) { to.spikes = from.spikes; }
        if (probes_[i].kind != probe_kind::rates) { continue; }
        for (const spike& s : from.spikes) { to.counts[s.neuron] += 1.0; }
    }
}

std::size_t probe_recorder::bytes() const {
    std::size_t all = 0;
    for (const piece& p : pieces_) {
        all += p.spikes.size() * sizeof(spike) + p.values.size() * sizeof(std::int64_t);
    }
    return all;
}

/// Rates follow from the counts: spikes per step of the population's own window, or of the sample.
void probe_recorder::hand_over(std::span<const probe> probes, const receiver& receive,
                               const pieces& from, probe_records part, bool last) {
    const probe_records whole = part;
    for (std::size_t i = 0; i < probes.size(); ++i) {
        part = whole;
        part.probe = i;
        part.spikes = from[i].spikes;
        part.values = from[i].values;
        if (probes[i].kind == probe_kind::rates) {
            if (!last) { continue; }
            part.rates = from[i].counts;
            part.steps += std::exchange(part.first_step, 0);
        }
        receive(part);
    }
}

sample_order::task probe_recorder::finish(std::int32_t steps) {
    steps_ = steps;
    for (std::size_t i = 0; i < probes_.size(); ++i) {
        const std::int32_t window = firing_steps(net_, net_.populations[probes_[i].population]);
        const double over = net_.execution == execution::streaming ? steps : window;
        for (double& rate : pieces_[i].counts) { rate /= over; }
    }
    const bool large = bytes() >= piece_bytes;
    const probe_records part{0, sample_, first_step_, steps - first_step_};
    auto kept = std::make_shared<const pieces>(std::move(pieces_));
    pieces_.clear();
    const auto deliver = [probes = probes_, receive = receive_, kept, part] {
        hand_over(probes, receive, *kept, part, true);
    };
    if (!large) { return deliver; }
    order_.now(sample_, deliver);
    return [] {};
}

}  // namespace synfire::sim
