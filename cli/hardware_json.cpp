// SPDX-License-Identifier: Apache-2.0
#include "hardware_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace synfire::cli {

namespace {

using json_value = nlohmann::ordered_json;

std::uint64_t value_of(const counter_values& values, std::string_view name) {
    return values[counter_index(name)];
}

std::uint64_t stalls_of(const counter_values& values) {
    return value_of(values, "scanning") + value_of(values, "waiting");
}

/// Where the cycles of a layer go, and how well its lanes are used.
struct cycle_profile {
    double cycles = 0;
    double adding = 0;
    double scanning = 0;
    double waiting = 0;
    double adds = 0;
    double lanes = 0;  ///< that the channels fill

    double stalls() const { return scanning + waiting; }
    double other() const { return cycles - adding - stalls(); }
    double adds_per_cycle() const { return cycles > 0 ? adds / cycles : 0; }
    double share(double part) const { return cycles > 0 ? part / cycles : 0; }
    /// Pools compare and do not add: nothing to say about their lanes.
    bool has_utilisation() const { return adds > 0 && cycles > 0 && lanes > 0; }
    double utilisation() const { return adds_per_cycle() / lanes; }
};

cycle_profile profile_of(const counter_values& c) {
    const auto count = [&](std::string_view name) {
        return static_cast<double>(value_of(c, name));
    };
    return {count("cycles"),  count("adding"), count("scanning"),
            count("waiting"), count("adds"),   0};
}

cycle_profile profile_of(const hardware_result& r, const hardware_layer& l) {
    cycle_profile p = profile_of(r.counted(l));
    p.lanes = l.lanes;
    return p;
}

json_value or_null(bool there, double value) {
    return there ? json_value(value) : json_value(nullptr);
}

/// Slices count their inputs anew, and the sums that they take over.
std::optional<std::uint64_t> simulated_count(const network& net, const hardware_result& r,
                                             const std::string& name) {
    const bool of_inputs = name == "spikes" || name == "active_sources";
    if (r.slices > 0 && (of_inputs || (r.sums_slices && name == "adds"))) { return std::nullopt; }
    return simulator_count(net, r.sent, name, r.simulated_adds);
}

json_value counters_json(const network& net, const hardware_result& r) {
    json_value all = json_value::object();
    for (std::size_t i = 0; i < hw::counter_count; ++i) {
        const std::string name(hw::counter_names[i]);
        const auto simulated = simulated_count(net, r, name);
        const bool equal = (!simulated || *simulated == r.counted()[i])
                           && (!r.has_rtl() || r.rtl[i] == r.model[i]);
        all[name] = {{"simulator", simulated ? json_value(*simulated) : json_value(nullptr)},
                     {"model", r.model[i]},
                     {"rtl", r.has_rtl() ? json_value(r.rtl[i]) : json_value(nullptr)},
                     {"equal", equal}};
    }
    return all;
}

json_value& layer_named(json_value& layers, const population& p) {
    for (auto& layer : layers) {
        if (layer["name"] == p.name) { return layer; }
    }
    layers.push_back({{"name", p.name}, {"kind", to_string(p.kind)}});
    return layers.back();
}

void add_layer(json_value& layers, const network& net, const hardware_result& r,
               const hardware_layer& l) {
    json_value& layer = layer_named(layers, net.populations[l.population]);
    const cycle_profile p = profile_of(r, l);
    const counter_values& counted = r.counted(l);
    for (std::size_t i = 0; i < hw::counter_count; ++i) {
        layer[std::string(hw::counter_names[i])] = counted[i];
    }
    layer["other"] = p.other();
    layer["stall_cycles"] = stalls_of(counted);
    layer["model_cycles"] = value_of(l.model, "cycles");
    layer["channel_lanes"] = p.lanes;
    layer["adds_per_cycle"] = or_null(p.adds > 0, p.adds_per_cycle());
    layer["utilisation"] = or_null(p.has_utilisation(), p.has_utilisation() ? p.utilisation() : 0);
}

std::string share_text(const cycle_profile& p, double part) {
    return p.cycles > 0 ? fmt::format("{:.1f}", 100 * p.share(part)) : "-";
}

std::string profile_line(const std::string& name, const cycle_profile& p, double samples) {
    return fmt::format("{:<24} {:>12.1f} {:>7} {:>9} {:>8} {:>7} {:>11} {:>6} {:>7} {:>12.1f}",
                       name, p.cycles / samples, share_text(p, p.adding), share_text(p, p.scanning),
                       share_text(p, p.waiting), share_text(p, p.other()),
                       p.adds > 0 ? fmt::format("{:.2f}", p.adds_per_cycle()) : "-",
                       p.lanes > 0 ? fmt::format("{:.3g}", p.lanes) : "-",
                       p.has_utilisation() ? fmt::format("{:.1f}", 100 * p.utilisation()) : "-",
                       p.stalls() / samples);
}

void add_profile_lines(std::vector<std::string>& lines, const network& net,
                       const hardware_result& r, double samples) {
    lines.push_back(fmt::format("{:<24} {:>12} {:>7} {:>9} {:>8} {:>7} {:>11} {:>6} {:>7} {:>12}",
                                "population", "cycles", "adding%", "scanning%", "waiting%",
                                "other%", "adds/cycle", "lanes", "used%", "stalls"));
    for (const hardware_layer& l : r.layers) {
        const population& p = net.populations[l.population];
        if (p.kind == population_kind::input) { continue; }
        lines.push_back(profile_line(p.name, profile_of(r, l), samples));
    }
    lines.push_back(profile_line("total", profile_of(r.counted()), samples));
}

std::string_view source_name(const hardware_result& r) {
    if (!r.has_rtl()) { return "model"; }
    return r.options.engine == hardware_engine::board ? "board" : "rtl";
}

/// Who counted, in words.
std::string_view counted_by(const hardware_result& r) {
    if (!r.has_rtl()) { return "cycle model"; }
    return r.options.engine == hardware_engine::board ? "board" : "RTL";
}

void add_counter_lines(std::vector<std::string>& lines, const network& net,
                       const hardware_result& r) {
    lines.push_back(fmt::format("{:<24} {:>16} {:>16} {:>16}  {}", "counter (all samples)",
                                "simulator", "cycle model",
                                counted_by(r) == "board" ? "board" : "RTL", "equal"));
    const json_value counters = counters_json(net, r);
    for (const auto& [name, c] : counters.items()) {
        const auto text = [](const json_value& value) {
            return value.is_null() ? std::string("-")
                                   : fmt::format("{}", value.get<std::uint64_t>());
        };
        lines.push_back(fmt::format("{:<24} {:>16} {:>16} {:>16}  {}", name, text(c["simulator"]),
                                    text(c["model"]), text(c["rtl"]),
                                    c["equal"].get<bool>() ? "yes" : "NO"));
    }
}

std::string board_line(const hardware_result& r) {
    return fmt::format("board: {:.4g} ms per sample with input and answer over the line",
                       1e3 * r.rtl_seconds / static_cast<double>(r.cycles.size()));
}

std::string speed_line(const hardware_result& r) {
    if (r.options.engine == hardware_engine::board) { return board_line(r); }
    const auto rate = [](std::uint64_t cycles, double seconds) {
        return seconds > 0 ? fmt::format("{:.3g}", static_cast<double>(cycles) / seconds) : "-";
    };
    std::string line = fmt::format("cycle model: {} simulated cycles per second",
                                   rate(value_of(r.model, "cycles"), r.model_seconds));
    if (r.has_rtl()) {
        line =
            fmt::format("RTL ({}{}): {} simulated cycles per second; ", to_string(r.options.engine),
                        r.options.check_spikes ? ", every spike compared" : ", spikes not compared",
                        rate(r.rtl_cycles_run, r.rtl_seconds))
            + line;
    }
    return line;
}

std::string twin_text(int arithmetic) {
    switch (arithmetic) {
    case hw::dense_arithmetic:
        return ", the dense twin: products of all codes";
    case hw::skipping_arithmetic:
        return ", the dense twin: products of the codes that are not 0";
    default:
        return "";
    }
}

/// A board's counters, and a run without comparison of spikes, tell totals only.
std::string source_text(const hardware_result& r) {
    if (!r.has_rtl()) { return "cycle model"; }
    return r.layers_from_rtl
               ? "counted by the RTL"
               : fmt::format("total: counted by the {}; layers: cycle model", counted_by(r));
}

}  // namespace

json_value difference_json(const std::optional<hardware_difference>& d) {
    if (!d) { return nullptr; }
    const auto or_null = [](const auto& value) {
        return value ? json_value(*value) : json_value(nullptr);
    };
    return {
        {"sample", d->sample},          {"layer", d->layer},        {"field", d->what},
        {"neuron", or_null(d->neuron)}, {"step", or_null(d->step)}, {"cycle", or_null(d->cycle)},
        {"expected", d->expected},      {"found", d->found},        {"note", d->note}};
}

json_value spread_json(std::vector<std::uint64_t> values, double unit) {
    if (values.empty()) { return nullptr; }
    std::sort(values.begin(), values.end());
    const double sum = std::accumulate(values.begin(), values.end(), 0.0);
    const auto at = [&](std::uint64_t value) { return static_cast<double>(value) * unit; };
    return {{"mean", sum * unit / static_cast<double>(values.size())},
            {"min", at(values.front())},
            {"max", at(values.back())}};
}

std::string describe(const hardware_difference& d, std::string_view who) {
    std::string line = fmt::format("DIFFERENT: sample {}, layer {}", d.sample, d.layer);
    if (d.neuron) { line += fmt::format(", neuron {}", *d.neuron); }
    if (d.step) { line += fmt::format(", step {}", *d.step); }
    if (d.cycle) { line += fmt::format(", cycle {}", *d.cycle); }
    line += fmt::format(": {}: expected {}, the {} has {}", d.what, d.expected, who, d.found);
    if (!d.note.empty()) { line += " (" + d.note + ")"; }
    return line;
}

void add_hardware(json_value& json, const network& net, const hardware_result& r, double clock_hz) {
    const auto rate = [](std::uint64_t cycles, double seconds) {
        return or_null(seconds > 0, seconds > 0 ? static_cast<double>(cycles) / seconds : 0);
    };
    json["source"] = source_name(r);
    json["layers_source"] = r.layers_from_rtl ? "rtl" : "model";
    json["engine"] = to_string(r.options.engine);
    json["lanes"] = r.config.lanes;
    json["parts"] = r.parts;
    json["part_words_per_sample"] = r.part_words;
    json["slices"] = r.slices;
    json["slice_words"] = r.slice_words;
    json["twin"] = r.config.multiplies()
                       ? json_value(twin_names[static_cast<std::size_t>(r.config.arithmetic)])
                       : json_value(nullptr);
    json["board"] = r.options.board ? json_value(r.options.board->name) : json_value(nullptr);
    json["samples"] = r.cycles.size();
    json["spikes_checked"] = r.has_rtl() && r.options.check_spikes;
    json["words_compared"] = r.words_compared;
    json["equal"] = r.equal();
    json["first_difference"] = difference_json(r.first_difference);
    json["cycles"] = value_of(r.counted(), "cycles");
    json["model_cycles"] = value_of(r.model, "cycles");
    json["stall_cycles"] = stalls_of(r.counted());
    json["cycles_per_sample"] = spread_json(r.cycles, 1.0);
    json["clock_hz"] = clock_hz;
    json["latency_s"] = spread_json(r.cycles, 1.0 / clock_hz);
    json["cycles_run"] = r.rtl_cycles_run;
    json["rtl_seconds"] = or_null(r.has_rtl(), r.rtl_seconds);
    json["rtl_cycles_per_second"] = r.has_rtl() ? rate(r.rtl_cycles_run, r.rtl_seconds) : nullptr;
    json["model_seconds"] = r.model_seconds;
    json["model_cycles_per_second"] = rate(value_of(r.model, "cycles"), r.model_seconds);
    json["counters"] = counters_json(net, r);
    if (!json.contains("layers")) { json["layers"] = json_value::array(); }
    for (const hardware_layer& l : r.layers) { add_layer(json["layers"], net, r, l); }
}

std::vector<std::string> describe(const network& net, const hardware_result& r, double clock_hz) {
    std::vector<std::string> lines;
    if (r.cycles.empty()) { return lines; }
    const auto samples = static_cast<double>(r.cycles.size());
    lines.push_back(fmt::format("per sample, mean of {} ({} lanes{}, {}):", r.cycles.size(),
                                r.config.lanes, twin_text(r.config.arithmetic), source_text(r)));
    add_profile_lines(lines, net, r, samples);
    add_counter_lines(lines, net, r);
    const auto [least, most] = std::minmax_element(r.cycles.begin(), r.cycles.end());
    const double mean = static_cast<double>(value_of(r.counted(), "cycles")) / samples;
    const auto ms = [&](double cycles) { return 1e3 * cycles / clock_hz; };
    lines.push_back(fmt::format("latency at {:g} MHz: {:.4g} ms (least {:.4g}, most {:.4g}); "
                                "{:.1f} cycles (least {}, most {})",
                                clock_hz / 1e6, ms(mean), ms(static_cast<double>(*least)),
                                ms(static_cast<double>(*most)), mean, *least, *most));
    if (r.parts > 1) {
        lines.push_back(fmt::format("in {} parts: {} words of 32 bits are loaded for each sample, "
                                    "beside the latency",
                                    r.parts, r.part_words));
    }
    if (r.slices > 0) {
        lines.push_back(
            fmt::format("in {} slices: {} words of 32 bits are loaded for each batch of "
                        "samples, and codes travel in between, beside the latency",
                        r.slices, r.slice_words));
    }
    lines.push_back(speed_line(r));
    return lines;
}

std::string describe_equality(const hardware_result& r) {
    const std::string_view who = counted_by(r);
    if (r.equal()) {
        if (!r.has_rtl()) { return "equal: the cycle model counts what the simulator counts"; }
        return fmt::format("equal: {}, cycles and all counters{}",
                           r.options.check_spikes ? "every spike and potential" : "potentials",
                           r.options.check_spikes
                               ? fmt::format(" ({} words compared)", r.words_compared)
                               : std::string(" (spikes not compared)"));
    }
    return describe(*r.first_difference, who);
}

}  // namespace synfire::cli
