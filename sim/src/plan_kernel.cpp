// SPDX-License-Identifier: Apache-2.0
// Convolutions and transposed convolutions, scattered from each active source. Weights are stored
// as [source channel][ky][kx slot][target channel of the group]; where the target range is the
// whole population and there is one group, neighbouring kx slots are neighbouring targets, and one
// row of weights serves a whole line of the kernel.
#include "channels.hpp"
#include "kernel_axis.hpp"
#include "plan.hpp"

namespace synfire::sim {
namespace {

class kernel_delivery final : public delivery {
  public:
    kernel_delivery(const network& net, const projection& p)
        : source_(net.populations[p.source], p.source_channels),
          target_(net.populations[p.target], p.target_channels),
          shift_(p.shift),
          group_in_(source_.count / to_size(p.groups)),
          group_out_(target_.count / to_size(p.groups)),
          rows_(axis_of(net, p, 0), false),
          columns_(axis_of(net, p, 1), target_.whole() && p.groups == 1),
          row_length_(rows_.taps() * columns_.taps() * group_out_) {
        lay_out(p);
    }

    void deliver(const delivery_task& task) const override {
        for (const active_position& at : task.active.positions) {
            std::size_t group = 0;
            task.scratch.clear_rows();
            for_each_active(task.active, at, source_, [&](std::size_t channel, std::int32_t code) {
                if (channel / group_in_ != group) {
                    scatter(task, at.position, group);
                    task.scratch.clear_rows();
                    group = channel / group_in_;
                }
                task.scratch.add_row(weights_.data() + channel * row_length_, code, shift_);
            });
            scatter(task, at.position, group);
        }
    }

    void touch(const active_set& active, std::span<std::uint8_t> blocks) const override {
        for (const active_position& at : active.positions) {
            for (const axis_span& y : rows_.spans(at.position / source_.width)) {
                for (const axis_span& x : columns_.spans(at.position % source_.width)) {
                    const std::size_t place = to_size(y.target) * target_.width + to_size(x.target);
                    const std::size_t last = place + to_size(x.count) - 1;
                    touch_targets(blocks, target_.offset(place),
                                  target_.offset(last) + target_.count - 1);
                }
            }
        }
    }

  private:
    void lay_out(const projection& p);

    /// Adds the collected rows of one source position and group at every place that they reach.
    void scatter(const delivery_task& task, std::size_t position, std::size_t group) const {
        const delivery_scratch& s = task.scratch;
        if (s.rows.empty()) { return; }
        weighted_rows rows{s.rows.data(), s.gains.data(), s.rows.size(), 0};
        std::uint32_t* const sums = task.sums + target_.first + group * group_out_;
        for (const axis_span& y : rows_.spans(position / source_.width)) {
            for (const axis_span& x : columns_.spans(position % source_.width)) {
                const std::size_t place = to_size(y.target) * target_.width + to_size(x.target);
                rows.offset = (to_size(y.slot) * columns_.taps() + to_size(x.slot)) * group_out_;
                task.kernels.accumulate(sums + place * target_.stride, rows,
                                        to_size(x.count) * group_out_);
            }
        }
    }

    channel_view source_;
    channel_view target_;
    int shift_;
    std::size_t group_in_;
    std::size_t group_out_;
    kernel_axis rows_;
    kernel_axis columns_;
    std::size_t row_length_;
    std::vector<std::int8_t> weights_;
};

void kernel_delivery::lay_out(const projection& p) {
    const bool transposed = p.kind == connectivity::conv_transpose2d;
    const std::size_t kernel = rows_.taps() * columns_.taps();
    weights_.resize(source_.count * row_length_);
    for (std::size_t ic = 0; ic < source_.count; ++ic) {
        const std::size_t group = ic / group_in_;
        for (std::size_t m = 0; m < group_out_; ++m) {
            const std::size_t row = transposed
                                        ? ic * group_out_ + m
                                        : (group * group_out_ + m) * group_in_ + ic % group_in_;
            for (std::size_t tap = 0; tap < kernel; ++tap) {
                const std::size_t y = rows_.slot(tap / columns_.taps());
                const std::size_t x = columns_.slot(tap % columns_.taps());
                const std::size_t place = (y * columns_.taps() + x) * group_out_ + m;
                weights_[ic * row_length_ + place] = p.weights[row * kernel + tap];
            }
        }
    }
}

}  // namespace

std::unique_ptr<delivery> plan_kernel(const network& net, const projection& p) {
    return std::make_unique<kernel_delivery>(net, p);
}

}  // namespace synfire::sim
