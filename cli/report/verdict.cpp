// SPDX-License-Identifier: Apache-2.0
#include "verdict.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "figures.hpp"

namespace synfire::report {

namespace {

headline opening(const std::string& verdict) {
    if (verdict == "snn_lower") { return {"Spikes cost less.", "win", {}}; }
    if (verdict == "dense_lower") { return {"The dense network costs less.", "lose", {}}; }
    return {"Undecided: either may cost less.", "open", {}};
}

std::string energies(const tier& t) {
    const auto best =
        std::find_if(energy::all_dense_variants.begin(), energy::all_dense_variants.end(),
                     [&](energy::dense_variant v) { return energy::to_string(v) == t.best_dense; });
    if (best == energy::all_dense_variants.end()) {
        return "No variant of the dense network could be priced.";
    }
    const maybe_interval& dense = t.dense[static_cast<std::size_t>(*best)];
    const energy_unit unit =
        unit_for(std::max(t.snn ? t.snn->nominal : 0.0, dense ? dense->nominal : 0.0));
    return fmt::format("One inference costs {} as spikes and {} in the cheapest dense variant, {}.",
                       unit.in_words(t.snn), unit.in_words(dense), variant_words(t.best_dense));
}

std::string times(const energy::interval& ratio) {
    return fmt::format("Spikes cost {} times as much as the cheapest dense variant",
                       interval_text(ratio));
}

std::string ratio_sentence(const tier& t, const std::string& verdict) {
    if (!t.ratio) { return "A price is missing, so the ratio is unknown; see what is missing."; }
    if (verdict == "snn_lower") {
        return times(*t.ratio) + ": less than once at every price within its interval.";
    }
    if (verdict == "dense_lower") {
        return times(*t.ratio) + ": no price within its interval makes spikes the cheaper ones.";
    }
    if (t.ratio->contains(1)) {
        return times(*t.ratio) + ": what is not known about the prices outweighs the difference.";
    }
    return times(*t.ratio) + ", but one side of the bill is incomplete; see what is missing.";
}

std::string layers_sentence(const std::vector<compared_layer>& layers) {
    const auto count = [&](const char* verdict) {
        return std::count_if(layers.begin(), layers.end(),
                             [&](const compared_layer& l) { return l.verdict == verdict; });
    };
    return fmt::format("Layer by layer: spikes cost less in {}, the dense network in {}, undecided "
                       "in {}.",
                       count("snn_lower"), count("dense_lower"), count("undecided"));
}

std::string accuracy_sentence(const comparison& result) {
    if (!result.accuracy_snn || !result.accuracy_dense) { return {}; }
    const std::string both =
        fmt::format("Accuracy: {} as spikes, {} dense", percent_text(result.accuracy_snn),
                    percent_text(result.accuracy_dense));
    if (!result.matched) { return both + "."; }
    if (*result.matched) { return both + ", which counts as equal."; }
    return both
           + ". These are not equal: a cheaper network that answers differently is another "
             "network.";
}

}  // namespace

headline headline_of(const comparison& result) {
    headline h = opening(result.verdict);
    const tier* t = result.deciding();
    if (t != nullptr) {
        h.sentences.push_back(ratio_sentence(*t, result.verdict));
        h.sentences.push_back(energies(*t));
        if (!t->caution.empty()) { h.sentences.push_back("Caution: " + t->caution + "."); }
    }
    if (!result.layers.empty()) { h.sentences.push_back(layers_sentence(result.layers)); }
    const std::string accuracy = accuracy_sentence(result);
    if (!accuracy.empty()) { h.sentences.push_back(accuracy); }
    return h;
}

std::string short_verdict(const std::string& verdict) {
    if (verdict == "snn_lower") { return "spikes lower"; }
    if (verdict == "dense_lower") { return "dense lower"; }
    return verdict.empty() ? "-" : "undecided";
}

std::string variant_words(const std::string& variant) {
    for (const energy::dense_variant v : energy::all_dense_variants) {
        if (energy::to_string(v) == variant) {
            return fmt::format("{} ({})", variant, energy::description(v));
        }
    }
    return variant;
}

}  // namespace synfire::report
