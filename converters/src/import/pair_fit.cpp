// SPDX-License-Identifier: Apache-2.0
#include "pair_fit.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include <synfire/core/neuron.hpp>

namespace synfire::converters {

namespace {

constexpr std::size_t most_trials = 24;
constexpr std::int64_t most_thetas = std::int64_t{1} << 20;

pair_fit factors_of(const pair_problem& p, std::int64_t theta) {
    const auto scaled = [&](double v) { return std::llround(v * static_cast<double>(theta)); };
    pair_fit fit;
    fit.first = scaled(p.first);
    fit.second = scaled(p.second);
    fit.offset = scaled(p.constant);
    fit.theta = static_cast<std::int32_t>(theta);
    return fit;
}

/// Largest distance, in codes, between potential over theta and the real value.
double distance(const pair_problem& p, const pair_fit& f) {
    const auto off = [&](std::int64_t k, double v, double reach) {
        return std::abs(static_cast<double>(k) - v * f.theta) * reach / f.theta;
    };
    const auto reach = [](const code_range& r) {
        return static_cast<double>(std::max(r.hi, -r.lo));
    };
    return off(f.first, p.first, reach(p.a)) + off(f.second, p.second, reach(p.b))
           + off(f.offset, p.constant, 1.0);
}

void try_all_pairs(const pair_problem& p, pair_fit& f) {
    const thresholds th{f.theta, f.theta};
    for (std::int32_t a = p.a.lo; a <= p.a.hi; ++a) {
        for (std::int32_t b = p.b.lo; b <= p.b.hi; ++b) {
            const double v = p.first * a + p.second * b + p.constant;
            const auto model = static_cast<std::int32_t>(
                std::nearbyint(std::clamp(v, static_cast<double>(p.range.lo),
                                          static_cast<double>(p.range.hi))));
            const bool tie = std::abs(v - std::floor(v) - 0.5) <= p.blur;
            const bool inside = v > p.range.lo - 1.0 && v < p.range.hi + 1.0;
            ++f.pairs;
            if (tie && inside) {
                ++f.ties;
            } else if (fire_code(f.first * a + f.second * b + f.offset, th, p.range) != model) {
                ++f.different;
            }
        }
    }
}

/// The thresholds whose factors come nearest, best first.
std::vector<std::int64_t> nearest(const pair_problem& p, std::int64_t largest_factor) {
    const double steepest = std::max({std::abs(p.first), std::abs(p.second), 1e-6});
    const auto most = std::min<std::int64_t>(
        {most_thetas, p.largest_theta,
         static_cast<std::int64_t>(static_cast<double>(largest_factor) / steepest)});
    std::vector<std::pair<double, std::int64_t>> ranked;
    for (std::int64_t theta = 1; theta <= std::max<std::int64_t>(most, 1); ++theta) {
        ranked.emplace_back(distance(p, factors_of(p, theta)), theta);
    }
    const auto keep = static_cast<std::ptrdiff_t>(std::min(most_trials, ranked.size()));
    std::partial_sort(ranked.begin(), ranked.begin() + keep, ranked.end());
    std::vector<std::int64_t> thetas;
    for (std::ptrdiff_t i = 0; i < keep; ++i) {
        thetas.push_back(ranked[static_cast<std::size_t>(i)].second);
    }
    return thetas;
}

}  // namespace

pair_fit fit_pairs(const pair_problem& problem, std::int64_t largest_factor) {
    std::vector<pair_fit> tried;
    for (const std::int64_t theta : nearest(problem, largest_factor)) {
        pair_fit fit = factors_of(problem, theta);
        try_all_pairs(problem, fit);
        tried.push_back(fit);
        if (fit.different == 0) { break; }
    }
    return *std::min_element(tried.begin(), tried.end(), [](const auto& x, const auto& y) {
        return x.different < y.different;
    });
}

}  // namespace synfire::converters
