// SPDX-License-Identifier: Apache-2.0
// Entry of the program: one file per subcommand; here only parsing, dispatch and exit statuses.
#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <synfire/core/error.hpp>

#include "command.hpp"
#include "emulate.hpp"
#include "estimate.hpp"
#include "export.hpp"
#include "image.hpp"
#include "run.hpp"
#include "synth.hpp"
#include "version.hpp"

namespace synfire::cli {

namespace {

int run(const command_body& chosen) {
    try {
        return chosen();
    } catch (const usage_error& e) {
        fmt::print(stderr, "synfire: {}\n", e.what());
        return status_usage;
    } catch (const error& e) {
        fmt::print(stderr, "synfire: {}\n", e.what());
        return status_bad_input;
    } catch (const std::bad_alloc&) {
        fmt::print(stderr, "synfire: out of memory\n  hint: fewer samples, or a smaller network\n");
        return status_bad_input;
    } catch (const std::exception& e) {
        fmt::print(stderr,
                   "synfire: internal error: {}\n  hint: please report it with the command line\n",
                   e.what());
        return status_internal;
    }
}

int parse_and_run(int argc, char** argv) {
    CLI::App app{"From a trained network to spikes, and what they cost."};
    app.name("synfire");
    app.require_subcommand(1);
    app.set_version_flag("--version", version);
    command_body chosen;
    add_inspect(app, chosen);
    add_convert(app, chosen);
    add_draw(app, chosen);
    add_explain(app, chosen);
    add_export(app, chosen);
    add_simulate(app, chosen);
    add_cosim(app, chosen);
    add_estimate(app, chosen);
    add_run(app, chosen);
    add_emulate(app, chosen);
    add_image(app, chosen);
    add_synth(app, chosen);
    add_compare(app, chosen);
    add_report(app, chosen);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& e) {
        const bool asked = e.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success);
        app.exit(e);
        return asked ? status_ok : status_usage;
    }
    return run(chosen);
}

}  // namespace

}  // namespace synfire::cli

int main(int argc, char** argv) { return synfire::cli::parse_and_run(argc, argv); }
