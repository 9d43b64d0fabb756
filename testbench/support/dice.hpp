// SPDX-License-Identifier: Apache-2.0
// Random draws that are the same with every standard library.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

namespace synfire::test {

class dice {
  public:
    explicit dice(std::uint64_t seed) : generator_(seed) {}

    /// lo .. hi, both included.
    std::int64_t between(std::int64_t lo, std::int64_t hi) {
        return lo
               + static_cast<std::int64_t>(generator_() % static_cast<std::uint64_t>(hi - lo + 1));
    }
    std::int32_t small(std::int32_t lo, std::int32_t hi) {
        return static_cast<std::int32_t>(between(lo, hi));
    }
    bool chance(int percent) { return between(0, 99) < percent; }
    std::int32_t pick(const std::vector<std::int32_t>& values) {
        return values[static_cast<std::size_t>(
            between(0, static_cast<std::int64_t>(values.size()) - 1))];
    }

  private:
    std::mt19937_64 generator_;
};

}  // namespace synfire::test
