// SPDX-License-Identifier: Apache-2.0
#include "pending_sum.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace synfire::converters {

namespace {

void scale_rows(std::vector<float>& weights, const std::vector<float>& scale) {
    const std::size_t row = weights.size() / scale.size();
    for (std::size_t i = 0; i < weights.size(); ++i) { weights[i] *= scale[i / row]; }
}

/// Weights of a transposed convolution stand by input channel, then output channel of its group.
void scale_targets(conv_transpose_term& turned, const std::vector<float>& scale) {
    const auto taps = static_cast<std::size_t>(turned.geometry.kernel[0])
                      * static_cast<std::size_t>(turned.geometry.kernel[1]);
    const auto groups = static_cast<std::size_t>(turned.groups);
    const std::size_t out_per_group = scale.size() / groups;
    const std::size_t per_group = turned.weights.size() / groups;
    for (std::size_t i = 0; i < turned.weights.size(); ++i) {
        turned.weights[i] *= scale[i / per_group * out_per_group + i / taps % out_per_group];
    }
}

void scale_term(term_kind& kind, const std::vector<float>& scale, std::size_t positions) {
    if (auto* conv = std::get_if<conv_term>(&kind)) { scale_rows(conv->weights, scale); }
    if (auto* turned = std::get_if<conv_transpose_term>(&kind)) { scale_targets(*turned, scale); }
    if (auto* linear = std::get_if<linear_term>(&kind)) { scale_rows(linear->weights, scale); }
    if (auto* pool = std::get_if<pool_term>(&kind)) { scale_rows(pool->gain, scale); }
    if (auto* identity = std::get_if<identity_term>(&kind)) { scale_rows(identity->gain, scale); }
    if (auto* sparse = std::get_if<sparse_term>(&kind)) {
        for (std::size_t row = 0; row + 1 < sparse->row_ptr.size(); ++row) {
            const auto first = static_cast<std::size_t>(sparse->row_ptr[row]);
            const auto last = static_cast<std::size_t>(sparse->row_ptr[row + 1]);
            for (std::size_t k = first; k < last; ++k) {
                sparse->weights[k] *= scale[row / positions];
            }
        }
    }
}

std::vector<float> expanded(const std::vector<float>& values, std::size_t channels,
                            std::size_t positions) {
    std::vector<float> all(channels * positions);
    const std::size_t block = all.size() / values.size();
    for (std::size_t e = 0; e < all.size(); ++e) { all[e] = values[e / block]; }
    return all;
}

/// Elements of one window that lie in the input, and the divisor of its mean by ONNX's rule.
struct window_extent {
    std::vector<std::int32_t> elements;
    std::int32_t divisor = 0;
};

window_extent window_at(const average_pool& pool, const shape& in, std::int32_t oy,
                        std::int32_t ox) {
    const kernel_geometry& g = pool.geometry;
    window_extent extent;
    for (std::int32_t ky = 0; ky < g.kernel[0]; ++ky) {
        for (std::int32_t kx = 0; kx < g.kernel[1]; ++kx) {
            const std::int32_t y = oy * g.stride[0] - g.pads[0] + ky * g.dilation[0];
            const std::int32_t x = ox * g.stride[1] - g.pads[1] + kx * g.dilation[1];
            const bool inside = y >= 0 && y < in.height && x >= 0 && x < in.width;
            if (inside) { extent.elements.push_back(y * in.width + x); }
            // Padding counts only as far as the declared pads reach, not where ceil_mode runs over
            // them.
            const bool padded = y < in.height + g.pads[2] && x < in.width + g.pads[3];
            extent.divisor += inside || (pool.count_include_pad && padded) ? 1 : 0;
        }
    }
    return extent;
}

sparse_term unequal_windows(const average_pool& pool, const shape& in, const shape& out) {
    sparse_term sparse;
    sparse.row_ptr.push_back(0);
    for (std::int32_t c = 0; c < out.channels; ++c) {
        const auto plane = static_cast<std::int32_t>(static_cast<std::size_t>(c) * in.positions());
        for (std::int32_t oy = 0; oy < out.height; ++oy) {
            for (std::int32_t ox = 0; ox < out.width; ++ox) {
                const window_extent extent = window_at(pool, in, oy, ox);
                for (const std::int32_t e : extent.elements) {
                    sparse.column.push_back(plane + e);
                    sparse.weights.push_back(1.0F / static_cast<float>(extent.divisor));
                }
                sparse.row_ptr.push_back(static_cast<std::int64_t>(sparse.column.size()));
            }
        }
    }
    return sparse;
}

}  // namespace

pending_sum copy_of(std::string name, dims item, node_id source) {
    pending_sum sum{std::move(name), std::move(item), {}, {}};
    sum.bias.assign(sum.channels(), 0.0F);
    sum.terms.push_back({source, identity_term{std::vector<float>(sum.channels(), 1.0F)}});
    return sum;
}

std::vector<float> per_channel(const std::vector<float>& values, const dims& item) {
    const shape s = population_shape(item);
    const auto channels = static_cast<std::size_t>(s.channels);
    if (values.size() == channels) { return values; }
    if (values.size() == 1) { return std::vector<float>(channels, values.front()); }
    std::vector<float> result;
    for (std::size_t c = 0; c < channels; ++c) {
        const auto first = values.begin() + static_cast<std::ptrdiff_t>(c * s.positions());
        const auto last = first + static_cast<std::ptrdiff_t>(s.positions());
        if (std::any_of(first, last, [&](float v) { return v != *first; })) { return {}; }
        result.push_back(*first);
    }
    return result;
}

bool fold_affine(pending_sum& sum, const affine& fold) {
    const std::vector<float> scale = per_channel(fold.scale, sum.item);
    if (scale.empty()) { return false; }
    const auto all_are = [](const std::vector<float>& values, float v) {
        return std::all_of(values.begin(), values.end(), [v](float x) { return x == v; });
    };
    for (term& t : sum.terms) {
        scale_term(t.kind, scale, sum.positions());
        // Integers of the file stay what they are only where nothing is folded into them.
        if (!all_are(scale, 1.0F)) { t.stored.reset(); }
        if (t.stored && !all_are(fold.offset, 0.0F)) {
            t.stored->bias.clear();
            t.stored->bias_scale.clear();
        }
    }
    std::vector<float> offset = per_channel(fold.offset, sum.item);
    if (offset.empty() || sum.bias.size() != sum.channels()) {
        offset = offset.empty() ? fold.offset : expanded(offset, sum.channels(), sum.positions());
        if (sum.bias.size() == sum.channels()) {
            sum.bias = expanded(sum.bias, sum.channels(), sum.positions());
        }
    }
    const std::size_t block = sum.bias.size() / sum.channels();
    for (std::size_t i = 0; i < sum.bias.size(); ++i) {
        sum.bias[i] = sum.bias[i] * scale[i / block] + offset[i];
    }
    return true;
}

void fold_affine(input_encoding& encoding, const std::vector<float>& a,
                 const std::vector<float>& b) {
    std::vector<double>& mean = encoding.mean;
    std::vector<double>& std = encoding.std;
    if (mean.size() == 1) { mean.assign(a.size(), mean.front()); }
    if (std.size() == 1) { std.assign(a.size(), std.front()); }
    for (std::size_t c = 0; c < a.size(); ++c) {
        mean[c] -= static_cast<double>(b[c]) * std[c] / static_cast<double>(a[c]);
        std[c] /= static_cast<double>(a[c]);
    }
}

void merge(pending_sum& to, const pending_sum& from) {
    to.terms.insert(to.terms.end(), from.terms.begin(), from.terms.end());
    std::vector<float> other = from.bias;
    if (to.bias.size() < other.size()) {
        to.bias = expanded(to.bias, to.channels(), to.positions());
    }
    if (other.size() < to.bias.size()) { other = expanded(other, to.channels(), to.positions()); }
    for (std::size_t i = 0; i < other.size(); ++i) { to.bias[i] += other[i]; }
}

term average_term(node_id source, const average_pool& pool, const dims& in, const dims& out) {
    const shape from = population_shape(in);
    const shape to = population_shape(out);
    const std::int32_t divisor = window_at(pool, from, 0, 0).divisor;
    bool equal = true;
    for (std::int32_t oy = 0; oy < to.height; ++oy) {
        for (std::int32_t ox = 0; ox < to.width; ++ox) {
            equal = equal && window_at(pool, from, oy, ox).divisor == divisor;
        }
    }
    if (!equal) { return {source, unequal_windows(pool, from, to)}; }
    const auto channels = static_cast<std::size_t>(to.channels);
    return {source, pool_term{pool.geometry,
                              std::vector<float>(channels, 1.0F / static_cast<float>(divisor))}};
}

std::optional<term> linear_of_average(const neuron_graph& graph, const pending_sum& average,
                                      const linear& fc) {
    if (average.terms.size() != 1) { return std::nullopt; }
    const auto* pool = std::get_if<pool_term>(&average.terms[0].kind);
    const node_id source = average.terms[0].source;
    if (pool == nullptr || graph.nodes[source].is_view()) { return std::nullopt; }
    const shape from = population_shape(graph.nodes[source].item);
    const bool whole = pool->geometry.kernel == std::array{from.height, from.width}
                       && pool->geometry.pads == std::array{0, 0, 0, 0} && average.positions() == 1;
    const bool no_bias =
        std::all_of(average.bias.begin(), average.bias.end(), [](float b) { return b == 0; });
    if (!whole || !no_bias) { return std::nullopt; }
    linear_term folded{fc.weights, true};
    for (std::size_t i = 0; i < folded.weights.size(); ++i) {
        folded.weights[i] *= pool->gain[i % pool->gain.size()];
    }
    return term{source, std::move(folded)};
}

bool keeps_channels(const index_map& map, const pending_sum& sum, const dims& item) {
    if (map.index.size() != static_cast<std::size_t>(element_count(sum.item))) { return false; }
    for (std::size_t e = 0; e < map.index.size(); ++e) {
        if (map.index[e] != static_cast<std::int32_t>(e)) { return false; }
    }
    return population_shape(sum.item) == population_shape(item);
}

}  // namespace synfire::converters
