// SPDX-License-Identifier: Apache-2.0
// The loops over the synapses of each kind of projection, as templates so that proofs over millions
// of synapses need no indirect call. Precondition of all: the projection has passed validate().
#pragma once

#include <cstddef>
#include <cstdint>

#include <synfire/core/network.hpp>

namespace synfire::detail {

inline std::size_t to_size(std::int64_t n) { return static_cast<std::size_t>(n); }

/// Neurons of a channel range, counted inside the range: (y * width + x) * channels in range + c.
class range_view {
  public:
    range_view(const shape& s, const channel_range& r) : shape_(s), range_(r) {}
    std::size_t neurons() const { return shape_.positions() * channels(); }
    std::size_t channels() const { return to_size(range_.count()); }
    std::size_t channel_of(std::size_t local) const { return local % channels(); }
    /// Number in the whole population.
    std::size_t neuron(std::size_t local) const {
        return local / channels() * to_size(shape_.channels) + to_size(range_.first)
               + local % channels();
    }
    std::size_t neuron(std::int32_t c, std::int32_t y, std::int32_t x) const {
        return shape_.neuron(range_.first + c, y, x);
    }

  private:
    synfire::shape shape_;
    channel_range range_;
};

/// Calls visit(near_y, near_x, far_y, far_x, ky, kx) for each position of `near` and tap whose
/// partner far = near * stride - pad + k * dilation lies inside `far`.
template <class Visit>
void for_each_tap(const kernel_geometry& g, const shape& near, const shape& far,
                  const Visit& visit) {
    for (std::int32_t y = 0; y < near.height; ++y) {
        for (std::int32_t x = 0; x < near.width; ++x) {
            for (std::int32_t ky = 0; ky < g.kernel[0]; ++ky) {
                const std::int32_t far_y = y * g.stride[0] - g.pads[0] + ky * g.dilation[0];
                if (far_y < 0 || far_y >= far.height) { continue; }
                for (std::int32_t kx = 0; kx < g.kernel[1]; ++kx) {
                    const std::int32_t far_x = x * g.stride[1] - g.pads[1] + kx * g.dilation[1];
                    if (far_x < 0 || far_x >= far.width) { continue; }
                    visit(y, x, far_y, far_x, ky, kx);
                }
            }
        }
    }
}

struct projection_view {
    const projection& p;
    const shape& source_shape;
    const shape& target_shape;
    range_view source;
    range_view target;

    projection_view(const network& net, const projection& projection)
        : p(projection),
          source_shape(net.populations[p.source].shape),
          target_shape(net.populations[p.target].shape),
          source(source_shape, p.source_channels),
          target(target_shape, p.target_channels) {}
};

template <class Visit>
void walk_dense(const projection_view& v, const Visit& visit) {
    const std::size_t columns = v.p.spatial_sum ? v.source.channels() : v.source.neurons();
    for (std::size_t j = 0; j < v.target.neurons(); ++j) {
        for (std::size_t i = 0; i < v.source.neurons(); ++i) {
            const std::size_t column = v.p.spatial_sum ? v.source.channel_of(i) : i;
            visit(v.source.neuron(i), v.target.neuron(j), v.p.weights[j * columns + column]);
        }
    }
}

template <class Visit>
void walk_conv(const projection_view& v, const Visit& visit) {
    const projection& p = v.p;
    const std::int32_t in = p.source_channels.count() / p.groups;
    const std::int32_t out = p.target_channels.count() / p.groups;
    const std::size_t kernel = to_size(p.geometry.kernel[0]) * to_size(p.geometry.kernel[1]);
    for_each_tap(p.geometry, v.target_shape, v.source_shape,
                 [&](auto oy, auto ox, auto iy, auto ix, auto ky, auto kx) {
                     const std::size_t tap =
                         to_size(ky) * to_size(p.geometry.kernel[1]) + to_size(kx);
                     for (std::int32_t oc = 0; oc < p.target_channels.count(); ++oc) {
                         const std::size_t j = v.target.neuron(oc, oy, ox);
                         for (std::int32_t m = 0; m < in; ++m) {
                             const std::size_t row = to_size(oc) * to_size(in) + to_size(m);
                             visit(v.source.neuron(oc / out * in + m, iy, ix), j,
                                   p.weights[row * kernel + tap]);
                         }
                     }
                 });
}

template <class Visit>
void walk_conv_transpose(const projection_view& v, const Visit& visit) {
    const projection& p = v.p;
    const std::int32_t in = p.source_channels.count() / p.groups;
    const std::int32_t out = p.target_channels.count() / p.groups;
    const std::size_t kernel = to_size(p.geometry.kernel[0]) * to_size(p.geometry.kernel[1]);
    for_each_tap(p.geometry, v.source_shape, v.target_shape,
                 [&](auto iy, auto ix, auto oy, auto ox, auto ky, auto kx) {
                     const std::size_t tap =
                         to_size(ky) * to_size(p.geometry.kernel[1]) + to_size(kx);
                     for (std::int32_t ic = 0; ic < p.source_channels.count(); ++ic) {
                         const std::size_t i = v.source.neuron(ic, iy, ix);
                         for (std::int32_t m = 0; m < out; ++m) {
                             const std::size_t row = to_size(ic) * to_size(out) + to_size(m);
                             visit(i, v.target.neuron(ic / in * out + m, oy, ox),
                                   p.weights[row * kernel + tap]);
                         }
                     }
                 });
}

/// sum_pool and window: one source channel for each target channel.
template <class Visit>
void walk_pool(const projection_view& v, const Visit& visit) {
    for_each_tap(v.p.geometry, v.target_shape, v.source_shape,
                 [&](auto oy, auto ox, auto iy, auto ix, auto, auto) {
                     for (std::int32_t c = 0; c < v.p.target_channels.count(); ++c) {
                         const std::int32_t weight =
                             v.p.kind == connectivity::window ? 0 : v.p.weights[to_size(c)];
                         visit(v.source.neuron(c, iy, ix), v.target.neuron(c, oy, ox), weight);
                     }
                 });
}

template <class Visit>
void walk_index(const projection_view& v, const Visit& visit) {
    for (std::size_t j = 0; j < v.target.neurons(); ++j) {
        const std::int64_t i =
            v.p.kind == connectivity::index ? v.p.index[j] : static_cast<std::int64_t>(j);
        if (i < 0) { continue; }
        visit(v.source.neuron(to_size(i)), v.target.neuron(j), v.p.weights[v.target.channel_of(j)]);
    }
}

template <class Visit>
void walk_sparse(const projection_view& v, const Visit& visit) {
    for (std::size_t j = 0; j < v.target.neurons(); ++j) {
        for (std::size_t m = to_size(v.p.row_ptr[j]); m < to_size(v.p.row_ptr[j + 1]); ++m) {
            visit(v.source.neuron(to_size(v.p.column[m])), v.target.neuron(j), v.p.weights[m]);
        }
    }
}

/// visit(source neuron, target neuron, weight) for every in-bounds synapse.
template <class Visit>
void walk_synapses(const network& net, const projection& p, const Visit& visit) {
    const projection_view view(net, p);
    switch (p.kind) {
    case connectivity::dense:
        return walk_dense(view, visit);
    case connectivity::conv2d:
        return walk_conv(view, visit);
    case connectivity::conv_transpose2d:
        return walk_conv_transpose(view, visit);
    case connectivity::sum_pool:
    case connectivity::window:
        return walk_pool(view, visit);
    case connectivity::one_to_one:
    case connectivity::index:
        return walk_index(view, visit);
    case connectivity::sparse:
        return walk_sparse(view, visit);
    }
}

}  // namespace synfire::detail
