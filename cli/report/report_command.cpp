// SPDX-License-Identifier: Apache-2.0
// synfire report: result files become one self-contained HTML file.
#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

#include <synfire/io/files.hpp>

#include "assets.hpp"
#include "command.hpp"
#include "page.hpp"
#include "paths.hpp"
#include "report_model.hpp"

namespace synfire::cli {

namespace {

struct report_arguments {
    std::vector<std::string> results{};
    std::string page{};
    bool tables_only = false;
};

int write_report(const report_arguments& arguments) {
    check_outputs({arguments.page}, arguments.results);
    const report::report_model model = report::read_results(arguments.results);
    report::page_options options;
    options.version = SYNFIRE_VERSION;
    if (!arguments.tables_only) {
        options.chart_library = report::assets::chart_library;
        options.chart_library_version = report::assets::chart_library_version;
    }
    io::write_file(arguments.page, std::string_view(report::page(model, options)));
    fmt::print("{}: {} results, {} networks\n", arguments.page, model.files.size(),
               model.networks.size());
    if (options.chart_library.empty() && !arguments.tables_only) {
        fmt::print("charts are off: this program was built without Chart.js\n");
    }
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
    command->add_flag("--tables-only", arguments->tables_only, "no charts: a smaller file");
    command->callback(
        [arguments, &chosen] { chosen = [arguments] { return write_report(*arguments); }; });
}

}  // namespace synfire::cli
