// SPDX-License-Identifier: Apache-2.0
#include "window_weights.hpp"

#include <algorithm>
#include <limits>

#include "../lines.hpp"

namespace synfire::sim {
namespace {

constexpr std::int32_t largest_whole = 127;  ///< two products with weights of 8 bits fit 16 bits
constexpr std::int32_t largest_half = 15;
constexpr std::size_t largest_growth = 4;  ///< of a map by its plane
constexpr std::size_t small_plane = 1024;  ///< positions that never matter
constexpr int half_bits = 4;

/// Share of active sources above which a pass over all of them is the faster one, for up to 16, up
/// to 32 and more outputs (bench/convolution_speed.cpp): a list of sources costs as much for few
/// outputs as for many.
double worth_share(std::size_t outputs) {
    if (outputs <= 16) { return 0.05; }
    return outputs <= 32 ? 0.1 : 0.33;
}

/// Adds a four of weights of one output to the sums of its positive and negative products.
struct bounds {
    std::int64_t positive = 0;
    std::int64_t negative = 0;

    void add(const std::int8_t* four, std::int32_t code) {
        for (std::size_t i = 0; i < window_rows; ++i) {
            (four[i] > 0 ? positive : negative) += std::int64_t{four[i]} * code;
        }
    }
    bool fit() const {
        return negative >= std::numeric_limits<std::int16_t>::min()
               && positive <= std::numeric_limits<std::int16_t>::max();
    }
};

struct plane_size {
    std::size_t height;
    std::size_t width;
};

/// The map with its pads, and all that the windows reach.
plane_size plane_of(const kernel_geometry& g, const shape& source, const shape& target) {
    const auto along = [&](std::size_t axis, std::int32_t sources, std::int32_t targets) {
        const std::int64_t reach = std::int64_t{targets - 1} * g.stride[axis]
                                   + std::int64_t{g.kernel[axis] - 1} * g.dilation[axis] + 1;
        return to_size(std::max(std::int64_t{g.pads[axis]} + sources, reach));
    };
    return {along(0, source.height, target.height), along(1, source.width, target.width)};
}

}  // namespace

bool window_weights::possible(const network& net, const projection& p) {
    if (p.kind != connectivity::conv2d || !fits_byte(net.populations[p.source].range)) {
        return false;
    }
    // Pads and strides of odd networks can be far larger than their maps.
    const shape& from = net.populations[p.source].shape;
    const plane_size plane = plane_of(p.geometry, from, net.populations[p.target].shape);
    return plane.height * plane.width <= largest_growth * from.positions() + small_plane;
}

window_weights::window_weights(const network& net, const projection& p, const channel_view& source,
                               const channel_view& target, const weight_of& weight)
    : source_(source),
      target_(target),
      geometry_(p.geometry),
      source_height_(to_size(net.populations[p.source].shape.height)),
      target_height_(to_size(net.populations[p.target].shape.height)) {
    const plane_size plane =
        plane_of(p.geometry, net.populations[p.source].shape, net.populations[p.target].shape);
    plane_height_ = plane.height;
    plane_width_ = plane.width;
    lay_out_runs();
    const std::int32_t top = net.populations[p.source].range.hi;
    halves_ = top > largest_whole;
    const std::int32_t largest = halves_ ? largest_half : top;
    constexpr std::size_t widest = window_widths[window_width_count - 1];
    for (std::size_t first = 0; first < target.count; first += widest) {
        const std::size_t outputs = std::min(target.count - first, widest);
        blocks_.push_back(make_block(first, outputs, largest, weight));
    }
}

/// With neighbouring taps a line of the kernel is one run, otherwise each tap is one. A run is
/// padded to whole fours by weights of 0.
void window_weights::lay_out_runs() {
    const kernel_geometry& g = geometry_;
    const bool joined = g.dilation[1] == 1;
    const std::size_t taps = joined ? 1 : to_size(g.kernel[1]);
    const std::size_t rows = joined ? to_size(g.kernel[1]) * source_.count : source_.count;
    for (std::size_t ky = 0; ky < to_size(g.kernel[0]); ++ky) {
        for (std::size_t kx = 0; kx < taps; ++kx) {
            const std::size_t place =
                ky * to_size(g.dilation[0]) * plane_width_ + kx * to_size(g.dilation[1]);
            const auto first = static_cast<std::uint32_t>(row_of_four_.size());
            const std::size_t row = (ky * to_size(g.kernel[1]) + kx) * source_.count;
            for (std::size_t r = 0; r < rows; r += window_rows) {
                row_of_four_.push_back(static_cast<std::ptrdiff_t>(row + r));
                rows_of_four_.push_back(std::min(window_rows, rows - r));
            }
            const auto last = static_cast<std::uint32_t>(row_of_four_.size());
            runs_.push_back({place * source_.count, first, last});
        }
    }
}

window_weights::block window_weights::make_block(std::size_t first, std::size_t outputs,
                                                 std::int32_t largest,
                                                 const weight_of& weight) const {
    block b;
    b.first = first;
    b.outputs = outputs;
    while (window_widths[b.width] < outputs) { ++b.width; }
    const std::size_t width = window_widths[b.width];
    const std::size_t fours = row_of_four_.size();
    b.weights.resize(fours * width * window_rows);
    for (std::size_t f = 0; f < fours; ++f) {
        for (std::size_t j = 0; j < outputs; ++j) {
            for (std::size_t i = 0; i < rows_of_four_[f]; ++i) {
                b.weights[(f * width + j) * window_rows + i] =
                    weight(to_size(row_of_four_[f]) + i, first + j);
            }
        }
    }
    b.chunks.resize(fours);
    for (std::size_t start = 0; start < fours;) {
        const std::size_t end = end_of_chunk(b, start, fours, largest);
        b.chunks[start] = static_cast<std::uint32_t>(end);
        start = end;
    }
    return b;
}

/// The first four that 16 bits may not hold together with those from `first` on, in any output. The
/// two sums of an output are bounded as one, so the bound is wider than it has to be; a single four,
/// two products in each sum, always fits.
std::size_t window_weights::end_of_chunk(const block& b, std::size_t first, std::size_t last,
                                         std::int32_t largest) {
    const std::size_t width = window_widths[b.width];
    std::size_t end = last;
    for (std::size_t j = 0; j < b.outputs; ++j) {
        bounds sum;
        for (std::size_t f = first; f < end; ++f) {
            sum.add(b.weights.data() + (f * width + j) * window_rows, largest);
            if (!sum.fit()) { end = std::max(f, first + 1); }
        }
    }
    return end;
}

bool window_weights::pays(std::size_t active, std::size_t neurons) const {
    const double share = static_cast<double>(active) / static_cast<double>(neurons);
    return share >= worth_share(target_.count) * (halves_ ? 2.0 : 1.0);
}

void window_weights::copy_plane(const delivery_task& task, std::vector<std::uint8_t>& plane) const {
    // Padded runs read behind the last code.
    plane.assign(plane_height_ * plane_width_ * source_.count + window_rows, 0);
    const std::size_t top = to_size(geometry_.pads[0]);
    const std::size_t left = to_size(geometry_.pads[1]);
    for (std::size_t y = 0; y < source_height_; ++y) {
        std::uint8_t* to = plane.data() + ((top + y) * plane_width_ + left) * source_.count;
        if (source_.whole()) {
            const std::uint8_t* from = task.codes.bytes + y * source_.width * source_.count;
            std::copy(from, from + source_.width * source_.count, to);
            continue;
        }
        for (std::size_t x = 0; x < source_.width; ++x, to += source_.count) {
            const std::uint8_t* from = task.codes.bytes + source_.offset(y * source_.width + x);
            std::copy(from, from + source_.count, to);
        }
    }
}

void window_weights::deliver(const delivery_task& task, int shift, int threads) const {
    std::vector<std::uint8_t>& plane = task.scratch.plane;
    copy_plane(task, plane);
    if (!halves_) { return deliver_plane(task, shift, threads); }
    std::vector<std::uint8_t>& upper = task.scratch.upper_plane;
    upper.resize(plane.size());
    for (std::size_t i = 0; i < plane.size(); ++i) {
        upper[i] = static_cast<std::uint8_t>(plane[i] >> half_bits);
        plane[i] = static_cast<std::uint8_t>(plane[i] & largest_half);
    }
    deliver_plane(task, shift, threads);
    std::swap(plane, upper);
    deliver_plane(task, shift + half_bits, threads);
}

void window_weights::deliver_plane(const delivery_task& task, int shift, int threads) const {
    const std::vector<std::uint8_t>& plane = task.scratch.plane;
    for (const block& b : blocks_) {
        for_each_line(target_height_, threads,
                      [&](std::size_t y, std::size_t) {
                          deliver_line(task, b, shift, y, plane.data());
                      });
    }
}

void window_weights::deliver_line(const delivery_task& task, const block& b, int shift,
                                  std::size_t y, const std::uint8_t* plane) const {
    window_task t{};
    t.runs = runs_.data();
    t.run_count = runs_.size();
    t.code_stride = to_size(geometry_.stride[1]) * source_.count;
    t.weights = b.weights.data();
    t.chunks = b.chunks.data();
    t.shift = shift;
    t.sum_stride = target_.stride;
    t.outputs = b.outputs;
    const std::size_t line = y * to_size(geometry_.stride[0]) * plane_width_ * source_.count;
    for (std::size_t x = 0; x < target_.width;) {
        const bool many = x + window_positions[b.width] <= target_.width;
        const std::size_t count = many ? window_positions[b.width] : 1;
        if (!silent(task.active, y, x, count)) {
            t.codes = plane + line + x * t.code_stride;
            t.sums = task.sums + target_.offset(y * target_.width + x) + b.first;
            (many ? task.kernels.windows8 : task.kernels.single_windows8)[b.width](t);
        }
        x += count;
    }
}

/// Whether no source under the windows of `count` positions is active, in any channel.
bool window_weights::silent(const active_set& active, std::size_t y, std::size_t x,
                            std::size_t count) const {
    const kernel_geometry& g = geometry_;
    const auto at = [](std::size_t target, std::int32_t stride, std::int32_t pad) {
        return static_cast<std::ptrdiff_t>(target) * stride - pad;
    };
    const auto width = static_cast<std::ptrdiff_t>(source_.width);
    const std::ptrdiff_t reach = (g.kernel[1] - 1) * g.dilation[1] + 1;
    const std::ptrdiff_t left = std::clamp<std::ptrdiff_t>(at(x, g.stride[1], g.pads[1]), 0, width);
    const std::ptrdiff_t right =
        std::clamp<std::ptrdiff_t>(at(x + count - 1, g.stride[1], g.pads[1]) + reach, 0, width);
    for (std::int32_t ky = 0; ky < g.kernel[0]; ++ky) {
        const std::ptrdiff_t line = at(y, g.stride[0], g.pads[0]) + ky * g.dilation[0];
        if (line < 0 || line >= static_cast<std::ptrdiff_t>(source_height_)) { continue; }
        const std::size_t first = to_size(line * width + left);
        const std::size_t last = to_size(line * width + std::max(left, right));
        if (active.starts[first] != active.starts[last]) { return false; }
    }
    return true;
}

}  // namespace synfire::sim
