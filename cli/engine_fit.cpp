// SPDX-License-Identifier: Apache-2.0
#include "engine_fit.hpp"

#include <fmt/format.h>

#include <synfire/core/error.hpp>
#include <synfire/hw/does_not_fit.hpp>
#include <synfire/hw/needs.hpp>

#include "hardware_rtl.hpp"

namespace synfire::cli {

namespace {

constexpr int most_lanes = engine_lanes.back();

std::string engine_text(const hardware_options& options) {
    if (options.board) { return "the engine of the board " + options.board->name; }
    if (options.engine == hardware_engine::pins) { return "the small engine of --engine pins"; }
    return fmt::format("the engine of --lanes {}", options.lanes);
}

std::string hint_for(const hardware_options& options) {
    std::string hint;
    if (options.board) {
        hint = "without --board the engine has more room; ";
    } else if (options.engine == hardware_engine::pins) {
        hint = "--engine cc has more room; ";
    } else if (options.lanes < most_lanes && !options.streaming) {
        hint = fmt::format("--lanes {} has more room for weights; ", most_lanes);
    }
    return hint + "else convert with fewer --weight-bits or --steps, or take a smaller network";
}

/// One line per item, each with its limit, one below the other behind "  found: ".
std::string lines_of(const std::vector<hw::misfit>& misfits) {
    std::string lines;
    for (const hw::misfit& m : misfits) {
        lines += (lines.empty() ? "" : "\n         ") + hw::to_text(m);
    }
    return lines;
}

[[noreturn]] void refuse_size(const hw::does_not_fit& e, const hardware_options& options,
                              const std::string& network_path, const std::string& hint = "") {
    throw bad_input({network_path, "too large for " + engine_text(options), lines_of(e.misfits()),
                     "", hint + hint_for(options)});
}

[[noreturn]] void refuse(const bad_input& e, const std::string& network_path) {
    error_facts facts = e.facts();
    facts.where = network_path + ", " + facts.where;
    throw bad_input(facts);
}

}  // namespace

void check_fits_engine(const network& net, const hardware_options& options,
                       const std::string& network_path) {
    try {
        hw::make_fitting_image(net, engine_config_of(options));
    } catch (const hw::does_not_fit& e) {
        refuse_size(e, options, network_path,
                    net.execution == execution::synchronous
                        ? "`synfire run` and `cosim` cut most such networks into slices; "
                        : "");
    } catch (const bad_input& e) { refuse(e, network_path); }
}

std::optional<hw::sliced_network> slices_for_engine(const network& net,
                                                    const hardware_options& options,
                                                    const std::string& network_path) {
    const hw::engine_config config = engine_config_of(options);
    try {
        hw::make_fitting_image(net, config);
        return std::nullopt;
    } catch (const hw::does_not_fit& whole) {
        if (net.execution == execution::streaming) { refuse_size(whole, options, network_path); }
    } catch (const bad_input& e) { refuse(e, network_path); }
    try {
        return hw::slice_network(net, config);
    } catch (const hw::does_not_fit& e) {
        refuse_size(e, options, network_path);
    } catch (const bad_input& e) { refuse(e, network_path + ", cut into slices"); }
}

}  // namespace synfire::cli
