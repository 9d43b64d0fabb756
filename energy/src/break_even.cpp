// SPDX-License-Identifier: Apache-2.0
// At how many spikes per synapse a spiking layer costs what its dense counterpart costs.
//   E(S) = E_fixed + S * synapses * e_synapse + E_planes(S),    S* solves E(S*) = E_dense.
// All but the plane words is linear in S; they are concave and bounded, so E is increasing and S*
// unique.
#include <synfire/energy/compare.hpp>

#include "field.hpp"

namespace synfire::energy {
namespace {

enum class price_end { low, nominal, high };

/// Nominal counts at one end of the prices; empty where one is unknown.
std::optional<double> energy_at(const layer_estimate& layer, price_end end) {
    double sum = 0;
    for (const term& t : layer.terms) {
        if (t.count.high == 0) { continue; }
        if (!t.unit) { return std::nullopt; }
        const interval& pj = t.unit->pj;
        sum +=
            t.count.nominal
            * (end == price_end::low ? pj.low : (end == price_end::nominal ? pj.nominal : pj.high));
    }
    return sum;
}

class layer_curve {
  public:
    layer_curve(const layer_pair& pair, const layer_load& load) : pair_(pair), unit_(load) {
        std::size_t input = 0;
        for (const projection& p : pair.context.net.projections) {
            if (p.target != pair.population) { continue; }
            add(p, load.inputs[input++]);
        }
        if (synapses_ <= 0) { return; }
        measured_ = events_ / synapses_;
        // A silent layer has no pattern to scale: every source sends one spike.
        unit_ = measured_ > 0 ? scaled_inputs(load, 1 / measured_) : full_;
    }

    bool has_synapses() const { return synapses_ > 0; }
    double measured() const { return measured_; }

    std::optional<double> energy(double spikes_per_synapse, price_end end) const {
        const layer_load load = scaled_inputs(unit_, spikes_per_synapse);
        return energy_at(spiking_layer(pair_.context, pair_.population, load), end);
    }

    /// S* by bisection, to the last bit that matters; empty where even silence costs more than the
    /// dense layer.
    std::optional<double> crossing(double dense_pj, price_end end) const {
        const auto silent = energy(0, end);
        if (!silent || *silent >= dense_pj) { return std::nullopt; }
        double below = 0;
        double above = 1;
        while (*energy(above, end) < dense_pj) {
            above *= 2;
            if (above > 1e12) { return std::nullopt; }
        }
        for (int i = 0; i < 100; ++i) {
            const double middle = (below + above) / 2;
            (*energy(middle, end) < dense_pj ? below : above) = middle;
        }
        return (below + above) / 2;
    }

  private:
    const layer_pair& pair_;
    layer_load unit_;
    layer_load full_;
    double synapses_ = 0;
    double events_ = 0;
    double measured_ = 0;

    void add(const projection& p, const projection_load& input) {
        const engine_options& engine = pair_.context.engine;
        const field_facts facts =
            facts_of(pair_.context.net, p, {engine.lanes, engine.spike_word_bits, 1});
        const bool window = p.kind == connectivity::window;
        const double synapses = window ? 0 : facts.synapses;
        synapses_ += synapses;
        // Graded input multiplies instead of adding; one product counts as one event here.
        events_ += input.events > 0 ? input.events : input.active_synapses;
        full_.inputs.push_back({synapses, synapses, facts.reached});
    }
};

}  // namespace

std::optional<break_even> break_even_of(const layer_pair& pair, const layer_load& load,
                                        dense_variant variant) {
    const layer_curve curve(pair, load);
    if (!curve.has_synapses()) { return std::nullopt; }
    const layer_estimate dense = dense_layer(pair.context, pair.dense, pair.dense_samples, variant);
    const auto dense_pj = energy_at(dense, price_end::nominal);
    if (!dense_pj || !curve.energy(1, price_end::nominal)) { return std::nullopt; }
    break_even result{.against = variant, .measured = curve.measured()};
    result.spikes_per_synapse = curve.crossing(*dense_pj, price_end::nominal);
    result.at_low = curve.crossing(*energy_at(dense, price_end::low), price_end::low);
    result.at_high = curve.crossing(*energy_at(dense, price_end::high), price_end::high);
    result.cannot_win = !result.spikes_per_synapse.has_value();
    if (result.spikes_per_synapse) {
        result.distance = result.measured / *result.spikes_per_synapse;
    }
    return result;
}

}  // namespace synfire::energy
