// SPDX-License-Identifier: Apache-2.0
#include "view_parts.hpp"

#include <algorithm>

namespace synfire::converters {

namespace {

/// One channel of the view as a framed channel of one source; no source where it is all zero.
struct view_channel {
    bool zero = true;
    view_part part;
};

/// First element that is not constant, or the channel's size.
std::size_t first_source(const std::vector<element_source>& elements, std::size_t begin,
                         std::size_t count) {
    std::size_t i = 0;
    while (i < count && elements[begin + i].element < 0) { ++i; }
    return i;
}

std::optional<view_channel> describe(const neuron_graph& graph,
                                     const std::vector<element_source>& elements, const shape& view,
                                     std::int32_t c) {
    const std::size_t begin = static_cast<std::size_t>(c) * view.positions();
    const std::size_t at = first_source(elements, begin, view.positions());
    if (at == view.positions()) { return view_channel{}; }
    const element_source& first = elements[begin + at];
    const shape source = population_shape(graph.nodes[first.node].item);
    const auto positions = static_cast<std::int32_t>(source.positions());
    const std::int32_t channel = first.element / positions;
    const auto position = static_cast<std::int32_t>(at);
    const std::int32_t top = position / view.width - first.element % positions / source.width;
    const std::int32_t left = position % view.width - first.element % positions % source.width;
    const std::array frame{top, left, view.height - source.height - top,
                           view.width - source.width - left};
    for (const std::int32_t f : frame) {
        if (f < 0) { return std::nullopt; }
    }
    for (std::int32_t y = 0; y < view.height; ++y) {
        for (std::int32_t x = 0; x < view.width; ++x) {
            const element_source& e =
                elements[begin + static_cast<std::size_t>(y * view.width + x)];
            const std::int32_t sy = y - top;
            const std::int32_t sx = x - left;
            const bool inside = sy >= 0 && sy < source.height && sx >= 0 && sx < source.width;
            const std::int32_t expected =
                inside ? channel * positions + sy * source.width + sx : -1;
            if (e.element != expected || (inside && e.node != first.node)) { return std::nullopt; }
        }
    }
    return view_channel{false, {first.node, {channel, channel + 1}, {c, c + 1}, frame}};
}

/// True for inputs and for what moves their codes without summing anything: pools, and sums that
/// quantisation may find to be copies.
bool may_send_input_codes(const neuron_graph& graph, node_id id) {
    const graph_node& node = graph.nodes[id];
    if (std::holds_alternative<input_node>(node.kind)) { return true; }
    const sum_node* sum = node.as_sum();
    if (sum != nullptr
        && (sum->terms.size() != 1
            || !std::holds_alternative<identity_term>(sum->terms.front().kind))) {
        return false;
    }
    const std::vector<node_id> sources = sources_of(node);
    return std::any_of(sources.begin(), sources.end(),
                       [&](node_id source) { return may_send_input_codes(graph, source); });
}

bool continues(const view_part& part, const view_part& next) {
    return part.source == next.source && part.frame == next.frame
           && part.source_channels.last == next.source_channels.first
           && part.view_channels.last == next.view_channels.first;
}

bool fits(const neuron_graph& graph, const std::vector<view_part>& parts, const shape& view,
          spatial_use use) {
    if (use == spatial_use::convolution) { return !parts.empty(); }
    std::int32_t covered = 0;
    for (const view_part& p : parts) {
        if (p.frame != std::array{0, 0, 0, 0}) { return false; }
        covered += p.view_channels.count();
        // Pools over several sources compare codes, so all must use the same sign rule.
        if (is_non_negative(graph, p.source) != is_non_negative(graph, parts.front().source)) {
            return false;
        }
        // And the same coding and steps: those of the input are its own.
        if (parts.size() > 1 && may_send_input_codes(graph, p.source)) { return false; }
    }
    if (covered != view.channels) { return false; }
    return use == spatial_use::max_pool
           || (parts.size() == 1
               && parts.front().source_channels.count()
                      == population_shape(graph.nodes[parts.front().source].item).channels);
}

}  // namespace

std::optional<std::vector<view_part>> view_parts(const neuron_graph& graph, node_id node,
                                                 spatial_use use) {
    const shape view = population_shape(graph.nodes[node].item);
    if (!graph.nodes[node].is_view()) {
        return std::vector<view_part>{{node, {0, view.channels}, {0, view.channels}, {0, 0, 0, 0}}};
    }
    const std::vector<element_source> elements = resolve_elements(graph, node);
    std::vector<view_part> parts;
    for (std::int32_t c = 0; c < view.channels; ++c) {
        const auto channel = describe(graph, elements, view, c);
        if (!channel) { return std::nullopt; }
        if (channel->zero) { continue; }
        if (!parts.empty() && continues(parts.back(), channel->part)) {
            parts.back().source_channels.last += 1;
            parts.back().view_channels.last += 1;
        } else {
            parts.push_back(channel->part);
        }
    }
    if (!fits(graph, parts, view, use)) { return std::nullopt; }
    return parts;
}

}  // namespace synfire::converters
