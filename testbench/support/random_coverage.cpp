// SPDX-License-Identifier: Apache-2.0
// What random networks cover, so that a generator that lost a feature fails instead of passing.
#include <support/random_network.hpp>

#include <algorithm>
#include <cstdlib>
#include <set>
#include <string_view>

#include <fmt/format.h>

namespace synfire::test {
namespace {

constexpr std::int32_t lanes = 8;

std::string lane_class(std::int32_t channels) {
    if (channels < lanes) { return "channels below lanes"; }
    if (channels == lanes) { return "channels equal lanes"; }
    return channels % lanes == 0 ? "channels multiple of lanes"
                                 : "channels above, not multiple of lanes";
}

bool has_kernel(connectivity k) {
    return k == connectivity::conv2d || k == connectivity::conv_transpose2d
           || k == connectivity::sum_pool || k == connectivity::window;
}

template <class Text>
std::string labelled(std::string_view label, const Text& value) {
    return fmt::format("{} {}", label, value);
}

}  // namespace

void coverage::add(const random_case& c, const std::vector<sim::sample_output>& outputs) {
    mark("networks");
    std::size_t inputs = 0;
    std::size_t readouts = 0;
    for (const population& p : c.net.populations) {
        add_population(c.net, p);
        inputs += p.kind == population_kind::input ? 1 : 0;
        readouts += p.kind == population_kind::readout ? 1 : 0;
    }
    mark("several inputs", inputs > 1);
    mark("several readouts", readouts > 1);
    std::set<std::pair<std::size_t, std::size_t>> skips;
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

void coverage::add_population(const network& net, const population& p) {
    static_cast<void>(net);
    mark(labelled("kind", to_string(p.kind)));
    if (p.kind == population_kind::input) {
        mark(labelled("encoder", to_string(p.input->encoder)));
    }
    if (p.kind == population_kind::readout || p.is_current()) { return; }
    mark(labelled("coding", to_string(p.window.kind)));
    mark(fmt::format("T {:2}", p.window.steps));
    if (p.kind != population_kind::spiking) { return; }
    mark(lane_class(p.shape.channels));
    mark("signed range", p.range.is_signed());
    mark("range smaller than the window", p.range.hi < max_code(p.window));
    mark("fire table", p.table.has_value());
    mark("theta_neg", !p.theta_neg.empty());
    mark("bias per neuron", p.bias_per_neuron);
    mark("odd height or width",
         (p.shape.height % 2 != 0 || p.shape.width % 2 != 0) && p.shape.positions() > 1);
    for (const std::int32_t theta : p.theta) { mark(theta % 2 == 0 ? "theta even" : "theta odd"); }
}

void coverage::add_projection(const network& net, const projection& p) {
    const population& from = net.populations[p.source];
    const population& to = net.populations[p.target];
    mark(labelled("connects by", to_string(p.kind)));
    mark("spatial sum", p.spatial_sum);
    mark("shift above 0", p.shift > 0);
    mark("part of the source channels", p.source_channels.count() < from.shape.channels);
    mark("part of the target channels", p.target_channels.count() < to.shape.channels);
    mark("different T between layers",
         to.kind == population_kind::spiking && from.window.steps != to.window.steps);
    mark(fmt::format("weight bits {}", p.weight_bits));
    mark("depthwise", p.groups > 1 && p.groups == p.source_channels.count()
                          && p.groups == p.target_channels.count());
    mark("groups, not depthwise",
         p.groups > 1 && p.groups < std::max(p.source_channels.count(), p.target_channels.count()));
    if (!has_kernel(p.kind)) { return; }
    const kernel_geometry& g = p.geometry;
    mark(fmt::format("kernel {}", g.kernel[0]));
    mark(fmt::format("stride {}", g.stride[1]));
    mark("dilation 2", g.dilation[0] == 2 || g.dilation[1] == 2);
    mark(fmt::format("padding {}", g.pads[0]));
    mark("pads differ", g.pads[0] != g.pads[2] || g.pads[1] != g.pads[3]);
}

void coverage::add_record(const population& p, const sim::population_record& record) {
    if (p.kind != population_kind::spiking) { return; }
    std::uint64_t active = 0;
    for (std::size_t n = 0; n < record.codes.size(); ++n) {
        const std::int32_t q = record.codes[n];
        const std::int64_t x = record.potentials[n];
        active += q != 0 ? 1 : 0;
        saturated_ += q != 0 && (q == p.range.hi || q == p.range.lo) ? 1 : 0;
        const std::int64_t theta = x < 0 ? p.theta_neg_of(n) : p.theta_of(n);
        mark("negative sums", x < 0);
        mark("ties at the threshold", x != 0 && theta % 2 == 0 && std::abs(x) % theta == theta / 2);
        mark("dead channel that sends its constant",
             q != 0 && x == p.bias_of(n) && p.theta_of(n) == 256);
        mark("negative codes", q < 0);
    }
    hidden_ += record.codes.size();
    active_ += active;
    mark("empty map", active == 0);
    mark("full map", active == record.codes.size());
}

std::uint64_t coverage::count(const std::string& feature) const {
    const auto found = features_.find(feature);
    return found == features_.end() ? 0 : found->second;
}

double coverage::active_share() const {
    return static_cast<double>(active_) / static_cast<double>(hidden_);
}
double coverage::saturated_share() const {
    return static_cast<double>(saturated_) / static_cast<double>(active_);
}

std::string coverage::histogram() const {
    std::string text =
        fmt::format("hidden neurons {}, active {:.1f} %, of these saturated {:.1f} %\n", hidden_,
                    100.0 * active_share(), 100.0 * saturated_share());
    for (const auto& [feature, count] : features_) {
        text += fmt::format("{:8} {}\n", count, feature);
    }
    return text;
}

std::vector<std::string> coverage::required() {
    std::vector<std::string> names{"ties of the answer",
                                   "several inputs",
                                   "several readouts",
                                   "skip with hi and lo parts",
                                   "kind max_pool",
                                   "signed range",
                                   "range smaller than the window",
                                   "fire table",
                                   "theta_neg",
                                   "bias per neuron",
                                   "odd height or width",
                                   "theta even",
                                   "theta odd",
                                   "spatial sum",
                                   "shift above 0",
                                   "part of the source channels",
                                   "part of the target channels",
                                   "different T between layers",
                                   "depthwise",
                                   "groups, not depthwise",
                                   "dilation 2",
                                   "pads differ",
                                   "negative sums",
                                   "ties at the threshold",
                                   "dead channel that sends its constant",
                                   "negative codes",
                                   "empty map",
                                   "full map",
                                   "channels below lanes",
                                   "channels equal lanes",
                                   "channels multiple of lanes",
                                   "channels above, not multiple of lanes"};
    for (const char* encoder : {"code", "rate", "latency", "current"}) {
        names.push_back(labelled("encoder", encoder));
    }
    for (const char* kind : {"rate", "phase", "ttfs", "digit"}) {
        names.push_back(labelled("coding", kind));
    }
    for (const char* kind : {"dense", "conv2d", "conv_transpose2d", "sum_pool", "one_to_one",
                             "index", "sparse", "window"}) {
        names.push_back(labelled("connects by", kind));
    }
    for (int t = 1; t <= 16; ++t) { names.push_back(fmt::format("T {:2}", t)); }
    for (int k = 1; k <= 5; ++k) { names.push_back(fmt::format("kernel {}", k)); }
    for (int i = 0; i <= 2; ++i) { names.push_back(fmt::format("padding {}", i)); }
    for (int i = 1; i <= 2; ++i) { names.push_back(fmt::format("stride {}", i)); }
    for (int b = 2; b <= 8; ++b) { names.push_back(fmt::format("weight bits {}", b)); }
    return names;
}

}  // namespace synfire::test
