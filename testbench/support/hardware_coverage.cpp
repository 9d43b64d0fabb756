// SPDX-License-Identifier: Apache-2.0
// What random networks for the accelerator cover, so that a generator that lost a feature fails
// instead of passing.
#include <algorithm>
#include <cstdlib>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include <support/random_hardware.hpp>

namespace synfire::test {
namespace {

constexpr std::int32_t narrow_lanes = 8;
constexpr std::int32_t wide_lanes = 16;

std::string lane_class(std::int32_t channels, std::int32_t lanes) {
    const char* relation = channels < lanes        ? "below"
                           : channels == lanes     ? "equal to"
                           : channels % lanes == 0 ? "a multiple of"
                                                   : "above, no multiple of";
    return fmt::format("channels {} {}", relation, lanes);
}

bool has_kernel(connectivity k) {
    return k == connectivity::conv2d || k == connectivity::sum_pool || k == connectivity::window;
}

std::string group_class(const projection& p) {
    if (p.groups == 1) { return "groups 1"; }
    const bool depthwise =
        p.groups == p.source_channels.count() && p.groups == p.target_channels.count();
    return depthwise ? "groups depthwise" : "groups some";
}

/// Whether positions of a population are computed one by one, whatever else reaches it.
bool has_runs(const network& net, std::size_t target) {
    return std::any_of(net.projections.begin(), net.projections.end(), [&](const projection& p) {
        return p.target == target
               && (p.kind == connectivity::sparse || p.kind == connectivity::dense);
    });
}

bool crosses_lanes(const projection& p) {
    return p.target_channels.first / narrow_lanes != (p.target_channels.last - 1) / narrow_lanes
           && p.target_channels.first % narrow_lanes != 0;
}

}  // namespace

void hardware_coverage::add(const random_case& c, const std::vector<sim::sample_output>& outputs) {
    mark("networks");
    std::size_t readouts = 0;
    std::size_t inputs = 0;
    std::set<std::pair<std::size_t, std::size_t>> skips;
    for (const population& p : c.net.populations) {
        add_population(p);
        readouts += p.kind == population_kind::readout ? 1 : 0;
        inputs += p.kind == population_kind::input ? 1 : 0;
    }
    mark("several inputs", inputs > 1);
    mark("several readouts", readouts > 1);
    for (const projection& p : c.net.projections) {
        add_projection(c.net, p);
        const bool skip = p.kind == connectivity::one_to_one;
        mark("skip with hi and lo parts", skip && !skips.insert({p.source, p.target}).second);
    }
    for (const sim::sample_output& out : outputs) {
        for (const sim::readout_result& r : out.result.readouts) {
            mark("ties of the answer",
                 std::count(r.potentials.begin(), r.potentials.end(), r.potentials[r.arg_max]) > 1);
        }
        for (std::size_t i = 0; i < c.net.populations.size(); ++i) {
            add_record(c.net.populations[i], out.result.populations.at(i));
        }
    }
}

void hardware_coverage::add_population(const population& p) {
    mark(fmt::format("kind {}", to_string(p.kind)));
    if (p.kind == population_kind::readout) {
        mark("map of answers", p.shape.positions() > 1);
        return;
    }
    mark(fmt::format("coding {}", to_string(p.window.kind)));
    mark(fmt::format("T {:2}", p.window.steps));
    if (p.kind == population_kind::input) {
        mark(fmt::format("encoder {}", to_string(p.input->encoder)));
        mark("signed input", p.range.is_signed());
        mark(fmt::format("input T {:2}", p.window.steps));
        return;
    }
    mark(lane_class(p.shape.channels, narrow_lanes));
    mark(lane_class(p.shape.channels, wide_lanes));
    mark("odd height or width",
         (p.shape.height % 2 != 0 || p.shape.width % 2 != 0) && p.shape.positions() > 1);
    if (p.kind != population_kind::spiking) { return; }
    mark("limit below the window's largest code", p.range.hi < max_code(p.window));
    mark("lowest code of another size", p.range.is_signed() && p.range.lo != -p.range.hi);
    for (std::size_t c = 0; c < p.theta.size() && p.range.is_signed(); ++c) {
        mark("threshold below zero is larger", p.theta_neg_of(c) > p.theta_of(c));
        mark("threshold below zero is smaller", p.theta_neg_of(c) < p.theta_of(c));
    }
    mark("bias per neuron", p.bias_per_neuron && p.shape.positions() > 1);
    for (const std::int32_t theta : p.theta) { mark(theta % 2 == 0 ? "theta even" : "theta odd"); }
}

void hardware_coverage::add_projection(const network& net, const projection& p) {
    const population& from = net.populations[p.source];
    const population& to = net.populations[p.target];
    mark(fmt::format("connects by {}", to_string(p.kind)));
    mark("pool of signed codes", p.kind == connectivity::window && from.range.is_signed());
    mark("dense onto a map", p.kind == connectivity::dense && to.shape.positions() > 1);
    mark("transposed convolution, several columns a run",
         p.kind == connectivity::conv_transpose2d && p.geometry.stride[1] > 1
             && to.shape.width > p.geometry.stride[1]);
    mark("selection that enlarges several columns",
         p.kind == connectivity::index && from.shape.width > 1
             && to.shape.width == 2 * from.shape.width && to.shape.height > from.shape.height);
    mark("convolution beside runs of positions",
         p.kind == connectivity::conv2d && to.shape.width > 1 && has_runs(net, p.target));
    mark("dense from a map",
         p.kind == connectivity::dense && !p.spatial_sum && from.shape.positions() > 1);
    mark("spatial sum", p.spatial_sum);
    mark(fmt::format("shift {}", p.shift));
    mark("part of the source channels", p.source_channels.count() < from.shape.channels);
    mark("part of the target channels", p.target_channels.count() < to.shape.channels);
    mark("part of the target channels across lane groups", crosses_lanes(p));
    mark("pool of a part of the channels",
         p.kind == connectivity::window && p.target_channels.count() < to.shape.channels);
    mark("different T between layers",
         to.kind == population_kind::spiking && from.window.steps != to.window.steps);
    mark(fmt::format("{} after {}",
                     to.kind == population_kind::readout ? "readout" : to_string(to.window.kind),
                     to_string(from.window.kind)));
    mark(fmt::format("weight bits {}", p.weight_bits), p.kind != connectivity::window);
    if (p.kind == connectivity::conv2d) { mark(group_class(p)); }
    if (has_kernel(p.kind)) { add_geometry(p); }
}

void hardware_coverage::add_geometry(const projection& p) {
    const kernel_geometry& g = p.geometry;
    for (std::size_t axis = 0; axis < 2; ++axis) {
        mark(fmt::format("kernel {}", g.kernel[axis]));
        mark(fmt::format("stride {}", g.stride[axis]));
        mark(fmt::format("dilation {}", g.dilation[axis]));
    }
    for (const std::int32_t pad : g.pads) { mark(fmt::format("padding {}", pad)); }
    mark("rectangular kernel", g.kernel[0] != g.kernel[1]);
    mark("pads differ", g.pads[0] != g.pads[2] || g.pads[1] != g.pads[3]);
}

void hardware_coverage::add_record(const population& p, const sim::population_record& record) {
    if (p.kind == population_kind::input) {
        const auto silent = std::count(record.codes.begin(), record.codes.end(), 0);
        mark("empty input", silent == static_cast<std::ptrdiff_t>(record.codes.size()));
        mark("full input", silent == 0);
        mark("negative input codes", std::any_of(record.codes.begin(), record.codes.end(),
                                                 [](std::int32_t q) { return q < 0; }));
    }
    if (p.kind != population_kind::spiking) { return; }
    const bool below =
        std::any_of(record.codes.begin(), record.codes.end(), [](std::int32_t q) { return q < 0; });
    mark("negative codes", below);
    mark("signed range that is never used", p.range.is_signed() && !below);
    std::uint64_t active = 0;
    for (std::size_t n = 0; n < record.codes.size(); ++n) {
        const std::int32_t q = record.codes[n];
        const std::int64_t x = record.potentials[n];
        active += q != 0 ? 1 : 0;
        saturated_ += q != 0 && q == p.range.hi ? 1 : 0;
        mark("lowest code", q < 0 && q == p.range.lo);
        const std::int64_t theta = p.theta_of(n);
        mark("negative sums", x < 0);
        mark("ties at the threshold", x > 0 && theta % 2 == 0 && x % theta == theta / 2);
        mark("dead channel that sends its constant", q != 0 && x == p.bias_of(n) && theta == 256);
    }
    hidden_ += record.codes.size();
    active_ += active;
    mark("empty map", active == 0);
    mark("full map", active == record.codes.size());
}

std::uint64_t hardware_coverage::count(const std::string& feature) const {
    const auto found = features_.find(feature);
    return found == features_.end() ? 0 : found->second;
}

double hardware_coverage::active_share() const {
    return static_cast<double>(active_) / static_cast<double>(hidden_);
}
double hardware_coverage::saturated_share() const {
    return static_cast<double>(saturated_) / static_cast<double>(active_);
}

std::string hardware_coverage::histogram() const {
    std::string text =
        fmt::format("hidden neurons {}, active {:.1f} %, of these saturated {:.1f} %\n", hidden_,
                    100.0 * active_share(), 100.0 * saturated_share());
    for (const auto& [feature, count] : features_) {
        text += fmt::format("{:8} {}\n", count, feature);
    }
    return text;
}

std::vector<std::string> hardware_coverage::required() {
    std::vector<std::string> names{"several readouts",
                                   "skip with hi and lo parts",
                                   "ties of the answer",
                                   "kind max_pool",
                                   "coding phase",
                                   "coding rate",
                                   "phase after rate",
                                   "rate after phase",
                                   "encoder code",
                                   "several inputs",
                                   "map of answers",
                                   "dense onto a map",
                                   "convolution beside runs of positions",
                                   "transposed convolution, several columns a run",
                                   "selection that enlarges several columns",
                                   "limit below the window's largest code",
                                   "lowest code of another size",
                                   "lowest code",
                                   "negative codes",
                                   "threshold below zero is larger",
                                   "threshold below zero is smaller",
                                   "pool of signed codes",
                                   "encoder rate",
                                   "encoder poisson",
                                   "signed input",
                                   "negative input codes",
                                   "empty input",
                                   "full input",
                                   "signed range that is never used",
                                   "bias per neuron",
                                   "odd height or width",
                                   "theta even",
                                   "theta odd",
                                   "dense from a map",
                                   "spatial sum",
                                   "part of the source channels",
                                   "part of the target channels",
                                   "part of the target channels across lane groups",
                                   "pool of a part of the channels",
                                   "different T between layers",
                                   "groups 1",
                                   "groups some",
                                   "groups depthwise",
                                   "rectangular kernel",
                                   "pads differ",
                                   "negative sums",
                                   "ties at the threshold",
                                   "dead channel that sends its constant",
                                   "empty map",
                                   "full map"};
    for (const char* kind : {"dense", "conv2d", "sum_pool", "one_to_one", "index", "window",
                             "conv_transpose2d", "sparse"}) {
        names.push_back(fmt::format("connects by {}", kind));
    }
    for (const std::int32_t lanes : {narrow_lanes, wide_lanes}) {
        for (const std::int32_t channels : {lanes - 1, lanes, 2 * lanes, 2 * lanes + 1}) {
            names.push_back(lane_class(channels, lanes));
        }
    }
    for (const int t : {1, 2, 3, 4, 5, 6, 8, 16}) { names.push_back(fmt::format("T {:2}", t)); }
    for (int k = 1; k <= 5; ++k) { names.push_back(fmt::format("kernel {}", k)); }
    for (int i = 1; i <= 3; ++i) { names.push_back(fmt::format("stride {}", i)); }
    for (int i = 1; i <= 2; ++i) { names.push_back(fmt::format("dilation {}", i)); }
    for (int i = 0; i <= 2; ++i) { names.push_back(fmt::format("padding {}", i)); }
    for (int b = 2; b <= 8; ++b) { names.push_back(fmt::format("weight bits {}", b)); }
    for (const int e : {0, 1, 2, 3, 4, 7}) { names.push_back(fmt::format("shift {}", e)); }
    return names;
}

}  // namespace synfire::test
