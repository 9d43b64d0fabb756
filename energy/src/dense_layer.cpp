// SPDX-License-Identifier: Apache-2.0
// T1 bill of one dense layer (docs/reference/energy-model.md, section 4): the engine of the spiking
// side with multipliers, in five variants.
#include <algorithm>
#include <cmath>

#include <synfire/energy/dense_baseline.hpp>

#include "bill.hpp"
#include "field.hpp"

namespace synfire::energy {
namespace {

class dense_bill {
  public:
    dense_bill(const engine_context& context, const dense_layer_counts& layer,
               std::uint64_t samples, dense_variant variant)
        : context_(context),
          layer_(layer),
          samples_(static_cast<double>(samples)),
          variant_(variant),
          bill_(context, layer.name, std::string(to_string(layer.kind))) {
        for (std::size_t i = 0; i < context.net.populations.size(); ++i) {
            if (context.net.populations[i].name == layer.name) { population_ = i; }
        }
    }

    layer_estimate take() {
        if (weighted()) { multiply(); }
        if (layer_.kind != dense_kind::input) {
            unweighted_inputs();
            finish();
        }
        if (!layer_.readout) { write_activations(); }
        bill_.formula("address generation", addresses_, "int32_add");
        return bill_.take();
    }

  private:
    const engine_context& context_;
    const dense_layer_counts& layer_;
    double samples_;
    dense_variant variant_;
    bill bill_;
    std::size_t population_ = static_cast<std::size_t>(-1);
    double addresses_ = 0;

    bool weighted() const {
        return layer_.kind == dense_kind::convolution || layer_.kind == dense_kind::depthwise
               || layer_.kind == dense_kind::fully_connected;
    }
    bool skips() const {
        return variant_ == dense_variant::d2_zero_skip || variant_ == dense_variant::d3_reuse
               || variant_ == dense_variant::d4_twin;
    }
    bool twin() const { return variant_ == dense_variant::d4_twin; }
    double lanes() const { return context_.engine.lanes; }
    double word_bits() const { return context_.engine.spike_word_bits; }
    double neurons() const { return static_cast<double>(layer_.output_neurons); }
    double macs() const { return static_cast<double>(layer_.macs) / samples_; }
    double channels() const { return static_cast<double>(layer_.out_channels); }

    /// Channels that share one activation: those of a group; depthwise lanes have an activation
    /// each.
    double block() const {
        return layer_.kind == dense_kind::depthwise
                   ? channels()
                   : channels() / static_cast<double>(layer_.groups);
    }
    double output_words() const {
        return static_cast<double>(layer_.positions) * channels() / block()
               * ceil_ratio(block(), lanes());
    }
    /// Fraction of products whose activation is not zero; weighted by products, not by neurons.
    double density() const {
        if (layer_.macs == 0) { return 0; }
        const std::uint64_t active =
            twin() ? layer_.macs_active_code.value_or(layer_.macs_nonzero_code)
                   : layer_.macs_active_float.value_or(layer_.macs_nonzero_float);
        return static_cast<double>(active) / static_cast<double>(layer_.macs);
    }

    void multiply() {
        if (twin() && layer_.activation_bits == 0) {
            bill_.unknown("twin activations", 1, "activation bits of layer " + layer_.name);
            return;
        }
        const double d = variant_ == dense_variant::d0_dense ? 1.0 : density();
        const double added = skips() ? d * macs() : macs();
        bill_.operations("multiplications", interval::exact(d * macs()), "int8_mul", basis::counted,
                         twin() ? layer_.activation_bits / 8.0 : 1.0);
        bill_.counted("accumulations", added, "int32_add");
        const double slots = macs() / block() * ceil_ratio(block(), lanes());
        const double streamed = layer_.kind == dense_kind::depthwise ? macs() : slots;
        const interval rows = weight_rows(slots, streamed, d);
        bill_.read_rows("weight rows", rows, context_.engine.dense_weight_bits);
        addresses_ += rows.nominal;
        if (skips()) { addresses_ += d * streamed; }  // finding the activation in the mask
        read_field(streamed, d);
        pool_globally();
    }

    interval weight_rows(double slots, double streamed, double d) const {
        if (!skips()) { return interval::exact(slots); }
        const interval needed = layer_.kind == dense_kind::depthwise
                                    ? occupied(d * streamed, slots, lanes())
                                    : interval::exact(d * slots);
        if (variant_ != dense_variant::d3_reuse || slots == 0) { return needed; }
        const double shared = std::min(static_cast<double>(context_.engine.dense_reuse),
                                       static_cast<double>(layer_.positions));
        if (shared <= 1) { return needed; }
        // A shared row is read if any of its positions needs it: at best all or none of them,
        // nominally each by chance.
        const double any = 1 - std::pow(1 - needed.nominal / slots, shared);
        const double low = needed.low / shared;
        const double high = std::min(needed.high, slots / shared);
        return {low, std::clamp(slots / shared * any, low, high), high};
    }

    void read_field(double streamed, double d) {
        const int bits = twin() ? layer_.activation_bits : 8;
        const double words = field_words(streamed, bits);
        if (!skips()) {
            bill_.read_words("activation words", interval::exact(words));
            addresses_ += words;
            return;
        }
        const double mask = field_words(streamed, 1);
        bill_.read_words("mask words", interval::exact(mask));
        bill_.read_words("activation words", occupied(d * streamed, words, word_bits() / bits));
        addresses_ += mask;
    }

    /// Words of all fields: exact where the population is known, else the mean over alignments.
    double field_words(double streamed, int bits) const {
        double words = 0;
        for (const projection& p : context_.net.projections) {
            if (p.target != population_ || !is_weighted(p)) { continue; }
            words += words_of(p, bits);
        }
        if (words > 0 || streamed == 0) { return words; }
        const double field_bits = streamed / output_words() * bits;
        if (layer_.kind == dense_kind::fully_connected) {
            return output_words() * ceil_ratio(field_bits, word_bits());
        }
        const auto runs = static_cast<double>(std::max<std::uint64_t>(1, layer_.field_rows));
        return output_words() * runs * ((field_bits / runs - bits) / word_bits() + 1);
    }

    double words_of(const projection& p, int bits) const {
        if (p.spatial_sum) {
            // The dense network pools first, once, and then reads one pooled vector per output
            // word.
            return output_words() * ceil_ratio(p.source_channels.count() * bits, word_bits());
        }
        const field_layout layout{context_.engine.lanes, context_.engine.spike_word_bits, bits};
        return facts_of(context_.net, p, layout).words;
    }

    /// Global average pooling that the spiking network has folded into the next layer.
    void pool_globally() {
        for (const projection& p : context_.net.projections) {
            if (p.target != population_ || !p.spatial_sum) { continue; }
            const int bits = twin() ? layer_.activation_bits : 8;
            const double pooled = p.source_channels.count();
            const double neurons =
                pooled * static_cast<double>(context_.net.populations[p.source].shape.positions());
            bill_.read_words("pooling words",
                             interval::exact(ceil_ratio(neurons * bits, word_bits())));
            bill_.formula("pooling additions", neurons, "int32_add");
            bill_.formula("pooling rescaling", pooled, "int32_mul");
            bill_.write_words("pooled words written",
                              interval::exact(ceil_ratio(pooled * bits, word_bits())));
        }
    }

    static bool is_weighted(const projection& p) {
        return p.kind == connectivity::dense || p.kind == connectivity::conv2d
               || p.kind == connectivity::conv_transpose2d || p.kind == connectivity::sparse;
    }

    /// Residual additions and pooling: read, and per operand one comparison or one rescaled
    /// addition.
    void unweighted_inputs() {
        const projection* last = nullptr;
        for (const projection& p : context_.net.projections) {
            if (p.target != population_ || (weighted() && is_weighted(p))) { continue; }
            // A factor too wide for 8 bits is two projections; the dense network has one operand.
            const bool split = last != nullptr && last->source == p.source && last->kind == p.kind
                               && last->source_channels == p.source_channels;
            last = &p;
            if (!split) { add_operand(p); }
        }
    }

    void add_operand(const projection& p) {
        const int bits = twin() ? std::max(1, layer_.activation_bits) : 8;
        const field_facts facts = facts_of(
            context_.net, p, {context_.engine.lanes, context_.engine.spike_word_bits, bits});
        bill_.read_words("activation words", interval::exact(facts.words));
        addresses_ += facts.words;
        if (p.kind == connectivity::window) {
            bill_.formula("pooling comparisons", facts.synapses, "int8_add");
            return;
        }
        if (p.kind != connectivity::sum_pool) {
            bill_.formula("operand rescaling", facts.synapses, "int8_mul");
        }
        bill_.formula("operand additions", facts.synapses, "int32_add");
    }

    /// Bias, and rescaling to the next layer's 8 bits (read-out: results leave as sums).
    void finish() {
        if (layer_.kind == dense_kind::max_pool) { return; }
        const double digits = ceil_ratio(context_.engine.constant_bits, 8);
        const double loads = context_.engine.constants_per_pass
                                 ? output_words() / static_cast<double>(layer_.positions)
                                 : output_words();
        const double rows = loads * digits * (layer_.readout ? 1 : 2);
        bill_.read_rows("bias and rescaling rows", interval::exact(rows), 8);
        addresses_ += rows;
        bill_.formula("bias additions", neurons(), "int32_add");
        if (layer_.readout) {
            const double words = ceil_ratio(neurons() * 32, word_bits());
            bill_.write_words("result words", interval::exact(words));
            bill_.formula("arg-max comparisons", neurons(), "int32_compare");
            addresses_ += words;
            return;
        }
        bill_.formula("rescaling multiplications", neurons(), "int32_mul");
        bill_.formula("rescaling additions", neurons(), "int32_add");
        bill_.formula("activation comparisons", neurons(), "int32_compare");
    }

    void write_activations() {
        const double bits = twin() && layer_.output_bits > 0 ? layer_.output_bits : 8;
        const double mask = skips() ? ceil_ratio(neurons(), word_bits()) : 0;
        interval words = interval::exact(ceil_ratio(neurons() * bits, word_bits()) + mask);
        if (layer_.kind != dense_kind::input) {
            // At worst every output word writes its own slice.
            const double slices = ceil_ratio(lanes() * bits, word_bits()) + (skips() ? 1 : 0);
            words.high = std::max(words.nominal, output_words() * slices);
        }
        bill_.write_words("activation words written", words);
        addresses_ += words.nominal;
    }
};

}  // namespace

layer_estimate dense_layer(const engine_context& context, const dense_layer_counts& layer,
                           std::uint64_t samples, dense_variant variant) {
    return dense_bill(context, layer, samples, variant).take();
}

}  // namespace synfire::energy
