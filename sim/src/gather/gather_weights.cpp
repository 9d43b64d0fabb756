// SPDX-License-Identifier: Apache-2.0
#include "gather_weights.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "../channels.hpp"

namespace synfire::sim {
namespace {

/// With fewer pairs between two rounds of emptying, rows of 16 bits are faster.
constexpr std::size_t fewest_pairs = 3;

/// The narrowest width that holds all outputs, or the widest one.
std::size_t width_for(std::size_t outputs) {
    for (std::size_t w = 0; w + 1 < gather_width_count; ++w) {
        if (outputs <= gather_widths[w]) { return w; }
    }
    return gather_width_count - 1;
}

}  // namespace

std::size_t entries_in_16_bits(const std::vector<std::int8_t>& column,
                               std::int32_t largest_code) {
    constexpr std::int64_t limit = std::numeric_limits<std::int16_t>::max();
    constexpr std::size_t magnitudes = 129;
    std::array<std::array<std::size_t, magnitudes>, 2> times{};  // positive, negative
    for (const std::int8_t w : column) {
        times[w < 0 ? 1 : 0][static_cast<std::size_t>(w < 0 ? -w : w)] += 1;
    }
    std::size_t entries = column.size();
    for (std::size_t sign = 0; sign < 2; ++sign) {
        std::int64_t left = limit + static_cast<std::int64_t>(sign);
        std::size_t held = 0;
        for (std::size_t m = magnitudes - 1; m > 0; --m) {
            const std::int64_t product = static_cast<std::int64_t>(m) * largest_code;
            const std::size_t fit = product == 0 ? times[sign][m] : to_size(left / product);
            held += std::min(fit, times[sign][m]);
            if (fit < times[sign][m]) {
                entries = std::min(entries, held);
                break;
            }
            left -= product * static_cast<std::int64_t>(times[sign][m]);
        }
    }
    return entries;
}

gather_weights::gather_weights(std::size_t rows, std::size_t outputs, code_range codes,
                               const weight_of& weight) {
    for (std::size_t first = 0; first < outputs;) {
        const std::size_t left = outputs - first;
        // 48 outputs are 32 and 16: padding costs more than another pass.
        const std::size_t count =
            left > gather_widths[1] && left <= gather_widths[0] + gather_widths[1]
                ? gather_widths[1]
                : std::min(left, gather_widths[gather_width_count - 1]);
        blocks_.push_back(make_block(first, count, rows, codes, weight));
        first += count;
    }
}

gather_weights::block gather_weights::make_block(std::size_t first, std::size_t outputs,
                                                 std::size_t rows, code_range codes,
                                                 const weight_of& weight) const {
    block b;
    b.first = first;
    b.outputs = outputs;
    b.width = width_for(outputs);
    const std::size_t width = gather_widths[b.width];
    b.rows8.resize(rows * width);
    std::size_t entries = fits_byte(codes) ? rows + 2 : 0;
    for (std::size_t j = 0; j < outputs; ++j) {
        std::vector<std::int8_t> column(rows);
        for (std::size_t r = 0; r < rows; ++r) {
            b.rows8[r * width + j] = column[r] = weight(r, first + j);
        }
        if (entries > 0 && rows > 0) {
            const std::size_t held = entries_in_16_bits(column, codes.hi);
            entries = std::min(entries, held == rows ? entries : held);
        }
    }
    b.chunk = entries / 2;
    if (b.chunk < fewest_pairs && entries < rows) {
        b.chunk = 0;
        b.rows16.assign(b.rows8.begin(), b.rows8.end());
        b.rows8.clear();
    }
    return b;
}

active_needs gather_weights::needs() const {
    active_needs all;
    for (const block& b : blocks_) { (b.chunk == 0 ? all.codes16 : all.codes8) = true; }
    return all;
}

void gather_weights::gather(const kernel_table& kernels, std::size_t number,
                            const active_set& active, std::span<const gather_run> runs, int shift,
                            std::uint32_t* sums) const {
    const block& b = blocks_[number];
    gather_task task;
    task.neurons = active.neurons.data();
    task.codes8 = active.codes8.data();
    task.codes16 = active.codes16.data();
    task.runs = runs.data();
    task.run_count = runs.size();
    task.weights = b.chunk == 0 ? static_cast<const void*>(b.rows16.data()) : b.rows8.data();
    task.chunk = b.chunk;
    task.shift = shift;
    task.sums = sums + b.first;
    task.outputs = b.outputs;
    (b.chunk == 0 ? kernels.gathers16 : kernels.gathers8)[b.width](task);
}

}  // namespace synfire::sim
