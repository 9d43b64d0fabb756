// SPDX-License-Identifier: Apache-2.0
#include "spiking_max.hpp"

#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace synfire::converters {

namespace {

std::size_t to_size(std::int32_t value) { return static_cast<std::size_t>(value); }

population neurons(std::string name, const shape& s, reset_rule reset) {
    population p;
    p.name = std::move(name);
    p.shape = s;
    p.theta.assign(to_size(s.channels), 1);
    p.bias.assign(to_size(s.channels), 0);
    p.streaming.emplace();
    p.streaming->reset = reset;
    return p;
}

/// Per lead of the pool's channel range (taps of a channel next to each other), its source neuron.
std::vector<std::int32_t> lead_sources(const projection& window, const shape& source,
                                       const shape& pool) {
    const kernel_geometry& g = window.geometry;
    const std::int32_t channels = window.target_channels.count();
    std::vector<std::int32_t> index;
    const auto add_taps = [&](std::int32_t oy, std::int32_t ox, std::int32_t c) {
        for (std::int32_t ky = 0; ky < g.kernel[0]; ++ky) {
            for (std::int32_t kx = 0; kx < g.kernel[1]; ++kx) {
                const std::int32_t y = oy * g.stride[0] - g.pads[0] + ky * g.dilation[0];
                const std::int32_t x = ox * g.stride[1] - g.pads[1] + kx * g.dilation[1];
                const bool inside = y >= 0 && y < source.height && x >= 0 && x < source.width;
                index.push_back(inside ? (y * source.width + x) * channels + c : -1);
            }
        }
    };
    for (std::int32_t oy = 0; oy < pool.height; ++oy) {
        for (std::int32_t ox = 0; ox < pool.width; ++ox) {
            for (std::int32_t c = 0; c < channels; ++c) { add_taps(oy, ox, c); }
        }
    }
    return index;
}

class max_pools {
  public:
    explicit max_pools(network& net) : net_(net) {
        for (const population& p : net.populations) { names_.insert(p.name); }
    }

    void run() {
        const std::size_t before = net_.populations.size();
        for (std::size_t i = 0; i < before; ++i) {
            if (net_.populations[i].kind == population_kind::max_pool) { replace(i); }
        }
    }

  private:
    std::string free_name(std::string name) {
        while (!names_.insert(name).second) { name += "_"; }
        return name;
    }

    void replace(std::size_t pool) {
        const shape s = net_.populations[pool].shape;
        const std::vector<projection> windows = take_windows(pool);
        const kernel_geometry& g = windows.front().geometry;
        taps_ = g.kernel[0] * g.kernel[1];
        const std::size_t lead = net_.populations.size();
        net_.populations.push_back(neurons(free_name(net_.populations[pool].name + "/lead"),
                                           {s.channels * taps_, s.height, s.width},
                                           reset_rule::subtract));
        std::vector<double> scale = std::move(net_.populations[pool].scale);
        net_.populations[pool] = neurons(net_.populations[pool].name, s, reset_rule::zero);
        net_.populations[pool].scale = std::move(scale);
        for (const projection& window : windows) { follow(window, lead); }
        join(pool, lead);
    }

    std::vector<projection> take_windows(std::size_t pool) {
        std::vector<projection> windows;
        std::erase_if(net_.projections, [&](projection& p) {
            if (p.target != pool) { return false; }
            windows.push_back(std::move(p));
            return true;
        });
        return windows;
    }

    projection& add(std::size_t source, std::size_t target, connectivity kind, std::int8_t weight) {
        projection p;
        p.source = source;
        p.target = target;
        p.source_channels = {0, net_.populations[source].shape.channels};
        p.target_channels = {0, net_.populations[target].shape.channels};
        p.kind = kind;
        p.weights.assign(to_size(p.target_channels.count()), weight);
        net_.projections.push_back(std::move(p));
        return net_.projections.back();
    }

    void follow(const projection& window, std::size_t lead) {
        projection& p = add(window.source, lead, connectivity::index, 1);
        p.source_channels = window.source_channels;
        p.target_channels = {window.target_channels.first * taps_,
                             window.target_channels.last * taps_};
        p.index = lead_sources(window, net_.populations[window.source].shape,
                               net_.populations[lead].shape);
        p.weights.assign(to_size(p.target_channels.count()), 1);
    }

    void join(std::size_t pool, std::size_t lead) {
        projection& any = add(lead, pool, connectivity::conv2d, 1);
        any.groups = net_.populations[pool].shape.channels;
        any.weights.assign(to_size(net_.populations[lead].shape.channels), 1);
        projection& back = add(pool, lead, connectivity::conv2d, -1);
        back.groups = net_.populations[pool].shape.channels;
        back.delay = 1;
        add(lead, lead, connectivity::one_to_one, 1).delay = 1;
    }

    network& net_;
    std::set<std::string> names_;
    std::int32_t taps_ = 1;  ///< of the pool that is being replaced
};

}  // namespace

void spike_max_pools(network& net) { max_pools(net).run(); }

}  // namespace synfire::converters
