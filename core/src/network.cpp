// SPDX-License-Identifier: Apache-2.0
// Names, order and timing of the populations of a network.
#include <synfire/core/network.hpp>

#include <algorithm>

#include <synfire/core/error.hpp>

namespace synfire {

std::string_view to_string(execution e) {
    return e == execution::synchronous ? "synchronous" : "streaming";
}

std::string_view to_string(population_kind k) {
    switch (k) {
    case population_kind::input:
        return "input";
    case population_kind::spiking:
        return "spiking";
    case population_kind::max_pool:
        return "max_pool";
    case population_kind::readout:
        return "readout";
    }
    return "unknown";
}

std::string_view to_string(connectivity c) {
    switch (c) {
    case connectivity::dense:
        return "dense";
    case connectivity::conv2d:
        return "conv2d";
    case connectivity::conv_transpose2d:
        return "conv_transpose2d";
    case connectivity::sum_pool:
        return "sum_pool";
    case connectivity::one_to_one:
        return "one_to_one";
    case connectivity::index:
        return "index";
    case connectivity::sparse:
        return "sparse";
    case connectivity::window:
        return "window";
    }
    return "unknown";
}

std::string_view to_string(input_encoder e) {
    switch (e) {
    case input_encoder::code:
        return "code";
    case input_encoder::rate:
        return "rate";
    case input_encoder::poisson:
        return "poisson";
    case input_encoder::latency:
        return "latency";
    case input_encoder::current:
        return "current";
    case input_encoder::events:
        return "events";
    }
    return "unknown";
}

std::string_view to_string(data_layout l) {
    return l == data_layout::channel_first ? "channel_first" : "channel_last";
}

std::string_view to_string(reset_rule r) { return r == reset_rule::zero ? "zero" : "subtract"; }

std::string_view to_string(refractory_rule r) {
    return r == refractory_rule::integrate ? "integrate" : "hold";
}

std::string_view to_string(readout_rule r) {
    switch (r) {
    case readout_rule::last:
        return "last";
    case readout_rule::sum:
        return "sum";
    case readout_rule::max:
        return "max";
    }
    return "unknown";
}

std::size_t network::find(std::string_view name) const {
    const auto found = std::find_if(populations.begin(), populations.end(),
                                    [name](const population& p) { return p.name == name; });
    if (found == populations.end()) {
        std::string names;
        for (const population& p : populations) { names += (names.empty() ? "" : ", ") + p.name; }
        throw bad_input({"network", "no population of that name", std::string(name), names, ""});
    }
    return static_cast<std::size_t>(found - populations.begin());
}

namespace {

/// Whether the target has to wait for the source inside one step or window.
bool orders(const network& net, const projection& p) {
    return net.execution == execution::synchronous || p.delay == 0;
}

bool ready(const network& net, std::size_t number, const std::vector<bool>& done) {
    return std::none_of(net.projections.begin(), net.projections.end(), [&](const projection& p) {
        return p.target == number && orders(net, p) && !done[p.source];
    });
}

}  // namespace

std::vector<std::size_t> topological_order(const network& net) {
    std::vector<std::size_t> order;
    std::vector<bool> done(net.populations.size(), false);
    while (order.size() < net.populations.size()) {
        std::size_t next = 0;
        while (next < done.size() && (done[next] || !ready(net, next, done))) { ++next; }
        if (next == done.size()) {
            const auto stuck = std::find(done.begin(), done.end(), false) - done.begin();
            const bool streaming = net.execution == execution::streaming;
            throw bad_input({net.populations[static_cast<std::size_t>(stuck)].name,
                             "the network has a cycle through this population or before it", "",
                             streaming ? "a delay of at least one step in every cycle"
                                       : "a feed-forward network",
                             ""});
        }
        done[next] = true;
        order.push_back(next);
    }
    return order;
}

std::vector<std::int32_t> window_starts(const network& net) {
    std::vector<std::int32_t> starts(net.populations.size(), 0);
    if (net.execution == execution::streaming) { return starts; }
    for (const std::size_t target : topological_order(net)) {
        for (const projection& p : net.projections) {
            if (p.target != target) { continue; }
            const std::int32_t end = starts[p.source] + net.populations[p.source].window.steps;
            starts[target] = std::max(starts[target], end);
        }
    }
    return starts;
}

std::int32_t firing_steps(const network& net, const population& p) {
    if (p.kind == population_kind::readout) { return 0; }
    return net.execution == execution::streaming ? net.steps : p.window.steps;
}

std::int32_t latency_steps(const network& net) {
    if (net.execution == execution::streaming) { return net.steps; }
    const std::vector<std::int32_t> starts = window_starts(net);
    std::int32_t end = 0;
    for (std::size_t i = 0; i < starts.size(); ++i) {
        end = std::max(end, starts[i] + firing_steps(net, net.populations[i]));
    }
    return end;
}

}  // namespace synfire
