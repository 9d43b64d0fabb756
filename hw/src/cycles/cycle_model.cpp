// SPDX-License-Identifier: Apache-2.0
#include <synfire/hw/cycle_model.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <utility>

#include <synfire/core/error.hpp>

#include "../engine_timing.hpp"
#include "fan_out.hpp"
#include "field_walk.hpp"
#include "map_sums.hpp"

namespace synfire::hw {

using detail::map_sums;
using detail::pass_counts;
using detail::pass_fields;

namespace {

/// Passes of one population that meet the same bits; the first one is walked for all.
struct pass_class {
    std::vector<std::size_t> passes;
};

std::vector<pass_class> classes_of(const std::vector<pass_info>& passes) {
    std::vector<pass_class> classes;
    for (std::size_t i = 0; i < passes.size(); ++i) {
        if (passes[i].header.kind_of() == pass_kind::emit) { continue; }
        const auto like = std::find_if(classes.rbegin(), classes.rend(), [&](const pass_class& c) {
            const pass_info& first = passes[c.passes.front()];
            return first.population == passes[i].population
                   && detail::same_fields(first, passes[i]);
        });
        if (like == classes.rend()) {
            classes.push_back({{i}});
        } else {
            like->passes.push_back(i);
        }
    }
    return classes;
}

std::uint64_t fixed_cycles(const pass_header& h, const engine_config& config) {
    const bool pool = h.kind_of() == pass_kind::pool;
    std::uint64_t cycles = h.ranged != 0 ? timing::range_word : 0;
    if (!config.shared_adder) {
        cycles += h.many == 0 ? timing::held_reads + timing::held_codes
                  : pool      ? 0
                              : timing::held_codes;
    }
    if (h.many != 0) { return cycles + (pool ? timing::many_pool_pass : timing::many_pass); }
    return cycles + (pool ? timing::single_pool_pass : timing::single_pass);
}

/// Rows of one constant.
std::uint64_t digits_of(const pass_header& h, const engine_config& config) {
    return static_cast<std::uint64_t>(h.digits * config.digits_a_byte());
}

std::uint64_t constant_rows(const pass_info& pass, const engine_config& config) {
    if (pass.range.keeps != 0) { return 6 * digits_of(pass.header, config); }
    const std::uint64_t constants = pass.header.kind_of() != pass_kind::fire ? 1
                                    : pass.range.is_signed != 0              ? 5
                                                                             : 2;
    return constants * digits_of(pass.header, config);
}

/// `digits`: of a neuron; `neurons`: of all words.
void count_constant(const pass_header& h, std::uint64_t digits, std::uint64_t neurons,
                    hardware_counts& c) {
    const std::uint64_t slots = digits * static_cast<std::uint64_t>(h.width * h.height);
    c.adding += slots;
    c.weight_reads += slots;
    c.bias_adds += digits * neurons;
}

/// `every`: all codes were taken, in the code words that `sums` holds.
void count_term(const term& t, const pass_counts& sums, bool pool, bool every, hardware_counts& c) {
    c.scanning += sums.bubbles;
    c.spike_words_read += sums.words + (every ? 0 : sums.active);
    c.weight_reads += pool && t.diagonal != 0 ? 0 : sums.active;  // a pool's rows name its lanes
    c.adding += pool ? sums.active : sums.spikes;
}

hardware_counts count_pass(const pass_info& pass, const pass_fields& fields,
                           const engine_config& config) {
    const pass_header& h = pass.header;
    const auto words = static_cast<std::uint64_t>(h.width * h.height);
    const auto neurons =
        static_cast<std::uint64_t>(h.height * ((h.width - 1) * h.lanes + h.edge_lanes));
    const std::uint64_t visited = words - fields.skipped_words;
    const bool pool = h.kind_of() == pass_kind::pool;
    hardware_counts c;
    c.cycles = fixed_cycles(h, config) + constant_rows(pass, config) + fields.cycles;
    c.waiting = fields.waiting;
    c.weight_reads = constant_rows(pass, config);
    for (std::size_t i = 0; i < pass.terms.size(); ++i) {
        count_term(pass.terms[i], fields.terms[i], pool, config.reads_every_code(), c);
        if (pass.terms[i].constant != 0) { count_constant(h, digits_of(h, config), neurons, c); }
    }
    if (!pool) { c.bias_adds += neurons - fields.skipped_neurons; }
    if (h.kind_of() == pass_kind::fire) {
        const std::int64_t steps = pass.range.table != 0 ? pass.range.window : h.steps;
        c.neuron_updates = neurons * static_cast<std::uint64_t>(steps);
    }
    if (h.kind_of() != pass_kind::readout) {
        c.spike_words_written = visited * (1 + detail::code_words_a_word(h, config.lanes));
    }
    return c;
}

/// What the last step left of a population with words at rest.
void require_end(const step_end& before, const pass_info& pass, const map_info& m) {
    const std::size_t neurons = m.shape.neurons();
    const auto require = [&](const auto& all, bool needed, const char* what) {
        const std::size_t found = pass.population < all.size() ? all[pass.population].size() : 0;
        if (pass.population < all.size() && (!needed || found == neurons)) { return; }
        throw bad_input({fmt::format("cycle model, population {}", pass.population), what,
                         fmt::format("{}", found), fmt::format("{}", neurons), ""});
    };
    require(before.codes, m.kind != population_kind::readout, "needs the codes of the step before");
    require(before.potentials, pass.range.leaks != 0, "needs the potentials of the step before");
}

}  // namespace

struct cycle_model::implementation {
    std::vector<map_info> maps;
    std::vector<pass_info> passes;
    std::vector<pass_class> classes;
    std::vector<std::vector<std::vector<std::uint32_t>>> fans;  ///< [pass][term]: detail::fan_out
    engine_config config;

    std::uint64_t count_adds(std::size_t pass, const pass_fields& fields,
                             const std::vector<map_sums>& sums) const;
    void sum_maps(std::span<const std::span<const std::int32_t>> codes,
                  std::vector<map_sums>& sums) const;
    void count_population(std::size_t number, const map_sums& sums, hardware_counts& c) const;
    std::uint64_t all_code_words(std::size_t number) const;
    std::vector<std::uint8_t> awake_words(const pass_info& pass, const step_end& before) const;
    void count_passes(const pass_class& group, const std::vector<map_sums>& sums,
                      const step_end* before, std::vector<hardware_counts>& counts) const;
};

std::uint64_t cycle_model::implementation::count_adds(std::size_t pass, const pass_fields& fields,
                                                      const std::vector<map_sums>& sums) const {
    if (passes[pass].header.kind_of() == pass_kind::pool) { return 0; }
    std::uint64_t adds = 0;
    for (std::size_t i = 0; i < passes[pass].terms.size(); ++i) {
        const term& t = passes[pass].terms[i];
        const std::vector<std::uint32_t>& fan = fans[pass][i];
        const auto lanes = static_cast<std::uint64_t>(t.diagonal != 0 ? 1 : t.mask_count);
        adds += fan.empty() ? fields.terms[i].spikes * lanes
                            : sums[passes[pass].sources[i]].spikes_times(fan);
    }
    return adds;
}

void cycle_model::implementation::sum_maps(std::span<const std::span<const std::int32_t>> codes,
                                           std::vector<map_sums>& sums) const {
    if (codes.size() != maps.size()) {
        throw bad_input({"cycle model", "needs the codes of every population",
                         fmt::format("{}", codes.size()), fmt::format("{}", maps.size()), ""});
    }
    sums.resize(maps.size());
    for (std::size_t i = 0; i < maps.size(); ++i) {
        if (maps[i].kind == population_kind::readout) { continue; }
        if (codes[i].size() != maps[i].shape.neurons()) {
            throw bad_input({fmt::format("cycle model, population {}", i),
                             "needs one code per neuron", fmt::format("{}", codes[i].size()),
                             fmt::format("{}", maps[i].shape.neurons()), ""});
        }
        sums[i].assign(maps[i], codes[i]);
    }
}

/// Code words that an input writer of all words writes for this input: up to the next one's first.
std::uint64_t cycle_model::implementation::all_code_words(std::size_t number) const {
    const map_info& m = maps[number];
    const auto after = maps.begin() + static_cast<std::ptrdiff_t>(number) + 1;
    const bool last = std::none_of(
        after, maps.end(), [](const map_info& x) { return x.kind == population_kind::input; });
    return static_cast<std::uint64_t>(last ? m.code_words()
                                           : m.act_words() * pattern_bits_of(m.format));
}

void cycle_model::implementation::count_population(std::size_t number, const map_sums& sums,
                                                   hardware_counts& c) const {
    const map_info& m = maps[number];
    if (m.kind == population_kind::readout) { return; }
    c.spikes = sums.spikes();
    c.active_sources = sums.active();
    if (m.kind == population_kind::spiking) { c.reset_adds = c.spikes; }
    if (m.kind == population_kind::input) {
        const std::uint64_t code_words =
            config.reads_every_code() ? all_code_words(number) : sums.code_words_in_use(m.format);
        c.spike_words_written = static_cast<std::uint64_t>(m.act_words()) + code_words;
    }
}

/// One flag a word of the pass: a neuron of it has fired, or where potentials leak, has one.
std::vector<std::uint8_t> cycle_model::implementation::awake_words(const pass_info& pass,
                                                                   const step_end& before) const {
    const pass_header& h = pass.header;
    const map_info& m = maps[pass.population];
    require_end(before, pass, m);
    const std::vector<std::int32_t>& codes = before.codes[pass.population];
    const std::vector<std::int64_t>& potentials = before.potentials[pass.population];
    std::vector<std::uint8_t> awake(static_cast<std::size_t>(h.width * h.height), 0);
    const std::int64_t last = std::min<std::int64_t>(h.channel + config.lanes, m.shape.channels);
    for (std::int64_t position = 0; position < m.shape.height * m.shape.width; ++position) {
        const std::int64_t x = position % m.shape.width;
        const std::int64_t word = position / m.shape.width * h.width + x / m.positions;
        for (std::int64_t channel = h.channel; channel < last; ++channel) {
            const auto n = static_cast<std::size_t>(position * m.shape.channels + channel);
            const bool fired = !codes.empty() && codes.at(n) != 0;
            if (fired || (pass.range.leaks != 0 && potentials.at(n) != 0)) {
                awake[static_cast<std::size_t>(word)] = 1;
            }
        }
    }
    return awake;
}

void cycle_model::implementation::count_passes(const pass_class& group,
                                               const std::vector<map_sums>& sums,
                                               const step_end* before,
                                               std::vector<hardware_counts>& counts) const {
    const pass_info& first = passes[group.passes.front()];
    hardware_counts& all = counts[first.population];
    const auto add = [&](std::size_t i, const pass_fields& fields) {
        all += count_pass(passes[i], fields, config);
        all.adds += count_adds(i, fields, sums);
    };
    if (before != nullptr && first.range.skips != 0) {
        for (const std::size_t i : group.passes) {
            const std::vector<std::uint8_t> awake = awake_words(passes[i], *before);
            add(i, detail::walk_fields(passes[i], config, maps, sums, awake));
        }
        return;
    }
    const pass_fields fields = detail::walk_fields(first, config, maps, sums);
    for (const std::size_t i : group.passes) { add(i, fields); }
}

cycle_model::cycle_model(const network& net, const image& image)
    : self_(std::make_unique<implementation>()) {
    if (net.populations.size() != image.maps.size()) {
        throw bad_input({"cycle model", "the image is not this network's",
                         fmt::format("{} populations", image.maps.size()),
                         fmt::format("{}", net.populations.size()), ""});
    }
    *self_ = {image.maps, image.passes, classes_of(image.passes), {}, image.config};
    for (const pass_info& pass : image.passes) {
        self_->fans.emplace_back();
        for (std::size_t i = 0; i < pass.terms.size(); ++i) {
            self_->fans.back().push_back(detail::fan_out(image, pass, i));
        }
    }
}

cycle_model::~cycle_model() = default;
cycle_model::cycle_model(cycle_model&&) noexcept = default;
cycle_model& cycle_model::operator=(cycle_model&&) noexcept = default;

std::vector<hardware_counts>
cycle_model::count(std::span<const std::span<const std::int32_t>> codes,
                   const step_end* before) const {
    // Kept from sample to sample: fresh pages for the sums cost as much as the sums.
    thread_local std::vector<map_sums> sums;
    self_->sum_maps(codes, sums);
    std::vector<hardware_counts> counts(self_->maps.size());
    for (std::size_t i = 0; i < counts.size(); ++i) {
        self_->count_population(i, sums[i], counts[i]);
    }
    for (const pass_class& group : self_->classes) {
        self_->count_passes(group, sums, before, counts);
    }
    return counts;
}

std::vector<hardware_counts>
cycle_model::run(std::span<const std::span<const std::int32_t>> codes) const {
    return count(codes, nullptr);
}

std::vector<hardware_counts>
cycle_model::run(const std::vector<std::vector<std::int32_t>>& codes) const {
    const std::vector<std::span<const std::int32_t>> views(codes.begin(), codes.end());
    return count(views, nullptr);
}

std::vector<hardware_counts> cycle_model::run(std::span<const std::span<const std::int32_t>> codes,
                                              const step_end& before) const {
    return count(codes, &before);
}

std::vector<hardware_counts> cycle_model::run(const std::vector<std::vector<std::int32_t>>& codes,
                                              const step_end& before) const {
    const std::vector<std::span<const std::int32_t>> views(codes.begin(), codes.end());
    return count(views, &before);
}

hardware_counts sum(std::span<const hardware_counts> counts, std::size_t runs) {
    hardware_counts all;
    for (const hardware_counts& c : counts) { all += c; }
    all.cycles += program_cycles * runs;
    return all;
}

}  // namespace synfire::hw
