// SPDX-License-Identifier: Apache-2.0
// Where every number comes from and how to get it again.
#include <fmt/format.h>

#include "figures.hpp"
#include "runs.hpp"
#include "sections.hpp"
#include "shell_word.hpp"

namespace synfire::report {

namespace {

using cli::shell_word;

std::string option(const char* name, const std::string& value) {
    return value.empty() ? std::string() : fmt::format(" --{} {}", name, shell_word(value));
}

std::string option(const char* name, const std::optional<double>& value) {
    return value ? fmt::format(" --{} {:.0f}", name, *value) : std::string();
}

std::string command_of(const network_report& n, const conversion& c, const source_file& file) {
    const std::string data =
        c.calibration.empty() ? " --calibration DATA" : option("calibration", c.calibration);
    return "synfire convert " + shell_word(c.model) + data
           + option("calibration-samples", c.calibration_samples) + option("seed", c.seed)
           + option("coding", c.coding) + option("steps", c.steps)
           + option("input-steps", c.input_steps) + option("weight-bits", c.weight_bits)
           + (c.check ? option("check", c.check->data) : "") + " -o " + shell_word(n.path)
           + option("json", file.path);
}

/// The engine that a co-simulated run was on.
std::string machine_of(const run& r) {
    if (!r.on_hardware) { return {}; }
    const hardware& h = *r.on_hardware;
    const std::string machine =
        h.board.empty() ? option("lanes", h.lanes) : option("board", h.board);
    const std::string clock =
        h.clock_mhz ? fmt::format(" --clock {}", *h.clock_mhz) : std::string();
    return machine + clock + (h.unchecked() ? " --no-check" : "");
}

std::string command_of(const network_report& n, const run& r, const source_file& file) {
    return fmt::format("synfire {} {}", r.command, shell_word(n.path)) + option("data", r.data)
           + option("samples", r.samples) + option("engine", r.engine) + machine_of(r)
           + option("seed", r.seed) + option("json", file.path);
}

std::string command_of(const network_report& n, const comparison& c, const source_file& file) {
    return fmt::format("synfire compare {} {}", shell_word(n.path), shell_word(c.model))
           + option("data", c.data) + option("samples", c.samples)
           + option("technology", c.technology) + option("lanes", c.lanes)
           + option("hardware-samples", c.hardware_samples) + option("json", file.path);
}

std::string commands(const report_model& model, const network_report& n) {
    std::string all;
    const auto add = [&](const auto& parts) {
        for (const auto& p : parts) { all += command_of(n, p.part, model.files[p.file]) + "\n"; }
    };
    add(n.conversions);
    add(n.runs);
    add(n.comparisons);
    return all;
}

void fact(markup& list, std::string_view name, const std::string& value) {
    if (!value.empty()) { list += element("dt", name) + element("dd", value); }
}

}  // namespace

markup provenance_section(const report_model& model, const network_report& network) {
    markup facts;
    fact(facts, "Network file", network.path);
    fact(facts, "Network hash (SHA-256 of its content)", network.hash);
    for (const auto& c : network.conversions) {
        fact(facts, "Model", c.part.model);
        const std::string samples = count_text(c.part.calibration_samples) + " samples";
        fact(facts, "Calibration",
             c.part.calibration.empty() ? samples : c.part.calibration + ", " + samples);
    }
    for (const auto& r : network.runs) { fact(facts, "Data of " + run_words(r.part), r.part.data); }
    for (const auto& c : network.comparisons) {
        fact(facts, "Data of compare", c.part.data);
        fact(facts, "Technology",
             fmt::format("{}, {} lanes", c.part.technology, count_text(c.part.lanes)));
    }
    const std::string how = commands(model, network);
    markup body = element("dl", facts);
    if (how.find(" DATA ") != std::string::npos) {
        body +=
            element("p", "DATA stands for the calibration data, which the result does not name.",
                    {{"class", "muted"}});
    }
    if (!how.empty()) {
        body +=
            element("p", "To get these results again:") + element("pre", how, {{"tabindex", "0"}});
    }
    return section("Provenance", body);
}

markup files_section(const report_model& model) {
    table rows("Result files", {{"File", column_kind::words},
                                {"Command", column_kind::words},
                                {"Synfire", column_kind::words},
                                {"Seconds"},
                                {"SHA-256", column_kind::words}});
    for (const source_file& f : model.files) {
        rows.row({f.path, f.command, f.version, significant(f.seconds),
                  inline_element("code", text(f.hash))});
    }
    return rows.html();
}

}  // namespace synfire::report
