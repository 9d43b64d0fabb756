// SPDX-License-Identifier: Apache-2.0
#include "map_sums.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>

namespace synfire::hw::detail {
namespace {

/// Ones in a byte: the baseline instruction set has no instruction for it.
constexpr std::array<std::uint8_t, 256> ones = [] {
    std::array<std::uint8_t, 256> table{};
    for (std::size_t i = 0; i < table.size(); ++i) {
        table[i] = static_cast<std::uint8_t>(std::popcount(i));
    }
    return table;
}();

std::uint32_t spikes_of(std::int32_t code, bool weighted) {
    const auto size = static_cast<std::uint32_t>(code < 0 ? -code : code);
    return weighted ? std::uint32_t{ones[size & 0xffU]} + ones[(size >> 8) & 0xffU] : size;
}

}  // namespace

void map_sums::assign(const map_info& m, std::span<const std::int32_t> codes) {
    before_.resize(static_cast<std::size_t>(m.bits()) + 1);
    const auto channels = static_cast<std::size_t>(m.shape.channels);
    const std::size_t padding = static_cast<std::size_t>(m.pitch) - channels;
    const std::size_t row = static_cast<std::size_t>(m.shape.width) * channels;
    const std::int64_t beside = (m.columns - m.shape.width) * m.pitch;
    silent_ = 0;
    entry* to = before_.data();
    entry sum;
    for (std::size_t first = 0; first < codes.size(); first += channels) {
        for (const std::int32_t code : codes.subspan(first, channels)) {
            *to++ = sum;
            sum.active += code != 0 || m.all_active ? 1U : 0U;
            silent_ += code == 0 && m.all_active ? 1U : 0U;
            sum.spikes += spikes_of(code, m.weighted);
        }
        to = std::fill_n(to, padding, sum);
        if (beside != 0 && (first + channels) % row == 0) { to = std::fill_n(to, beside, sum); }
    }
    *to = sum;
    const std::size_t bits = before_.size() - 1;
    const std::size_t words = (bits + 31) / 32;
    empty_before_.resize(words + 1);
    empty_before_[0] = 0;
    for (std::size_t w = 0; w < words; ++w) {
        const std::size_t end = std::min(bits, (w + 1) * 32);
        const bool empty = before_[w * 32].active == before_[end].active;
        empty_before_[w + 1] = empty_before_[w] + (empty ? 1 : 0);
    }
}

std::uint64_t map_sums::spikes_times(std::span<const std::uint32_t> factors) const {
    std::uint64_t sum = 0;
    for (std::size_t bit = 0; bit < factors.size(); ++bit) {
        sum += std::uint64_t{before_[bit + 1].spikes - before_[bit].spikes} * factors[bit];
    }
    return sum;
}

std::uint64_t map_sums::code_words_in_use(int format) const {
    const std::size_t neurons_a_word = std::size_t{8} >> format;
    const std::size_t bits = before_.size() - 1;
    std::uint64_t words = 0;
    for (std::size_t bit = 0; bit < bits; bit += neurons_a_word) {
        const std::size_t end = std::min(bits, bit + neurons_a_word);
        words += before_[bit].active != before_[end].active ? 1 : 0;
    }
    return words;
}

}  // namespace synfire::hw::detail
