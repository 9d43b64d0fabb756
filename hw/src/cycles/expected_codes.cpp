// SPDX-License-Identifier: Apache-2.0
#include <synfire/hw/expected_codes.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <random>

#include <synfire/core/error.hpp>

namespace synfire::hw {
namespace {

/// Numbers from 0 to 1, the same with every standard library.
class dice {
  public:
    explicit dice(std::uint64_t seed) : engine_(seed) {}
    bool falls(double probability) {
        return static_cast<double>(engine_() >> 11U) * 0x1p-53 < probability;
    }

  private:
    std::mt19937_64 engine_;
};

/// Share of the neurons among which spikes fall. Those of one neuron come together: with all
/// neurons for candidates far too many would be active, with the fewest far too few.
double candidates_of(const std::vector<double>& spikes, double neurons) {
    double silent = 1.0;
    double largest = 0.0;
    for (const double s : spikes) {
        const double share = std::min(1.0, s / neurons);
        largest = std::max(largest, share);
        silent *= 1.0 - share;
    }
    return (largest + (1.0 - silent)) / 2;
}

std::int32_t code_of(const population& p, const std::vector<double>& shares, dice& at_random) {
    const bool weighted = p.window.kind == coding::phase;
    std::int32_t code = 0;
    for (const double share : shares) {
        code = (weighted ? 2 * code : code) + (at_random.falls(share) ? 1 : 0);
    }
    if (p.range.is_signed() && at_random.falls(0.5)) { code = -code; }
    return std::clamp(code, p.range.lo, p.range.hi);
}

/// Distance of a position from the middle of its map, in halves of the map's height or width.
double eccentricity(const shape& s, std::size_t position) {
    const auto along = [](std::size_t place, std::int32_t size) {
        return std::abs((static_cast<double>(place) + 0.5) / size - 0.5) * 2;
    };
    const auto width = static_cast<std::size_t>(s.width);
    return std::max(along(position / width, s.height), along(position % width, s.width));
}

/// Chance of a neuron to be a candidate. Images show something in their middle, and little around
/// it; behind the first layer that hardly matters.
double chance_of(const population& p, std::size_t neuron, double candidates) {
    if (p.kind != population_kind::input || p.shape.positions() == 1) { return candidates; }
    const std::size_t position = neuron / static_cast<std::size_t>(p.shape.channels);
    const double edge = std::sqrt(candidates);  // of a square of that share of the map
    return eccentricity(p.shape, position) < edge ? 1.0 : 0.0;
}

std::vector<std::int32_t> codes_of(const population& p, dice& at_random) {
    std::vector<std::int32_t> codes(p.shape.neurons());
    const auto neurons = static_cast<double>(codes.size());
    const std::vector<double>& spikes = p.expected->mean_spikes;
    const double candidates = candidates_of(spikes, neurons);
    if (candidates <= 0) { return codes; }
    std::vector<double> shares;
    for (const double s : spikes) { shares.push_back(std::min(1.0, s / neurons / candidates)); }
    for (std::size_t i = 0; i < codes.size(); ++i) {
        if (at_random.falls(chance_of(p, i, candidates))) {
            codes[i] = code_of(p, shares, at_random);
        }
    }
    return codes;
}

bool sends(const population& p) { return p.kind != population_kind::readout; }

/// Calibration counts spikes, and `current` inputs have none.
bool is_expected(const population& p) { return p.expected.has_value() && !p.is_current(); }

}  // namespace

bool has_expected_activity(const network& net) {
    return std::all_of(net.populations.begin(), net.populations.end(),
                       [](const population& p) { return !sends(p) || is_expected(p); });
}

std::vector<std::vector<std::int32_t>> expected_codes(const network& net, std::uint64_t seed) {
    dice at_random(seed);
    std::vector<std::vector<std::int32_t>> all;
    for (const population& p : net.populations) {
        if (!sends(p)) {
            all.emplace_back();
            continue;
        }
        if (!is_expected(p)) {
            throw bad_input({"population '" + p.name + "'", "no expected activity in the file", "",
                             "a network from `synfire convert --calibration`",
                             "count cycles with a data set"});
        }
        all.push_back(codes_of(p, at_random));
    }
    return all;
}

}  // namespace synfire::hw
