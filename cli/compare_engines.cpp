// SPDX-License-Identifier: Apache-2.0
#include "compare_engines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include <synfire/core/error.hpp>
#include <synfire/energy/twin.hpp>

#include "bill_counts.hpp"
#include "progress.hpp"

namespace synfire::cli {

namespace {

using json_value = nlohmann::ordered_json;

/// Counters that a reader compares, and their headings.
struct column {
    std::string_view counter;
    std::string_view heading;
};
constexpr std::array<column, 5> columns{{{"cycles", "cycles"},
                                         {"adds", "adds/products"},
                                         {"weight_reads", "weight rows"},
                                         {"spike_words_read", "words read"},
                                         {"spike_words_written", "words written"}}};

std::string name_of(const engine_bill& e) {
    return e.arithmetic == hw::spiking_arithmetic
               ? "spiking"
               : twin_names[static_cast<std::size_t>(e.arithmetic)];
}

hardware_result counted(const network& net, const dataset& data, const hardware_result& spiking,
                        int arithmetic) {
    progress bar("twin");
    hardware_options options;
    options.engine = hardware_engine::model;
    options.lanes = spiking.options.lanes;
    options.samples = spiking.cycles.size();
    options.arithmetic = arithmetic;
    options.progress = [&](std::size_t done, std::size_t all) { bar.update(done, all); };
    hardware_result result = run_hardware(net, data, options);
    if (!result.equal()) {
        throw internal_error("the dense twin counts what the simulator does not");
    }
    return result;
}

std::optional<energy::interval> energy_of(const network& net, const hardware_result& r,
                                          const energy::cost_table& table) {
    energy::hardware_activity activity = activity_of(r);
    for (energy::hardware_load& load : activity.populations) {
        load.finds_sources = !r.config.reads_every_code();
    }
    energy::engine_options engine;
    engine.lanes = r.config.lanes;
    engine = energy::as_built(engine);
    const energy::estimate bill =
        r.config.multiplies() ? energy::twin_estimate(net, r.simulated, activity, table, engine)
                              : energy::counted_estimate(net, r.simulated, activity, table, engine);
    return bill.total_pj();
}

double mean(const engine_bills& bills, const counter_values& sums, std::string_view counter) {
    return static_cast<double>(sums[counter_index(counter)]) / static_cast<double>(bills.samples);
}

/// Pools compare in all engines: a layer without additions has cycles, too.
std::string layer_line(const network& net, const engine_bills& bills, std::size_t population) {
    std::string line = fmt::format("  {:<24}", net.populations[population].name);
    std::size_t least = 0;
    for (std::size_t i = 0; i < bills.engines.size(); ++i) {
        const auto cycles_of = [&](std::size_t engine) {
            return mean(bills, bills.engines[engine].layers[population].model, "cycles");
        };
        if (cycles_of(i) < cycles_of(least)) { least = i; }
        line += fmt::format(" {:>14.1f}", cycles_of(i));
    }
    return line + "  " + name_of(bills.engines[least]);
}

}  // namespace

engine_bills bill_engines(const network& net, const dataset& data,
                          const compared_hardware& hardware, const energy::cost_table& table) {
    engine_bills bills;
    if (!hardware.counted || !hardware.equal() || hardware.counted->cycles.empty()) {
        return bills;
    }
    const hardware_result& spiking = *hardware.counted;
    bills.samples = spiking.cycles.size();
    bills.lanes = spiking.config.lanes;
    for (const int arithmetic :
         {hw::spiking_arithmetic, hw::dense_arithmetic, hw::skipping_arithmetic}) {
        const bool again = arithmetic != hw::spiking_arithmetic;
        const hardware_result r = again ? counted(net, data, spiking, arithmetic) : spiking;
        bills.engines.push_back({arithmetic, r.model, r.layers, energy_of(net, r, table)});
    }
    return bills;
}

void add_engines(json_value& json, const network& net, const engine_bills& bills) {
    json["engines"] = json_value::array();
    for (const engine_bill& e : bills.engines) {
        json_value row = {{"engine", name_of(e)},
                          {"lanes", bills.lanes},
                          {"samples", bills.samples},
                          {"total_pj", nullptr}};
        if (e.total_pj) {
            row["total_pj"] = {{"low", e.total_pj->low},
                               {"nominal", e.total_pj->nominal},
                               {"high", e.total_pj->high}};
        }
        for (const auto name : hw::counter_names) {
            row[std::string(name)] = mean(bills, e.sums, name);
        }
        row["layer_cycles"] = json_value::object();
        for (const hardware_layer& l : e.layers) {
            row["layer_cycles"][net.populations[l.population].name] =
                mean(bills, l.model, "cycles");
        }
        json["engines"].push_back(row);
    }
}

std::vector<std::string> describe(const network& net, const engine_bills& bills) {
    std::vector<std::string> lines;
    if (bills.engines.empty()) { return lines; }
    lines.push_back(fmt::format("the same engine of {} lanes with spikes and with products (cycle "
                                "model, mean of {} samples):",
                                bills.lanes, bills.samples));
    std::string head = fmt::format("  {:<10}", "engine");
    for (const column& c : columns) { head += fmt::format(" {:>14}", c.heading); }
    lines.push_back(head + "  energy (T1), nJ");
    for (const engine_bill& e : bills.engines) {
        std::string line = fmt::format("  {:<10}", name_of(e));
        for (const column& c : columns) {
            line += fmt::format(" {:>14.1f}", mean(bills, e.sums, c.counter));
        }
        lines.push_back(
            line
            + (e.total_pj ? fmt::format("  {:.1f} ({:.1f} to {:.1f})", e.total_pj->nominal / 1e3,
                                        e.total_pj->low / 1e3, e.total_pj->high / 1e3)
                          : std::string("  unknown")));
    }
    lines.push_back(fmt::format("  {:<24} {:>14} {:>14} {:>14}  fewest", "cycles of population",
                                "spiking", "dense", "skipping"));
    for (std::size_t i = 0; i < net.populations.size(); ++i) {
        if (net.populations[i].kind == population_kind::input) { continue; }
        lines.push_back(layer_line(net, bills, i));
    }
    lines.push_back("  at equal lanes; lanes that add are smaller: docs/reference/dense-twin.md");
    return lines;
}

}  // namespace synfire::cli
