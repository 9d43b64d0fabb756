// SPDX-License-Identifier: Apache-2.0
#include "channel_fit.hpp"

#include <algorithm>
#include <limits>

namespace synfire::converters {

namespace {

constexpr int largest_shift = 20;
constexpr std::int64_t largest_potential = std::numeric_limits<std::int32_t>::max();
/// Farey's theorem: a line between the steps of at most 256 codes has a slope with a denominator of
/// at most 256; beyond it only ties keep a factor from fitting.
constexpr std::int64_t enough_factors = 1024;

bool has_ties(const channel_problem& channel) {
    return std::any_of(channel.boundaries.begin(), channel.boundaries.end(),
                       [](const code_boundary& b) { return b.tie_at || b.tie_below; });
}

std::optional<threshold_fit> fit(const channel_problem& channel, std::int64_t factor,
                                 tie_rule rule) {
    return fit_thresholds(channel.map, channel.boundaries, factor, rule, channel.limits);
}

std::optional<std::vector<threshold_fit>> fit_factor(const std::vector<channel_problem>& all,
                                                     std::int64_t factor, tie_rule rule) {
    std::vector<threshold_fit> found;
    for (const channel_problem& channel : all) {
        auto one = fit(channel, factor, tie_rule::exact);
        if (!one && rule == tie_rule::free && has_ties(channel)) {
            one = fit(channel, factor, tie_rule::free);
        }
        if (!one) { return std::nullopt; }
        found.push_back(*one);
    }
    return found;
}

}  // namespace

fit_limits limits_of(std::int64_t first_step_value, std::int64_t magnitude) {
    return {largest_potential / first_step_value, largest_potential, magnitude};
}

std::optional<std::vector<threshold_fit>> fit_together(const std::vector<channel_problem>& all) {
    for (const tie_rule rule : {tie_rule::exact, tie_rule::free}) {
        for (int shift = 0; shift <= largest_shift; ++shift) {
            auto found = fit_factor(all, std::int64_t{1} << shift, rule);
            if (found) { return found; }
        }
    }
    return std::nullopt;
}

threshold_fit fit_alone(const channel_problem& channel, std::int64_t largest_product) {
    const std::int64_t weight = std::max<std::int64_t>(channel.largest_weight, 1);
    const std::int64_t room = channel.limits.potential / (channel.limits.magnitude + 1);
    const std::int64_t most =
        std::max<std::int64_t>(1, std::min({largest_product / weight, room, enough_factors}));
    for (const tie_rule rule : {tie_rule::exact, tie_rule::free}) {
        if (rule == tie_rule::free && !has_ties(channel)) { continue; }
        for (std::int64_t factor = 1; factor <= most; ++factor) {
            if (const auto found = fit(channel, factor, rule)) { return *found; }
        }
    }
    // A channel that rounds to codes far apart needs no more room for its threshold than it has.
    std::int64_t factor = most;
    while (factor > 1
           && channel.map.step * static_cast<double>(factor)
                  > static_cast<double>(channel.limits.theta)) {
        factor /= 2;
    }
    return nearest_thresholds(channel.map, channel.boundaries, factor, channel.limits);
}

}  // namespace synfire::converters
