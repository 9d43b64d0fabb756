// SPDX-License-Identifier: Apache-2.0
#include "report_model.hpp"

#include <algorithm>
#include <filesystem>
#include <span>
#include <utility>

#include <fmt/format.h>

#include <synfire/core/error.hpp>
#include <synfire/io/files.hpp>

#include "read_parts.hpp"

namespace synfire::report {

namespace {

[[noreturn]] void refuse_text(const std::string& path, std::string found) {
    throw bad_input({.where = path,
                     .what = "not JSON",
                     .found = std::move(found),
                     .expected = "a result file written with --json",
                     .hint = "run the command again"});
}

nlohmann::ordered_json parse(const std::string& path, const std::string& text) {
    try {
        return nlohmann::ordered_json::parse(text);
    } catch (const nlohmann::json::parse_error& e) {
        refuse_text(path, fmt::format("an error at byte {}", e.byte));
    } catch (const nlohmann::json::out_of_range&) {
        refuse_text(path, "a number that is too large");
    }
}

source_file describe(const std::string& path, const std::string& text, const json_value& json) {
    source_file file;
    file.path = path;
    file.hash = io::content_hash(std::as_bytes(std::span(text)));
    file.command = json.text("command");
    file.version = json.text("version");
    file.seconds = json.number("seconds");
    // The bitstream of a board runs any network.
    if (file.command != "synth" && (file.command.empty() || !json.find("network"))) {
        throw bad_input({.where = path,
                         .what = "not a result of synfire",
                         .found = "no key 'command' or no key 'network'",
                         .expected = "an object with command, version and network",
                         .hint = "results are written by convert, simulate, cosim and compare with "
                                 "--json FILE"});
    }
    return file;
}

/// The hash says what a network is; files without one are told apart by path.
network_report& network_of(report_model& model, const json_value& json) {
    const json_value network = *json.find("network");
    const std::string hash = network.text("hash");
    const std::string path = network.text("path");
    const auto same = [&](const network_report& n) {
        return hash.empty() ? n.hash.empty() && n.path == path : n.hash == hash;
    };
    const auto found = std::find_if(model.networks.begin(), model.networks.end(), same);
    if (found != model.networks.end()) { return *found; }
    const std::string stem = std::filesystem::path(path).stem().string();
    model.networks.push_back({.name = stem.empty() ? "network" : stem, .path = path, .hash = hash});
    return model.networks.back();
}

void add_result(report_model& model, const source_file& file, const json_value& json) {
    if (file.command == "synth") {
        model.boards.push_back({model.files.size(), read_board(json)});
        model.files.push_back(file);
        return;
    }
    network_report& network = network_of(model, json);
    const std::size_t index = model.files.size();
    model.files.push_back(file);
    if (file.command == "convert") {
        network.conversions.push_back({index, read_conversion(json)});
    } else if (file.command == "simulate" || file.command == "cosim") {
        network.runs.push_back({index, read_run(json)});
    } else if (file.command == "compare") {
        network.comparisons.push_back({index, read_comparison(json)});
    } else {
        network.others.push_back(index);
    }
}

/// Networks of one name would look like one network.
void tell_apart(std::vector<network_report>& networks) {
    std::vector<bool> shared(networks.size());
    for (std::size_t i = 0; i < networks.size(); ++i) {
        for (std::size_t j = 0; j < networks.size(); ++j) {
            if (i != j && networks[i].name == networks[j].name) { shared[i] = true; }
        }
    }
    for (std::size_t i = 0; i < networks.size(); ++i) {
        network_report& n = networks[i];
        if (shared[i]) { n.name += " (" + (n.hash.empty() ? n.path : n.hash.substr(0, 8)) + ")"; }
    }
}

}  // namespace

const tier* comparison::deciding() const {
    const auto found =
        std::find_if(tiers.begin(), tiers.end(), [](const tier& t) { return !t.naive(); });
    return found == tiers.end() ? nullptr : &*found;
}

report_model read_results(const std::vector<std::string>& paths) {
    if (paths.empty()) {
        throw usage_error({.where = "report",
                           .what = "no result files",
                           .found = "",
                           .expected = "files written with --json by convert, simulate or compare",
                           .hint = "synfire report RESULT.json... -o report.html"});
    }
    report_model model;
    for (const std::string& path : paths) {
        const std::string text = io::read_text(path);
        const nlohmann::ordered_json document = parse(path, text);
        const json_value json(document, path);
        const source_file file = describe(path, text, json);
        const bool seen = std::any_of(model.files.begin(), model.files.end(),
                                      [&](const source_file& f) { return f.hash == file.hash; });
        if (!seen) { add_result(model, file, json); }
    }
    tell_apart(model.networks);
    return model;
}

}  // namespace synfire::report
