// SPDX-License-Identifier: Apache-2.0
#include "pair_fit.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include <synfire/core/neuron.hpp>

namespace synfire::converters {

namespace {

constexpr std::size_t most_trials = 128;
constexpr std::int64_t most_thetas = std::int64_t{1} << 20;
/// Sums of two codes with zero points stay below 2^10; three roundings of such numbers.
constexpr float resolution = 1.0F / 8192.0F;

/// Codes and ties of all pairs, b running fastest.
struct pair_table {
    std::vector<std::int32_t> codes;
    std::vector<bool> ties;
};

pair_table table_of(const pair_problem& p) {
    pair_table table;
    for (std::int32_t a = p.a.lo; a <= p.a.hi; ++a) {
        for (std::int32_t b = p.b.lo; b <= p.b.hi; ++b) {
            table.codes.push_back(p.code(a, b));
            table.ties.push_back(p.tie(a, b));
        }
    }
    return table;
}

pair_fit factors_of(const pair_problem& p, std::int64_t theta) {
    const auto scaled = [&](float v) {
        return std::llround(static_cast<double>(v) * static_cast<double>(theta));
    };
    pair_fit fit;
    fit.first = scaled(p.first);
    fit.second = scaled(p.second);
    fit.offset = scaled(p.constant);
    fit.theta = static_cast<std::int32_t>(theta);
    return fit;
}

/// Largest distance, in codes, between potential over theta and the real value.
double distance(const pair_problem& p, const pair_fit& f) {
    const auto off = [&](std::int64_t k, float v, double reach) {
        return std::abs(static_cast<double>(k) - static_cast<double>(v) * f.theta) * reach
               / f.theta;
    };
    const auto reach = [](const code_range& r) {
        return static_cast<double>(std::max(r.hi, -r.lo));
    };
    return off(f.first, p.first, reach(p.a)) + off(f.second, p.second, reach(p.b))
           + off(f.offset, p.constant, 1.0);
}

void try_all_pairs(const pair_problem& p, const pair_table& table, pair_fit& f) {
    const thresholds th{f.theta, f.theta};
    std::size_t at = 0;
    for (std::int32_t a = p.a.lo; a <= p.a.hi; ++a) {
        std::int64_t x = f.first * a + f.second * p.b.lo + f.offset;
        for (std::int32_t b = p.b.lo; b <= p.b.hi; ++b, ++at, x += f.second) {
            if (fire_code(x, th, p.range) == table.codes[at]) { continue; }
            (table.ties[at] ? f.ties : f.different) += 1;
        }
    }
    f.pairs = at;
}

/// The thresholds whose factors come nearest, best first.
std::vector<std::int64_t> nearest(const pair_problem& p, std::int64_t largest_factor) {
    const double steepest =
        static_cast<double>(std::max({std::abs(p.first), std::abs(p.second), 1e-6F}));
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

float pair_problem::value(std::int32_t code_a, std::int32_t code_b) const {
    const float fixed = static_cast<float>(zero)
                        - (first * static_cast<float>(zero_a) + second * static_cast<float>(zero_b))
                        + constant;
    return fixed + static_cast<float>(code_a + zero_a) * first
           + static_cast<float>(code_b + zero_b) * second;
}

std::int32_t pair_problem::code(std::int32_t code_a, std::int32_t code_b) const {
    const auto shift = static_cast<float>(zero);
    const float clamped = std::clamp(value(code_a, code_b), static_cast<float>(range.lo) + shift,
                                     static_cast<float>(range.hi) + shift);
    return static_cast<std::int32_t>(std::nearbyint(clamped)) - zero;
}

bool pair_problem::tie(std::int32_t code_a, std::int32_t code_b) const {
    const float x = value(code_a, code_b);
    return std::abs(x - std::floor(x) - 0.5F) <= resolution;
}

pair_fit fit_pairs(const pair_problem& problem, std::int64_t largest_factor) {
    const pair_table table = table_of(problem);
    const auto better = [](const pair_fit& x, const pair_fit& y) {
        return std::pair(x.different, x.ties) < std::pair(y.different, y.ties);
    };
    pair_fit best;
    best.different = table.codes.size() + 1;
    for (const std::int64_t theta : nearest(problem, largest_factor)) {
        for (const std::int64_t nudge : {0, -1, 1}) {  // a tie rounds up or down by one of these
            pair_fit fit = factors_of(problem, theta);
            fit.offset += nudge;
            try_all_pairs(problem, table, fit);
            if (better(fit, best)) { best = fit; }
        }
        if (best.different + best.ties == 0) { break; }
    }
    return best;
}

}  // namespace synfire::converters
