// SPDX-License-Identifier: Apache-2.0
// The ratio of two sums of counts times prices, where both sides pay the same prices.
#include <algorithm>
#include <array>
#include <map>

#include <synfire/energy/compare.hpp>

namespace synfire::energy {
namespace {

enum corner : std::size_t { low, nominal, high };
using corners = std::array<double, 3>;

double at(const interval& value, std::size_t corner) {
    return corner == low ? value.low : (corner == nominal ? value.nominal : value.high);
}

/// Energy of both sides by what moves together; one entry per corner.
struct shares {
    corners snn{};
    corners dense{};
};
using sums = std::map<std::string, shares>;

/// Which end of the counts' own bounds each side uses.
struct count_ends {
    std::size_t snn = nominal;
    std::size_t dense = nominal;
};

enum class grouping { by_group, by_price };

void add_side(sums& all, const std::vector<layer_estimate>& layers, corners shares::*side,
              std::size_t count_end, grouping how) {
    for (const layer_estimate& layer : layers) {
        for (const term& t : layer.terms) {
            if (t.count.high == 0) { continue; }
            corners& entry = all[how == grouping::by_group ? t.unit->group : t.price_name].*side;
            for (const std::size_t c : {low, nominal, high}) {
                entry[c] += at(t.count, count_end) * at(t.unit->pj, c);
            }
        }
    }
}

class ratio_solver {
  public:
    ratio_solver(const std::vector<layer_estimate>& snn, const std::vector<layer_estimate>& dense)
        : snn_(snn),
          dense_(dense) {}

    std::optional<ratio_result> solve() const {
        if (!priced(snn_) || !priced(dense_)) { return std::nullopt; }
        const sums lean = summed({low, high}, grouping::by_group);
        const sums fat = summed({high, low}, grouping::by_group);
        const sums middle = summed({nominal, nominal}, grouping::by_group);
        if (denominator(fat, low) <= 0 || denominator(middle, low) <= 0) { return std::nullopt; }
        ratio_result result;
        const double centre = same_corner(middle, nominal);
        result.range = {std::min(centre, extreme(lean, false)), centre,
                        std::max(centre, extreme(fat, true))};
        corners shared{same_corner(middle, low), centre, same_corner(middle, high)};
        std::sort(shared.begin(), shared.end());
        result.same_corner = {shared[0], shared[1], shared[2]};
        result.prices = sensitivities(summed({nominal, nominal}, grouping::by_price));
        return result;
    }

  private:
    const std::vector<layer_estimate>& snn_;
    const std::vector<layer_estimate>& dense_;

    static bool priced(const std::vector<layer_estimate>& layers) {
        return std::all_of(layers.begin(), layers.end(),
                           [](const layer_estimate& l) { return l.total_pj().has_value(); });
    }

    sums summed(const count_ends& ends, grouping how) const {
        sums all;
        add_side(all, snn_, &shares::snn, ends.snn, how);
        add_side(all, dense_, &shares::dense, ends.dense, how);
        return all;
    }

    static double denominator(const sums& all, std::size_t corner) {
        double sum = 0;
        for (const auto& [name, share] : all) { sum += share.dense[corner]; }
        return sum;
    }

    static double same_corner(const sums& all, std::size_t corner) {
        double snn = 0;
        for (const auto& [name, share] : all) { snn += share.snn[corner]; }
        return snn / denominator(all, corner);
    }

    /// Exact extreme of sum(snn) / sum(dense) over one corner per group (Dinkelbach 1967): at the
    /// extreme ratio r, every group sits where snn - r * dense is extreme. Ends because there are
    /// finitely many corners.
    static double extreme(const sums& all, bool largest) {
        double ratio = same_corner(all, nominal);
        for (int round = 0; round < 100; ++round) {
            double snn = 0;
            double dense = 0;
            for (const auto& [name, share] : all) {
                const auto gain = [&, &entry = share](std::size_t c) {
                    const double value = entry.snn[c] - ratio * entry.dense[c];
                    return largest ? value : -value;
                };
                std::size_t best = nominal;
                for (const std::size_t c : {low, high}) {
                    if (gain(c) > gain(best)) { best = c; }
                }
                snn += share.snn[best];
                dense += share.dense[best];
            }
            const double next = snn / dense;
            if (largest ? next <= ratio : next >= ratio) { break; }
            ratio = next;
        }
        return ratio;
    }

    static std::vector<sensitivity> sensitivities(const sums& by_price) {
        std::vector<sensitivity> result;
        for (const auto& [name, share] : by_price) {
            corners ratios{};
            for (const std::size_t c : {low, nominal, high}) {
                sums moved = by_price;
                moved[name].snn[nominal] = share.snn[c];
                moved[name].dense[nominal] = share.dense[c];
                ratios[c] = same_corner(moved, nominal);
            }
            std::sort(ratios.begin(), ratios.end());
            result.push_back({name,
                              share.snn[nominal] > 0,
                              share.dense[nominal] > 0,
                              {ratios[0], ratios[1], ratios[2]}});
        }
        return result;
    }
};

}  // namespace

std::optional<ratio_result> ratio_of(const std::vector<layer_estimate>& snn,
                                     const std::vector<layer_estimate>& dense) {
    return ratio_solver(snn, dense).solve();
}

verdict verdict_of(const std::optional<interval>& ratio) {
    if (!ratio) { return verdict::undecided; }
    if (ratio->high < 1) { return verdict::snn_lower; }
    if (ratio->low > 1) { return verdict::dense_lower; }
    return verdict::undecided;
}

std::string_view to_string(verdict v) {
    switch (v) {
    case verdict::snn_lower:
        return "snn_lower";
    case verdict::dense_lower:
        return "dense_lower";
    case verdict::undecided:
        break;
    }
    return "undecided";
}

}  // namespace synfire::energy
