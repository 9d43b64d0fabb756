// SPDX-License-Identifier: Apache-2.0
#include "events.hpp"

#include <fmt/format.h>

#include <limits>
#include <synfire/core/error.hpp>
#include <synfire/core/width.hpp>
#include <vector>

namespace synfire::cli {

namespace {

constexpr std::int32_t most_summed = 32767;

bool takes_events(const population& p) {
    return p.input && p.input->encoder == input_encoder::events;
}

}  // namespace

void add_event_options(CLI::App& command, event_arguments& arguments) {
    command
        .add_option("--event-step", arguments.step_us,
                    "event inputs: microseconds of a step (0: as the network says)")
        ->check(CLI::Range(0, std::numeric_limits<std::int32_t>::max()));
    command
        .add_option("--sum-events", arguments.most_events,
                    "event inputs: a spike carries the number of its events, up to this "
                    "(0: as the network says; by default several events are one spike)")
        ->check(CLI::Range(0, most_summed));
}

void apply_event_options(network& net, const event_arguments& arguments) {
    if (arguments.step_us == 0 && arguments.most_events == 0) { return; }
    bool any = false;
    for (population& p : net.populations) {
        if (!takes_events(p)) { continue; }
        any = true;
        if (arguments.step_us != 0) { p.input->event_step_us = arguments.step_us; }
        if (arguments.most_events != 0) { p.input->most_events = arguments.most_events; }
    }
    if (!any) {
        throw bad_input({"network", "--event-step and --sum-events are for event inputs",
                         "no input with the encoder 'events'", "an event input",
                         "leave the options out"});
    }
    if (arguments.most_events == 0) { return; }
    const std::vector<int> widths = proven_widths(net);
    for (std::size_t i = 0; i < widths.size(); ++i) { net.populations[i].width_bits = widths[i]; }
}

void add_event_facts(nlohmann::ordered_json& json, const output& out, const network& net,
                     const dataset& data, std::size_t samples) {
    std::size_t input = 0;  // in file order
    for (const population& p : net.populations) {
        if (p.kind != population_kind::input) { continue; }
        const dataset& own = data.input(input++);
        if (!takes_events(p) || !own.has_events()) { continue; }
        const std::int64_t end = std::int64_t{p.input->event_step_us} * firing_steps(net, p);
        std::size_t all = 0;
        std::size_t late = 0;
        for (std::size_t i = 0; i < samples; ++i) {
            for (const sensor_event& e : own.event_sample(i)) {
                all += 1;
                late += e.time_us >= end ? 1 : 0;
            }
        }
        json["events"] = {{"event_step_us", p.input->event_step_us},
                          {"most_events", p.input->most_events},
                          {"events", all},
                          {"events_after_end", late}};
        out.text(fmt::format("events: {} of {} us a step; {} of them after the last step, not seen",
                             all, p.input->event_step_us, late));
        return;
    }
}

}  // namespace synfire::cli
