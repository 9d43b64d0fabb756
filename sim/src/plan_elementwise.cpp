// SPDX-License-Identifier: Apache-2.0
// Projections that join each channel to one channel: one_to_one, sum_pool and depthwise
// convolutions. All channels of an active position are taken at once; silent ones add zero.
// Where nothing but the channel decides, many positions are one long loop.
#include "channels.hpp"
#include "kernel_axis.hpp"
#include "plan.hpp"

namespace synfire::sim {
namespace {

class elementwise_delivery final : public delivery {
  public:
    elementwise_delivery(const network& net, const projection& p)
        : source_(net.populations[p.source], p.source_channels),
          target_(net.populations[p.target], p.target_channels),
          shift_(p.shift),
          rows_(axis_of(net, p, 0), false),
          columns_(axis_of(net, p, 1), false) {
        const bool per_tap =
            p.kind == connectivity::conv2d || p.kind == connectivity::conv_transpose2d;
        tap_stride_ = per_tap ? source_.count : 0;
        weights_ = per_tap ? by_tap(p.weights) : p.weights;
        if (p.kind == connectivity::one_to_one && source_.whole() && target_.whole()) {
            for (std::size_t n = 0; n < std::max(smallest_tile, source_.count); ++n) {
                tile_.push_back(weights_[n % source_.count]);
            }
            tile_.resize(tile_.size() / source_.count * source_.count);
        }
    }

    active_needs needs(std::size_t active) const override {
        static_cast<void>(active);
        return {false, false, false, tile_.empty()};
    }

    void deliver(const delivery_task& task) const override {
        if (!tile_.empty()) { return deliver_tiles(task); }
        std::vector<std::int32_t>& products = task.scratch.products;
        products.resize(source_.count);
        const std::vector<std::uint32_t>& starts = task.active.starts;
        for (std::size_t position = 0; position < source_.positions; ++position) {
            if (starts[position] == starts[position + 1]) { continue; }
            scale(task, source_.offset(position), source_.count);
            for (const axis_span& y : rows_.spans(position / source_.width)) {
                for (const axis_span& x : columns_.spans(position % source_.width)) {
                    const std::size_t place = to_size(y.target) * target_.width + to_size(x.target);
                    const std::size_t tap = to_size(y.slot) * columns_.taps() + to_size(x.slot);
                    task.kernels.accumulate_products(task.sums + target_.offset(place),
                                                     weights_.data() + tap * tap_stride_,
                                                     products.data(), source_.count);
                }
            }
        }
    }

  private:
    static constexpr std::size_t smallest_tile = 512;

    void scale(const delivery_task& task, std::size_t first, std::size_t count) const {
        std::int32_t* const products = task.scratch.products.data();
        if (task.codes.bytes != nullptr) {
            task.kernels.scale_bytes(products, task.codes.bytes + first, shift_, count);
        } else {
            task.kernels.scale(products, task.codes.wide + first, shift_, count);
        }
    }

    void deliver_tiles(const delivery_task& task) const {
        std::vector<std::int32_t>& products = task.scratch.products;
        products.resize(tile_.size());
        const std::size_t neurons = source_.neurons();
        for (std::size_t base = 0; base < neurons; base += tile_.size()) {
            const std::size_t count = std::min(tile_.size(), neurons - base);
            scale(task, base, count);
            task.kernels.accumulate_products(task.sums + base, tile_.data(), products.data(),
                                             count);
        }
    }

    /// [channel][ky][kx] becomes [ky][kx][channel].
    std::vector<std::int8_t> by_tap(const std::vector<std::int8_t>& weights) const {
        const std::size_t kernel = rows_.taps() * columns_.taps();
        std::vector<std::int8_t> result(weights.size());
        for (std::size_t i = 0; i < weights.size(); ++i) {
            result[i % kernel * source_.count + i / kernel] = weights[i];
        }
        return result;
    }

    channel_view source_;
    channel_view target_;
    int shift_;
    kernel_axis rows_;
    kernel_axis columns_;
    std::size_t tap_stride_ = 0;
    std::vector<std::int8_t> weights_;
    std::vector<std::int8_t> tile_;  ///< one_to_one of whole populations: weights of many positions
};

}  // namespace

bool is_elementwise(const projection& p) {
    const bool convolution =
        p.kind == connectivity::conv2d || p.kind == connectivity::conv_transpose2d;
    const bool depthwise = convolution && p.groups > 1 && p.groups == p.source_channels.count()
                           && p.groups == p.target_channels.count();
    return depthwise || p.kind == connectivity::one_to_one || p.kind == connectivity::sum_pool;
}

std::unique_ptr<delivery> plan_elementwise(const network& net, const projection& p) {
    return std::make_unique<elementwise_delivery>(net, p);
}

}  // namespace synfire::sim
