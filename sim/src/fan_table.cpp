// SPDX-License-Identifier: Apache-2.0
#include "fan_table.hpp"

#include <algorithm>
#include <limits>
#include <map>

#include <synfire/core/synapses.hpp>

#include "channels.hpp"
#include "kernel_axis.hpp"

namespace synfire::sim {
namespace {

/// Per source channel of the range and tap, weights that are not 0.
std::vector<std::uint32_t> nonzero_by_tap(const projection& p, std::size_t sources) {
    const std::size_t groups = to_size(p.groups);
    const std::size_t in = sources / groups;
    const std::size_t out = to_size(p.target_channels.count()) / groups;
    const std::size_t taps = to_size(p.geometry.kernel[0]) * to_size(p.geometry.kernel[1]);
    const bool transposed = p.kind == connectivity::conv_transpose2d;
    std::vector<std::uint32_t> nonzero(sources * taps, 0);
    for (std::size_t ic = 0; ic < sources; ++ic) {
        for (std::size_t m = 0; m < out; ++m) {
            const std::size_t row = transposed ? ic * out + m : (ic / in * out + m) * in + ic % in;
            for (std::size_t tap = 0; tap < taps; ++tap) {
                nonzero[ic * taps + tap] += p.weights[row * taps + tap] != 0 ? 1U : 0U;
            }
        }
    }
    return nonzero;
}

/// Every tap of a source leads to another target position.
std::vector<source_fan> count_kernel_fans(const network& net, const projection& p) {
    const channel_view source(net.populations[p.source], p.source_channels);
    const kernel_axis rows(axis_of(net, p, 0), false);
    const kernel_axis columns(axis_of(net, p, 1), false);
    const std::size_t taps = rows.taps() * columns.taps();
    const std::vector<std::uint32_t> nonzero = nonzero_by_tap(p, source.count);
    const auto out = static_cast<std::uint32_t>(p.target_channels.count() / p.groups);
    std::vector<source_fan> fans(net.populations[p.source].shape.neurons());
    for (std::size_t position = 0; position < source.positions; ++position) {
        for (const axis_span& y : rows.spans(position / source.width)) {
            for (const axis_span& x : columns.spans(position % source.width)) {
                const std::size_t tap = to_size(y.slot) * columns.taps() + to_size(x.slot);
                for (std::size_t c = 0; c < source.count; ++c) {
                    source_fan& fan = fans[source.offset(position) + c];
                    fan.synapses += out;
                    fan.nonzero += nonzero[c * taps + tap];
                    fan.positions += 1;
                }
            }
        }
    }
    return fans;
}

/// Synapses of one source towards one target position are visited one after the other, so a
/// position is new when it differs from the last one.
std::vector<source_fan> count_each_synapse(const network& net, const projection& p) {
    const std::size_t sources = net.populations[p.source].shape.neurons();
    const auto channels = static_cast<std::size_t>(net.populations[p.target].shape.channels);
    constexpr std::size_t none = std::numeric_limits<std::size_t>::max();
    std::vector<source_fan> fans(sources);
    std::vector<std::size_t> last(sources, none);
    for_each_synapse(net, p, [&](std::size_t source, std::size_t target, std::int32_t weight) {
        source_fan& fan = fans[source];
        fan.synapses += 1;
        fan.nonzero += weight != 0 ? 1U : 0U;
        const std::size_t position = target / channels;
        fan.positions += position != last[source] ? 1U : 0U;
        last[source] = position;
    });
    return fans;
}

}  // namespace

std::vector<source_fan> count_fans(const network& net, const projection& p) {
    const bool kernel = p.kind == connectivity::conv2d || p.kind == connectivity::conv_transpose2d;
    return kernel ? count_kernel_fans(net, p) : count_each_synapse(net, p);
}

namespace {

/// What looking up a stretch and multiplying one entry of the table cost, in neurons that are
/// multiplied one by one (bench/network_speed.cpp).
constexpr std::size_t cost_of_stretch = 20;
constexpr std::size_t cost_of_entry = 6;

}  // namespace

fan_table::fan_table(const std::vector<std::vector<source_fan>>& fans, std::size_t channels) {
    lay_out(fans, channels);
    const std::size_t neurons = fans.empty() ? 0 : fans.front().size();
    const std::size_t cost = stretches_.size() * cost_of_stretch + entries_ * cost_of_entry;
    if (cost <= neurons) { return; }
    if (!fit_16_bits(fans)) {
        lay_out(fans, neurons);
        return;
    }
    for (const std::vector<source_fan>& all : fans) { one_by_one_.emplace_back(all); }
}

bool fan_table::fit_16_bits(const std::vector<std::vector<source_fan>>& fans) {
    // No neuron reaches more positions than it has synapses.
    constexpr std::uint32_t most = std::numeric_limits<std::int16_t>::max();
    return std::all_of(fans.begin(), fans.end(), [](const std::vector<source_fan>& of_projection) {
        return std::all_of(of_projection.begin(), of_projection.end(),
                           [](const source_fan& fan) { return fan.synapses <= most; });
    });
}

fan_table::short_columns::short_columns(const std::vector<source_fan>& fans) {
    for (const source_fan& fan : fans) {
        synapses.push_back(static_cast<std::int16_t>(fan.synapses));
        nonzero.push_back(static_cast<std::int16_t>(fan.nonzero));
        positions.push_back(static_cast<std::int16_t>(fan.positions));
    }
}

void fan_table::lay_out(const std::vector<std::vector<source_fan>>& fans, std::size_t channels) {
    channels_ = channels;
    fans_.assign(fans.size(), {});
    stretches_.clear();
    std::map<std::vector<source_fan>, std::size_t> kinds;
    const std::size_t neurons = fans.empty() ? 0 : fans.front().size();
    for (std::size_t first = 0; first < neurons; first += channels) {
        std::vector<source_fan> here;
        for (const std::vector<source_fan>& of_projection : fans) {
            const auto from = of_projection.begin() + static_cast<std::ptrdiff_t>(first);
            here.insert(here.end(), from, from + static_cast<std::ptrdiff_t>(channels));
        }
        const auto [kind, is_new] = kinds.try_emplace(here, kinds.size());
        for (std::size_t i = 0; is_new && i < here.size(); ++i) {
            columns& of_projection = fans_[i / channels];
            of_projection.synapses.push_back(here[i].synapses);
            of_projection.nonzero.push_back(here[i].nonzero);
            of_projection.positions.push_back(here[i].positions);
        }
        if (!stretches_.empty() && stretches_.back().kind == kind->second) {
            ++stretches_.back().count;
        } else {
            stretches_.push_back({first / channels, 1, kind->second});
        }
    }
    entries_ = kinds.size() * channels;
}

void fan_table::count(const kernel_table& kernels, std::span<const std::uint8_t> spikes,
                      std::span<const std::uint8_t> active, std::vector<std::uint32_t>& scratch,
                      std::vector<projection_activity>& counts) const {
    counts.clear();
    for (const short_columns& fans : one_by_one_) {
        fan_sums sums{};
        kernels.add_fans(sums, {fans.synapses.data(), fans.nonzero.data(), fans.positions.data()},
                         spikes.data(), active.data(), spikes.size());
        counts.push_back({sums.of[0], sums.of[1], sums.of[2], sums.of[3], sums.of[4]});
    }
    if (!one_by_one_.empty() || fans_.empty()) { return; }
    scratch.assign(2 * entries_, 0);
    std::uint32_t* const all_spikes = scratch.data();
    std::uint32_t* const all_active = scratch.data() + entries_;
    for (const stretch& s : stretches_) {
        const std::size_t from = s.position * channels_;
        const std::size_t to = s.kind * channels_;
        kernels.sum_channels(all_spikes + to, all_active + to, spikes.data() + from,
                             active.data() + from, s.count, channels_);
    }
    for (const columns& fans : fans_) {
        const auto total = [&](const std::vector<std::uint32_t>& column,
                               const std::uint32_t* times) {
            return kernels.dot(column.data(), times, entries_);
        };
        counts.push_back({total(fans.synapses, all_spikes), total(fans.nonzero, all_spikes),
                          total(fans.synapses, all_active), total(fans.nonzero, all_active),
                          total(fans.positions, all_active)});
    }
}

}  // namespace synfire::sim
