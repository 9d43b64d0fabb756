// SPDX-License-Identifier: Apache-2.0
#include <support/compare_runs.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace synfire::test {
namespace {

template <class Value>
std::string differing_value(const std::string& what, const std::vector<Value>& expected,
                            const std::vector<Value>& found) {
    if (expected.size() != found.size()) {
        return fmt::format("{}: {} values expected, {} found", what, expected.size(), found.size());
    }
    const auto at = std::mismatch(expected.begin(), expected.end(), found.begin());
    if (at.first == expected.end()) { return {}; }
    return fmt::format("{}, neuron {}: {} expected, {} found", what, at.first - expected.begin(),
                       *at.first, *at.second);
}

std::string text(const spike& s) {
    return fmt::format("step {} neuron {} sign {}", s.step, s.neuron, s.sign);
}

std::string differing_spike(const std::string& what, const spike_train& expected,
                            const spike_train& found) {
    if (expected == found) { return {}; }
    const std::size_t common = std::min(expected.size(), found.size());
    std::size_t i = 0;
    while (i < common && expected[i] == found[i]) { ++i; }
    return fmt::format("{}: spike {}: {} expected, {} found", what, i,
                       i < expected.size() ? text(expected[i]) : "none",
                       i < found.size() ? text(found[i]) : "none");
}

std::string differing_record(const std::string& name, const sim::population_record& expected,
                             const sim::population_record& found) {
    std::string d = differing_value(name + " potential", expected.potentials, found.potentials);
    if (d.empty()) { d = differing_value(name + " code", expected.codes, found.codes); }
    if (d.empty()) { d = differing_spike(name, expected.spikes, found.spikes); }
    if (d.empty()) { d = differing_value(name + " current", expected.currents, found.currents); }
    if (d.empty() && expected.flags != found.flags) { d = name + ": clamp flags differ"; }
    return d;
}

std::string differing_counts(const network& net, const activity& expected, const activity& found) {
    for (std::size_t i = 0; i < expected.populations.size(); ++i) {
        const population_activity& e = expected.populations[i];
        const population_activity& f = found.populations.at(i);
        if (e == f) { continue; }
        return fmt::format(
            "counts of {}: spikes {} {}, active {} {}, updates {} {}, or spikes per step",
            net.populations[i].name, e.spikes, f.spikes, e.active_sources, f.active_sources,
            e.neuron_updates, f.neuron_updates);
    }
    for (std::size_t i = 0; i < expected.projections.size(); ++i) {
        const projection_activity& e = expected.projections[i];
        const projection_activity& f = found.projections.at(i);
        if (e == f) { continue; }
        return fmt::format("counts of projection {} ({}): events {} {}, nonzero {} {}, synapses {} "
                           "{}, nonzero {} {}, positions {} {}",
                           i, to_string(net.projections[i].kind), e.synaptic_events,
                           f.synaptic_events, e.synaptic_events_nonzero, f.synaptic_events_nonzero,
                           e.active_synapses, f.active_synapses, e.active_synapses_nonzero,
                           f.active_synapses_nonzero, e.active_positions, f.active_positions);
    }
    if (expected == found) { return {}; }
    return fmt::format("macs_first_layer {} {} or samples {} {}", expected.macs_first_layer,
                       found.macs_first_layer, expected.samples, found.samples);
}

/// Both engines share the function that picks the answer, so it is held against its definition
/// here.
std::string wrong_answer(const sim::sample_result& result) {
    for (const sim::readout_result& r : result.readouts) {
        for (std::size_t i = 0; i < r.potentials.size(); ++i) {
            const std::int64_t rest = r.potentials[i];
            const std::int64_t best = r.potentials[r.arg_max];
            if (rest > best || (rest == best && i < r.arg_max)) {
                return fmt::format("answer {} where {} is larger or earlier", r.arg_max, i);
            }
        }
    }
    return {};
}

}  // namespace

std::string first_difference(const network& net, const sim::sample_output& expected,
                             const sim::sample_output& found) {
    for (const std::size_t i : topological_order(net)) {
        const std::string d =
            differing_record(net.populations[i].name, expected.result.populations.at(i),
                             found.result.populations.at(i));
        if (!d.empty()) { return d; }
    }
    if (expected.result.readouts != found.result.readouts) { return "readouts differ"; }
    if (expected.result.steps != found.result.steps) { return "steps differ"; }
    if (expected.result.answers != found.result.answers) { return "answers over time differ"; }
    const std::string d = wrong_answer(found.result);
    if (!d.empty()) { return d; }
    return differing_counts(net, expected.counts, found.counts);
}

}  // namespace synfire::test
