// SPDX-License-Identifier: Apache-2.0
// The bill with the accelerator's counts: terms of the formula are replaced one by one, and what
// no counter holds stays as it is.
#include <synfire/energy/counted.hpp>

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include <synfire/core/error.hpp>

#include "bill.hpp"
#include "field.hpp"

namespace synfire::energy {
namespace {

constexpr int row_bits_a_lane = 8;  // a row of the weight memory has N bytes, whatever the weights

/// A counter, the terms of the formula that it stands for, and its price.
struct counted_term {
    enum class priced_as : std::uint8_t { words_read, words_written, rows, addition, comparison };

    std::string_view name;
    std::array<std::string_view, 2> instead_of;
    double hardware_load::*count;
    priced_as price;
};

using priced_as = counted_term::priced_as;
constexpr std::array<counted_term, 7> counted_kinds{{
    {"spike words read",
     {"active-map words", "plane words"},
     &hardware_load::spike_words_read,
     priced_as::words_read},
    {"synaptic additions", {"synaptic additions"}, &hardware_load::adds, priced_as::addition},
    {"weight rows with constants",
     {"weight rows", "bias and threshold rows"},
     &hardware_load::weight_reads,
     priced_as::rows},
    {"bias and half-threshold additions",
     {"bias additions", "half-threshold additions"},
     &hardware_load::bias_adds,
     priced_as::addition},
    {"threshold comparisons",
     {"threshold comparisons"},
     &hardware_load::neuron_updates,
     priced_as::comparison},
    {"reset subtractions", {"reset subtractions"}, &hardware_load::reset_adds, priced_as::addition},
    {"spike words written",
     {"spike words written"},
     &hardware_load::spike_words_written,
     priced_as::words_written},
}};
constexpr std::string_view addressing = "address generation";
constexpr std::string_view pooling = "pooling comparisons";

bool stands_for(const counted_term& kind, std::string_view name) {
    return std::find(kind.instead_of.begin(), kind.instead_of.end(), name) != kind.instead_of.end();
}

class counted_bill {
  public:
    counted_bill(const engine_context& context, std::size_t index, const hardware_load& hardware,
                 counter by)
        : context_(context),
          index_(index),
          hardware_(hardware),
          by_(by) {}

    layer_estimate take(const layer_estimate& formula, const layer_load& load) {
        layer_estimate result{.name = formula.name, .kind = formula.kind, .terms = {}};
        for (const counted_term& kind : counted_kinds) { count(kind, formula, result); }
        for (const term& t : formula.terms) {
            if (t.name == addressing) {
                result.terms.push_back(addresses(t, formula, load));
            } else if (t.name == pooling) {
                result.terms.push_back(replaced(t, hardware_.adding));
            } else if (!is_replaced(t.name)) {
                result.terms.push_back(t);
            }
        }
        return result;
    }

  private:
    const engine_context& context_;
    std::size_t index_;
    const hardware_load& hardware_;
    counter by_;

    static bool is_replaced(std::string_view name) {
        return std::any_of(counted_kinds.begin(), counted_kinds.end(),
                           [&](const counted_term& kind) { return stands_for(kind, name); });
    }

    void count(const counted_term& kind, const layer_estimate& formula,
               layer_estimate& result) const {
        interval before;
        basis origin = basis::formula;
        for (const term& t : formula.terms) {
            if (!stands_for(kind, t.name)) { continue; }
            before += t.count;
            origin = t.origin;
        }
        const double value = hardware_.*kind.count;
        if (value <= 0 && before.high <= 0) { return; }
        term t = priced(kind, value);
        t.without_hardware = before;
        t.without_origin = origin;
        result.terms.push_back(std::move(t));
    }

    /// The bill prices it, so that a row or a word costs what it costs on the dense side.
    term priced(const counted_term& kind, double value) const {
        bill one(context_, "", "");
        const std::string name(kind.name);
        // A bill leaves out what is zero; here "the formula said more" is worth a line.
        const interval some = interval::exact(std::max(value, 1.0));
        switch (kind.price) {
        case priced_as::words_read:
            one.read_words(name, some);
            break;
        case priced_as::words_written:
            one.write_words(name, some);
            break;
        case priced_as::rows:
            one.read_rows(name, some, row_bits_a_lane);
            break;
        case priced_as::addition:
            one.operations(name, some, "int32_add");
            break;
        case priced_as::comparison:
            one.operations(name, some, "int32_compare");
            break;
        }
        term t = std::move(one.take().terms.front());
        t.count = interval::exact(value);
        t.origin = basis::counted;
        t.by = by_;
        return t;
    }

    term replaced(term t, double value) const {
        t.without_hardware = t.count;
        t.without_origin = t.origin;
        t.count = interval::exact(value);
        t.origin = basis::counted;
        t.by = by_;
        return t;
    }

    /// No counter: one per source that is found in the map, per row and per word. Rows and words
    /// are counted, so the rule stays and its operands are exact.
    term addresses(term t, const layer_estimate& formula, const layer_load& load) const {
        double sum = (hardware_.finds_sources ? found(load) : 0) + hardware_.weight_reads
                     + hardware_.spike_words_read + hardware_.spike_words_written;
        for (const term& other : formula.terms) {
            if (other.name == "result words") { sum += other.count.nominal; }
        }
        t.without_hardware = t.count;
        t.count = interval::exact(sum);
        return t;
    }

    double found(const layer_load& load) const {
        double sum = 0;
        std::size_t input = 0;
        for (const projection& p : context_.net.projections) {
            if (p.target != index_) { continue; }
            const double positions = load.inputs[input++].active_positions;
            if (p.kind == connectivity::window) { continue; }
            const field_layout layout{context_.engine.lanes, context_.engine.spike_word_bits, 1};
            sum += positions * facts_of(context_.net, p, layout).row_words;
        }
        return sum;
    }
};

void check_counts(const network& net, const hardware_activity& hardware) {
    if (hardware.populations.size() == net.populations.size()) { return; }
    throw bad_input({.where = "hardware counts",
                     .what = "the counts do not belong to this network",
                     .found = fmt::format("{} populations", hardware.populations.size()),
                     .expected = fmt::format("{} populations", net.populations.size()),
                     .hint = "count this network on the accelerator first"});
}

void add_pair(std::vector<count_pair>& pairs, const term& t) {
    const auto same = std::find_if(pairs.begin(), pairs.end(),
                                   [&](const count_pair& p) { return p.name == t.name; });
    count_pair& pair = same == pairs.end() ? pairs.emplace_back() : *same;
    pair.name = t.name;
    pair.counted += t.count;
    pair.without_hardware += *t.without_hardware;
    pair.without_origin = t.without_origin;
}

}  // namespace

engine_options as_built(engine_options engine) {
    engine.spike_word_bits = 32;
    engine.constants_per_pass = true;
    return engine;
}

estimate counted_estimate(const network& net, const activity& counts,
                          const hardware_activity& hardware, const cost_table& table,
                          const engine_options& engine) {
    check_counts(net, hardware);
    estimate result = spiking_estimate(net, counts, table, engine);
    const memory_plan memories = plan_memories(net, engine);
    const engine_context context{net, engine, memories, table};
    for (std::size_t i = 0; i < net.populations.size(); ++i) {
        counted_bill bill(context, i, hardware.populations[i], hardware.by);
        result.layers[i] = bill.take(result.layers[i], load_of(net, counts, i));
    }
    return result;
}

std::vector<count_pair> counted_terms(const estimate& bill) {
    std::vector<count_pair> pairs;
    for (const layer_estimate& layer : bill.layers) {
        for (const term& t : layer.terms) {
            if (t.origin == basis::counted && t.without_hardware) { add_pair(pairs, t); }
        }
    }
    return pairs;
}

}  // namespace synfire::energy
