// SPDX-License-Identifier: Apache-2.0
#include "code_choice.hpp"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <numeric>

#include <synfire/core/synapses.hpp>

#include "emit/emit_network.hpp"

namespace synfire::converters {

namespace {

/// Populations that must share a window, because one pools the codes of the others.
std::vector<std::size_t> pooling_groups(const network& net) {
    std::vector<std::size_t> group(net.populations.size());
    std::iota(group.begin(), group.end(), 0);
    for (const projection& p : net.projections) {
        if (p.kind != connectivity::window) { continue; }
        const std::size_t from = group[p.source];
        const std::size_t to = group[p.target];
        std::replace(group.begin(), group.end(), from, to);
    }
    return group;
}

std::uint64_t count_synapses(const network& net, const projection& p) {
    std::uint64_t count = 0;
    for_each_synapse(net, p, [&](std::size_t, std::size_t, std::int32_t) { ++count; });
    return count;
}

/// What one projection asks for, whatever the code.
struct load {
    std::size_t source = 0;
    double synapses_per_spike = 0.0;
    double receivers = 0.0;  ///< neurons that keep a running sum
};

std::vector<load> loads_of(const network& net) {
    std::vector<load> loads;
    for (const projection& p : net.projections) {
        if (p.kind == connectivity::window) { continue; }
        const auto neurons = static_cast<double>(net.populations[p.source].shape.neurons());
        const shape& to = net.populations[p.target].shape;
        loads.push_back(
            {p.source, static_cast<double>(count_synapses(net, p)) / neurons,
             static_cast<double>(p.target_channels.count()) * static_cast<double>(to.positions())});
    }
    return loads;
}

double spikes_per_sample(const code_window& window, const std::vector<std::uint64_t>& counts,
                         std::size_t samples) {
    double spikes = 0.0;
    for (std::size_t q = 0; q < counts.size(); ++q) {
        if (counts[q] == 0) { continue; }
        const std::size_t each = spike_steps(window, static_cast<std::int32_t>(q)).size();
        spikes += static_cast<double>(counts[q]) * static_cast<double>(each);
    }
    return spikes / static_cast<double>(samples);
}

class chooser {
  public:
    chooser(const network& net, const code_counts& counts, std::size_t samples)
        : net_(net),
          counts_(counts),
          samples_(samples),
          loads_(loads_of(net)) {}

    /// Additions and comparisons per sample of one population.
    double cost(std::size_t index, const code_window& window) const {
        const population& p = net_.populations[index];
        const double spikes = spikes_per_sample(window, counts_[index], samples_);
        const bool ramp = window.kind == coding::ttfs || window.kind == coding::digit;
        double total = 0.0;
        if (p.kind == population_kind::spiking) {
            total += static_cast<double>(p.shape.neurons()) * window.steps;
        }
        for (const load& l : loads_) {
            if (l.source != index) { continue; }
            total += spikes * l.synapses_per_spike;
            if (ramp) { total += l.receivers * window.steps; }
        }
        return total;
    }

    code_window cheapest(const std::vector<std::size_t>& members) const {
        const code_window first = net_.populations[members.front()].window;
        code_window best = first;
        double least = -1.0;
        for (const code_window& window : equal_windows(first.steps)) {
            double total = 0.0;
            for (const std::size_t m : members) { total += cost(m, window); }
            if (least < 0.0 || total < least) {
                least = total;
                best = window;
            }
        }
        return best;
    }

  private:
    const network& net_;
    const code_counts& counts_;
    std::size_t samples_;
    std::vector<load> loads_;
};

/// An input keeps its code, since that is how data enter; what is pooled with it does as well.
bool may_change(const network& net, const std::vector<std::size_t>& members) {
    return std::all_of(members.begin(), members.end(), [&](std::size_t m) {
        const population& p = net.populations[m];
        return p.window.kind == coding::phase
               && (p.kind == population_kind::spiking || p.kind == population_kind::max_pool);
    });
}

}  // namespace

code_counts count_codes(const network& net, const quantised_model& quantised, const dataset& data,
                        std::size_t samples) {
    std::vector<std::vector<std::atomic<std::uint64_t>>> shared;
    for (const population& p : net.populations) {
        const bool sends = p.kind != population_kind::readout;
        shared.emplace_back(sends ? static_cast<std::size_t>(std::max(p.range.hi, -p.range.lo)) + 1
                                  : 0);
    }
    quantised.run(data, samples, [&](std::size_t, const std::vector<layer_values>& layers) {
        for (std::size_t i = 0; i < layers.size(); ++i) {
            std::vector<std::uint64_t> own(shared[i].size(), 0);
            if (own.empty()) { continue; }
            for (const std::int32_t code : layers[i].codes) {
                ++own[static_cast<std::size_t>(std::abs(code))];
            }
            for (std::size_t q = 0; q < own.size(); ++q) {
                if (own[q] > 0) { shared[i][q] += own[q]; }
            }
        }
    });
    code_counts counts;
    for (const auto& s : shared) { counts.emplace_back(s.begin(), s.end()); }
    return counts;
}

std::vector<code_window> equal_windows(std::int32_t phase_steps) {
    std::vector<code_window> windows{{coding::phase, phase_steps, 0, 0}};
    for (std::int32_t bits = 2; bits < phase_steps; ++bits) {
        const std::int32_t base = 1 << bits;
        const std::int32_t digits = phase_steps / bits;
        const std::int32_t steps = digits * (base - 1);
        if (phase_steps % bits == 0 && steps <= max_window_steps) {
            windows.push_back({coding::digit, steps, base, digits});
        }
        if (base > max_window_steps) { break; }
    }
    const std::int32_t levels = (1 << phase_steps) - 1;
    if (phase_steps > 1 && levels <= max_window_steps) {
        windows.push_back({coding::ttfs, levels, 0, 0});
    }
    return windows;
}

std::vector<double> mean_fan_outs(const network& net) {
    std::vector<double> fan_outs(net.populations.size(), 0.0);
    for (const load& l : loads_of(net)) { fan_outs[l.source] += l.synapses_per_spike; }
    return fan_outs;
}

void choose_codes(network& net, const code_counts& counts, std::size_t samples) {
    const std::vector<std::size_t> group = pooling_groups(net);
    const chooser all(net, counts, samples);
    std::vector<code_window> chosen;
    for (const population& p : net.populations) { chosen.push_back(p.window); }
    for (std::size_t g = 0; g < group.size(); ++g) {
        std::vector<std::size_t> members;
        for (std::size_t i = 0; i < group.size(); ++i) {
            if (group[i] == g) { members.push_back(i); }
        }
        if (members.empty() || !may_change(net, members)) { continue; }
        const code_window window = all.cheapest(members);
        for (const std::size_t m : members) { chosen[m] = window; }
    }
    for (std::size_t i = 0; i < chosen.size(); ++i) { net.populations[i].window = chosen[i]; }
    prove_widths(net);  // the value of the first step counts
}

}  // namespace synfire::converters
