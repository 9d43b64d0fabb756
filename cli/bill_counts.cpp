// SPDX-License-Identifier: Apache-2.0
#include "bill_counts.hpp"

#include <fmt/format.h>

#include <synfire/core/error.hpp>

#include "progress.hpp"

namespace synfire::cli {

namespace {

using json_value = nlohmann::ordered_json;

energy::hardware_load load_of(const counter_values& sums, double samples) {
    const auto mean = [&](std::string_view name) {
        return static_cast<double>(sums[counter_index(name)]) / samples;
    };
    return {.adding = mean("adding"),
            .weight_reads = mean("weight_reads"),
            .adds = mean("adds"),
            .bias_adds = mean("bias_adds"),
            .reset_adds = mean("reset_adds"),
            .neuron_updates = mean("neuron_updates"),
            .spike_words_read = mean("spike_words_read"),
            .spike_words_written = mean("spike_words_written")};
}

hardware_result counted_by_model(const network& net, const dataset& data, std::size_t samples,
                                 int lanes) {
    progress bar("cycle model");
    hardware_options options;
    options.engine = hardware_engine::model;
    options.lanes = lanes;
    options.samples = samples;
    options.progress = [&](std::size_t done, std::size_t all) { bar.update(done, all); };
    return run_hardware(net, data, options);
}

bill_counts means_of(const hardware_result& counted, const activity& simulated) {
    if (counted.simulated != simulated) {
        throw internal_error("the accelerator's run and the simulator's differ in activity");
    }
    bill_counts bill{.counts = activity_of(counted), .samples = counted.cycles.size()};
    const auto samples = static_cast<double>(bill.samples);
    bill.cycles = static_cast<double>(counted.counted()[counter_index("cycles")]) / samples;
    return bill;
}

json_value interval_json(const energy::interval& i) {
    return {{"low", i.low}, {"nominal", i.nominal}, {"high", i.high}};
}

json_value row_of(const energy::count_pair& pair) {
    const bool formula = pair.without_origin == energy::basis::formula;
    return {
        {"name", pair.name},
        {"counted", pair.counted.nominal},
        {"formula", formula ? interval_json(pair.without_hardware) : json_value(nullptr)},
        {"simulator", formula ? json_value(nullptr) : json_value(pair.without_hardware.nominal)}};
}

std::string formula_text(const json_value& formula) {
    if (formula.is_null()) { return "-"; }
    return fmt::format("{:.1f} ({:.1f} to {:.1f})", formula["nominal"].get<double>(),
                       formula["low"].get<double>(), formula["high"].get<double>());
}

std::string number_text(const json_value& number) {
    return number.is_null() ? "-" : fmt::format("{:.1f}", number.get<double>());
}

}  // namespace

energy::hardware_activity activity_of(const hardware_result& counted) {
    energy::hardware_activity activity;
    const auto samples = static_cast<double>(counted.cycles.size());
    activity.by = counted.has_rtl() ? energy::counter::rtl : energy::counter::cycle_model;
    for (const hardware_layer& l : counted.layers) {
        activity.populations.push_back(load_of(counted.counted(l), samples));
    }
    return activity;
}

bill_counts count_for_bill(const network& net, const dataset& data, const activity& simulated,
                           const compared_hardware& hardware) {
    if (!hardware.counted || !hardware.equal()) { return {}; }
    const hardware_result& first = *hardware.counted;
    const std::size_t rtl_samples = first.has_rtl() ? first.cycles.size() : 0;
    const bool all = first.cycles.size() == simulated.samples;
    bill_counts bill =
        all ? means_of(first, simulated)
            : means_of(counted_by_model(net, data, simulated.samples, first.options.lanes),
                       simulated);
    bill.rtl_samples = rtl_samples;
    return bill;
}

void add_bill_counts(nlohmann::ordered_json& json, const bill_counts& bill,
                     const energy::comparison& result, const energy::engine_options& engine) {
    json["counts_by"] =
        bill.counts ? json_value(energy::to_string(bill.counts->by)) : json_value("formula");
    json["counts_samples"] = bill.samples;
    json["counts_rtl_samples"] = bill.rtl_samples;
    json["engine"] = {{"lanes", engine.lanes},
                      {"spike_word_bits", engine.spike_word_bits},
                      {"constants", engine.constants_per_pass ? "per pass" : "per word"}};
    json["bill_counts"] = json_value::array();
    if (!bill.counts) { return; }
    for (const energy::count_pair& pair : energy::counted_terms(result.tiers.front().snn)) {
        json["bill_counts"].push_back(row_of(pair));
    }
    json["bill_counts"].push_back({{"name", "cycles (no price)"},
                                   {"counted", bill.cycles},
                                   {"formula", json["cycles_formula"]},
                                   {"simulator", nullptr}});
}

std::vector<std::string> describe(const bill_counts& bill, const nlohmann::ordered_json& json) {
    if (!bill.counts) {
        return {"counts of the bill (T1): by formula and by the simulator; nothing of it was "
                "counted by hardware"};
    }
    std::vector<std::string> lines;
    lines.push_back(fmt::format(
        "counts of the bill (T1), per inference: {} of all {} samples{}",
        bill.counts->by == energy::counter::rtl ? "the RTL's counters" : "the cycle model's",
        bill.samples,
        bill.rtl_samples == 0 || bill.rtl_samples == bill.samples
            ? std::string()
            : fmt::format("; the RTL's are equal on the first {}", bill.rtl_samples)));
    lines.push_back(
        fmt::format("  {:<34} {:>14} {:>14}  {}", "term", "counted", "simulator", "formula"));
    for (const auto& row : json["bill_counts"]) {
        lines.push_back(fmt::format("  {:<34} {:>14} {:>14}  {}", row["name"].get<std::string>(),
                                    number_text(row["counted"]), number_text(row["simulator"]),
                                    formula_text(row["formula"])));
    }
    return lines;
}

}  // namespace synfire::cli
