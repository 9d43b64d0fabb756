// SPDX-License-Identifier: Apache-2.0
#include <synfire/hw/engine_network.hpp>

#include <algorithm>
#include <bit>
#include <cstddef>

#include <synfire/core/coding.hpp>

namespace synfire::hw {

code_window window_of_current(const population& p) {
    const auto largest = static_cast<std::uint32_t>(std::max({p.range.hi, -p.range.lo, 1}));
    return {coding::phase, static_cast<std::int32_t>(std::bit_width(largest))};
}

spike_train spikes_of(const code_window& window, std::span<const std::int32_t> codes) {
    spike_train spikes;
    for (std::size_t n = 0; n < codes.size(); ++n) {
        if (codes[n] == 0) { continue; }
        for (const std::int32_t step : spike_steps(window, codes[n])) {
            spikes.push_back({step, static_cast<std::uint32_t>(n), codes[n] < 0 ? -1 : 1});
        }
    }
    std::sort(spikes.begin(), spikes.end());
    return spikes;
}

std::vector<std::int32_t> codes_of(const code_window& window, const spike_train& spikes,
                                   std::size_t neurons) {
    const std::vector<std::int32_t> values = step_values(window);
    std::vector<std::int32_t> codes(neurons, 0);
    for (const spike& s : spikes) {
        codes[s.neuron] += s.sign * values[static_cast<std::size_t>(s.step)];
    }
    return codes;
}

bool has_current(const network& net) {
    return std::any_of(net.populations.begin(), net.populations.end(),
                       [](const population& p) { return p.is_current(); });
}

network with_current_windows(const network& net) {
    network run = net;
    for (population& p : run.populations) {
        if (p.is_current()) { p.window = window_of_current(p); }
    }
    return run;
}

network engine_network(const network& net) {
    network run = with_current_windows(net);
    for (population& p : run.populations) {
        if (!p.is_current()) { continue; }
        p.input->encoder = input_encoder::code;
        p.expected.reset();  // of no window
    }
    return run;
}

}  // namespace synfire::hw
