// SPDX-License-Identifier: Apache-2.0
#include "ladder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include <synfire/core/error.hpp>

#include "levels.hpp"

namespace synfire::cli {

namespace {

using converters::level_divergence;

constexpr std::size_t chunk_samples = 64;  // bounds the memory of the records

/// Records of one level: per sample, per population.
using level_records = std::vector<std::vector<sim::population_record>>;

/// Values in ONNX order (channel first) in the order of neurons (channel last).
template <typename T>
std::vector<T> neuron_order(const std::vector<T>& values, const shape& s) {
    std::vector<T> turned(values.size());
    for (std::size_t e = 0; e < values.size(); ++e) {
        turned[e % s.positions() * static_cast<std::size_t>(s.channels) + e / s.positions()] =
            values[e];
    }
    return turned;
}

spike_train spikes_of(const population& p, const std::vector<std::int32_t>& codes) {
    spike_train train;
    for (std::size_t n = 0; n < codes.size(); ++n) {
        for (const std::int32_t step : spike_steps(p.window, codes[n])) {
            train.push_back({step, static_cast<std::uint32_t>(n), codes[n] < 0 ? -1 : 1});
        }
    }
    std::sort(train.begin(), train.end());
    return train;
}

level_records quantised_records(const converters::conversion& conversion, const dataset& data) {
    level_records records(data.size());
    const std::vector<population>& populations = conversion.net.populations;
    conversion.quantised->run(
        data, data.size(),
        [&](std::size_t sample, const std::vector<converters::layer_values>& layers) {
            for (std::size_t i = 0; i < layers.size(); ++i) {
                sim::population_record r;
                r.codes = neuron_order(layers[i].codes, layers[i].shape);
                r.potentials = neuron_order(layers[i].potentials, layers[i].shape);
                r.spikes = spikes_of(populations[i], r.codes);
                records[sample].push_back(std::move(r));
            }
        });
    return records;
}

level_records engine_records(const converters::conversion& conversion, const dataset& data,
                             sim::engine_kind engine) {
    sim::options options;
    options.engine = engine;
    options.record = {true, true};
    level_records records;
    for (sim::sample_result& r : sim::run(conversion.net, data, options).samples) {
        records.push_back(std::move(r.populations));
    }
    return records;
}

level_records records_of(int level, const converters::conversion& conversion, const dataset& data) {
    if (level == quantised_level) { return quantised_records(conversion, data); }
    return engine_records(conversion, data,
                          level == reference_level ? sim::engine_kind::reference
                                                   : sim::engine_kind::event_driven);
}

converters::neuron_place place_of(const shape& s, std::size_t neuron) {
    const auto channels = static_cast<std::size_t>(s.channels);
    const auto width = static_cast<std::size_t>(s.width);
    return {static_cast<std::int32_t>(neuron % channels),
            static_cast<std::int32_t>(neuron / channels / width),
            static_cast<std::int32_t>(neuron / channels % width)};
}

/// First element in which two vectors differ; a missing one differs.
template <typename T>
std::optional<std::size_t> first_different(const std::vector<T>& a, const std::vector<T>& b) {
    const auto [at, other] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
    if (at == a.end() && other == b.end()) { return std::nullopt; }
    return static_cast<std::size_t>(at - a.begin());
}

/// First spike, by step, that only one of the two trains has.
std::optional<spike> first_lone_spike(const spike_train& a, const spike_train& b) {
    spike_train lone;
    std::set_symmetric_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(lone));
    return lone.empty() ? std::nullopt : std::optional(lone.front());
}

spike_train only_neuron(const spike_train& all, std::size_t neuron) {
    spike_train train;
    std::copy_if(all.begin(), all.end(), std::back_inserter(train),
                 [&](const spike& s) { return s.neuron == neuron; });
    return train;
}

double sign_at(const spike_train& train, const spike& wanted) {
    const auto found = std::find_if(train.begin(), train.end(), [&](const spike& s) {
        return s.step == wanted.step && s.neuron == wanted.neuron;
    });
    return found == train.end() ? 0.0 : static_cast<double>(found->sign);
}

std::optional<level_divergence> diverge_records(const ladder_inputs& inputs, int upper, int lower) {
    const std::vector<population>& populations = inputs.conversion.net.populations;
    for (std::size_t first = 0; first < inputs.samples; first += chunk_samples) {
        const dataset part =
            slice(inputs.data, first, std::min(chunk_samples, inputs.samples - first));
        const level_records a = records_of(upper, inputs.conversion, part);
        const level_records b = records_of(lower, inputs.conversion, part);
        for (std::size_t i = 0; i < part.size(); ++i) {
            for (std::size_t p = 0; p < populations.size(); ++p) {
                level_divergence where;
                where.sample = first + i;
                where.layer = populations[p].name;
                auto found = compare_records(populations[p], a[i][p], b[i][p], std::move(where));
                if (found) { return found; }
            }
        }
    }
    return std::nullopt;
}

std::optional<level_divergence> diverge(const ladder_inputs& inputs, int upper) {
    if (upper == trained_level) {
        return converters::diverge_folded(inputs.model, inputs.preprocessing, inputs.data,
                                          inputs.samples);
    }
    if (upper == folded_level) {
        return converters::diverge_quantised(inputs.conversion, inputs.data, inputs.samples,
                                             inputs.bound);
    }
    return diverge_records(inputs, upper, upper + 1);
}

}  // namespace

std::optional<level_divergence> compare_records(const population& p,
                                                const sim::population_record& upper,
                                                const sim::population_record& lower,
                                                level_divergence where) {
    const auto differ = [&](const auto& a, const auto& b, const char* field) {
        const auto neuron = first_different(a, b);
        if (!neuron) { return false; }
        where.field = field;
        where.neuron = place_of(p.shape, *neuron);
        where.upper = *neuron < a.size() ? static_cast<double>(a[*neuron]) : 0.0;
        where.lower = *neuron < b.size() ? static_cast<double>(b[*neuron]) : 0.0;
        const auto lone = first_lone_spike(only_neuron(upper.spikes, *neuron),
                                           only_neuron(lower.spikes, *neuron));
        if (lone) { where.step = lone->step; }
        return true;
    };
    if (differ(upper.potentials, lower.potentials, "potential")) { return where; }
    if (differ(upper.codes, lower.codes, "code")) { return where; }
    const auto lone = first_lone_spike(upper.spikes, lower.spikes);
    if (!lone) { return std::nullopt; }
    where.field = "spikes";
    where.neuron = place_of(p.shape, lone->neuron);
    where.step = lone->step;
    where.upper = sign_at(upper.spikes, *lone);
    where.lower = sign_at(lower.spikes, *lone);
    return where;
}

std::string level_name(int level) {
    static constexpr std::array names{"trained network", "folded network", "quantised network",
                                      "reference engine", "event-driven engine"};
    return names.at(static_cast<std::size_t>(level));
}

level_range level_range_of(const std::string& text) {
    const bool form = text.size() == 5 && text[0] == 'L' && text[2] == ',' && text[3] == 'L';
    const level_range range = form ? level_range{text[1] - '0', text[4] - '0'} : level_range{};
    const bool known = range.upper >= trained_level && range.lower <= event_level;
    if (form && known && range.upper < range.lower) { return range; }
    throw usage_error({"--between", "not two levels, the one nearer to the trained network first",
                       text,
                       "two of L0 (trained), L1 (folded), L2 (quantised), L3 (reference "
                       "engine), L4 (event-driven engine), such as L1,L2",
                       "hardware is compared by `synfire cosim`"});
}

std::optional<rung> first_divergence(const ladder_inputs& inputs, const level_range& range) {
    for (int level = range.upper; level < range.lower; ++level) {
        if (const auto found = diverge(inputs, level)) { return rung{level, level + 1, *found}; }
    }
    return std::nullopt;
}

}  // namespace synfire::cli
