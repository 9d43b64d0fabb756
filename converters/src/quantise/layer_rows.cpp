// SPDX-License-Identifier: Apache-2.0
#include "layer_rows.hpp"

#include <algorithm>
#include <numeric>

#include "../graph/kernels.hpp"

namespace synfire::converters {

namespace {

// A prime: no common map size is a multiple of it.
constexpr std::size_t stride_of_samples = 97;

using code_map = feature_map<const std::int32_t>;

void gather_window(const code_map& in, const conv_term& conv, const tap& output, std::size_t group,
                   std::int32_t* row) {
    const kernel_geometry& g = conv.geometry;
    const std::int32_t channels = in.shape.channels / conv.groups;
    for (std::int32_t i = 0; i < channels; ++i) {
        const auto plane = in.plane(static_cast<std::int32_t>(group) * channels + i);
        for_each_tap(g, [&](const tap& at) {
            const std::int32_t y = output.y * g.stride[0] - g.pads[0] + at.y * g.dilation[0];
            const std::int32_t x = output.x * g.stride[1] - g.pads[1] + at.x * g.dilation[1];
            const bool inside = y >= 0 && y < in.shape.height && x >= 0 && x < in.shape.width;
            *row++ =
                inside
                    ? plane[static_cast<std::size_t>(y) * static_cast<std::size_t>(in.shape.width)
                            + static_cast<std::size_t>(x)]
                    : 0;
        });
    }
}

}  // namespace

bool has_rows(const term& t) {
    return std::holds_alternative<conv_term>(t.kind) || std::holds_alternative<linear_term>(t.kind);
}

std::size_t row_groups(const term& t) {
    const auto* conv = std::get_if<conv_term>(&t.kind);
    return conv != nullptr ? static_cast<std::size_t>(conv->groups) : 1;
}

std::vector<row_group> row_groups_of(const neuron_graph& graph, node_id node, std::size_t term) {
    const auto& t = graph.nodes[node].as_sum()->terms[term];
    const std::size_t count = row_groups(t);
    const auto channels =
        static_cast<std::size_t>(population_shape(graph.nodes[node].item).channels);
    const std::size_t each = channels / count;
    std::vector<row_group> groups;
    for (std::size_t g = 0; g < count; ++g) {
        groups.push_back({node, term, g, row_length(graph, node, t), g * each, each});
    }
    return groups;
}

std::size_t row_length(const neuron_graph& graph, node_id node, const term& t) {
    const auto channels =
        static_cast<std::size_t>(population_shape(graph.nodes[node].item).channels);
    const auto* conv = std::get_if<conv_term>(&t.kind);
    const auto& weights = conv != nullptr ? conv->weights : std::get<linear_term>(t.kind).weights;
    return weights.size() / channels;
}

std::vector<std::size_t> row_positions(const shape& out, std::size_t most, std::size_t sample) {
    const std::size_t all = out.positions();
    std::vector<std::size_t> positions;
    if (all <= most) {
        positions.resize(all);
        std::iota(positions.begin(), positions.end(), 0);
        return positions;
    }
    // Evenly spread, and further on for each sample: over the samples every position has its turn.
    for (std::size_t i = 0; i < most; ++i) {
        positions.push_back((i * all / most + sample * stride_of_samples) % all);
    }
    return positions;
}

std::vector<std::int32_t> gather_rows(const neuron_graph& graph, node_id node, const term& t,
                                      std::span<const std::int32_t> codes,
                                      const std::vector<std::size_t>& positions,
                                      std::size_t group) {
    const shape from = population_shape(graph.nodes[t.source].item);
    const std::size_t length = row_length(graph, node, t);
    if (const auto* conv = std::get_if<conv_term>(&t.kind)) {
        const auto width = static_cast<std::size_t>(population_shape(graph.nodes[node].item).width);
        std::vector<std::int32_t> rows(length * positions.size());
        for (std::size_t i = 0; i < positions.size(); ++i) {
            const tap output{static_cast<std::int32_t>(positions[i] / width),
                             static_cast<std::int32_t>(positions[i] % width)};
            gather_window({codes, from}, *conv, output, group, rows.data() + i * length);
        }
        return rows;
    }
    if (!std::get<linear_term>(t.kind).spatial_sum) { return {codes.begin(), codes.end()}; }
    std::vector<std::int32_t> sums;
    for (std::int32_t c = 0; c < from.channels; ++c) {
        const auto plane = code_map{codes, from}.plane(c);
        sums.push_back(std::accumulate(plane.begin(), plane.end(), 0));
    }
    return sums;
}

}  // namespace synfire::converters
