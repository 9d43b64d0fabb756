// SPDX-License-Identifier: Apache-2.0
// A state that leaks cannot get further than its input can push it. With at most I coming in per
// step and decay d, a state x <= B stays so where B * d >= I * 2^k: at B it loses ceil(B * d / 2^k)
// >= I, and of a smaller state no more is left than of B. Resets only lead towards zero, and a
// start beyond B is not surpassed either. The same holds below zero, with the most negative input.
#include "state_bounds.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include <synfire/core/width.hpp>

namespace synfire::sim {
namespace {

/// Least and most of all channels; 0 where there is none.
struct decays {
    std::int64_t least = 0;
    std::int64_t most = 0;

    explicit decays(const std::vector<std::int32_t>& values) {
        if (values.empty()) { return; }
        const auto [lo, hi] = std::minmax_element(values.begin(), values.end());
        least = *lo;
        most = *hi;
    }
};

/// Products of a decay that are rounded up have 32 bits.
bool fits_product(const sum_range& x, std::int64_t decay, std::int32_t bits) {
    constexpr std::int64_t largest = std::numeric_limits<std::uint32_t>::max();
    return std::max(-x.lo, x.hi) * decay + (std::int64_t{1} << bits) - 1 <= largest;
}

/// Where a state gets to.
class reach {
  public:
    reach(const sum_range& in, const decays& d, std::int32_t bits, const state_range& limits)
        : clamped_{limits.lo, limits.hi} {
        if (d.least == 0 && (in.lo != 0 || in.hi != 0)) { return; }
        const sum_range free{bound(in.lo, d, bits), bound(in.hi, d, bits)};
        clamps_ = free.lo < limits.lo || free.hi > limits.hi;
        clamped_ = {std::max(free.lo, clamped_.lo), std::min(free.hi, clamped_.hi)};
    }

    /// The state starts there, which is within its limits.
    void start_at(std::int64_t x) {
        clamped_ = {std::min(clamped_.lo, x), std::max(clamped_.hi, x)};
    }

    bool clamps() const { return clamps_; }
    const sum_range& range() const { return clamped_; }

  private:
    static std::int64_t bound(std::int64_t in, const decays& d, std::int32_t bits) {
        if (in == 0) { return 0; }
        const std::int64_t scaled = in * (std::int64_t{1} << bits);
        return in > 0 ? (scaled + d.least - 1) / d.least : (scaled - d.least + 1) / d.least;
    }

    sum_range clamped_;
    bool clamps_ = true;
};

}  // namespace

state_kind proven_states(const network& net, std::size_t population) {
    const synfire::population& p = net.populations[population];
    const streaming_neuron& n = *p.streaming;
    const decays of_s(n.decay_s);
    const decays of_v(n.decay_v);
    const sum_range in = possible_sums(net, population);
    const reach s(in, of_s, n.decay_bits, n.s_range);
    reach v(n.has_current() ? s.range() : in, of_v, n.decay_bits, n.v_range);
    for (const std::int32_t x : n.initial_v) { v.start_at(x); }
    const bool fits = fits_product(v.range(), of_v.most, n.decay_bits)
                      && (!n.has_current() || fits_product(s.range(), of_s.most, n.decay_bits));
    if (!fits) { return state_kind::wide; }
    const bool clamps = v.clamps() || (n.has_current() && s.clamps());
    return clamps ? state_kind::clamped : state_kind::free;
}

}  // namespace synfire::sim
