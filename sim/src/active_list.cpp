// SPDX-License-Identifier: Apache-2.0
#include "active_list.hpp"

namespace synfire::sim {
namespace {

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

template <class Code>
void copy_codes(const active_set& list, const code_view& codes, std::size_t padding,
                std::vector<Code>& to) {
    to.resize(list.neurons.size() + padding);
    for (std::size_t e = 0; e < list.neurons.size(); ++e) {
        to[e] = static_cast<Code>(codes[list.neurons[e]]);
    }
}

}  // namespace

void population_codes::resize(const population& p) {
    const std::size_t neurons = p.shape.neurons();
    bytes = fits_byte(p.range);
    if (!bytes) { wide.resize(neurons); }
    active.resize(neurons);
    active_words.resize((neurons + word_bits - 1) / word_bits);
    spikes.resize(neurons);
}

std::size_t mark_active(const kernel_table& kernels, population_codes& codes) {
    if (!codes.bytes) { kernels.to_flags(codes.wide.data(), codes.active.data(), codes.size()); }
    return kernels.count_active(codes.active.data(), codes.size());
}

void look_up_spikes(const kernel_table& kernels, const code_tables& tables,
                    population_codes& codes) {
    if (const auto& halves = tables.spikes_by_halves(); halves) {
        kernels.spikes_of(codes.active.data(), codes.spikes.data(), halves->low.data(),
                          halves->high.data(), codes.size());
        return;
    }
    const code_view view = codes.view();
    for (std::size_t n = 0; n < codes.size(); ++n) {
        codes.spikes[n] = static_cast<std::uint8_t>(tables.spikes(view[n]));
    }
}

void list_active(const kernel_table& kernels, population_codes& codes, std::size_t channels,
                 const active_needs& needs, std::size_t active, active_set& list) {
    const std::size_t positions = codes.size() / channels;
    std::vector<std::uint64_t>& words = codes.active_words;
    list.clear();  // needs differ from sample to sample: nothing of the last one may stay
    if (!needs.starts && !needs.entries()) { return; }
    kernels.active_bits(codes.active.data(), words.data(), codes.size());
    if (needs.starts) {
        list.starts.resize(positions + 1);
        kernels.list_starts(words.data(), channels, list.starts.data(), positions);
    }
    if (!needs.entries()) { return; }
    list.neurons.resize(active, boost::container::default_init);
    list.codes8.resize(active + gather_padding, boost::container::default_init);
    kernels.list_bits(words.data(), words.size(), codes.active.data(), list.neurons.data(),
                      list.codes8.data());
    if (needs.codes16) { copy_codes(list, codes.view(), gather_padding, list.codes16); }
    if (!needs.positions) { return; }
    copy_codes(list, codes.view(), 0, list.codes);
    group_by_position(channels, list);
}

void count_steps(const kernel_table& kernels, const code_tables& tables,
                 const population_codes& codes, std::span<std::uint64_t> steps) {
    const std::vector<code_tables::halves>& by_step = tables.steps_by_halves();
    if (!by_step.empty()) {
        kernels.count_codes(steps.data(), codes.active.data(), by_step.front().low.data(),
                            by_step.size(), tables.codes() > by_step.front().low.size(),
                            codes.size());
        return;
    }
    std::vector<std::uint16_t> masks;
    const code_view view = codes.view();
    for (std::size_t n = 0; n < codes.size(); ++n) {
        if (codes.active[n] != 0) { masks.push_back(tables.mask(view[n])); }
    }
    std::uint32_t counts[max_window_steps] = {};
    kernels.count_steps(counts, masks.data(), masks.size());
    for (std::size_t t = 0; t < steps.size(); ++t) { steps[t] += counts[t]; }
}

}  // namespace synfire::sim
