// SPDX-License-Identifier: Apache-2.0
// Recordings of events: how long a step of them is, what several in a step are, and what was left
// out.
#pragma once

#include <cstdint>

#include <nlohmann/json.hpp>

#include <synfire/core/dataset.hpp>
#include <synfire/core/network.hpp>

#include "command.hpp"

namespace synfire::cli {

struct event_arguments {
    std::int32_t step_us = 0;      ///< 0: as the network says
    std::int32_t most_events = 0;  ///< 0: as the network says
};

void add_event_options(CLI::App& command, event_arguments& arguments);

/// Changes the network's event inputs, and proves the widths again. Throws bad_input for a network
/// without such an input and where a width does not fit.
void apply_event_options(network& net, const event_arguments& arguments);

/// Key `events` (event_step_us, events, events_after_end), and a line for people where events came
/// after the last step; nothing where the data are values.
void add_event_facts(nlohmann::ordered_json& json, const output& out, const network& net,
                     const dataset& data, std::size_t samples);

}  // namespace synfire::cli
