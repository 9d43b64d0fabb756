// SPDX-License-Identifier: Apache-2.0
// One result, by the command that wrote it. Keys as in docs/reference/json.md; others are ignored.
#pragma once

#include "json_value.hpp"
#include "report_model.hpp"

namespace synfire::report {

conversion read_conversion(const json_value& json);
run read_run(const json_value& json);
comparison read_comparison(const json_value& json);
/// Of a cosim result, or of the value of compare's key `hardware`.
hardware read_hardware(const json_value& json);
board read_board(const json_value& json);

/// {"layer": ..., "neuron": ..., "expected": ...} as one line; empty where there is none.
std::string read_difference(const json_value& json);

}  // namespace synfire::report
