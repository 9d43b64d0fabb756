// SPDX-License-Identifier: Apache-2.0
#include "dense_counts.hpp"

#include <algorithm>

#include "graph/kernels.hpp"
#include "graph/neuron_executor.hpp"
#include "quantise/calibration.hpp"

namespace synfire::converters {

namespace {

/// A layer of the trained network and, for each element of its source, how many multiplications
/// read it.
struct counted_term {
    node_id source = 0;
    dense_layer layer;
    std::vector<std::uint64_t> fan_out;          ///< in-bounds taps
    std::vector<std::uint64_t> fan_out_nonzero;  ///< the same without zero weights
};

/// Adds one to every element that the tap reads, and `live` to those of non-zero weights.
struct tap_counter {
    counted_term& counted;
    const shape& from;
    const shape& to;
    const kernel_geometry& geometry;

    void count(std::size_t plane, const tap& at, std::uint64_t live) const {
        for_each_tap_row(from, to, geometry, at,
                         [&](std::size_t, std::size_t in, std::int32_t many) {
                             for (std::int32_t k = 0; k < many; ++k) {
                                 const std::size_t e =
                                     plane + in + static_cast<std::size_t>(k * geometry.stride[1]);
                                 ++counted.fan_out[e];
                                 counted.fan_out_nonzero[e] += live;
                             }
                         });
    }
};

// Convolving ones backwards: every tap that element i reaches adds one to i.
void count_convolution(const conv_term& conv, const shape& from, const shape& to,
                       counted_term& counted) {
    const std::int32_t in_per_group = from.channels / conv.groups;
    const std::int32_t out_per_group = to.channels / conv.groups;
    const tap_counter counter{counted, from, to, conv.geometry};
    std::size_t next = 0;
    for (std::int32_t oc = 0; oc < to.channels; ++oc) {
        for (std::int32_t i = 0; i < in_per_group; ++i) {
            const std::int32_t ic = oc / out_per_group * in_per_group + i;
            const std::size_t plane = static_cast<std::size_t>(ic) * from.positions();
            for_each_tap(conv.geometry, [&](const tap& at) {
                counter.count(plane, at, conv.weights[next++] != 0.0F ? 1 : 0);
            });
        }
    }
}

// A transposed convolution is one from target to source: every in-bounds tap of an input element.
void count_transposed(const conv_transpose_term& turned, const shape& from, const shape& to,
                      counted_term& counted) {
    const std::int32_t out_per_group = to.channels / turned.groups;
    std::size_t next = 0;
    for (std::int32_t ic = 0; ic < from.channels; ++ic) {
        const std::size_t plane = static_cast<std::size_t>(ic) * from.positions();
        for (std::int32_t o = 0; o < out_per_group; ++o) {
            for_each_tap(turned.geometry, [&](const tap& at) {
                const std::uint64_t live = turned.weights[next++] != 0.0F ? 1 : 0;
                for_each_tap_row(to, from, turned.geometry, at,
                                 [&](std::size_t in, std::size_t, std::int32_t many) {
                                     for (std::int32_t k = 0; k < many; ++k) {
                                         const std::size_t e =
                                             plane + in + static_cast<std::size_t>(k);
                                         ++counted.fan_out[e];
                                         counted.fan_out_nonzero[e] += live;
                                     }
                                 });
            });
        }
    }
}

void describe_transposed(const conv_transpose_term& turned, const shape& to, dense_layer& layer) {
    layer.kind = "conv";
    layer.weights = turned.weights.size();
    layer.groups = static_cast<std::uint64_t>(turned.groups);
    layer.fan_in = turned.weights.size() / static_cast<std::size_t>(to.channels);
    layer.field_rows = static_cast<std::uint64_t>(turned.geometry.kernel[0]);
}

/// Behind a global average a channel counts once, whatever the number of its positions.
void count_linear(const linear_term& linear, const shape& to, counted_term& counted) {
    const std::size_t inputs = linear.weights.size() / to.neurons();
    for (std::size_t i = 0; i < linear.weights.size(); ++i) {
        ++counted.fan_out[i % inputs];
        counted.fan_out_nonzero[i % inputs] += linear.weights[i] != 0.0F ? 1 : 0;
    }
}

counted_term start(const neuron_graph& graph, node_id id, const term& t, std::size_t elements) {
    const shape to = population_shape(graph.nodes[id].item);
    counted_term counted{
        t.source, {}, std::vector<std::uint64_t>(elements), std::vector<std::uint64_t>(elements)};
    counted.layer.population = graph.nodes[id].name;
    counted.layer.input_neurons = elements;
    counted.layer.output_neurons = to.neurons();
    counted.layer.positions = to.positions();
    counted.layer.out_channels = static_cast<std::uint64_t>(to.channels);
    return counted;
}

void describe_convolution(const conv_term& conv, const shape& from, const shape& to,
                          dense_layer& layer) {
    const bool depthwise = conv.groups > 1 && conv.groups == from.channels;
    layer.kind = depthwise ? "depthwise" : "conv";
    layer.weights = conv.weights.size();
    layer.groups = static_cast<std::uint64_t>(conv.groups);
    layer.fan_in = conv.weights.size() / static_cast<std::size_t>(to.channels);
    layer.field_rows = static_cast<std::uint64_t>(conv.geometry.kernel[0]);
}

std::vector<counted_term> counted_terms(const neuron_graph& graph) {
    std::vector<counted_term> all;
    for (node_id id = 0; id < graph.nodes.size(); ++id) {
        const sum_node* sum = graph.nodes[id].as_sum();
        if (sum == nullptr) { continue; }
        const shape to = population_shape(graph.nodes[id].item);
        for (const term& t : sum->terms) {
            const shape from = population_shape(graph.nodes[t.source].item);
            if (const auto* conv = std::get_if<conv_term>(&t.kind)) {
                counted_term counted = start(graph, id, t, from.neurons());
                describe_convolution(*conv, from, to, counted.layer);
                count_convolution(*conv, from, to, counted);
                all.push_back(std::move(counted));
            } else if (const auto* turned = std::get_if<conv_transpose_term>(&t.kind)) {
                counted_term counted = start(graph, id, t, from.neurons());
                describe_transposed(*turned, to, counted.layer);
                count_transposed(*turned, from, to, counted);
                all.push_back(std::move(counted));
            } else if (const auto* linear = std::get_if<linear_term>(&t.kind)) {
                counted_term counted = start(graph, id, t, linear->weights.size() / to.neurons());
                counted.layer.kind = "dense";
                counted.layer.weights = linear->weights.size();
                counted.layer.fan_in = counted.fan_out.size();
                counted.layer.spatial_sum = linear->spatial_sum;
                count_linear(*linear, to, counted);
                all.push_back(std::move(counted));
            }
        }
    }
    return all;
}

void add_sample(const counted_term& counted, std::span<const float> values, dense_layer& layer) {
    const std::size_t block =
        values.size() / counted.fan_out.size();  // > 1 behind a global average
    for (std::size_t i = 0; i < counted.fan_out.size(); ++i) {
        const auto part = values.subspan(i * block, block);
        layer.macs += counted.fan_out[i];
        if (std::all_of(part.begin(), part.end(), [](float v) { return v == 0.0F; })) { continue; }
        layer.macs_active += counted.fan_out[i];
        layer.macs_nonzero += counted.fan_out_nonzero[i];
        ++layer.active_inputs;
    }
}

/// What a zero-skipping engine would look at: values, but raw ones for the input. Its mean folds
/// into biases for the dense engine as it does for the spiking one, so black pixels may be skipped.
std::vector<float> activity_of(const neuron_graph& graph, node_id source,
                               const neuron_executor& executor,
                               const std::vector<std::vector<double>>& raw) {
    const auto values = executor.value(source);
    std::vector<float> active(values.begin(), values.end());
    const std::vector<element_source> elements = resolve_elements(graph, source);
    for (std::size_t e = 0; e < elements.size(); ++e) {
        const bool input =
            elements[e].element >= 0
            && std::holds_alternative<input_node>(graph.nodes[elements[e].node].kind);
        if (input) {
            const std::vector<double>& own = raw[elements[e].node];
            active[e] = static_cast<float>(own[static_cast<std::size_t>(elements[e].element)]);
        }
    }
    return active;
}

}  // namespace

std::vector<dense_layer> count_dense(const neuron_graph& graph, const dataset& data,
                                     std::size_t samples) {
    const std::vector<counted_term> terms = counted_terms(graph);
    std::vector<dense_layer> empty;
    empty.reserve(terms.size());
    for (const counted_term& t : terms) { empty.push_back(t.layer); }
    std::vector<std::vector<dense_layer>> per_thread(worker_count(), empty);
    std::vector<neuron_executor> executors(worker_count(), neuron_executor(graph));
    for_each_sample(samples, [&](std::size_t sample, std::size_t thread) {
        executors[thread].run(real_input(graph, data, sample));
        std::vector<std::vector<double>> raw;
        for (node_id id = 0; id < input_count(graph); ++id) {
            raw.push_back(raw_input(graph.nodes[id], data.input(id), sample));
        }
        for (std::size_t i = 0; i < terms.size(); ++i) {
            add_sample(terms[i], activity_of(graph, terms[i].source, executors[thread], raw),
                       per_thread[thread][i]);
        }
    });
    std::vector<dense_layer> total = empty;
    for (const std::vector<dense_layer>& part : per_thread) {
        for (std::size_t i = 0; i < total.size(); ++i) {
            total[i].macs += part[i].macs;
            total[i].macs_active += part[i].macs_active;
            total[i].macs_nonzero += part[i].macs_nonzero;
            total[i].active_inputs += part[i].active_inputs;
        }
    }
    return total;
}

}  // namespace synfire::converters
