// SPDX-License-Identifier: Apache-2.0
#include "step.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

namespace synfire::converters {

namespace {

// Where spikes cost something, codes may be coarser than the largest value asks for.
constexpr double priced_reach = 8.0;

}  // namespace

std::string_view to_text(threshold_rule rule) {
    switch (rule) {
    case threshold_rule::percentile:
        return "percentile";
    case threshold_rule::max:
        return "max";
    case threshold_rule::mse:
        break;
    }
    return "mse";
}

double percentile_of(const magnitude_histogram& histogram, double percent) {
    const auto total =
        std::accumulate(histogram.bins.begin(), histogram.bins.end(), std::uint64_t{0});
    const double wanted = static_cast<double>(total) * percent / 100.0;
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < histogram.bins.size(); ++i) {
        seen += histogram.bins[i];
        if (seen > 0 && static_cast<double>(seen) >= wanted) {
            return histogram.largest * static_cast<double>(i + 1)
                   / static_cast<double>(histogram.bins.size());
        }
    }
    return histogram.largest;
}

namespace {

/// Spikes of each code of a window: a search asks for them again and again.
std::vector<double> spikes_of_codes(const code_window& window) {
    std::vector<double> spikes;
    for (std::int32_t q = 0; q <= max_code(window); ++q) {
        spikes.push_back(static_cast<double>(spike_steps(window, q).size()));
    }
    return spikes;
}

double mean_spikes_of(const magnitude_histogram& histogram, const std::vector<double>& spikes_of,
                      double step) {
    const auto levels = static_cast<double>(spikes_of.size() - 1);
    double spikes = 0.0;
    for (std::size_t i = 0; i < histogram.bins.size(); ++i) {
        if (histogram.bins[i] == 0) { continue; }
        const double code = std::floor(histogram.centre(i) / step + 0.5);
        spikes += static_cast<double>(histogram.bins[i])
                  * spikes_of[static_cast<std::size_t>(std::min(code, levels))];
    }
    return spikes / static_cast<double>(histogram.values);
}

}  // namespace

double mean_spikes(const magnitude_histogram& histogram, const code_window& window, double step) {
    return mean_spikes_of(histogram, spikes_of_codes(window), step);
}

double mean_square_of(const magnitude_histogram& histogram) {
    if (histogram.values == 0) { return 0.0; }
    double power = 0.0;
    for (std::size_t i = 0; i < histogram.bins.size(); ++i) {
        const double x = histogram.centre(i);
        power += static_cast<double>(histogram.bins[i]) * x * x;
    }
    return power / static_cast<double>(histogram.values);
}

double choose_step(const magnitude_histogram& histogram, const code_window& window,
                   const step_rule& how, double mean_square) {
    if (histogram.largest <= 0.0) { return 0.0; }
    const auto levels = static_cast<std::int32_t>(max_code(window));
    switch (how.rule) {
    case threshold_rule::max:
        return histogram.largest / levels;
    case threshold_rule::percentile:
        return percentile_of(histogram, how.percentile) / levels;
    case threshold_rule::mse:
        break;
    }
    if (how.spike_price <= 0.0) { return best_step(histogram, levels); }
    const std::vector<double> spikes_of = spikes_of_codes(window);
    const double price = how.spike_price * mean_square * static_cast<double>(histogram.values);
    return best_step(
        histogram, levels,
        [&](double step) { return price * mean_spikes_of(histogram, spikes_of, step); },
        priced_reach);
}

}  // namespace synfire::converters
