// SPDX-License-Identifier: Apache-2.0
#include "active_list.hpp"

#include <algorithm>
#include <array>

namespace synfire::sim {
namespace {

constexpr std::size_t largest_byte = 255;
constexpr std::size_t word_bits = 64;

void group_by_position(std::size_t channels, active_set& list) {
    std::size_t next_position = 0;  // first neuron behind the current position
    for (std::size_t e = 0; e < list.neurons.size(); ++e) {
        const auto entry = static_cast<std::uint32_t>(e);
        if (list.neurons[e] >= next_position) {
            const std::size_t position = list.neurons[e] / channels;
            next_position = (position + 1) * channels;
            list.positions.push_back({static_cast<std::uint32_t>(position), entry, entry});
        }
        list.positions.back().last = entry + 1;
    }
}

template <class From, class Code>
void copy_codes(const active_set& list, const std::vector<From>& codes, std::size_t padding,
                std::vector<Code>& to) {
    to.resize(list.neurons.size() + padding);
    for (std::size_t e = 0; e < list.neurons.size(); ++e) {
        to[e] = static_cast<Code>(codes[list.neurons[e]]);
    }
}

}  // namespace

bool fits_byte(const code_range& range) { return range.lo >= 0 && range.hi <= static_cast<std::int32_t>(largest_byte); }

void mark_active(const kernel_table& kernels, const code_range& range, population_codes& codes) {
    codes.active.resize(codes.codes.size());
    const auto mark = fits_byte(range) ? kernels.to_bytes : kernels.to_flags;
    mark(codes.codes.data(), codes.active.data(), codes.codes.size());
}

void look_up_spikes(const kernel_table& kernels, const code_tables& tables,
                    population_codes& codes) {
    codes.spikes.resize(codes.codes.size());
    if (const auto& halves = tables.spikes_by_halves(); halves) {
        kernels.spikes_of(codes.active.data(), codes.spikes.data(), halves->low.data(),
                          halves->high.data(), codes.codes.size());
        return;
    }
    for (std::size_t n = 0; n < codes.codes.size(); ++n) {
        codes.spikes[n] = static_cast<std::uint8_t>(tables.spikes(codes.codes[n]));
    }
}

void list_active(const kernel_table& kernels, const population_codes& codes, std::size_t channels,
                 const active_needs& needs, list_buffers& buffers, active_set& list) {
    const std::size_t neurons = codes.active.size();
    buffers.words.resize((neurons + word_bits - 1) / word_bits);
    buffers.neurons.resize(std::max(buffers.neurons.size(), neurons));
    kernels.active_bits(codes.active.data(), buffers.words.data(), neurons);
    const std::size_t count =
        kernels.list_bits(buffers.words.data(), buffers.words.size(), buffers.neurons.data());
    list.positions.clear();
    list.neurons.assign(buffers.neurons.data(), buffers.neurons.data() + count);
    list.starts.resize(neurons / channels + 1);
    kernels.list_starts(buffers.words.data(), channels, list.starts.data(), neurons / channels);
    if (needs.codes8) { copy_codes(list, codes.active, gather_padding, list.codes8); }
    if (needs.codes16) { copy_codes(list, codes.codes, gather_padding, list.codes16); }
    if (!needs.positions) { return; }
    copy_codes(list, codes.codes, 0, list.codes);
    group_by_position(channels, list);
}

namespace {

/// Few different codes: how often each occurs, then the steps of each.
void count_bytes(const code_tables& tables, const population_codes& codes,
                 const active_set& list, std::span<std::uint64_t> steps) {
    // Two tables: equal neighbours would wait for each other.
    std::array<std::array<std::uint32_t, largest_byte + 1>, 2> times{};
    for (std::size_t e = 0; e < list.neurons.size(); ++e) {
        times[e % 2][codes.active[list.neurons[e]]] += 1;
    }
    for (std::size_t code = 1; code <= largest_byte; ++code) {
        const std::uint64_t all = std::uint64_t{times[0][code]} + times[1][code];
        if (all == 0) { continue; }
        const std::uint16_t mask = tables.mask(static_cast<std::int32_t>(code));
        for (std::size_t t = 0; t < steps.size(); ++t) { steps[t] += all * ((mask >> t) & 1U); }
    }
}

}  // namespace

void count_steps(const kernel_table& kernels, const code_tables& tables, bool bytes,
                 const population_codes& codes, const active_set& list,
                 std::span<std::uint64_t> steps) {
    if (bytes) { return count_bytes(tables, codes, list, steps); }
    std::vector<std::uint16_t> masks(list.neurons.size());
    for (std::size_t e = 0; e < masks.size(); ++e) {
        masks[e] = tables.mask(codes.codes[list.neurons[e]]);
    }
    std::uint32_t counts[max_window_steps] = {};
    kernels.count_steps(counts, masks.data(), masks.size());
    for (std::size_t t = 0; t < steps.size(); ++t) { steps[t] += counts[t]; }
}

}  // namespace synfire::sim
