// SPDX-License-Identifier: Apache-2.0
// Terms and their sums.
#include "bill.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

namespace synfire::energy {

std::string_view to_string(basis kind) { return kind == basis::counted ? "counted" : "formula"; }

std::string_view to_string(counter who) {
    constexpr std::array<std::string_view, 3> names{"simulator", "cycle model", "rtl"};
    return names.at(static_cast<std::size_t>(who));
}

std::optional<interval> term::energy_pj() const {
    if (count.high == 0) { return interval{}; }
    if (!unit) { return std::nullopt; }
    return count * unit->pj;
}

std::optional<interval> layer_estimate::total_pj() const {
    interval sum;
    for (const term& t : terms) {
        const std::optional<interval> energy = t.energy_pj();
        if (!energy) { return std::nullopt; }
        sum += *energy;
    }
    return sum;
}

std::optional<interval> estimate::total_pj() const {
    interval sum;
    for (const layer_estimate& layer : layers) {
        const std::optional<interval> energy = layer.total_pj();
        if (!energy) { return std::nullopt; }
        sum += *energy;
    }
    return sum;
}

bill::bill(const engine_context& context, std::string layer, std::string kind)
    : context_(context),
      layer_{.name = std::move(layer), .kind = std::move(kind), .terms = {}} {}

void bill::add(term t) {
    if (t.count.high <= 0) { return; }
    layer_.terms.push_back(std::move(t));
}

void bill::operations(std::string name, const interval& count, std::string_view price_name,
                      basis origin, double scale) {
    std::optional<price> unit = context_.table.operation(price_name);
    std::string label(price_name);
    if (scale != 1) {
        label = fmt::format("{} x {:g}", price_name, scale);
        if (unit) {
            unit->pj = unit->pj * scale;
            unit->name = label;
            unit->grade = evidence::interpolated;
        }
    }
    add({.name = std::move(name),
         .count = count,
         .price_name = std::move(label),
         .unit = std::move(unit),
         .origin = origin});
}

void bill::read_words(std::string name, const interval& count) {
    add({.name = std::move(name),
         .count = count,
         .price_name = "sram_read (spikes)",
         .unit = context_.table.memory(memory_access::read, context_.memories.spike_bytes,
                                       context_.engine.spike_word_bits)});
}

void bill::write_words(std::string name, const interval& count) {
    add({.name = std::move(name),
         .count = count,
         .price_name = "sram_write (spikes)",
         .unit = context_.table.memory(memory_access::write, context_.memories.spike_bytes,
                                       context_.engine.spike_word_bits)});
}

void bill::read_rows(std::string name, const interval& count, int bits) {
    add({.name = std::move(name),
         .count = count,
         .price_name = "sram_read (weights)",
         .unit = context_.table.memory(memory_access::read, context_.memories.weight_bytes,
                                       static_cast<double>(context_.engine.lanes) * bits)});
}

void bill::priced(std::string name, double count, std::string price_name,
                  std::optional<price> unit) {
    add({.name = std::move(name),
         .count = interval::exact(count),
         .price_name = std::move(price_name),
         .unit = std::move(unit)});
}

void bill::unknown(std::string name, double count, std::string price_name) {
    priced(std::move(name), count, std::move(price_name), std::nullopt);
}

interval occupied(double marks, double words, double capacity) {
    if (marks <= 0 || words <= 0) { return {}; }
    const double at_random = -words * std::expm1(-marks / words);
    return {std::min(marks / capacity, at_random), at_random,
            std::max(at_random, std::min(marks, words))};
}

int code_bits(long long lo, long long hi) {
    int bits = 0;
    while (((hi - lo) >> bits) > 0) { ++bits; }
    return bits;
}

double ceil_ratio(double a, double b) { return std::ceil(a / b); }

std::vector<missing_term> unknown_prices(const std::vector<layer_estimate>& layers,
                                         const std::string& table) {
    std::vector<missing_term> missing;
    for (const layer_estimate& layer : layers) {
        for (const term& t : layer.terms) {
            if (t.energy_pj()) { continue; }
            missing_term entry{t.price_name, fmt::format("no price in table {}", table), true};
            if (std::find(missing.begin(), missing.end(), entry) == missing.end()) {
                missing.push_back(std::move(entry));
            }
        }
    }
    return missing;
}

}  // namespace synfire::energy
