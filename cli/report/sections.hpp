// SPDX-License-Identifier: Apache-2.0
// Parts of the page, one function per question. Each gives nothing where the results say nothing.
#pragma once

#include "charts.hpp"
#include "markup.hpp"
#include "report_model.hpp"

namespace synfire::report {

markup overview_section(const report_model& model);

markup verdict_section(const network_report& network);
markup accuracy_section(const network_report& network);
markup activity_section(const network_report& network, chart_list& charts);
markup energy_section(const network_report& network, chart_list& charts);
markup break_even_section(const comparison& result, chart_list& charts);
markup bill_section(const comparison& result);
markup conversion_section(const network_report& network, chart_list& charts);
markup raster_section(const network_report& network, chart_list& charts);
markup hardware_section(const report_model& model, const network_report& network,
                        chart_list& charts);
/// All boards; with the latency of a network where its cycles on that board were counted.
markup boards_part(const report_model& model, const network_report* network);
markup provenance_section(const report_model& model, const network_report& network);
markup files_section(const report_model& model);

/// Heading and body; nothing where the body is empty.
markup section(std::string_view title, const markup& body);
/// "of digits" for parts that are there more than once.
std::string data_words(const std::string& data);

}  // namespace synfire::report
