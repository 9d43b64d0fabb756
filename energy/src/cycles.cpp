// SPDX-License-Identifier: Apache-2.0
#include <synfire/energy/cycles.hpp>

#include <algorithm>

#include "field.hpp"

namespace synfire::energy {
namespace {

constexpr double change_of_field = 4;  // the scanner's latency between two fields

void add_arrivals(const network& net, const projection& p, const projection_load& input,
                  const engine_options& engine, cycle_estimate& estimate) {
    const field_facts facts = facts_of(net, p, {engine.lanes, engine.spike_word_bits, 1});
    estimate.words_scanned += facts.words;
    // A source that spikes twice is added twice; a pool compares once per active source.
    const bool spikes = input.active_synapses > 0 && input.events > 0;
    const double per_active = spikes ? input.events / input.active_synapses : 1.0;
    estimate.row_additions += input.active_positions * facts.row_words * per_active;
}

}  // namespace

cycle_estimate estimate_cycles(const network& net, std::size_t population, const layer_load& load,
                               const engine_options& engine) {
    const synfire::population& p = net.populations[population];
    cycle_estimate estimate;
    if (p.kind == population_kind::input) { return estimate; }
    std::size_t input = 0;
    for (const projection& q : net.projections) {
        if (q.target == population) {
            add_arrivals(net, q, load.inputs[input++], engine, estimate);
        }
    }
    const double groups = (p.shape.channels + engine.lanes - 1) / engine.lanes;
    estimate.output_words = static_cast<double>(p.shape.positions()) * groups;
    const double firing =
        p.kind == population_kind::readout ? 0.0 : estimate.output_words * p.window.steps;
    const double gathering = std::max(estimate.row_additions, estimate.words_scanned);
    const double changes = change_of_field * estimate.output_words;
    estimate.cycles.low = std::max(gathering, firing);
    estimate.cycles.nominal = std::max(gathering + changes, firing);
    estimate.cycles.high = estimate.row_additions + estimate.words_scanned + changes + firing;
    return estimate;
}

}  // namespace synfire::energy
