// SPDX-License-Identifier: Apache-2.0
#include "projections.hpp"

#include <algorithm>
#include <map>

#include <synfire/core/error.hpp>

#include "../graph/view_parts.hpp"

namespace synfire::converters {

namespace {

/// Channel-last number of element e (ONNX order) of a node.
std::int32_t neuron_of(const shape& s, std::int32_t e) {
    const auto positions = static_cast<std::int32_t>(s.positions());
    return e % positions * s.channels + e / positions;
}

class term_emitter {
  public:
    term_emitter(const emission_context& context, node_id id, std::size_t index)
        : context_(context),
          graph_(*context.quantised.graph),
          id_(id),
          term_(graph_.nodes[id].as_sum()->terms[index]),
          integers_(context.quantised.nodes[id].terms[index]),
          to_(population_shape(graph_.nodes[id].item)) {}

    std::vector<projection> run() {
        std::visit([&](const auto& kind) { emit(kind); }, term_.kind);
        return std::move(result_);
    }

  private:
    shape shape_of(node_id id) const { return population_shape(graph_.nodes[id].item); }

    projection& add(node_id source, connectivity kind) {
        projection p;
        p.source = context_.population_of_node[source];
        p.target = context_.population_of_node[id_];
        p.source_channels = {0, shape_of(source).channels};
        p.target_channels = {0, to_.channels};
        p.kind = kind;
        p.weight_bits = context_.quantised.nodes[id_].weight_bits;
        p.shift = integers_.shift;
        result_.push_back(std::move(p));
        return result_.back();
    }

    void emit(const conv_term& conv) {
        const spatial_use use = conv.groups == 1 ? spatial_use::convolution : spatial_use::whole;
        const auto parts = view_parts(graph_, term_.source, use);
        if (!parts) {
            throw internal_error("a convolution reads a view that lowering should have relayed");
        }
        for (const view_part& part : *parts) {
            projection& p = add(part.source, connectivity::conv2d);
            p.source_channels = part.source_channels;
            p.groups = conv.groups;
            p.geometry = conv.geometry;
            for (std::size_t side = 0; side < 4; ++side) {
                p.geometry.pads[side] += part.frame[side];
            }
            p.weights = conv.groups == 1 ? weights_of_channels(conv, part.view_channels)
                                         : integers_.weights;
        }
    }

    void emit(const conv_transpose_term& turned) {
        const auto parts = view_parts(graph_, term_.source, spatial_use::whole);
        if (!parts) {
            throw internal_error("a transposed convolution reads a view that lowering should have "
                                 "relayed");
        }
        projection& p = add(parts->front().source, connectivity::conv_transpose2d);
        p.groups = turned.groups;
        p.geometry = turned.geometry;
        p.weights = integers_.weights;
    }

    std::vector<std::int8_t> weights_of_channels(const conv_term& conv,
                                                 const channel_range& range) const {
        const auto taps = static_cast<std::size_t>(conv.geometry.kernel[0])
                          * static_cast<std::size_t>(conv.geometry.kernel[1]);
        const auto outputs = static_cast<std::size_t>(to_.channels);
        const std::size_t inputs = integers_.weights.size() / (taps * outputs);
        std::vector<std::int8_t> weights;
        for (std::size_t o = 0; o < outputs; ++o) {
            const std::size_t row = o * inputs * taps;
            const auto first =
                integers_.weights.begin()
                + static_cast<std::ptrdiff_t>(row + static_cast<std::size_t>(range.first) * taps);
            weights.insert(
                weights.end(), first,
                first
                    + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(range.count()) * taps));
        }
        return weights;
    }

    void emit(const linear_term& linear) {
        if (linear.spatial_sum) {
            projection& p = add(term_.source, connectivity::dense);
            p.spatial_sum = true;
            p.weights = integers_.weights;
            return;
        }
        const std::vector<element_source> elements = resolve_elements(graph_, term_.source);
        std::map<node_id, std::vector<std::size_t>> used;  // elements of the view, by population
        for (std::size_t e = 0; e < elements.size(); ++e) {
            if (elements[e].element >= 0) { used[elements[e].node].push_back(e); }
        }
        for (const auto& [source, places] : used) { emit_linear_part(source, elements, places); }
    }

    void emit_linear_part(node_id source, const std::vector<element_source>& elements,
                          const std::vector<std::size_t>& places) {
        const shape from = shape_of(source);
        std::vector<std::size_t> place_of_neuron(from.neurons(), elements.size());
        for (const std::size_t e : places) {
            place_of_neuron[static_cast<std::size_t>(neuron_of(from, elements[e].element))] = e;
        }
        const auto range = used_channels(from, place_of_neuron, elements.size());
        range ? emit_dense(source, *range, place_of_neuron, elements.size())
              : emit_csr(source, place_of_neuron, elements.size());
    }

    /// The channels that are used, where each of them is used whole and they stand together.
    static std::optional<channel_range>
    used_channels(const shape& from, const std::vector<std::size_t>& place, std::size_t unused) {
        const auto channels = static_cast<std::size_t>(from.channels);
        std::vector<std::size_t> count(channels, 0);
        for (std::size_t n = 0; n < place.size(); ++n) {
            count[n % channels] += place[n] != unused ? 1 : 0;
        }
        channel_range range{-1, 0};
        for (std::size_t c = 0; c < channels; ++c) {
            if (count[c] == 0) { continue; }
            const auto number = static_cast<std::int32_t>(c);
            if (count[c] != from.positions() || (range.first >= 0 && range.last != number)) {
                return std::nullopt;
            }
            if (range.first < 0) { range.first = number; }
            range.last = number + 1;
        }
        return range;
    }

    void emit_dense(node_id source, const channel_range& range,
                    const std::vector<std::size_t>& place, std::size_t row_size) {
        projection& p = add(source, connectivity::dense);
        p.source_channels = range;
        const auto channels = static_cast<std::size_t>(shape_of(source).channels);
        for (std::size_t target = 0; target < to_.neurons(); ++target) {
            for (std::size_t n = 0; n < place.size(); ++n) {
                const auto c = static_cast<std::int32_t>(n % channels);
                if (c < range.first || c >= range.last) { continue; }
                p.weights.push_back(integers_.weights[target * row_size + place[n]]);
            }
        }
    }

    void emit_csr(node_id source, const std::vector<std::size_t>& place, std::size_t row_size) {
        projection& p = add(source, connectivity::sparse);
        p.row_ptr.push_back(0);
        for (std::size_t target = 0; target < to_.neurons(); ++target) {
            for (std::size_t n = 0; n < place.size(); ++n) {
                if (place[n] == row_size) { continue; }
                p.column.push_back(static_cast<std::int32_t>(n));
                p.weights.push_back(integers_.weights[target * row_size + place[n]]);
            }
            p.row_ptr.push_back(static_cast<std::int64_t>(p.column.size()));
        }
    }

    void emit(const sparse_term& sparse) {
        projection& p = add(term_.source, connectivity::sparse);
        const shape from = shape_of(term_.source);
        p.row_ptr.push_back(0);
        for (std::size_t n = 0; n < to_.neurons(); ++n) {
            const auto channels = static_cast<std::size_t>(to_.channels);
            const std::size_t row = n % channels * to_.positions() + n / channels;
            std::vector<std::pair<std::int32_t, std::int8_t>> synapses;
            for (auto k = static_cast<std::size_t>(sparse.row_ptr[row]);
                 k < static_cast<std::size_t>(sparse.row_ptr[row + 1]); ++k) {
                synapses.emplace_back(neuron_of(from, sparse.column[k]), integers_.weights[k]);
            }
            std::sort(synapses.begin(), synapses.end());
            for (const auto& [column, weight] : synapses) {
                p.column.push_back(column);
                p.weights.push_back(weight);
            }
            p.row_ptr.push_back(static_cast<std::int64_t>(p.column.size()));
        }
    }

    void emit(const pool_term& pool) {
        for (const scaled_part& part : integers_.parts) {
            emit_factors(part, [&](projection& p) {
                p.kind = connectivity::sum_pool;
                p.geometry = pool.geometry;
            });
        }
    }

    void emit(const identity_term&) {
        const bool direct = !graph_.nodes[term_.source].is_view();
        const std::vector<element_source> elements =
            direct ? std::vector<element_source>{} : resolve_elements(graph_, term_.source);
        for (const scaled_part& part : integers_.parts) {
            emit_factors(part, [&](projection& p) {
                p.kind = direct ? connectivity::one_to_one : connectivity::index;
                if (!direct) { p.index = index_of(part.population, elements); }
            });
        }
    }

    std::vector<std::int32_t> index_of(node_id population,
                                       const std::vector<element_source>& elements) const {
        const shape from = shape_of(population);
        std::vector<std::int32_t> index(to_.neurons(), -1);
        for (std::size_t e = 0; e < elements.size(); ++e) {
            if (elements[e].element < 0 || elements[e].node != population) { continue; }
            const auto target =
                static_cast<std::size_t>(neuron_of(to_, static_cast<std::int32_t>(e)));
            index[target] = neuron_of(from, elements[e].element);
        }
        return index;
    }

    /// One projection for the low parts of the factors, a second one, shifted by 7, for the high
    /// parts.
    template <typename Describe>
    void emit_factors(const scaled_part& part, const Describe& describe) {
        projection& low = add(part.population, connectivity::one_to_one);
        describe(low);
        low.weight_bits = 8;
        low.shift = 0;
        low.weights = part.low;
        if (part.high.empty()) { return; }
        projection high = low;
        high.weights = part.high;
        high.shift = 7;
        result_.push_back(std::move(high));
    }

    const emission_context& context_;
    const neuron_graph& graph_;
    node_id id_;
    const term& term_;
    const quantised_term& integers_;
    shape to_;
    std::vector<projection> result_;
};

}  // namespace

std::vector<projection> term_projections(const emission_context& context, node_id id,
                                         std::size_t index) {
    return term_emitter(context, id, index).run();
}

std::vector<projection> window_projections(const emission_context& context, node_id id) {
    const neuron_graph& graph = *context.quantised.graph;
    const auto& pool = std::get<max_pool_node>(graph.nodes[id].kind);
    const auto parts = view_parts(graph, pool.source, spatial_use::max_pool);
    if (!parts) {
        throw internal_error("a max-pool reads a view that lowering should have relayed");
    }
    std::vector<projection> projections;
    for (const view_part& part : *parts) {
        projection p;
        p.source = context.population_of_node[part.source];
        p.target = context.population_of_node[id];
        p.source_channels = part.source_channels;
        p.target_channels = part.view_channels;
        p.kind = connectivity::window;
        p.geometry = pool.geometry;
        projections.push_back(std::move(p));
    }
    return projections;
}

}  // namespace synfire::converters
