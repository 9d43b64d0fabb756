// SPDX-License-Identifier: Apache-2.0
#include <synfire/energy/twin.hpp>

#include <algorithm>
#include <cstdlib>

#include <synfire/energy/dense_baseline.hpp>

#include "bill.hpp"

namespace synfire::energy {
namespace {

constexpr double multiplier_bits = 8;  ///< of the price `int8_mul`

/// Bits of the largest code that arrives, without its sign.
int code_bits_into(const network& net, std::size_t population) {
    std::int32_t largest = 1;
    for (const projection& p : net.projections) {
        if (p.target != population) { continue; }
        const code_range& range = net.populations[p.source].range;
        largest = std::max({largest, range.hi, std::abs(range.lo)});
    }
    return twin_bits(static_cast<std::uint64_t>(largest));
}

}  // namespace

estimate twin_estimate(const network& net, const activity& counts,
                       const hardware_activity& hardware, const cost_table& table,
                       const engine_options& engine) {
    estimate result = counted_estimate(net, counts, hardware, table, engine);
    const memory_plan memories = plan_memories(net, engine);
    const engine_context context{net, engine, memories, table};
    for (std::size_t i = 0; i < result.layers.size(); ++i) {
        std::vector<term>& terms = result.layers[i].terms;
        const auto added = std::find_if(terms.begin(), terms.end(), [](const term& t) {
            return t.name == "synaptic additions";
        });
        if (added == terms.end() || added->count.high <= 0) { continue; }
        added->name = "accumulations";
        added->without_hardware.reset();  // the formula counts spikes
        bill products(context, "", "");
        products.operations("multiplications", added->count, "int8_mul", basis::counted,
                            code_bits_into(net, i) / multiplier_bits);
        term multiplications = products.take().terms.front();
        multiplications.by = hardware.by;
        terms.insert(added, std::move(multiplications));
    }
    return result;
}

}  // namespace synfire::energy
