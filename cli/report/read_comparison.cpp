// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "read_parts.hpp"

namespace synfire::report {

namespace {

by_variant read_variants(const json_value& json, const std::string& key) {
    by_variant result;
    const auto variants = json.find(key);
    if (!variants) { return result; }
    for (std::size_t i = 0; i < variant_count; ++i) {
        result[i] =
            variants->interval(std::string(energy::to_string(energy::all_dense_variants[i])));
    }
    return result;
}

bill_term read_term(const json_value& json) {
    bill_term term;
    term.name = json.text("name");
    term.count = json.interval("count");
    term.price = json.text("price");
    term.unit_pj = json.interval("unit_pj");
    term.grade = json.text("grade");
    term.basis = json.text("basis");
    term.counted_by = json.text("counted_by");
    term.formula_count = json.interval("formula_count");
    term.simulator_count = json.interval("simulator_count");
    term.energy_pj = json.interval("energy_pj");
    return term;
}

tier read_tier(const std::string& name, const json_value& json) {
    tier result;
    result.name = name;
    result.caution = json.text("caution");
    result.snn = json.interval("snn");
    result.dense = read_variants(json, "dense");
    result.ratios = read_variants(json, "ratios");
    result.ratio = json.interval("ratio");
    result.best_dense = json.text("best_dense");
    result.verdict = json.text("verdict");
    if (const auto formula = json.find("by_formula")) {
        result.formula_snn = formula->interval("snn");
        result.formula_ratio = formula->interval("ratio");
        result.formula_verdict = formula->text("verdict");
    }
    for (const json_value& layer : json.list("terms")) {
        bill_layer bill{layer.text("name"), layer.text("kind"), {}};
        for (const json_value& term : layer.list("terms")) {
            bill.terms.push_back(read_term(term));
        }
        result.bill.push_back(std::move(bill));
    }
    return result;
}

std::optional<break_even> read_break_even(const json_value& json, const std::string& key) {
    const auto value = json.find(key);
    if (!value) { return std::nullopt; }
    break_even result;
    result.against = value->text("against");
    result.measured = value->number("measured");
    result.spikes_per_synapse = value->number("spikes_per_synapse");
    result.at_low = value->number("at_low");
    result.at_high = value->number("at_high");
    result.distance = value->number("distance");
    result.cannot_win = value->flag("cannot_win").value_or(false);
    return result;
}

compared_layer read_layer(const json_value& json) {
    compared_layer layer;
    layer.name = json.text("name");
    layer.kind = json.text("kind");
    layer.snn = json.interval("snn");
    layer.cycles_formula = json.interval("cycles_formula");
    layer.dense = read_variants(json, "dense");
    layer.best_dense = json.text("best_dense");
    layer.ratio = json.interval("ratio");
    layer.verdict = json.text("verdict");
    layer.against_dense = read_break_even(json, "break_even_d0");
    layer.against_best = read_break_even(json, "break_even_best");
    return layer;
}

void read_lists(const json_value& json, comparison& result) {
    for (const auto& [name, entry] : json.entries("tiers")) {
        result.tiers.push_back(read_tier(name, entry));
    }
    // The tier that decides comes first, in whatever order the file holds them.
    std::stable_partition(result.tiers.begin(), result.tiers.end(),
                          [](const tier& t) { return !t.naive(); });
    for (const json_value& layer : json.list("comparison")) {
        result.layers.push_back(read_layer(layer));
    }
    for (const json_value& missing : json.list("missing")) {
        result.missing.push_back({missing.text("name"), missing.text("reason"),
                                  missing.flag("blocks_total").value_or(true)});
    }
    for (const json_value& layer : json.list("dense_layers")) {
        if (const auto macs = layer.number("dense_macs")) {
            result.dense_macs.emplace_back(layer.text("name"), *macs);
        }
    }
}

void read_counts(const json_value& json, comparison& result) {
    if (const auto counted = json.find("hardware")) {
        result.on_hardware = read_hardware(*counted);
    }
    result.hardware_note = json.text("hardware_note");
    result.hardware_samples = json.number("hardware_samples");
    result.counts_by = json.text("counts_by");
    result.counts_samples = json.number("counts_samples");
    result.counts_rtl_samples = json.number("counts_rtl_samples");
    for (const json_value& row : json.list("bill_counts")) {
        result.counts.push_back({row.text("name"), row.number("counted"), row.interval("formula"),
                                 row.number("simulator")});
    }
}

}  // namespace

comparison read_comparison(const json_value& json) {
    comparison result;
    result.model = json.text("model");
    result.data = json.text("data");
    result.technology = json.text("technology");
    result.samples = json.number("samples");
    result.lanes = json.number("lanes");
    result.accuracy_snn = json.number("accuracy_snn");
    result.accuracy_dense = json.number("accuracy_dense");
    result.matched = json.flag("matched");
    result.verdict = json.text("verdict");
    read_lists(json, result);
    if (const auto activity = json.find("activity")) {
        result.activity = read_run(*activity);
        result.activity->command = "compare";
        result.activity->data = result.data;
        result.activity->samples = result.samples;
        result.activity->accuracy = result.accuracy_snn;
    }
    read_counts(json, result);
    return result;
}

}  // namespace synfire::report
