// SPDX-License-Identifier: Apache-2.0
// T1 bill of one population on the output-stationary engine (docs/reference/energy-model.md,
// section 3).
#include <algorithm>

#include <synfire/energy/estimate.hpp>

#include "bill.hpp"
#include "field.hpp"

namespace synfire::energy {
namespace {

class spiking_bill {
  public:
    spiking_bill(const engine_context& context, std::size_t index, const layer_load& load)
        : context_(context),
          index_(index),
          population_(context.net.populations[index]),
          load_(load),
          bill_(context, population_.name, std::string(to_string(population_.kind))) {}

    layer_estimate take() {
        if (population_.kind == population_kind::input) {
            encode();
        } else {
            arrivals();
        }
        if (population_.has_potential()) { constants(); }
        if (population_.kind == population_kind::spiking) { fire(); }
        if (population_.kind == population_kind::readout) { read_out(); }
        if (population_.kind != population_kind::readout) { write_spikes(); }
        if (context_.net.execution == execution::streaming) {
            bill_.unknown("state reads and writes", 1, "streaming engine (no T1 formula)");
        }
        bill_.formula("address generation", addresses_, "int32_add");
        return bill_.take();
    }

  private:
    const engine_context& context_;
    std::size_t index_;
    const population& population_;
    const layer_load& load_;
    bill bill_;
    double addresses_ = 0;

    double neurons() const { return static_cast<double>(population_.shape.neurons()); }
    double lanes() const { return context_.engine.lanes; }
    double word_bits() const { return context_.engine.spike_word_bits; }
    double output_words() const {
        return static_cast<double>(population_.shape.positions())
               * ceil_ratio(population_.shape.channels, lanes());
    }
    double constant_loads() const {
        return context_.engine.constants_per_pass ? ceil_ratio(population_.shape.channels, lanes())
                                                  : output_words();
    }
    static double planes(const population& p) {
        return p.window.steps + (p.range.is_signed() ? 1 : 0);
    }

    void arrivals() {
        std::size_t input = 0;
        for (const projection& p : context_.net.projections) {
            if (p.target != index_) { continue; }
            arrive(p, load_.inputs[input++]);
        }
    }

    void arrive(const projection& p, const projection_load& input) {
        const field_facts facts =
            facts_of(context_.net, p, {context_.engine.lanes, context_.engine.spike_word_bits, 1});
        // Every active source of a field is found once per group of N channels that it reaches.
        const double found = input.active_positions * facts.row_words;
        scan(p, facts, found);
        if (p.kind == connectivity::window) {
            bill_.formula("pooling comparisons", found, "int8_add");
            return;
        }
        if (context_.net.populations[p.source].is_current()) {
            bill_.counted("first-layer multiplications", input.active_synapses, "int8_mul");
            bill_.counted("first-layer additions", input.active_synapses, "int32_add");
        } else {
            bill_.counted("synaptic additions", input.events, "int32_add");
            ramp(context_.net.populations[p.source].window);
        }
        const interval rows =
            facts.shared_rows ? occupied(found, facts.row_slots, lanes()) : interval::exact(found);
        bill_.read_rows("weight rows", rows, p.weight_bits);
        addresses_ += 2 * found;  // one to find the source in the map, one for its row
    }

    /// The active map of the field is read whole, the planes (graded input: values) only where a
    /// word of it is set.
    void scan(const projection& p, const field_facts& facts, double found) {
        const population& source = context_.net.populations[p.source];
        bill_.read_words("active-map words", interval::exact(facts.words));
        addresses_ += facts.words;
        if (source.is_current()) {
            const int bits = code_bits(source.range.lo, source.range.hi) > 8 ? 16 : 8;
            const field_facts values = facts_of(
                context_.net, p, {context_.engine.lanes, context_.engine.spike_word_bits, bits});
            bill_.read_words("value words", occupied(found, values.words, word_bits() / bits));
            return;
        }
        bill_.read_words("plane words", occupied(found, facts.words, word_bits()) * planes(source));
    }

    /// ttfs and digit codes add a running sum once per step instead of shifting; digits also
    /// multiply by the base.
    void ramp(const code_window& window) {
        if (window.kind != coding::ttfs && window.kind != coding::digit) { return; }
        bill_.formula("ramp additions", neurons() * window.steps, "int32_add");
        const bool power_of_two = (window.base & (window.base - 1)) == 0;
        if (window.kind == coding::digit && !power_of_two) {
            bill_.formula("digit multiplications", neurons() * window.digits, "int32_mul");
        }
    }

    /// Bias and threshold lie as 8-bit digits in rows of the weight memory.
    void constants() {
        const double digits = ceil_ratio(context_.engine.constant_bits, 8);
        const double kinds = population_.kind == population_kind::readout ? 1 : 2;
        const double rows = constant_loads() * digits * kinds;
        bill_.read_rows("bias and threshold rows", interval::exact(rows), 8);
        addresses_ += rows;
        bill_.formula("bias additions", neurons(), "int32_add");
    }

    void fire() {
        bill_.formula("half-threshold additions", neurons(), "int32_add");
        bill_.counted("threshold comparisons", load_.neuron_updates, "int32_compare");
        bill_.counted("reset subtractions", load_.spikes, "int32_add");
        if (population_.table) {
            const auto bytes = static_cast<double>(population_.table->table.size()) * 2;
            const auto unit = context_.table.memory(memory_access::read, bytes, 16);
            bill_.priced("fire-table reads", neurons(), "sram_read (fire table)", unit);
        }
    }

    void read_out() {
        const double words = ceil_ratio(neurons() * 32, word_bits());
        bill_.write_words("result words", interval::exact(words));
        bill_.formula("arg-max comparisons", neurons(), "int32_compare");
        addresses_ += words;
    }

    void write_spikes() {
        const double map_words = ceil_ratio(neurons(), word_bits());
        if (population_.is_current()) {
            const int bits = code_bits(population_.range.lo, population_.range.hi) > 8 ? 16 : 8;
            const double words = map_words + ceil_ratio(neurons() * bits, word_bits());
            bill_.write_words("input words written", interval::exact(words));
            addresses_ += words;
            return;
        }
        const double all = 1 + planes(population_);
        interval words = interval::exact(map_words * all);
        if (population_.kind != population_kind::input) {
            // At best full words and no empty planes; at worst every output word by itself.
            const double set = occupied(load_.active_neurons, map_words, word_bits()).low;
            words.low = map_words + (all - 1) * std::min(set, map_words);
            words.high =
                std::max(words.nominal, output_words() * ceil_ratio(lanes(), word_bits()) * all);
        }
        bill_.write_words("spike words written", words);
        addresses_ += words.nominal;
    }

    void encode() {
        const input_encoder encoder =
            population_.input ? population_.input->encoder : input_encoder::code;
        const double steps = population_.window.steps;
        const coding kind = population_.window.kind;
        switch (encoder) {
        case input_encoder::code:
        case input_encoder::latency:
            // Binary codes are the top bits of the pixel; others are rounded.
            if (kind == coding::rate || kind == coding::ttfs) { rescale(); }
            break;
        case input_encoder::rate:
            rescale();
            bill_.formula("rate-encoder additions", neurons() * steps, "int32_add");
            break;
        case input_encoder::poisson:
            bill_.formula("random numbers", neurons() * steps, "philox_word");
            break;
        case input_encoder::current:
        case input_encoder::events:
            break;
        }
    }
    void rescale() {
        bill_.formula("encoder multiplications", neurons(), "int8_mul");
        bill_.formula("encoder additions", neurons(), "int32_add");
    }
};

}  // namespace

layer_estimate spiking_layer(const engine_context& context, std::size_t population,
                             const layer_load& load) {
    return spiking_bill(context, population, load).take();
}

}  // namespace synfire::energy
