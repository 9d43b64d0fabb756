// SPDX-License-Identifier: Apache-2.0
// Prefix sums over the bits of one map, so that what a run costs is a difference.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <synfire/hw/image.hpp>

namespace synfire::hw::detail {

/// What runs meet: sums over the active bits, and words and taps without one.
template <class Number>
struct run_counts {
    Number spikes = 0;
    Number active = 0;
    Number bubbles = 0;  ///< null taps and words without an active bit
    Number words = 0;    ///< words read of the active map

    template <class Other>
    run_counts& operator+=(const run_counts<Other>& other) {
        spikes += other.spikes;
        active += other.active;
        bubbles += other.bubbles;
        words += other.words;
        return *this;
    }
};
using field_counts = run_counts<std::uint32_t>;  ///< of one field
using pass_counts = run_counts<std::uint64_t>;   ///< of all fields

class map_sums {
  public:
    /// One code per neuron of the map. Memory of an earlier sample is used again.
    void assign(const map_info& m, std::span<const std::int32_t> codes);

    /// The run over the bits [from, to) of the map, counted from its base; from < to.
    field_counts run(std::int64_t from, std::int64_t to) const {
        const entry a = before_[static_cast<std::size_t>(from)];
        const entry b = before_[static_cast<std::size_t>(to)];
        const std::int64_t first = from >> 5;
        const std::int64_t last = (to - 1) >> 5;
        const auto words = static_cast<std::uint32_t>(last - first + 1);
        const std::uint32_t active = b.active - a.active;
        const std::uint32_t empty =
            first == last ? (active == 0 ? 1 : 0) : empty_words(a, b, first, last);
        return {b.spikes - a.spikes, active, empty, words};
    }

    std::uint64_t spikes() const { return before_.back().spikes; }
    /// Sum of all spikes, each times the factor of its bit.
    std::uint64_t spikes_times(std::span<const std::uint32_t> factors) const;
    std::uint64_t active() const { return before_.back().active - silent_; }
    /// Code words that hold an active neuron.
    std::uint64_t code_words_in_use(int format) const;

  private:
    struct entry {
        std::uint32_t active = 0;
        std::uint32_t spikes = 0;
    };

    std::uint32_t active_before_word(std::int64_t word) const {
        return before_[static_cast<std::size_t>(word) * 32].active;
    }
    /// Of a run over several words: the cut ones at both ends, and the whole ones in between.
    std::uint32_t empty_words(const entry& a, const entry& b, std::int64_t first,
                              std::int64_t last) const {
        const bool head = active_before_word(first + 1) == a.active;
        const bool tail = active_before_word(last) == b.active;
        return (head ? 1U : 0U) + (tail ? 1U : 0U) + empty_before_[static_cast<std::size_t>(last)]
               - empty_before_[static_cast<std::size_t>(first + 1)];
    }

    std::uint32_t silent_ = 0;                 ///< neurons whose active bit is set all the same
    std::vector<entry> before_;                ///< sums over the bits before bit i
    std::vector<std::uint32_t> empty_before_;  ///< words without an active bit before word i
};

}  // namespace synfire::hw::detail
