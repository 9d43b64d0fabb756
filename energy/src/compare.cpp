// SPDX-License-Identifier: Apache-2.0
// Puts both sides together: tiers, layers, verdict, and what is missing.
#include <synfire/energy/compare.hpp>

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <synfire/core/error.hpp>

namespace synfire::energy {
namespace {

/// Smallest nominal energy; ties go to the first.
std::optional<dense_variant> best_of(const std::vector<std::optional<interval>>& energies) {
    std::optional<dense_variant> best;
    double lowest = 0;
    for (std::size_t i = 0; i < energies.size(); ++i) {
        if (!energies[i] || (best && energies[i]->nominal >= lowest)) { continue; }
        best = all_dense_variants.at(i);
        lowest = energies[i]->nominal;
    }
    return best;
}

/// Ratio against the cheapest variant at every price: the largest of the ratios. Its upper and
/// nominal value are exact, its lower end is a safe bound (a maximum of minima).
std::optional<interval> headline(const std::vector<std::optional<ratio_result>>& ratios) {
    std::optional<interval> result;
    for (const auto& ratio : ratios) {
        if (!ratio) { continue; }
        const interval& r = ratio->range;
        if (!result) {
            result = r;
            continue;
        }
        result = interval{std::max(result->low, r.low), std::max(result->nominal, r.nominal),
                          std::max(result->high, r.high)};
    }
    return result;
}

tier_result finished(tier_result tier) {
    tier.snn_pj = tier.snn.total_pj();
    std::vector<std::optional<interval>> energies;
    std::vector<std::optional<ratio_result>> ratios;
    for (variant_result& v : tier.dense) {
        v.total_pj = v.dense.total_pj();
        v.ratio = ratio_of(tier.snn.layers, v.dense.layers);
        energies.push_back(v.total_pj);
        ratios.push_back(v.ratio);
    }
    tier.best = best_of(energies);
    tier.ratio = headline(ratios);
    tier.verdict = verdict_of(tier.ratio);
    return tier;
}

struct sides {
    const network& net;
    const activity& counts;
    const dense_counts& dense;
};

tier_result naive_tier(const sides& s, const cost_table& table) {
    tier_result tier{.name = "T0-" + table.name, .caution = table.caution};
    tier.snn = naive_estimate(s.net, s.counts, table);
    for (const dense_variant v : all_dense_variants) {
        tier.dense.push_back({.variant = v, .dense = naive_dense_estimate(s.dense, v, table)});
    }
    return finished(std::move(tier));
}

tier_result architecture_tier(const sides& s, const cost_table& table,
                              const compare_options& options) {
    const engine_options engine = compared_engine(options);
    tier_result tier{.name = "T1", .caution = table.caution};
    tier.snn = spiking_estimate(s.net, s.counts, table, engine);
    for (const dense_variant v : all_dense_variants) {
        tier.dense.push_back(
            {.variant = v, .dense = dense_estimate(s.net, s.dense, v, table, engine)});
    }
    tier_result formula = finished(std::move(tier));
    if (!options.counted) { return formula; }
    const formula_result before{formula.snn_pj, formula.ratio, formula.verdict};
    formula.snn = counted_estimate(s.net, s.counts, *options.counted, table, engine);
    tier_result counted = finished(std::move(formula));
    counted.by_formula = before;
    return counted;
}

const layer_estimate* layer_of(const estimate& e, const std::string& name) {
    const auto found = std::find_if(e.layers.begin(), e.layers.end(),
                                    [&](const layer_estimate& l) { return l.name == name; });
    return found == e.layers.end() ? nullptr : &*found;
}

/// The T1 tier cut into layers, with break-even where both sides have the layer.
class layer_table {
  public:
    layer_table(const sides& s, const tier_result& tier, const cost_table& table,
                const engine_options& engine)
        : sides_(s),
          tier_(tier),
          completed_(complete(s.net, s.dense)),
          memories_(plan_memories(s.net, engine)),
          context_{s.net, engine, memories_, table} {}

    std::vector<layer_comparison> rows() const {
        std::vector<layer_comparison> result;
        for (std::size_t i = 0; i < sides_.net.populations.size(); ++i) {
            result.push_back(row(i));
        }
        return result;
    }

  private:
    const sides& sides_;
    const tier_result& tier_;
    dense_counts completed_;
    memory_plan memories_;
    engine_context context_;

    layer_comparison row(std::size_t population) const {
        const layer_estimate& snn = tier_.snn.layers[population];
        layer_comparison result{.name = snn.name, .kind = snn.kind, .snn_pj = snn.total_pj()};
        std::vector<std::optional<ratio_result>> ratios;
        for (const variant_result& v : tier_.dense) {
            const layer_estimate* dense = layer_of(v.dense, snn.name);
            result.dense_pj.push_back(dense == nullptr ? std::nullopt : dense->total_pj());
            ratios.push_back(dense == nullptr ? std::nullopt : ratio_of({snn}, {*dense}));
        }
        result.best = best_of(result.dense_pj);
        result.ratio = headline(ratios);
        result.verdict = verdict_of(result.ratio);
        result.against_dense = break_even_at(population, dense_variant::d0_dense);
        if (result.best) { result.against_best = break_even_at(population, *result.best); }
        return result;
    }

    std::optional<break_even> break_even_at(std::size_t population, dense_variant variant) const {
        for (const dense_layer_counts& layer : completed_.layers) {
            if (layer.name != sides_.net.populations[population].name) { continue; }
            const layer_load load = load_of(sides_.net, sides_.counts, population);
            return break_even_of({context_, population, layer, completed_.samples}, load, variant);
        }
        return std::nullopt;
    }
};

void add_missing(std::vector<missing_term>& all, missing_term term) {
    if (std::find(all.begin(), all.end(), term) == all.end()) { all.push_back(std::move(term)); }
}

/// What the T1 comparison does not hold: prices, terms outside every total, layers without
/// counterpart.
std::vector<missing_term> missing_of(const tier_result& tier,
                                     const std::vector<std::string>& alone) {
    std::vector<missing_term> all = tier.snn.missing;
    for (const variant_result& v : tier.dense) {
        for (missing_term term : v.dense.missing) {
            // A variant that cannot be priced is left out of the best; the others still compare.
            if (term.blocks_total && tier.snn_pj && tier.best) { term.blocks_total = false; }
            add_missing(all, std::move(term));
        }
    }
    for (const std::string& name : alone) {
        add_missing(
            all, {name, "this layer has no dense counterpart: the dense side costs more", false});
    }
    return all;
}

std::optional<bool> matched(const compare_options& options) {
    if (!options.accuracy_snn || !options.accuracy_dense) { return std::nullopt; }
    // The tolerance itself still matches, whatever the rounding of 0.985 - 0.98.
    return std::abs(*options.accuracy_snn - *options.accuracy_dense)
           <= options.accuracy_tolerance + 1e-9;
}

}  // namespace

engine_options compared_engine(const compare_options& options) {
    return options.counted ? as_built(options.engine) : options.engine;
}

comparison compare(const network& net, const activity& counts, const dense_counts& dense,
                   const std::vector<cost_table>& tables, const compare_options& options) {
    const auto architecture = std::find_if(tables.begin(), tables.end(), [](const cost_table& t) {
        return t.kind == table_kind::architecture;
    });
    if (architecture == tables.end()) {
        throw bad_input(
            {.where = "technology",
             .what = "no table of kind 'architecture'",
             .found = "",
             .expected = "one with memories, such as " + std::string(default_technology),
             .hint = "tables of kind 'operations' serve tier T0 only"});
    }
    const sides s{net, counts, dense};
    comparison result{.matched = matched(options)};
    result.tiers.push_back(architecture_tier(s, *architecture, options));
    for (const cost_table& table : tables) {
        if (table.kind == table_kind::operations) { result.tiers.push_back(naive_tier(s, table)); }
    }
    tier_result& first = result.tiers.front();
    const std::vector<std::string> alone = without_counterpart(net, dense);
    // A dense side that lacks layers is a lower bound: it cannot be said to be the cheaper one.
    const auto weaken = [&](verdict& v) {
        if (!alone.empty() && v == verdict::dense_lower) { v = verdict::undecided; }
    };
    weaken(first.verdict);
    if (first.by_formula) { weaken(first.by_formula->verdict); }
    result.verdict = first.verdict;
    result.layers = layer_table(s, first, *architecture, compared_engine(options)).rows();
    result.missing = missing_of(first, alone);
    return result;
}

comparison compare(const network& net, const activity& counts, const dense_counts& dense,
                   const cost_table& table, const compare_options& options) {
    std::vector<cost_table> tables = naive_technologies();
    tables.insert(tables.begin(), table);
    return compare(net, counts, dense, tables, options);
}

}  // namespace synfire::energy
