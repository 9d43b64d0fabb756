// SPDX-License-Identifier: Apache-2.0
#include "dynamics.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "fail.hpp"

namespace synfire::converters::nir {

namespace {

/// A tool's reading of the nodes, as its NIR import does it.
struct dialect_rules {
    std::optional<double> dt;
    nir_decay decay;
    reset_rule reset;     ///< of LIF and CubaLIF
    reset_rule reset_if;  ///< of IF
    bool fires_at_threshold;
};

const dialect_rules& rules_of(nir_dialect dialect) {
    static const dialect_rules plain{
        {}, nir_decay::euler, reset_rule::zero, reset_rule::zero, false};
    static const dialect_rules snntorch{1e-4, nir_decay::euler, reset_rule::zero,
                                        reset_rule::subtract, false};
    static const dialect_rules spikingjelly{1e-4, nir_decay::euler, reset_rule::zero,
                                            reset_rule::zero, true};
    static const dialect_rules norse{1e-3, nir_decay::euler, reset_rule::zero, reset_rule::zero,
                                     false};
    static const dialect_rules sinabs{1.0, nir_decay::exponential, reset_rule::subtract,
                                      reset_rule::subtract, true};
    switch (dialect) {
    case nir_dialect::snntorch:
        return snntorch;
    case nir_dialect::spikingjelly:
        return spikingjelly;
    case nir_dialect::norse:
        return norse;
    case nir_dialect::sinabs:
        return sinabs;
    default:
        return plain;
    }
}

/// A rule that our own files carry in the node's metadata.
template <class Value>
void take_metadata(const nir_graph& graph, const nir_node& node, const char* key,
                   const std::vector<std::pair<std::string, Value>>& words, Value& value) {
    const auto found = node.metadata.find(key);
    if (found == node.metadata.end()) { return; }
    const auto word = std::find_if(words.begin(), words.end(),
                                   [&](const auto& w) { return w.first == found->second; });
    if (word == words.end()) {
        refuse(graph, node, fmt::format("metadata '{}' is unknown", key), found->second,
               words.front().first + " or " + words.back().first);
    }
    value = word->second;
}

std::vector<double> values(const nir_node& node, const char* field) {
    return node.parameter(field).values;
}

void check_time(const nir_graph& graph, const nir_node& node, const char* field, double dt,
                nir_decay decay) {
    for (const double tau : values(node, field)) {
        if (!(tau > 0.0)) {
            refuse(graph, node, fmt::format("'{}' must be positive", field),
                   fmt::format("{}", tau));
        }
        if (decay == nir_decay::euler && dt > tau * (1.0 + 1e-9)) {
            refuse(graph, node, fmt::format("a step is longer than '{}'", field),
                   fmt::format("dt {}, {} {}", dt, field, tau), fmt::format("dt up to {}", tau),
                   "give --dt in the unit of the file (often seconds), or --decay exponential");
        }
    }
}

std::vector<double> decays(const nir_graph& graph, const nir_node& node, const char* field,
                           const node_timing& t) {
    check_time(graph, node, field, t.dt, t.decay);
    std::vector<double> all = values(node, field);
    for (double& tau : all) {
        tau = t.decay == nir_decay::euler ? std::min(t.dt / tau, 1.0) : -std::expm1(-t.dt / tau);
    }
    return all;
}

bool all_zero(const std::vector<double>& x) {
    return std::all_of(x.begin(), x.end(), [](double v) { return v == 0.0; });
}

/// Gain of the potential: what a unit of arrivals adds in a step.
std::vector<double> leaky_gain(const nir_node& node, const node_timing& t,
                               const std::vector<double>& decay) {
    std::vector<double> gain = values(node, "r");
    for (std::size_t n = 0; n < gain.size(); ++n) {
        gain[n] = t.unit_gain ? 1.0 : gain[n] * decay[n];
    }
    return gain;
}

void add_current(const nir_graph& graph, const nir_node& node, const node_timing& t, dynamics& d) {
    d.decay_s = decays(graph, node, "tau_syn", t);
    const std::vector<double> w_in = values(node, "w_in");
    for (std::size_t n = 0; n < d.gain.size(); ++n) { d.gain[n] *= d.decay_s[n] * w_in[n]; }
}

void add_threshold(const nir_graph& graph, const nir_node& node, const char* field,
                   const node_timing& t, dynamics& d) {
    d.threshold = values(node, field);
    d.reset = t.reset;
    d.fires_at_threshold = t.fires_at_threshold;
    d.floor = t.floor;
    for (std::size_t n = 0; n < d.threshold.size(); ++n) {
        if (!d.origin.empty()) { d.threshold[n] -= d.origin[n]; }
        if (!(d.threshold[n] > 0.0)) {
            refuse(graph, node, "the threshold must be above the potential after a reset",
                   fmt::format("{} above it", d.threshold[n]));
        }
    }
}

/// Zero of the stored potential: where a reset leads to. The leak then pulls towards `leak` less
/// that, which is a constant input.
void add_reset(const nir_graph& graph, const nir_node& node, const node_timing& t,
               const std::vector<double>& leak, dynamics& d) {
    if (t.reset == reset_rule::zero) {
        d.origin = values(node, "v_reset");
    } else if (!all_zero(values(node, "v_reset"))) {
        refuse(graph, node, "a subtractive reset has no v_reset", {}, "v_reset 0",
               "--reset zero takes v_reset as the file has it");
    }
    const std::size_t count = leak.size();
    std::vector<double> pull(count);
    for (std::size_t n = 0; n < count; ++n) {
        pull[n] = d.decay_v[n] * (leak[n] - (d.origin.empty() ? 0.0 : d.origin[n]));
    }
    if (!all_zero(pull)) {
        if (!d.decay_s.empty()) {
            refuse(graph, node, "a neuron with synaptic current cannot leak to another potential",
                   {}, t.reset == reset_rule::zero ? "v_leak equal to v_reset" : "v_leak 0",
                   "the leak would be a second input that bypasses the current");
        }
        d.bias = std::move(pull);
    }
    if (!all_zero(d.origin)) {
        d.initial.resize(count);
        for (std::size_t n = 0; n < count; ++n) { d.initial[n] = 0.0 - d.origin[n]; }
    } else {
        d.origin.clear();
    }
}

/// A filter leaks to v_leak by a constant input: its zero stays where it is, so that answers of
/// different elements can be compared.
void add_leak(const nir_graph& graph, const nir_node& node, dynamics& d) {
    const std::vector<double> leak = values(node, "v_leak");
    if (all_zero(leak)) { return; }
    if (!d.decay_s.empty()) {
        refuse(graph, node, "a filter with synaptic current cannot leak to another potential", {},
               "v_leak 0", "the leak would be a second input that bypasses the current");
    }
    for (std::size_t n = 0; n < leak.size(); ++n) { d.bias.push_back(d.decay_v[n] * leak[n]); }
}

dynamics integrator(const nir_node& node, const node_timing& t) {
    dynamics d;
    d.gain = values(node, "r");
    for (double& g : d.gain) { g = t.unit_gain ? 1.0 : g * t.dt; }
    d.decay_v.assign(d.gain.size(), 0.0);
    return d;
}

}  // namespace

node_timing timing_of(const nir_graph& graph, const nir_node& node, const nir_timing& timing) {
    const dialect_rules& rules = rules_of(timing.dialect);
    const bool integrates = node.type == "IF";
    node_timing t;
    t.decay = rules.decay;
    t.reset = integrates ? rules.reset_if : rules.reset;
    t.fires_at_threshold = rules.fires_at_threshold;
    using resets = std::vector<std::pair<std::string, reset_rule>>;
    using bools = std::vector<std::pair<std::string, bool>>;
    using decay_words = std::vector<std::pair<std::string, nir_decay>>;
    take_metadata(graph, node, "reset",
                  resets{{"zero", reset_rule::zero}, {"subtract", reset_rule::subtract}}, t.reset);
    take_metadata(graph, node, "comparison", bools{{">", false}, {">=", true}},
                  t.fires_at_threshold);
    take_metadata(graph, node, "decay",
                  decay_words{{"euler", nir_decay::euler}, {"exponential", nir_decay::exponential}},
                  t.decay);
    t.decay = timing.decay.value_or(t.decay);
    t.reset = timing.reset.value_or(t.reset);
    t.fires_at_threshold = timing.fires_at_threshold.value_or(t.fires_at_threshold);
    const std::optional<double> dt = timing.dt ? timing.dt : rules.dt;
    if (!dt) {
        throw bad_input({graph.where,
                         "NIR does not say how long a step is",
                         {},
                         "--dt",
                         "in the unit of the file's time constants; a dialect implies one"});
    }
    if (!(*dt > 0.0) || !std::isfinite(*dt)) {
        throw bad_input(
            {graph.where, "the length of a step must be positive", fmt::format("{}", *dt), {}, {}});
    }
    t.dt = *dt;
    const bool sinabs = timing.dialect == nir_dialect::sinabs;
    t.unit_gain = sinabs || (integrates && timing.dialect == nir_dialect::snntorch);
    t.floor = sinabs && integrates;
    return t;
}

dynamics dynamics_of(const nir_graph& graph, const nir_node& node, const nir_timing& timing) {
    const node_timing t = timing_of(graph, node, timing);
    if (node.type == "I") { return integrator(node, t); }
    if (node.type == "IF") {
        dynamics d = integrator(node, t);
        add_reset(graph, node, t, std::vector<double>(d.gain.size(), 0.0), d);
        add_threshold(graph, node, "v_threshold", t, d);
        return d;
    }
    if (node.type == "Threshold") {
        dynamics d = passing(value_count(node.output));
        add_threshold(graph, node, "threshold", t, d);
        d.reset = reset_rule::zero;
        d.floor = false;
        return d;
    }
    const bool cuba = node.type == "CubaLI" || node.type == "CubaLIF";
    dynamics d;
    d.decay_v = decays(graph, node, cuba ? "tau_mem" : "tau", t);
    d.gain = leaky_gain(node, t, d.decay_v);
    if (cuba) { add_current(graph, node, t, d); }
    if (node.type == "LIF" || node.type == "CubaLIF") {
        add_reset(graph, node, t, values(node, "v_leak"), d);
        add_threshold(graph, node, "v_threshold", t, d);
    } else {
        add_leak(graph, node, d);
    }
    return d;
}

dynamics passing(std::size_t count) {
    dynamics d;
    d.decay_v.assign(count, 1.0);
    d.gain.assign(count, 1.0);
    return d;
}

}  // namespace synfire::converters::nir

namespace synfire::converters {

std::string_view to_text(nir_dialect dialect) {
    switch (dialect) {
    case nir_dialect::snntorch:
        return "snntorch";
    case nir_dialect::spikingjelly:
        return "spikingjelly";
    case nir_dialect::norse:
        return "norse";
    case nir_dialect::sinabs:
        return "sinabs";
    default:
        return "plain";
    }
}

std::string_view to_text(nir_decay decay) {
    return decay == nir_decay::euler ? "euler" : "exponential";
}

std::optional<double> dialect_dt(nir_dialect dialect) { return nir::rules_of(dialect).dt; }

}  // namespace synfire::converters
