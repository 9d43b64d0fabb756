// SPDX-License-Identifier: Apache-2.0
#include "compare_hardware.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <synfire/core/error.hpp>

#include "hardware_json.hpp"
#include "progress.hpp"

namespace synfire::cli {

namespace {

std::string in_one_line(const error& e) {
    const error_facts& f = e.facts();
    std::string line = f.where + ": " + f.what;
    if (!f.found.empty()) { line += "; found " + f.found; }
    if (!f.expected.empty()) { line += "; expected " + f.expected; }
    if (!f.hint.empty()) { line += "; hint: " + f.hint; }
    return line;
}

void add_note(std::string& note, const std::string& more) {
    note += (note.empty() ? "" : "; ") + more;
}

}  // namespace

compared_hardware count_on_hardware(const network& net, const dataset& data, std::size_t samples,
                                    int lanes, std::uint64_t most_cycles) {
    compared_hardware result;
    if (samples == 0) {
        result.note = "switched off";
        return result;
    }
    if (std::find(engine_lanes.begin(), engine_lanes.end(), lanes) == engine_lanes.end()) {
        result.note = fmt::format("the engine has 4, 8, 16, 32 or 64 lanes, not {}", lanes);
        return result;
    }
    progress bar("hardware");
    hardware_options options;
    options.lanes = lanes;
    options.samples = std::min(samples, data.size());
    options.most_cycles = most_cycles;
    options.progress = [&](std::size_t done, std::size_t all) { bar.update(done, all); };
    if (!is_available(options.engine)) {
        options.engine = hardware_engine::model;
        result.note = "this build has no RTL model (Debian: verilator); the cycle model counted";
    }
    try {
        result.counted = run_hardware(net, data, options);
    } catch (const bad_input& e) {
        result.note = "the engine cannot run it: " + in_one_line(e);
        return result;
    }
    if (result.counted->parts > 1) {
        add_note(result.note,
                 fmt::format("it runs in {} parts; {} words that are loaded for each sample are "
                             "not priced",
                             result.counted->parts, result.counted->part_words));
    }
    const std::size_t done = result.counted->cycles.size();
    if (result.counted->equal() && done < options.samples) {
        add_note(result.note, fmt::format("stopped after {} of {} samples (at most {} cycles)",
                                          done, options.samples, most_cycles));
    }
    return result;
}

void add_compared_hardware(nlohmann::ordered_json& json, const network& net,
                           const compared_hardware& hardware) {
    json["hardware"] = nullptr;
    json["hardware_note"] = hardware.note.empty() ? nlohmann::ordered_json(nullptr)
                                                  : nlohmann::ordered_json(hardware.note);
    if (!hardware.counted) { return; }
    nlohmann::ordered_json counted = nlohmann::ordered_json::object();
    add_hardware(counted, net, *hardware.counted, default_clock_hz);
    json["hardware"] = counted;
}

std::vector<std::string> describe(const network& net, const compared_hardware& hardware) {
    std::vector<std::string> lines;
    if (!hardware.note.empty()) { lines.push_back("accelerator: " + hardware.note); }
    if (!hardware.counted) { return lines; }
    lines.push_back("accelerator:");
    for (std::string& line : describe(net, *hardware.counted, default_clock_hz)) {
        lines.push_back("  " + std::move(line));
    }
    lines.push_back("  " + describe_equality(*hardware.counted));
    return lines;
}

}  // namespace synfire::cli
