// SPDX-License-Identifier: Apache-2.0
// The dense network as a whole: names, consistency, layers without multiplications, tier T0.
#include <synfire/energy/dense_baseline.hpp>

#include <algorithm>

#include <fmt/format.h>

#include <synfire/core/error.hpp>

#include "bill.hpp"
#include "field.hpp"

namespace synfire::energy {
namespace {

const dense_layer_counts* layer_named(const dense_counts& counts, const std::string& name) {
    const auto found = std::find_if(counts.layers.begin(), counts.layers.end(),
                                    [&](const auto& layer) { return layer.name == name; });
    return found == counts.layers.end() ? nullptr : &*found;
}

bool multiplies(const projection& p) {
    return p.kind == connectivity::dense || p.kind == connectivity::conv2d
           || p.kind == connectivity::conv_transpose2d;
}

bool has_weights(const network& net, std::size_t population) {
    return std::any_of(net.projections.begin(), net.projections.end(), [&](const projection& p) {
        return p.target == population && multiplies(p);
    });
}

/// Bits of the codes of a population; 8 where it has none (read-outs).
int bits_of(const population& p) {
    return p.range.hi == p.range.lo ? 8 : std::max(1, code_bits(p.range.lo, p.range.hi));
}

int input_bits(const network& net, std::size_t population) {
    int bits = 0;
    for (const projection& p : net.projections) {
        if (p.target == population) { bits = std::max(bits, bits_of(net.populations[p.source])); }
    }
    return bits;
}

dense_kind unweighted_kind(const network& net, std::size_t population) {
    if (net.populations[population].kind == population_kind::input) { return dense_kind::input; }
    for (const projection& p : net.projections) {
        if (p.target != population) { continue; }
        if (p.kind == connectivity::window) { return dense_kind::max_pool; }
        if (p.kind == connectivity::sum_pool || p.kind == connectivity::sparse) {
            return dense_kind::sum_pool;
        }
    }
    return dense_kind::add;
}

dense_layer_counts unweighted_layer(const network& net, std::size_t population) {
    const struct population& p = net.populations[population];
    dense_layer_counts layer{.name = p.name, .kind = unweighted_kind(net, population)};
    layer.output_neurons = p.shape.neurons();
    layer.positions = p.shape.positions();
    layer.out_channels = static_cast<std::uint64_t>(p.shape.channels);
    layer.readout = p.kind == population_kind::readout;
    return layer;
}

/// A relay rearranges codes so that the next projection can read them: each neuron has one synapse
/// at most and adds nothing. The dense network has no such layer.
bool is_relay(const network& net, std::size_t population) {
    const struct population& p = net.populations[population];
    if (p.kind != population_kind::spiking) { return false; }
    std::vector<int> synapses(p.shape.neurons(), 0);
    for (const projection& in : net.projections) {
        if (in.target != population) { continue; }
        const auto one = [](std::int8_t w) { return w == 1; };
        const bool copies = std::all_of(in.weights.begin(), in.weights.end(), one);
        if (in.kind != connectivity::index || in.shift != 0 || !copies) { return false; }
        for (std::size_t n = 0; n < in.index.size() && n < synapses.size(); ++n) {
            synapses[n] += in.index[n] >= 0 ? 1 : 0;
        }
    }
    const auto zero = [](std::int64_t b) { return b == 0; };
    return std::all_of(p.bias.begin(), p.bias.end(), zero)
           && std::all_of(synapses.begin(), synapses.end(), [](int n) { return n <= 1; });
}

void check(const dense_counts& counts) {
    if (counts.samples == 0) {
        throw bad_input({.where = "dense counts",
                         .what = "the counts hold no sample",
                         .found = "0 samples",
                         .expected = "at least 1",
                         .hint = ""});
    }
    for (const dense_layer_counts& layer : counts.layers) {
        const std::uint64_t largest =
            std::max({layer.macs_nonzero_float, layer.macs_nonzero_code,
                      layer.macs_active_float.value_or(0), layer.macs_active_code.value_or(0)});
        const bool divisible = layer.groups > 0 && layer.out_channels % layer.groups == 0;
        if (largest <= layer.macs && divisible
            && (layer.macs == 0 || (layer.out_channels > 0 && layer.positions > 0))) {
            continue;
        }
        throw bad_input(
            {.where = "dense counts, layer " + layer.name,
             .what = "the counts contradict each other",
             .found = fmt::format("{} macs, up to {} of them non-zero, {} channels in "
                                  "{} groups, {} positions",
                                  layer.macs, largest, layer.out_channels, layer.groups,
                                  layer.positions),
             .expected = "non-zero <= all; channels a multiple of groups; positions > 0",
             .hint = ""});
    }
}

std::uint64_t naive_macs(const dense_layer_counts& layer, dense_variant variant) {
    switch (variant) {
    case dense_variant::d0_dense:
        return layer.macs;
    case dense_variant::d4_twin:
        return layer.macs_nonzero_code;
    default:
        return layer.macs_nonzero_float;
    }
}

}  // namespace

std::string_view to_string(dense_kind kind) {
    switch (kind) {
    case dense_kind::convolution:
        return "convolution";
    case dense_kind::depthwise:
        return "depthwise";
    case dense_kind::fully_connected:
        return "fully_connected";
    case dense_kind::max_pool:
        return "max_pool";
    case dense_kind::sum_pool:
        return "sum_pool";
    case dense_kind::add:
        return "add";
    case dense_kind::input:
        return "input";
    }
    throw internal_error("dense kind out of range");
}

std::string_view to_string(dense_variant variant) {
    constexpr std::array<std::string_view, 5> names{"D0", "D1", "D2", "D3", "D4"};
    return names.at(static_cast<std::size_t>(variant));
}

std::string_view description(dense_variant variant) {
    constexpr std::array<std::string_view, 5> texts{
        "every product", "multiplier gated at zero activations", "zero activations skipped",
        "zero activations skipped, weight rows shared",
        "activations with the levels of the spiking network, zeros skipped"};
    return texts.at(static_cast<std::size_t>(variant));
}

int twin_bits(std::uint64_t levels) {
    int bits = 0;
    while ((levels >> bits) > 0) { ++bits; }
    return bits;
}

std::vector<std::string> without_counterpart(const network& net, const dense_counts& counts) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < net.populations.size(); ++i) {
        const std::string& name = net.populations[i].name;
        if (has_weights(net, i) && layer_named(counts, name) == nullptr) { names.push_back(name); }
    }
    return names;
}

dense_counts complete(const network& net, const dense_counts& counts) {
    dense_counts all = counts;
    for (std::size_t i = 0; i < net.populations.size(); ++i) {
        if (layer_named(all, net.populations[i].name) == nullptr && !has_weights(net, i)
            && !is_relay(net, i)) {
            all.layers.push_back(unweighted_layer(net, i));
        }
    }
    for (dense_layer_counts& layer : all.layers) {
        for (std::size_t i = 0; i < net.populations.size(); ++i) {
            if (net.populations[i].name != layer.name) { continue; }
            if (layer.activation_bits == 0) { layer.activation_bits = input_bits(net, i); }
            if (layer.output_bits == 0) { layer.output_bits = bits_of(net.populations[i]); }
        }
    }
    return all;
}

estimate dense_estimate(const network& net, const dense_counts& counts, dense_variant variant,
                        const cost_table& table, const engine_options& engine) {
    check(counts);
    const dense_counts all = complete(net, counts);
    const memory_plan memories = plan_memories(net, engine);
    const engine_context context{net, engine, memories, table};
    estimate result{.tier = "T1", .technology = table.name};
    for (const dense_layer_counts& layer : all.layers) {
        result.layers.push_back(dense_layer(context, layer, all.samples, variant));
    }
    result.missing = unknown_prices(result.layers, table.name);
    for (missing_term& term : outside_boundary()) { result.missing.push_back(std::move(term)); }
    return result;
}

estimate naive_dense_estimate(const dense_counts& counts, dense_variant variant,
                              const cost_table& table) {
    check(counts);
    const network no_network;
    const engine_options engine;
    const memory_plan no_memories;
    const engine_context context{no_network, engine, no_memories, table};
    estimate result{.tier = "T0", .technology = table.name};
    for (const dense_layer_counts& layer : counts.layers) {
        bill terms(context, layer.name, std::string(to_string(layer.kind)));
        terms.counted("multiply-accumulates",
                      static_cast<double>(naive_macs(layer, variant))
                          / static_cast<double>(counts.samples),
                      "mac");
        result.layers.push_back(terms.take());
    }
    result.missing = unknown_prices(result.layers, table.name);
    return result;
}

}  // namespace synfire::energy
