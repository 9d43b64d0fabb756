// SPDX-License-Identifier: Apache-2.0
#include "supported.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include <synfire/core/error.hpp>
#include <synfire/core/synapses.hpp>
#include <synfire/core/width.hpp>

#include "tables.hpp"

namespace synfire::hw::detail {
namespace {

[[noreturn]] void refuse(const population& p, std::string what, std::string found,
                         std::string expected, std::string hint) {
    throw bad_input(
        {where_of(p), std::move(what), std::move(found), std::move(expected), std::move(hint)});
}

/// Whether the potential of every neuron is at least 0, whatever arrives.
bool never_negative(const network& net, std::size_t number, const std::vector<code_range>& ranges) {
    const population& p = net.populations[number];
    std::vector<std::int64_t> least(p.shape.neurons());
    for (std::size_t n = 0; n < least.size(); ++n) { least[n] = p.bias_of(n); }
    for (const projection& projection : net.projections) {
        if (projection.target != number) { continue; }
        const code_range& range = ranges[projection.source];
        const std::int64_t unit = std::int64_t{1} << projection.shift;
        for_each_synapse(
            net, projection, [&](std::size_t, std::size_t target, std::int32_t weight) {
                least[target] +=
                    std::min(std::int64_t{weight} * range.lo, std::int64_t{weight} * range.hi)
                    * unit;
            });
    }
    return std::all_of(least.begin(), least.end(), [](std::int64_t x) { return x >= 0; });
}

bool fed_by_signed_source(const network& net, std::size_t number,
                          const std::vector<code_range>& ranges) {
    return std::any_of(net.projections.begin(), net.projections.end(), [&](const projection& p) {
        return p.target == number && ranges[p.source].is_signed();
    });
}

/// Its codes are sent as spikes of `phase`.
void check_current(const population& p, const engine_config& config, bool is_signed) {
    const int needed = p.window.steps + (is_signed ? 1 : 0);
    if (needed > config.pattern_bits) {
        refuse(p,
               "the codes of a `current` input are sent bit by bit, with a sign where there are "
               "negative ones, and have more bits than the engine's spike patterns",
               fmt::format("{} bits", needed), fmt::format("at most {}", config.pattern_bits),
               "a narrower range of codes, or an engine with wider patterns");
    }
}

void check_window(const population& p, const engine_config& config, bool is_signed) {
    if (p.window.kind != coding::phase && p.window.kind != coding::rate) {
        refuse(p, "the engine does not know this code", std::string(to_string(p.window.kind)),
               "phase or rate", "convert with --coding phase");
    }
    const int needed = p.window.steps + (is_signed ? 1 : 0);
    if (needed > config.pattern_bits) {
        refuse(p,
               is_signed ? "too many steps (and a sign) for the engine's spike patterns"
                         : "too many steps for the engine's spike patterns",
               fmt::format("{} bits", needed), fmt::format("at most {}", config.pattern_bits),
               "fewer steps, or an engine with wider patterns");
    }
}

void check_table(const population& p, const engine_config& config) {
    if (config.fire_tables == 0) {
        refuse(p, "the engine has no memory for fire tables", "a fire table", "a ReLU",
               "an engine with \"fire_tables\", or train with ReLU in place of smooth activations");
    }
    const std::int32_t needed = window_of_index(*p.table).steps;
    if (needed > config.pattern_bits) {
        refuse(p, "the index of the fire table has more bits than the engine's spike patterns",
               fmt::format("{} bits", needed), fmt::format("at most {}", config.pattern_bits),
               "a coarser table, or an engine with wider patterns");
    }
}

void check_spiking(const population& p, const engine_config& config) {
    if (p.table) { return check_table(p, config); }
    if (config.firing == 0 && p.range.hi != max_code(p.window)) {
        refuse(p, "the engine fires up to the largest code of the window",
               fmt::format("codes up to {}", p.range.hi), fmt::format("{}", max_code(p.window)),
               "an engine that stops at limits, or a threshold that uses the whole range");
    }
}

/// A pool of signed codes meets every neuron of its source, silent ones too; nothing else could
/// read such a map.
void check_signed_source(const network& net, std::size_t number) {
    const population& source = net.populations[number];
    if (source.kind == population_kind::input) {
        refuse(source, "the engine cannot pool an input with negative codes",
               fmt::format("codes from {} on", source.range.lo), "codes from 0 on",
               "pool behind the first layer");
    }
    for (const projection& p : net.projections) {
        if (p.source == number && p.kind != connectivity::window) {
            refuse(source, "the engine pools negative codes of populations that only pools read",
                   fmt::format("{} -> '{}'", to_string(p.kind), net.populations[p.target].name),
                   "a max_pool", "ReLU in place of a leaky activation");
        }
    }
}

void check_pool(const network& net, std::size_t number, const std::vector<code_range>& ranges) {
    const population& p = net.populations[number];
    for (const projection& projection : net.projections) {
        const population& source = net.populations[projection.source];
        const bool canonical = !source.input || source.input->encoder == input_encoder::code;
        if (projection.target == number && !canonical) {
            refuse(p,
                   "the engine compares spike patterns, which order codes of encoder `code` only",
                   std::string(to_string(source.input->encoder)), "code",
                   "pool behind the first layer");
        }
        if (projection.target == number && ranges[projection.source].is_signed()) {
            check_signed_source(net, projection.source);
        }
    }
}

void check_readout(const population& p, const engine_config& config) {
    if (config.shared_adder && p.shape.positions() > 1) {
        refuse(p, "lanes that fire in their accumulators answer one position",
               fmt::format("{} positions", p.shape.positions()), "1 position",
               "average the map, or an engine with a firing bank");
    }
    constexpr std::size_t most_potentials = 65535;  // RESULT has 16 bits for their number
    if (p.shape.neurons() > most_potentials) {
        refuse(p, "an answer has no room for so many potentials",
               fmt::format("{}", p.shape.neurons()), fmt::format("at most {}", most_potentials),
               "average the map, or answer with a part of it");
    }
}

void check_population(const network& net, std::size_t number, const engine_config& config,
                      const std::vector<code_range>& ranges) {
    const population& p = net.populations[number];
    if (p.kind == population_kind::readout) { return check_readout(p, config); }
    if (p.is_current()) { check_current(p, config, ranges[number].is_signed()); }
    check_window(p, config, ranges[number].is_signed());
    if (p.kind == population_kind::spiking) { check_spiking(p, config); }
    if (p.kind == population_kind::max_pool) { check_pool(net, number, ranges); }
}

void check_weights(const network& net, const projection& p, const engine_config& config) {
    const auto [lo, hi] = std::minmax_element(p.weights.begin(), p.weights.end());
    if (lo == p.weights.end()) { return; }
    // Symmetric: the lowest number stands for none.
    const int bits = std::max(bits_for(*lo, *hi), bits_for(-*hi, -*lo));
    if (bits <= config.weight_bits) { return; }
    const bool trained = p.kind == connectivity::conv2d || p.kind == connectivity::dense;
    throw bad_input(
        {where_of(net, p), "weights are wider than the engine's", fmt::format("{} bits", bits),
         fmt::format("at most {}", config.weight_bits),
         trained ? fmt::format("convert with --weight-bits {}", config.weight_bits)
                 : "the factors of skips and averages have 8 bits: an engine with such weights"});
}

/// All inputs have one form of pattern: the longest window, and a sign if any of them has one.
void check_stream(const network& net, const engine_config& config,
                  const std::vector<code_range>& ranges) {
    const std::int32_t bits = input_pattern_bits(net, ranges);
    if (bits > config.pattern_bits) {
        throw bad_input(
            {"network",
             "too many steps (and a sign) for the patterns of a stream of several inputs",
             fmt::format("{} bits", bits), fmt::format("at most {}", config.pattern_bits),
             "fewer steps in the longest input, or no negative codes in the others"});
    }
}

std::ptrdiff_t count(const network& net, population_kind kind) {
    return std::count_if(net.populations.begin(), net.populations.end(),
                         [&](const population& p) { return p.kind == kind; });
}

}  // namespace

std::string where_of(const population& p) { return "population '" + p.name + "'"; }

std::string where_of(const network& net, const projection& p) {
    return fmt::format("projection '{}' -> '{}' ({})", net.populations[p.source].name,
                       net.populations[p.target].name, to_string(p.kind));
}

std::vector<code_range> engine_ranges(const network& net, const engine_config& config) {
    std::vector<code_range> ranges;
    for (const population& p : net.populations) { ranges.push_back(p.range); }
    for (const std::size_t i : topological_order(net)) {
        const population& p = net.populations[i];
        if (p.kind == population_kind::max_pool && !fed_by_signed_source(net, i, ranges)) {
            ranges[i].lo = 0;
        }
        if (p.table) {
            ranges[i] = range_of_entries(*p.table);
            continue;
        }
        if (p.kind != population_kind::spiking || !p.range.is_signed()) { continue; }
        if (!never_negative(net, i, ranges)) {
            if (config.firing != 0) { continue; }
            refuse(p, "the engine fires positive spikes only, and this potential may be negative",
                   fmt::format("codes from {} on", p.range.lo), "codes from 0 on",
                   "an engine that fires signed codes, or ReLU in place of a leaky activation");
        }
        ranges[i].lo = 0;
    }
    return ranges;
}

void require_supported(const network& net, const engine_config& config,
                       const std::vector<code_range>& ranges, bool answers_codes) {
    if (count(net, population_kind::input) == 0) {
        throw bad_input(
            {"network", "the engine has nothing to run on", "no input", "at least one", ""});
    }
    if (!answers_codes && count(net, population_kind::readout) == 0) {
        throw bad_input(
            {"network", "the engine has nothing to answer", "no read-out", "at least one", ""});
    }
    for (std::size_t i = 0; i < net.populations.size(); ++i) {
        check_population(net, i, config, ranges);
    }
    check_stream(net, config, ranges);
    for (const projection& p : net.projections) { check_weights(net, p, config); }
}

std::int32_t input_pattern_bits(const network& net, const std::vector<code_range>& ranges) {
    std::int32_t steps = 0;
    bool is_signed = false;
    for (std::size_t i = 0; i < net.populations.size(); ++i) {
        const population& p = net.populations[i];
        if (p.kind != population_kind::input) { continue; }
        steps = std::max(steps, p.window.steps);
        is_signed = is_signed || ranges[i].is_signed();
    }
    return steps + (is_signed ? 1 : 0);
}

int format_for(std::int32_t bits) { return bits <= 4 ? 0 : bits <= 8 ? 1 : 2; }

int format_for(const code_window& window, bool is_signed) {
    return format_for(window.steps + (is_signed ? 1 : 0));
}

}  // namespace synfire::hw::detail
