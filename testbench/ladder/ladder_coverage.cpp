// SPDX-License-Identifier: Apache-2.0
#include "ladder_coverage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

namespace synfire::test {

std::uint64_t ladder_coverage::count(const std::string& feature) const {
    const auto found = counts_.find(feature);
    return found == counts_.end() ? 0 : found->second;
}

double ladder_coverage::share(const std::string& part, const std::string& whole) const {
    const std::uint64_t all = count(whole);
    return all == 0 ? 0.0 : static_cast<double>(count(part)) / static_cast<double>(all);
}

std::string ladder_coverage::histogram() const {
    std::string text;
    for (const auto& [feature, times] : counts_) {
        text += fmt::format("{:>12}  {}\n", times, feature);
    }
    return text;
}

void ladder_coverage::add_population(const population& p) {
    add(fmt::format("population {}", to_string(p.kind)));
    if (p.kind == population_kind::readout) { return; }
    add(fmt::format("coding {}", to_string(p.window.kind)));
    add(fmt::format("T {:02}", p.window.steps));
    if (p.range.is_signed()) { add("signed codes"); }
    if (!p.theta_neg.empty()) { add("threshold of negative values"); }
    if (p.table) { add("fire table"); }
    if (p.bias_per_neuron) { add("bias per neuron"); }
    for (const std::int32_t theta : p.theta) { add(theta % 2 == 0 ? "theta even" : "theta odd"); }
    const std::int32_t lanes = 8;
    if (p.shape.channels < lanes) { add("channels below 8"); }
    if (p.shape.channels == lanes) { add("channels equal to 8"); }
    if (p.shape.channels > lanes && p.shape.channels % lanes != 0) {
        add("channels above 8, no multiple");
    }
}

void ladder_coverage::add_projection(const network& net, const projection& p) {
    add(fmt::format("projection {}", to_string(p.kind)));
    if (p.shift > 0) { add("shift above 0"); }
    if (p.shift == 7 && p.kind != connectivity::conv2d && p.kind != connectivity::dense) {
        add("high part of a skip");
    }
    if (p.groups > 1) { add("groups above 1"); }
    if (p.spatial_sum) { add("spatial sum"); }
    if (p.source_channels.count() != net.populations[p.source].shape.channels) {
        add("part of the channels");
    }
    const bool padded = std::any_of(p.geometry.pads.begin(), p.geometry.pads.end(),
                                    [](int pad) { return pad > 0; });
    if (padded) { add("padded"); }
    if (p.geometry.stride != std::array{1, 1}) { add("stride above 1"); }
    if (p.geometry.dilation != std::array{1, 1}) { add("dilation above 1"); }
}

void ladder_coverage::add_network(const network& net) {
    add("networks");
    for (const population& p : net.populations) { add_population(p); }
    for (const projection& p : net.projections) { add_projection(net, p); }
}

void ladder_coverage::add_neuron(const population& p, std::size_t n, std::int64_t x,
                                 std::int32_t code) {
    add("neurons");
    if (code != 0) { add("neurons active"); }
    if (code != 0 && (code == p.range.hi || code == p.range.lo)) { add("neurons saturated"); }
    if (x < 0) { add("negative sums"); }
    const std::int64_t theta = p.theta_of(n);
    if (theta % 2 == 0 && std::abs(x) % theta == theta / 2) { add("ties of rounding"); }
    if (x == theta) { add("potential equal to the threshold"); }
}

void ladder_coverage::add_sample(const network& net, const sim::sample_result& result) {
    for (std::size_t i = 0; i < net.populations.size(); ++i) {
        const population& p = net.populations[i];
        if (p.kind != population_kind::spiking) { continue; }
        const sim::population_record& record = result.populations[i];
        for (std::size_t n = 0; n < record.codes.size(); ++n) {
            add_neuron(p, n, record.potentials[n], record.codes[n]);
        }
    }
}

}  // namespace synfire::test
