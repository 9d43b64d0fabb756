// SPDX-License-Identifier: Apache-2.0
// synfire report: result files become one self-contained HTML file.
#include <memory>
#include <string>
#include <vector>

#include <synfire/core/error.hpp>
#include <synfire/io/results.hpp>

#include "command.hpp"

namespace synfire::cli {

namespace {

struct report_arguments {
    std::vector<std::string> results{};
    std::string page{};
};

int report(const report_arguments& arguments) {
    for (const std::string& path : arguments.results) { io::read_result(path); }
    return status_ok;
}

}  // namespace

void add_report(CLI::App& app, command_body& chosen) {
    auto arguments = std::make_shared<report_arguments>();
    CLI::App* command = app.add_subcommand(
        "report", "Results of the other commands as one self-contained HTML file");
    command->add_option("results", arguments->results, "result files (.json) of any networks")
        ->required();
    command->add_option("-o,--output", arguments->page, "HTML file to write")->required();
    command->callback(
        [arguments, &chosen] { chosen = [arguments] { return report(*arguments); }; });
}

}  // namespace synfire::cli
