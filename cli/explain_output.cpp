// SPDX-License-Identifier: Apache-2.0
#include "explain_output.hpp"

#include <fmt/format.h>

namespace synfire::cli {

namespace {

using converters::error_parts;
using converters::explanation;
using converters::layer_explanation;

void print_errors(const output& out, const explanation& found) {
    out.text(
        "\nEach layer by itself, relative to what it sends (accumulated: all layers quantised)");
    out.text(fmt::format("{:<24} {:>13} {:>9} {:>9} {:>9} {:>12}", "layer", "theta", "weights",
                         "rounding", "clipping", "accumulated"));
    for (const layer_explanation& l : found.layers) {
        const std::string theta =
            l.theta_max == 0 ? "-" : fmt::format("{}..{}", l.theta_min, l.theta_max);
        out.text(fmt::format("{:<24} {:>13} {:>9} {:>9} {:>9} {:>12}", l.name, theta,
                             l.input ? "-" : percent(l.own.weights),
                             l.readout ? "-" : percent(l.own.rounding),
                             l.readout ? "-" : percent(l.own.clipping), percent(l.accumulated)));
    }
}

void print_shares(const output& out, const explanation& found, bool regression) {
    out.text("\nShare of the squared output error: only this layer quantised (alone), or only its "
             "weights,\nrounding or clipping; and what disappears when only this layer stays real "
             "(removed)");
    out.text(fmt::format("{:<24} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9}", "layer", "alone", "weights",
                         "rounding", "clipping", "removed", regression ? "" : "answers"));
    for (const layer_explanation& l : found.layers) {
        out.text(fmt::format("{:<24} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9}", l.name, percent(l.alone),
                             l.input ? "-" : percent(l.alone_parts.weights),
                             l.readout ? "-" : percent(l.alone_parts.rounding),
                             l.readout ? "-" : percent(l.alone_parts.clipping), percent(l.removed),
                             regression ? "" : std::to_string(l.answers_changed)));
    }
    out.text(fmt::format("{:<24} {:>9}", "interaction", percent(found.interaction)));
}

void print_neurons(const output& out, const explanation& found) {
    out.text("\nNeurons: dead are silent in all samples (of those, in the trained network too), "
             "saturated\nalways at the end of their range");
    out.text(fmt::format("{:<24} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9}", "layer", "neurons",
                         "dead", "share", "trained", "saturated", "at end", "spikes"));
    for (const layer_explanation& l : found.layers) {
        if (l.readout || l.use.neurons == 0) { continue; }
        const double share = static_cast<double>(l.use.dead) / static_cast<double>(l.use.neurons);
        out.text(fmt::format("{:<24} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9.3f}", l.name,
                             l.use.neurons, l.use.dead, percent(share), l.use.dead_trained,
                             l.use.saturated, percent(l.use.saturated_codes), l.use.spikes));
    }
}

std::string meaning(const compared_range& range, double bound) {
    if (!range.found) { return fmt::format("{}: no divergence", range.between); }
    const rung& r = *range.found;
    const converters::level_divergence& d = r.divergence;
    std::string text =
        fmt::format("{}: L{} ({}) and L{} ({}) part\n  sample {}, layer {}, channel {}, y {}, x "
                    "{}, {}{}: {:.9g} "
                    "and {:.9g}",
                    range.between, r.upper, level_name(r.upper), r.lower, level_name(r.lower),
                    d.sample, d.layer, d.neuron.channel, d.neuron.y, d.neuron.x, d.field,
                    d.step ? fmt::format(" at step {}", *d.step) : "", d.upper, d.lower);
    if (r.must_be_equal()) {
        return text
               + "\n  these levels must be equal bit for bit: a bug of the program; please "
                 "report it with the command line";
    }
    if (r.upper == folded_level) {
        return text
               + fmt::format("\n  the first layer whose relative error, {}, exceeds the bound "
                             "of {}; the neuron is its farthest",
                             percent(d.error), percent(bound));
    }
    return text
           + fmt::format("\n  relative difference {:.3g}, more than the {:g} that single "
                         "precision explains: folding changed the network",
                         d.error, converters::folding_tolerance);
}

nlohmann::ordered_json parts_json(const error_parts& p) {
    return {{"weights", p.weights}, {"rounding", p.rounding}, {"clipping", p.clipping}};
}

}  // namespace

void print_explanation(const output& out, const explanation& found, bool regression, bool pruned) {
    out.text(
        fmt::format("{} samples: output error {} of the trained network's output ({} before "
                    "bias correction){}",
                    found.samples, percent(found.error), percent(found.plain_error),
                    regression ? "" : fmt::format(", {} answers changed", found.answers_changed)));
    if (pruned) {
        out.text(fmt::format(
            "pruning alone, before anything is quantised: output error {}{}; what follows is "
            "relative to the pruned network",
            percent(found.pruning_error),
            regression ? "" : fmt::format(", {} answers changed", found.pruning_answers)));
    }
    print_errors(out, found);
    print_shares(out, found, regression);
    print_neurons(out, found);
}

void print_advice(const output& out, const std::vector<tried_advice>& all, double error) {
    out.text("\nWhat to change");
    if (all.empty()) { out.text("  nothing: no finding is large enough to matter"); }
    for (const tried_advice& a : all) {
        out.text(fmt::format("  {}: {}\n    -> {}",
                             a.advice.layer.empty() ? "network" : a.advice.layer, a.advice.finding,
                             a.advice.change));
        if (a.error) {
            out.text(fmt::format("    tried: output error {} instead of {}{}", percent(*a.error),
                                 percent(error), *a.error < error ? "" : ": no gain, leave it"));
        }
    }
}

void print_ladder(const output& out, const std::vector<compared_range>& ranges, double bound) {
    if (!ranges.empty()) { out.text("\nLevels of the ladder"); }
    for (const compared_range& r : ranges) { out.text(meaning(r, bound)); }
}

nlohmann::ordered_json layers_json(const explanation& found, bool regression) {
    nlohmann::ordered_json layers = nlohmann::ordered_json::array();
    for (const layer_explanation& l : found.layers) {
        const converters::neuron_use& u = l.use;
        layers.push_back({{"name", l.name},
                          {"kind", l.input     ? "input"
                                   : l.readout ? "readout"
                                               : "spiking"},
                          {"shape", {l.shape.channels, l.shape.height, l.shape.width}},
                          {"theta_min", l.theta_min},
                          {"theta_max", l.theta_max},
                          {"error", parts_json(l.own)},
                          {"accumulated", l.accumulated},
                          {"alone", l.alone},
                          {"alone_parts", parts_json(l.alone_parts)},
                          {"removed", l.removed},
                          {"answers_changed", l.answers_changed},
                          {"neurons", u.neurons},
                          {"dead", u.dead},
                          {"dead_trained", u.dead_trained},
                          {"saturated", u.saturated},
                          {"saturated_codes", u.saturated_codes},
                          {"spikes_per_neuron", u.spikes}});
        if (regression) { layers.back()["answers_changed"] = nullptr; }
    }
    return layers;
}

nlohmann::ordered_json advice_json(const std::vector<tried_advice>& all) {
    nlohmann::ordered_json json = nlohmann::ordered_json::array();
    for (const tried_advice& a : all) {
        json.push_back({{"layer", nullptr},
                        {"finding", a.advice.finding},
                        {"change", a.advice.change},
                        {"tried_error", nullptr}});
        if (!a.advice.layer.empty()) { json.back()["layer"] = a.advice.layer; }
        if (a.error) { json.back()["tried_error"] = *a.error; }
    }
    return json;
}

nlohmann::ordered_json ladder_json(const std::vector<compared_range>& ranges) {
    nlohmann::ordered_json json = nlohmann::ordered_json::array();
    for (const compared_range& r : ranges) {
        nlohmann::ordered_json entry{{"between", r.between}, {"divergence", nullptr}};
        if (r.found) {
            const converters::level_divergence& d = r.found->divergence;
            entry["divergence"] = {{"upper_level", r.found->upper},
                                   {"lower_level", r.found->lower},
                                   {"sample", d.sample},
                                   {"layer", d.layer},
                                   {"channel", d.neuron.channel},
                                   {"y", d.neuron.y},
                                   {"x", d.neuron.x},
                                   {"field", d.field},
                                   {"step", nullptr},
                                   {"upper", d.upper},
                                   {"lower", d.lower},
                                   {"relative_error", d.error},
                                   {"internal_error", r.found->must_be_equal()}};
            if (d.step) { entry["divergence"]["step"] = *d.step; }
        }
        json.push_back(std::move(entry));
    }
    return json;
}

}  // namespace synfire::cli
