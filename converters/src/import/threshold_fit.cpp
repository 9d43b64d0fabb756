// SPDX-License-Identifier: Apache-2.0
#include "threshold_fit.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <synfire/core/neuron.hpp>

namespace synfire::converters {

namespace {

constexpr std::int64_t unbounded = std::numeric_limits<std::int64_t>::max() / 4;

/// Offsets first .. last that meet a set of boundaries.
struct offset_interval {
    std::int64_t first = -unbounded;
    std::int64_t last = unbounded;

    bool empty() const { return first > last; }
    offset_interval common(const offset_interval& other) const {
        return {std::max(first, other.first), std::min(last, other.last)};
    }
};

/// Smallest potential that fires at least `code`: x + theta / 2 reaches code * theta; below zero
/// the neuron rounds away from zero, so the code ends one potential earlier.
std::int64_t first_potential(std::int32_t code, std::int64_t theta) {
    if (code > 0) { return code * theta - (theta >> 1); }
    const std::int64_t depth = 1 - std::int64_t{code};
    return 1 - (depth * theta - (theta >> 1));
}

std::int64_t divide_up(std::int64_t a, std::int64_t b) {
    return a >= 0 ? (a + b - 1) / b : -(-a / b);
}

/// The boundaries of one sign, and what lies beyond the reachable accumulators.
class half_line {
  public:
    half_line(const code_map& map, const std::vector<code_boundary>& boundaries, bool positive,
              tie_rule rule)
        : map_(map),
          positive_(positive),
          rule_(rule) {
        for (const code_boundary& b : boundaries) {
            if ((b.code > 0) == positive) { mine_.push_back(b); }
        }
        lowest_ = map.code(map.first);
        highest_ = map.code(map.last);
    }

    offset_interval offsets(std::int64_t factor, std::int64_t theta) const {
        offset_interval all;
        for (const code_boundary& b : mine_) {
            const bool loose = rule_ == tie_rule::free;
            const std::int64_t inside = b.first + (loose && b.tie_at ? 1 : 0);
            const std::int64_t outside = b.first - 1 - (loose && b.tie_below ? 1 : 0);
            const std::int64_t x = first_potential(b.code, theta);
            all = all.common({x - factor * inside, x - factor * outside - 1});
        }
        // Codes that the ends do not reach stay out of reach.
        if (highest_ < map_.range.hi && (highest_ + 1 > 0) == positive_) {
            const std::int64_t x = first_potential(highest_ + 1, theta);
            all = all.common({-unbounded, x - factor * map_.last - 1});
        }
        if (lowest_ > map_.range.lo && (lowest_ > 0) == positive_) {
            const std::int64_t x = first_potential(lowest_, theta);
            all = all.common({x - factor * map_.first, unbounded});
        }
        return all;
    }

  private:
    const code_map& map_;
    bool positive_;
    tie_rule rule_;
    std::vector<code_boundary> mine_;
    std::int32_t lowest_ = 0;
    std::int32_t highest_ = 0;
};

/// Thresholds next to factor * step, nearest first.
std::vector<std::int64_t> candidates(const code_map& map, std::int64_t factor,
                                     std::int64_t largest) {
    const auto nearest = static_cast<std::int64_t>(
        std::llround(std::min(map.step * static_cast<double>(factor), 1e15)));
    std::vector<std::int64_t> thetas;
    for (const std::int64_t off : {0, -1, 1, -2, 2}) {
        // Channels that hardly ever reach a code take the largest threshold there is room for.
        const std::int64_t theta = std::clamp<std::int64_t>(nearest + off, 1, largest);
        if (std::find(thetas.begin(), thetas.end(), theta) == thetas.end()) {
            thetas.push_back(theta);
        }
    }
    return thetas;
}

std::int64_t inside(const offset_interval& offsets) {
    if (offsets.first == -unbounded) { return offsets.last == unbounded ? 0 : offsets.last; }
    if (offsets.last == unbounded) { return offsets.first; }
    return offsets.first + (offsets.last - offsets.first) / 2;
}

bool within(const threshold_fit& fit, const fit_limits& limits) {
    const std::int64_t theta = std::max(fit.theta, fit.theta_neg);
    return fit.factor * limits.magnitude + std::abs(fit.offset) + theta / 2 + 1 <= limits.potential;
}

}  // namespace

std::optional<threshold_fit> fit_thresholds(const code_map& map,
                                            const std::vector<code_boundary>& boundaries,
                                            std::int64_t factor, tie_rule rule,
                                            const fit_limits& limits) {
    if (factor > unbounded / (limits.magnitude + 1)) { return std::nullopt; }
    const half_line above(map, boundaries, true, rule);
    const half_line below(map, boundaries, false, rule);
    const std::vector<std::int64_t> thetas = candidates(map, factor, limits.theta);
    std::vector<std::pair<std::int64_t, offset_interval>> negatives;
    for (const std::int64_t theta : thetas) {
        // An unsigned neuron is silent below zero, whatever its threshold.
        const offset_interval offsets =
            map.range.lo == 0 ? offset_interval{} : below.offsets(factor, theta);
        if (!offsets.empty()) { negatives.emplace_back(theta, offsets); }
    }
    for (const std::int64_t theta : thetas) {
        const offset_interval offsets = above.offsets(factor, theta);
        for (const auto& [theta_neg, more] : negatives) {
            const offset_interval both = offsets.common(more);
            if (both.empty()) { continue; }
            const threshold_fit fit{factor, inside(both), static_cast<std::int32_t>(theta),
                                    static_cast<std::int32_t>(theta_neg)};
            if (within(fit, limits)) { return fit; }
        }
    }
    return std::nullopt;
}

threshold_fit nearest_thresholds(const code_map& map, const std::vector<code_boundary>& boundaries,
                                 std::int64_t factor, const fit_limits& limits) {
    threshold_fit fit;
    fit.factor = factor;
    fit.theta =
        static_cast<std::int32_t>(std::clamp(std::round(map.step * static_cast<double>(factor)),
                                             1.0, static_cast<double>(limits.theta)));
    fit.theta_neg = fit.theta;
    if (boundaries.empty()) { return fit; }
    // The middle of what the boundaries ask for, each by itself.
    std::vector<std::int64_t> wanted;
    for (const code_boundary& b : boundaries) {
        wanted.push_back(first_potential(b.code, fit.theta) - factor * b.first + factor / 2);
    }
    std::nth_element(wanted.begin(),
                     wanted.begin() + static_cast<std::ptrdiff_t>(wanted.size() / 2), wanted.end());
    fit.offset = wanted[wanted.size() / 2];
    return fit;
}

std::vector<code_difference> compare_codes(const code_map& map,
                                           const std::vector<code_boundary>& boundaries,
                                           const threshold_fit& fit) {
    const auto fired = [&](std::int64_t acc) {
        return fire_code(fit.factor * acc + fit.offset, {fit.theta, fit.theta_neg}, map.range);
    };
    std::vector<code_difference> differences;
    const auto compare = [&](std::int64_t first, std::int64_t last) {
        for (std::int64_t acc = std::max(first, map.first); acc <= std::min(last, map.last);
             ++acc) {
            const std::int32_t model = map.code(acc);
            const std::int32_t network = fired(acc);
            if (model != network) { differences.push_back({acc, model, network, map.tie(acc)}); }
        }
    };
    compare(map.first, map.first);
    for (const code_boundary& b : boundaries) {
        // The neuron's own boundary and the model's enclose every accumulator that differs.
        const std::int64_t theta = b.code > 0 ? fit.theta : fit.theta_neg;
        const std::int64_t own = divide_up(first_potential(b.code, theta) - fit.offset, fit.factor);
        compare(std::min(own, b.first - 1), std::max(own - 1, b.first));
    }
    compare(map.last, map.last);
    std::sort(differences.begin(), differences.end(),
              [](const auto& a, const auto& b) { return a.accumulator < b.accumulator; });
    const auto same = [](const auto& a, const auto& b) { return a.accumulator == b.accumulator; };
    differences.erase(std::unique(differences.begin(), differences.end(), same), differences.end());
    return differences;
}

}  // namespace synfire::converters
