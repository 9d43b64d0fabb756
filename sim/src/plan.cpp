// SPDX-License-Identifier: Apache-2.0
// Building the event plan: which layout serves which projection, fan tables, fire tiles.
#include "plan.hpp"

#include <algorithm>
#include <utility>

namespace synfire::sim {
namespace {

std::unique_ptr<delivery> plan_delivery(const network& net, const projection& p) {
    if (is_elementwise(p)) {
        // In one step of a streaming network few channels of a position fire, so each is followed
        // on its own.
        return net.execution == execution::streaming ? plan_list(net, p) : plan_elementwise(net, p);
    }
    // A step of a streaming network has few spikes: they are scattered.
    if (net.execution == execution::synchronous && can_gather(net, p)) {
        return plan_gather(net, p);
    }
    switch (p.kind) {
    case connectivity::dense:
        return p.spatial_sum ? plan_spatial_sum(net, p) : plan_dense(net, p);
    case connectivity::conv2d:
    case connectivity::conv_transpose2d:
        return plan_kernel(net, p);
    default:
        return plan_list(net, p);
    }
}

}  // namespace

projection_plan plan_projection(const network& net, std::size_t number) {
    const projection& p = net.projections[number];
    projection_plan plan;
    plan.number = number;
    plan.target = p.target;
    if (p.kind == connectivity::window) {
        plan.pool = std::make_unique<pool_gather>(net, p);
    } else {
        plan.how = plan_delivery(net, p);
        plan.fans = count_fans(net, p);
    }
    return plan;
}

namespace {

constexpr std::size_t smallest_tile = 256;

/// Whole positions of a population, enough for a long loop.
std::size_t tile_of(const population& p) {
    const auto channels = static_cast<std::size_t>(p.shape.channels);
    return std::min(p.shape.neurons(), channels * ((smallest_tile + channels - 1) / channels));
}

/// Single precision takes twice as many neurons at once. With y = x + (theta >> 1) + 0.5 it is
/// exact too where it matters: below 2^21, y has 22 bits, and the product with 1 / theta is off by
/// less than y / theta * 2^-22.9, so by less than the distance 0.5 / theta from every integer;
/// above, the code is the largest one either way.
bool short_is_exact(const population& p) {
    constexpr std::int64_t limit = 1 << 21;
    if (p.table || !fits_byte(p.range)) { return false; }
    return std::all_of(p.theta.begin(), p.theta.end(), [&](std::int32_t theta) {
        return std::int64_t{theta} * (p.range.hi + 1) <= limit;
    });
}

/// The neuron fires trunc((|x| + (theta >> 1) + 0.5) / theta). The half keeps the quotient at least
/// 0.5 / theta away from every integer, that is 2^-33 of its size, while a product of doubles is
/// off by 2^-52 of it: truncation of the product with 1 / theta is exact for all potentials of 32
/// bits.
fire_tile plan_tile(const population& p) {
    fire_tile tile;
    tile.size = tile_of(p);
    for (std::size_t n = 0; n < tile.size; ++n) {
        const std::int32_t theta[2] = {p.theta_of(n), p.theta_neg_of(n)};
        for (std::size_t side = 0; side < 2; ++side) {
            tile.start[side].push_back((theta[side] >> 1) + 0.5);
            tile.inverse[side].push_back(1.0 / theta[side]);
        }
    }
    if (short_is_exact(p)) {
        tile.short_start.assign(tile.start[0].begin(), tile.start[0].end());
        for (std::size_t n = 0; n < tile.size; ++n) {
            tile.short_inverse.push_back(1.0F / static_cast<float>(p.theta_of(n)));
        }
    }
    const code_range range = p.table ? code_range{p.table->k_lo, p.table->k_hi} : p.range;
    tile.top[0] = range.hi + 0.5;
    tile.top[1] = -range.lo + 0.5;
    return tile;
}

population_plan plan_population(const network& net, std::size_t number) {
    const population& p = net.populations[number];
    population_plan plan;
    if (p.has_potential()) {
        const bool tiled = net.execution == execution::synchronous && !p.bias_per_neuron;
        const std::size_t count = tiled ? tile_of(p) : p.shape.neurons();
        for (std::size_t n = 0; n < count; ++n) {
            plan.bias.push_back(static_cast<std::uint32_t>(p.bias_of(n)));
        }
    }
    if (p.kind == population_kind::spiking) { plan.tile = plan_tile(p); }
    if (p.window.steps > 0) { plan.codes = code_tables(p); }
    for (std::size_t j = 0; j < net.projections.size(); ++j) {
        const projection& projection = net.projections[j];
        const bool window = projection.kind == connectivity::window;
        if (window && projection.target == number) { plan.incoming_pools.push_back(j); }
        if (!window && projection.target == number) { plan.incoming.push_back(j); }
        if (!window && projection.source == number) { plan.outgoing.push_back(j); }
    }
    return plan;
}

}  // namespace

event_plan::event_plan(std::shared_ptr<const network> network_to_run, const kernel_table& table)
    : net(std::move(network_to_run)),
      kernels(table),
      order(topological_order(*net)) {
    for (std::size_t i = 0; i < net->populations.size(); ++i) {
        populations.push_back(plan_population(*net, i));
    }
    for (std::size_t i = 0; i < net->projections.size(); ++i) {
        projections.push_back(plan_projection(*net, i));
    }
    for (std::size_t i = 0; i < populations.size(); ++i) {
        std::vector<std::vector<source_fan>> fans;
        for (const std::size_t j : populations[i].outgoing) {
            fans.push_back(std::move(projections[j].fans));
        }
        const std::int32_t channels = net->populations[i].shape.channels;
        populations[i].fans = {fans, static_cast<std::size_t>(channels)};
    }
}

}  // namespace synfire::sim
