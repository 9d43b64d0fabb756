// SPDX-License-Identifier: Apache-2.0
// synfire estimate: whether a network fits boards, how fast it is there, and what would make it
// fit. Nothing is synthesised, and without data nothing is simulated.
#include "estimate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <synfire/hw/expected_codes.hpp>
#include <synfire/io/dataset.hpp>
#include <synfire/io/network_file.hpp>
#include <vector>

#include "accuracy.hpp"
#include "board_estimate.hpp"
#include "boards.hpp"
#include "estimate_output.hpp"
#include "expected_runs.hpp"
#include "input_data.hpp"
#include "paths.hpp"

namespace synfire::cli {

namespace {

struct estimate_arguments {
    std::string network;
    std::string board = "all";
    data_names data;
    std::size_t samples = 16;
    std::uint64_t seed = 1;
    std::string json;
};

// Of expected activity: more would change the mean by less than the expectation is wrong.
constexpr std::uint64_t made_up_samples = 2;

/// Where the cycles come from.
struct sample_source {
    std::string name;  ///< "data", "expected" or "none"
    std::string text;
    std::vector<sample_runs> samples{};
};

std::vector<sample_runs> simulated(const network& net, const dataset& data,
                                   const estimate_arguments& arguments) {
    expected_runs simulator(net);
    std::vector<sample_runs> all;
    const std::size_t count =
        arguments.samples == 0 ? data.size() : std::min(arguments.samples, data.size());
    for (std::size_t i = 0; i < count; ++i) {
        sample_runs& sample = all.emplace_back();
        simulator.run(encode_inputs(net, data, i, arguments.seed),
                      [&](const sim::sample_result& run, bool) { sample.push_back(end_of(run)); });
    }
    return all;
}

sample_source expected_source(const network& net, std::uint64_t seed) {
    if (net.execution != execution::synchronous) {
        return {"none", "cycles unknown: nothing is expected of streaming networks; --data counts"};
    }
    if (!hw::has_expected_activity(net)) {
        return {"none", "cycles unknown: the file expects no activity; --data counts them"};
    }
    sample_source source{"expected",
                         "cycles estimated from the activity that calibration saw; --data counts "
                         "them"};
    for (std::uint64_t i = 0; i < made_up_samples; ++i) {
        source.samples.push_back({{hw::expected_codes(net, seed + i), {}}});
    }
    return source;
}

sample_source source_of(const network& net, const estimate_arguments& arguments) {
    if (arguments.data.empty()) { return expected_source(net, arguments.seed); }
    const dataset data = io::load_inputs(arguments.data, input_names(net));
    check_data_fits(net, data, arguments.network);
    sample_source source{"data", "", simulated(net, data, arguments)};
    source.text =
        fmt::format("cycles counted, mean of {} samples of {}", source.samples.size(), data.name);
    return source;
}

std::vector<hw::board_description> boards_of(const std::string& asked) {
    if (asked != "all") { return {board_of(asked)}; }
    std::vector<hw::board_description> all;
    for (const std::string& name : hw::board_names()) { all.push_back(hw::built_in_board(name)); }
    return all;
}

/// The other boards are looked at, too, where the one that was asked for is too small.
void look_further(const network& net, std::vector<board_estimate>& estimates) {
    const bool helps = estimates.size() == 1 && estimates[0].refused.empty()
                       && (!estimates[0].fits() || estimates[0].parts() > 0);
    if (!helps) { return; }
    for (const std::string& name : hw::board_names()) {
        if (name == estimates[0].board.name) { continue; }
        estimates.push_back(estimate_on(net, hw::built_in_board(name), {}, false));
    }
    add_other_boards(estimates);
    estimates.erase(estimates.begin() + 1, estimates.end());
}

int estimate(const estimate_arguments& arguments) {
    const result_header header("estimate");
    const output out(arguments.json);
    check_outputs({arguments.json}, with_data({arguments.network}, arguments.data));
    const std::vector<hw::board_description> boards = boards_of(arguments.board);
    const network net = io::read_network(arguments.network);
    const sample_source source = source_of(net, arguments);
    std::vector<board_estimate> estimates;
    for (const hw::board_description& board : boards) {
        estimates.push_back(estimate_on(net, board, source.samples));
    }
    if (boards.size() > 1) {
        add_other_boards(estimates);
    } else {
        look_further(net, estimates);
    }

    nlohmann::ordered_json json = header.start(arguments.network, io::network_hash(net));
    json["data"] = arguments.data.empty() ? nlohmann::ordered_json(nullptr)
                                          : nlohmann::ordered_json(data_text(arguments.data));
    json["cycles_from"] = source.name;
    json["samples"] = source.name == "data" ? source.samples.size() : 0;
    json["seed"] = arguments.seed;
    json["boards"] = boards_json(net, estimates);
    out.text(fmt::format("{}: {}", arguments.network, source.text));
    print_boards(out, net, estimates);
    if (estimates.size() == 1) { print_layers(out, net, estimates.front()); }
    out.json(json);
    const bool any = std::any_of(estimates.begin(), estimates.end(),
                                 [](const board_estimate& e) { return e.fits(); });
    return any ? status_ok : status_check_failed;
}

}  // namespace

void add_estimate(CLI::App& app, command_body& chosen) {
    auto arguments = std::make_shared<estimate_arguments>();
    CLI::App* command = app.add_subcommand(
        "estimate", "Say whether a network fits boards, how fast it is there, and what would make "
                    "it fit; exit status 1 where it fits none");
    command->add_option("network", arguments->network, "network file (.snn)")->required();
    command->add_option("--board", arguments->board, "which board, or all")
        ->check(board_choice() | CLI::IsMember({"all"}))
        ->capture_default_str();
    add_data_option(*command, "--data", arguments->data,
                    "count cycles on this data set: built-in name or path (default: estimate them "
                    "from the activity that the network's file expects)");
    command->add_option("--samples", arguments->samples, "first N samples of the data set (0: all)")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    command->add_option("--seed", arguments->seed,
                        "seed of the poisson encoder and of made-up activity");
    command->add_option("--json", arguments->json, "write the result as JSON (-: standard output)");
    command->callback(
        [arguments, &chosen] { chosen = [arguments] { return estimate(*arguments); }; });
}

}  // namespace synfire::cli
