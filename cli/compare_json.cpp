// SPDX-License-Identifier: Apache-2.0
#include "compare_json.hpp"

#include <fmt/format.h>

#include <synfire/energy/cycles.hpp>

namespace synfire::cli {

namespace {

using json_value = nlohmann::ordered_json;

template <typename T>
json_value or_null(const std::optional<T>& value) {
    return value ? json_value(*value) : json_value(nullptr);
}

json_value interval_json(const std::optional<energy::interval>& i) {
    if (!i) { return nullptr; }
    return {{"low", i->low}, {"nominal", i->nominal}, {"high", i->high}};
}

json_value break_even_json(const std::optional<energy::break_even>& b) {
    if (!b) { return nullptr; }
    return {{"against", energy::to_string(b->against)},
            {"measured", b->measured},
            {"spikes_per_synapse", or_null(b->spikes_per_synapse)},
            {"at_low", or_null(b->at_low)},
            {"at_high", or_null(b->at_high)},
            {"cannot_win", b->cannot_win},
            {"distance", or_null(b->distance)}};
}

json_value variants_json(const energy::tier_result& tier) {
    json_value dense = json_value::object();
    for (const energy::variant_result& v : tier.dense) {
        json_value entry = interval_json(v.total_pj);
        dense[std::string(energy::to_string(v.variant))] = entry;
    }
    return dense;
}

json_value ratios_json(const energy::tier_result& tier) {
    json_value ratios = json_value::object();
    for (const energy::variant_result& v : tier.dense) {
        ratios[std::string(energy::to_string(v.variant))] =
            v.ratio ? interval_json(v.ratio->range) : json_value(nullptr);
    }
    return ratios;
}

json_value counted_by(const energy::term& t) {
    return t.origin == energy::basis::counted ? json_value(energy::to_string(t.by)) : nullptr;
}

/// The count that the hardware's has replaced, under the name of where it came from.
json_value replaced(const energy::term& t, energy::basis origin) {
    if (!t.without_hardware || t.without_origin != origin) { return nullptr; }
    return interval_json(t.without_hardware);
}

json_value by_formula_json(const energy::tier_result& tier) {
    if (!tier.by_formula) { return nullptr; }
    return {{"snn", interval_json(tier.by_formula->snn_pj)},
            {"ratio", interval_json(tier.by_formula->ratio)},
            {"verdict", energy::to_string(tier.by_formula->verdict)}};
}

json_value terms_json(const energy::estimate& estimate) {
    json_value layers = json_value::array();
    for (const energy::layer_estimate& layer : estimate.layers) {
        json_value terms = json_value::array();
        for (const energy::term& t : layer.terms) {
            terms.push_back({{"name", t.name},
                             {"count", interval_json(t.count)},
                             {"price", t.price_name},
                             {"unit_pj", t.unit ? interval_json(t.unit->pj) : json_value(nullptr)},
                             {"grade", t.unit ? json_value(energy::to_string(t.unit->grade))
                                              : json_value(nullptr)},
                             {"basis", energy::to_string(t.origin)},
                             {"counted_by", counted_by(t)},
                             {"formula_count", replaced(t, energy::basis::formula)},
                             {"simulator_count", replaced(t, energy::basis::counted)},
                             {"energy_pj", interval_json(t.energy_pj())}});
        }
        layers.push_back({{"name", layer.name}, {"kind", layer.kind}, {"terms", terms}});
    }
    return layers;
}

json_value tier_json(const energy::tier_result& tier) {
    json_value json;
    json["caution"] = tier.caution;
    json["snn"] = interval_json(tier.snn_pj);
    json["dense"] = variants_json(tier);
    json["ratio"] = interval_json(tier.ratio);
    json["ratios"] = ratios_json(tier);
    json["best_dense"] =
        tier.best ? json_value(energy::to_string(*tier.best)) : json_value(nullptr);
    json["verdict"] = energy::to_string(tier.verdict);
    json["by_formula"] = by_formula_json(tier);
    json["terms"] = terms_json(tier.snn);
    return json;
}

json_value layer_json(const energy::layer_comparison& layer) {
    json_value dense = json_value::object();
    for (std::size_t i = 0; i < layer.dense_pj.size(); ++i) {
        dense[std::string(energy::to_string(energy::all_dense_variants[i]))] =
            interval_json(layer.dense_pj[i]);
    }
    return {{"name", layer.name},
            {"kind", layer.kind},
            {"snn", interval_json(layer.snn_pj)},
            {"dense", dense},
            {"best_dense",
             layer.best ? json_value(energy::to_string(*layer.best)) : json_value(nullptr)},
            {"ratio", interval_json(layer.ratio)},
            {"verdict", energy::to_string(layer.verdict)},
            {"break_even_d0", break_even_json(layer.against_dense)},
            {"break_even_best", break_even_json(layer.against_best)}};
}

std::string words(energy::verdict v) {
    if (v == energy::verdict::snn_lower) { return "spikes cost less"; }
    return v == energy::verdict::dense_lower ? "the dense network costs less" : "undecided";
}

std::string ratio_text(const std::optional<energy::interval>& ratio) {
    return ratio ? fmt::format("{:.3f} ({:.3f} to {:.3f})", ratio->nominal, ratio->low, ratio->high)
                 : "unknown";
}

std::string nanojoule(const std::optional<energy::interval>& pj) {
    if (!pj) { return "unknown"; }
    return fmt::format("{:.3f} nJ ({:.3f} to {:.3f})", pj->nominal / 1000, pj->low / 1000,
                       pj->high / 1000);
}

}  // namespace

void add_dense_counts(nlohmann::ordered_json& json, const energy::dense_counts& dense) {
    std::uint64_t macs = 0;
    std::uint64_t nonzero_float = 0;
    std::uint64_t nonzero_code = 0;
    json_value layers = json_value::array();
    for (const energy::dense_layer_counts& l : dense.layers) {
        macs += l.macs;
        nonzero_float += l.macs_nonzero_float;
        nonzero_code += l.macs_nonzero_code;
        layers.push_back({{"name", l.name},
                          {"kind", energy::to_string(l.kind)},
                          {"dense_macs", l.macs},
                          {"dense_macs_nonzero_float", l.macs_nonzero_float},
                          {"dense_macs_nonzero_code", l.macs_nonzero_code},
                          {"weights", l.weights}});
    }
    json["dense_macs"] = macs;
    json["dense_macs_nonzero_float"] = nonzero_float;
    json["dense_macs_nonzero_code"] = nonzero_code;
    json["dense_layers"] = layers;
}

void add_comparison(nlohmann::ordered_json& json, const energy::comparison& result) {
    json["verdict"] = energy::to_string(result.verdict);
    json["matched"] = or_null(result.matched);
    json["tiers"] = json_value::object();
    for (const energy::tier_result& tier : result.tiers) {
        json["tiers"][tier.name] = tier_json(tier);
    }
    json["comparison"] = json_value::array();
    for (const energy::layer_comparison& layer : result.layers) {
        json["comparison"].push_back(layer_json(layer));
    }
    json["missing"] = json_value::array();
    for (const energy::missing_term& m : result.missing) {
        json["missing"].push_back(
            {{"name", m.name}, {"reason", m.reason}, {"blocks_total", m.blocks_total}});
    }
}

void add_cycles(nlohmann::ordered_json& json, const network& net, const activity& counts,
                const energy::engine_options& engine) {
    energy::interval sum;
    for (std::size_t i = 0; i < net.populations.size(); ++i) {
        const energy::interval cycles =
            energy::estimate_cycles(net, i, energy::load_of(net, counts, i), engine).cycles;
        sum.low += cycles.low;
        sum.nominal += cycles.nominal;
        sum.high += cycles.high;
        for (auto& layer : json["comparison"]) {
            if (layer["name"] == net.populations[i].name) {
                layer["cycles_formula"] = interval_json(cycles);
            }
        }
    }
    json["cycles_formula"] = interval_json(sum);
}

std::vector<std::string> describe(const energy::comparison& result, const std::string& technology) {
    std::vector<std::string> lines;
    for (const energy::tier_result& tier : result.tiers) {
        const std::string best = tier.best ? std::string(energy::to_string(*tier.best)) : "?";
        lines.push_back(fmt::format("{}: spikes {}; against the best dense variant ({}): {}",
                                    tier.name, nanojoule(tier.snn_pj), best,
                                    ratio_text(tier.ratio)));
        if (tier.by_formula) {
            lines.push_back(fmt::format("  by formula, without hardware counts: {}; ratio {}: {}",
                                        nanojoule(tier.by_formula->snn_pj),
                                        ratio_text(tier.by_formula->ratio),
                                        words(tier.by_formula->verdict)));
        }
        for (const energy::variant_result& v : tier.dense) {
            lines.push_back(fmt::format("  {} {:<42} {}", energy::to_string(v.variant),
                                        nanojoule(v.total_pj), energy::description(v.variant)));
        }
        if (!tier.caution.empty()) { lines.push_back("  " + tier.caution); }
    }
    lines.push_back(
        fmt::format("{:<28} {:<30} {}", "layer", "spikes / best dense (T1)", "verdict"));
    for (const energy::layer_comparison& l : result.layers) {
        lines.push_back(
            fmt::format("{:<28} {:<30} {}", l.name, ratio_text(l.ratio), words(l.verdict)));
    }
    for (const energy::missing_term& m : result.missing) {
        lines.push_back(fmt::format("not in the bill: {} ({})", m.name, m.reason));
    }
    lines.push_back(fmt::format("verdict ({}): {}", technology, words(result.verdict)));
    return lines;
}

}  // namespace synfire::cli
