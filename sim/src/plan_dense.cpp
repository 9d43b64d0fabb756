// SPDX-License-Identifier: Apache-2.0
// Dense projections: one contiguous row of weights per source neuron (or per source channel,
// spatially summed).
#include "channels.hpp"
#include "plan.hpp"

namespace synfire::sim {
namespace {

/// Adds rows over all target neurons of the range; one piece where the range is the whole
/// population.
void add_rows(const delivery_task& task, const channel_view& target) {
    const delivery_scratch& s = task.scratch;
    weighted_rows rows{s.rows.data(), s.gains.data(), s.rows.size(), 0};
    if (target.whole()) {
        task.kernels.accumulate(task.sums, rows, target.neurons());
        return;
    }
    for (std::size_t position = 0; position < target.positions; ++position) {
        rows.offset = position * target.count;
        task.kernels.accumulate(task.sums + target.offset(position), rows, target.count);
    }
}

std::vector<std::int8_t> transposed(const std::vector<std::int8_t>& weights, std::size_t columns) {
    const std::size_t rows = weights.size() / columns;
    std::vector<std::int8_t> result(weights.size());
    for (std::size_t r = 0; r < rows; ++r) {
        for (std::size_t c = 0; c < columns; ++c) {
            result[c * rows + r] = weights[r * columns + c];
        }
    }
    return result;
}

class dense_delivery final : public delivery {
  public:
    dense_delivery(const network& net, const projection& p)
        : source_(net.populations[p.source], p.source_channels),
          target_(net.populations[p.target], p.target_channels),
          shift_(p.shift),
          weights_(transposed(p.weights, source_.neurons())) {}

    void deliver(const delivery_task& task) const override {
        task.scratch.clear_rows();
        for (const active_position& at : task.active.positions) {
            const std::size_t local = at.position * source_.count;
            for_each_active(task.active, at, source_, [&](std::size_t channel, std::int32_t code) {
                task.scratch.add_row(weights_.data() + (local + channel) * target_.neurons(), code,
                                     shift_);
            });
        }
        add_rows(task, target_);
    }

  private:
    channel_view source_;
    channel_view target_;
    int shift_;
    std::vector<std::int8_t> weights_;  ///< [source][target]
};

class spatial_sum_delivery final : public delivery {
  public:
    spatial_sum_delivery(const network& net, const projection& p)
        : source_(net.populations[p.source], p.source_channels),
          target_(net.populations[p.target], p.target_channels),
          shift_(p.shift),
          weights_(transposed(p.weights, source_.count)) {}

    /// All positions of a channel share a row, so their codes are summed first: at most 2^31 codes
    /// of 15 bits in theory, but the proven width of the target bounds the sums that occur.
    void deliver(const delivery_task& task) const override {
        std::vector<std::int32_t>& sums = task.scratch.products;
        sums.assign(source_.count, 0);
        if (task.codes) {
            sum_all(task.codes, sums);
        } else {
            sum_active(task.active, sums);
        }
        task.scratch.clear_rows();
        for (std::size_t c = 0; c < source_.count; ++c) {
            if (sums[c] != 0) {
                task.scratch.add_row(weights_.data() + c * target_.neurons(), sums[c], shift_);
            }
        }
        add_rows(task, target_);
    }

    active_needs needs(std::size_t active) const override {
        static_cast<void>(active);
        return {};
    }

  private:
    static void add(std::int32_t& sum, std::int32_t code) {
        sum = static_cast<std::int32_t>(static_cast<std::uint32_t>(sum)
                                        + static_cast<std::uint32_t>(code));
    }
    void sum_all(const code_view& codes, std::vector<std::int32_t>& sums) const {
        for (std::size_t position = 0; position < source_.positions; ++position) {
            const std::size_t here = source_.offset(position);
            for (std::size_t c = 0; c < source_.count; ++c) { add(sums[c], codes[here + c]); }
        }
    }
    void sum_active(const active_set& active, std::vector<std::int32_t>& sums) const {
        for (const active_position& at : active.positions) {
            for_each_active(active, at, source_, [&](std::size_t channel, std::int32_t code) {
                add(sums[channel], code);
            });
        }
    }

    channel_view source_;
    channel_view target_;
    int shift_;
    std::vector<std::int8_t> weights_;  ///< [source channel][target]
};

}  // namespace

std::unique_ptr<delivery> plan_dense(const network& net, const projection& p) {
    return std::make_unique<dense_delivery>(net, p);
}

std::unique_ptr<delivery> plan_spatial_sum(const network& net, const projection& p) {
    return std::make_unique<spatial_sum_delivery>(net, p);
}

}  // namespace synfire::sim
