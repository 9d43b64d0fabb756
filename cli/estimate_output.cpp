// SPDX-License-Identifier: Apache-2.0
#include "estimate_output.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace synfire::cli {

namespace {

using hw::memory_words;
using json_value = nlohmann::ordered_json;

/// Of a network that is far too large, every layer breaks some rule.
constexpr std::size_t most_reasons = 6;

std::string share_text(double used, double there) {
    return there > 0 ? fmt::format("{:.0f}%", 100 * used / there) : "-";
}

std::string memory_text(const board_estimate& e, std::int64_t memory_words::*words) {
    if (!e.needs) { return "-"; }
    return share_text(static_cast<double>(e.needs->all.*words),
                      static_cast<double>(hw::memory_of(e.board.engine).*words));
}

std::string logic_text(const board_estimate& e) {
    if (!e.logic) { return "unknown"; }
    return fmt::format(
        "{:.0f} ({})", e.logic->logic_cells,
        share_text(e.logic->logic_cells, static_cast<double>(e.board.resources.logic_cells)));
}

std::string ram_text(const board_estimate& e) {
    if (!e.logic) { return "unknown"; }
    return fmt::format("{}/{}", e.logic->block_rams, e.board.resources.block_rams);
}

std::string time_text(double seconds) {
    return seconds < 1e-3 ? fmt::format("{:.1f} us", 1e6 * seconds)
           : seconds < 1  ? fmt::format("{:.2f} ms", 1e3 * seconds)
                          : fmt::format("{:.2f} s", seconds);
}

std::string verdict_of(const board_estimate& e) {
    if (!e.refused.empty()) { return "refused"; }
    if (e.fits() && e.parts() > 0) { return fmt::format("{} parts", e.parts()); }
    if (e.slices) { return fmt::format("{} slices", e.slices->slices); }
    return e.fits() ? "yes" : "NO";
}

void print_row(const output& out, const board_estimate& e) {
    out.text(fmt::format("{:<14} {:>5} {:>6g} {:>9} {:>12} {:>11} {:>8} {:>7} {:>7} {:>8} {:>14} "
                         "{:>10}",
                         e.board.name, e.board.engine.lanes, e.board.clock_hz / 1e6, verdict_of(e),
                         e.cycles ? fmt::format("{:.0f}", e.cycles->mean) : "-",
                         e.cycles ? time_text(e.latency_s()) : "-",
                         memory_text(e, &memory_words::weights), memory_text(e, &memory_words::act),
                         memory_text(e, &memory_words::code),
                         memory_text(e, &memory_words::program), logic_text(e), ram_text(e)));
}

/// "'conv1', 'fc1'"
std::string names_of(const network& net, const std::vector<std::size_t>& populations) {
    std::string names;
    for (const std::size_t i : populations) {
        names += fmt::format("{}'{}'", names.empty() ? "" : ", ", net.populations[i].name);
    }
    return names;
}

/// What each sample is to bring along, beside its input.
void print_parts(const output& out, const network& net, const board_estimate& e) {
    const hw::part_needs& parts = e.needs->in_parts;
    out.text(
        fmt::format("\n{} ({}): in {} parts, which the host loads one after the other for each "
                    "sample",
                    e.board.name, e.board.title, parts.parts));
    out.text(fmt::format("  {} weight rows and {} program words a sample; {} rows stay in the "
                         "engine",
                         parts.rows, parts.words, parts.resident_rows));
    if (e.part_seconds() > 0) {
        out.text(fmt::format("  about {} bytes a sample, {} at {} baud, beside the latency",
                             e.part_bytes(), time_text(e.part_seconds()), e.board.baud));
    }
    if (!parts.cut.empty()) { out.text("  layers in several parts: " + names_of(net, parts.cut)); }
    for (const std::string& line : e.remedies) { out.text("  as a whole -> " + line); }
}

void print_reasons(const output& out, const network& net, const board_estimate& e) {
    out.text(fmt::format("\n{} ({}): does not fit{}", e.board.name, e.board.title,
                         e.slices ? fmt::format("; `synfire run` cuts it into {} slices, {} bytes "
                                                "in all, each loaded once for a batch of samples",
                                                e.slices->slices, e.slices->bytes_a_batch)
                                  : ""));
    const std::size_t shown = std::min(e.too_large.size(), most_reasons);
    for (std::size_t i = 0; i < shown; ++i) { out.text("  " + e.too_large[i]); }
    if (e.too_large.size() > shown) {
        out.text(fmt::format("  ... and {} more (--json has all)", e.too_large.size() - shown));
    }
    if (e.slices && !e.slices->layers.empty()) {
        out.text("  layers in several slices: " + names_of(net, e.slices->layers));
    }
    if (!e.uncut.empty()) { out.text("  not in slices either: " + e.uncut); }
    for (const std::string& line : e.remedies) { out.text("  -> " + line); }
}

/// Boards mostly refuse a network for the same reason: it is told once.
void print_refusals(const output& out, const std::vector<board_estimate>& all) {
    std::vector<std::string> told;
    for (const board_estimate& e : all) {
        if (e.refused.empty() || std::find(told.begin(), told.end(), e.refused) != told.end()) {
            continue;
        }
        told.push_back(e.refused);
        std::string names;
        for (const board_estimate& other : all) {
            if (other.refused == e.refused) {
                names += (names.empty() ? "" : ", ") + other.board.name;
            }
        }
        out.text(fmt::format("\nrefused on {}:\n{}", names, e.refused));
    }
}

json_value memory_json(std::int64_t used, std::int64_t there) {
    return {{"words", used},
            {"available", there},
            {"share", static_cast<double>(used) / static_cast<double>(there)}};
}

json_value memories_json(const board_estimate& e) {
    if (!e.needs) { return nullptr; }
    const memory_words& used = e.needs->all;
    const memory_words there = hw::memory_of(e.board.engine);
    return {{"active_map", memory_json(used.act, there.act)},
            {"code", memory_json(used.code, there.code)},
            {"weight_rows", memory_json(used.weights, there.weights)},
            {"program", memory_json(used.program, there.program)}};
}

json_value logic_json(const board_estimate& e) {
    if (!e.logic) { return nullptr; }
    const hw::chip_resources& chip = e.board.resources;
    return {{"luts", e.logic->luts},
            {"flip_flops", e.logic->flip_flops},
            {"logic_cells", e.logic->logic_cells},
            {"logic_cells_available", chip.logic_cells},
            {"largest_share", e.board.largest_share_of_logic},
            {"error", e.logic->error ? json_value(*e.logic->error) : json_value(nullptr)},
            {"block_rams", e.logic->block_rams},
            {"block_rams_available", chip.block_rams},
            {"sprams", e.logic->sprams},
            {"dsps", e.logic->dsps}};
}

json_value cycles_json(const board_estimate& e) {
    if (!e.cycles) { return nullptr; }
    return {{"mean", e.cycles->mean}, {"min", e.cycles->least}, {"max", e.cycles->most}};
}

json_value parts_json(const network& net, const board_estimate& e) {
    if (e.parts() == 0 || !e.fits()) { return nullptr; }
    const hw::part_needs& parts = e.needs->in_parts;
    json_value cut = json_value::array();
    for (const std::size_t i : parts.cut) { cut.push_back(net.populations[i].name); }
    const double seconds = e.part_seconds();
    return {{"parts", parts.parts},
            {"resident_rows", parts.resident_rows},
            {"rows_a_sample", parts.rows},
            {"program_words_a_sample", parts.words},
            {"serial_bytes_a_sample", e.part_bytes()},
            {"serial_s_a_sample", seconds > 0 ? json_value(seconds) : json_value(nullptr)},
            {"cut_layers", cut}};
}

json_value slices_json(const network& net, const board_estimate& e) {
    if (!e.slices) { return nullptr; }
    json_value layers = json_value::array();
    for (const std::size_t i : e.slices->layers) { layers.push_back(net.populations[i].name); }
    return {{"slices", e.slices->slices},
            {"bytes_a_batch", e.slices->bytes_a_batch},
            {"layers", layers}};
}

json_value layers_json(const network& net, const board_estimate& e) {
    json_value layers = json_value::array();
    if (!e.needs) { return layers; }
    for (std::size_t i = 0; i < net.populations.size(); ++i) {
        const memory_words& words = e.needs->layers[i].words;
        layers.push_back({{"name", net.populations[i].name},
                          {"active_map", words.act},
                          {"code", words.code},
                          {"weight_rows", words.weights},
                          {"program", words.program},
                          {"cycles", e.cycles ? json_value(e.cycles->layers[i]) : nullptr}});
    }
    return layers;
}

}  // namespace

void print_boards(const output& out, const network& net, const std::vector<board_estimate>& all) {
    out.text(fmt::format("{:<14} {:>5} {:>6} {:>9} {:>12} {:>11} {:>8} {:>7} {:>7} {:>8} {:>14} "
                         "{:>10}",
                         "board", "lanes", "MHz", "fits", "cycles", "latency", "weights", "active",
                         "codes", "program", "logic cells", "block RAMs"));
    for (const board_estimate& e : all) { print_row(out, e); }
    for (const board_estimate& e : all) {
        if (e.refused.empty() && !e.fits()) { print_reasons(out, net, e); }
        if (e.fits() && e.parts() > 0) { print_parts(out, net, e); }
    }
    print_refusals(out, all);
}

void print_layers(const output& out, const network& net, const board_estimate& e) {
    if (!e.needs) { return; }
    const memory_words there = hw::memory_of(e.board.engine);
    const auto row = [&](const std::string& name, const memory_words& w,
                         const std::string& cycles) {
        out.text(fmt::format("{:<24} {:>12} {:>12} {:>12} {:>12} {:>12}", name, w.weights, w.act,
                             w.code, w.program, cycles));
    };
    out.text(fmt::format("\n{:<24} {:>12} {:>12} {:>12} {:>12} {:>12}", "layer", "weight rows",
                         "active map", "code words", "program", "cycles"));
    for (std::size_t i = 0; i < net.populations.size(); ++i) {
        row(net.populations[i].name, e.needs->layers[i].words,
            e.cycles ? fmt::format("{:.0f}", e.cycles->layers[i]) : "-");
    }
    row(e.reuses_buffers ? "all (buffers reused)" : "all", e.needs->all,
        e.cycles ? fmt::format("{:.0f}", e.cycles->mean) : "-");
    row("of", there, "");
}

json_value boards_json(const network& net, const std::vector<board_estimate>& all) {
    json_value boards = json_value::array();
    for (const board_estimate& e : all) {
        boards.push_back(
            {{"board", e.board.name},
             {"lanes", e.board.engine.lanes},
             {"clock_hz", e.board.clock_hz},
             {"fits", e.fits()},
             {"in_parts", parts_json(net, e)},
             {"in_slices", slices_json(net, e)},
             {"not_in_slices", e.uncut.empty() ? json_value(nullptr) : json_value(e.uncut)},
             {"refused", e.refused.empty() ? json_value(nullptr) : json_value(e.refused)},
             {"too_large", e.too_large},
             {"remedies", e.remedies},
             {"reuses_buffers", e.reuses_buffers},
             {"cycles", cycles_json(e)},
             {"latency_s", e.cycles ? json_value(e.latency_s()) : nullptr},
             {"memories", memories_json(e)},
             {"logic", logic_json(e)},
             {"layers", layers_json(net, e)}});
    }
    return boards;
}

}  // namespace synfire::cli
