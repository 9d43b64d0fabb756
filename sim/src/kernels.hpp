// SPDX-License-Identifier: Apache-2.0
// The inner loops of the event-driven engine behind one table of functions per instruction set.
// Only raw pointers and <cstdint>: an inline function of the standard library that gets compiled
// here with AVX-512 could be the copy that the linker keeps for everybody.
#pragma once

#include <cstddef>
#include <cstdint>

#include "gather/gather_kernel.hpp"
#include "update_kernel.hpp"

namespace synfire::sim {

/// Rows of weights with the factor that each of them gets.
struct weighted_rows {
    const std::int8_t* const* rows;
    const std::uint32_t* gains;  ///< code << shift, wrapped
    std::size_t count;
    std::size_t offset;  ///< first entry of each row that is used
};

/// Per neuron of a tile: the neuron fires trunc((|x| + start) * inverse), at most `top`.
struct fire_side {
    const double* start;    ///< half the threshold + 0.5; plan.cpp has the proof
    const double* inverse;  ///< 1 / theta
    double top;             ///< largest magnitude of the code + 0.5
};

/// The same in single precision.
struct fire_side_short {
    const float* start;
    const float* inverse;
    float top;
};

/// Neighbouring windows along a line: best[j] = largest of the codes of channel j under a window.
template <class Code>
struct pool_line {
    const Code* codes;  ///< of the first place under the first window
    Code* best;
    std::size_t lines;  ///< under each window
    std::size_t taps;   ///< in each line
    std::size_t line_stride;
    std::size_t tap_stride;
    std::size_t windows;
    std::size_t window_stride;  ///< codes between the first places of neighbouring windows
    std::size_t best_stride;
    std::size_t channels;
};

/// Per neuron its synapses, those whose weight is not 0, and the target positions it reaches.
struct fan_columns {
    const std::int16_t* synapses;
    const std::int16_t* nonzero;
    const std::int16_t* positions;
};

/// Sums over neurons of spikes * synapses, spikes * nonzero, and over the active ones of synapses,
/// nonzero, positions.
struct fan_sums {
    std::uint64_t of[5];
};

/// Of one step: entries for both halves of a code.
inline constexpr std::size_t step_table_bytes = 32;

/// Accumulators are unsigned: sums may wrap on the way, the proven width says that the end fits.
struct kernel_table {
    /// sums[j] += sum over rows of gain * row[offset + j], j < n
    void (*accumulate)(std::uint32_t* sums, const weighted_rows& rows, std::size_t n);
    /// sums[j] += weights[j] * (codes[j] << shift)
    void (*accumulate_products)(std::uint32_t* sums, const std::int8_t* weights,
                                const std::int32_t* products, std::size_t n);
    /// products[j] = codes[j] << shift
    void (*scale)(std::int32_t* products, const std::int32_t* codes, int shift, std::size_t n);
    void (*scale_bytes)(std::int32_t* products, const std::uint8_t* codes, int shift,
                        std::size_t n);
    /// codes of unsigned ranges
    void (*fire)(const std::uint32_t* x, std::int32_t* codes, const fire_side& side, std::size_t n);
    /// codes of signed ranges
    void (*fire_signed)(const std::uint32_t* x, std::int32_t* codes, const fire_side sides[2],
                        std::size_t n);
    /// codes of ranges within 0 .. 255, where single precision is exact (plan.cpp)
    void (*fire_bytes)(const std::uint32_t* x, std::uint8_t* codes, const fire_side_short& side,
                       std::size_t n);
    void (*maximum)(const pool_line<std::int32_t>& line);
    void (*maximum_bytes)(const pool_line<std::uint8_t>& line);
    /// bytes[j] = codes[j], all of them 0 .. 255
    void (*to_bytes)(const std::int32_t* codes, std::uint8_t* bytes, std::size_t n);
    /// bytes[j] = 1 where codes[j] != 0
    void (*to_flags)(const std::int32_t* codes, std::uint8_t* bytes, std::size_t n);
    /// bit j of the words: bytes[j] != 0; writes (n + 63) / 64 words
    void (*active_bits)(const std::uint8_t* bytes, std::uint64_t* words, std::size_t n);
    /// Numbers of the bits that are set, ascending, and their bytes. Both lists have room for all
    /// that are set.
    void (*list_bits)(const std::uint64_t* words, std::size_t word_count, const std::uint8_t* bytes,
                      std::uint32_t* numbers, std::uint8_t* listed_bytes);
    /// starts[p]: bits set before bit p * channels, p <= positions
    void (*list_starts)(const std::uint64_t* words, std::size_t channels, std::uint32_t* starts,
                        std::size_t positions);
    /// spikes[j] = low[bytes[j] & 15] + high[bytes[j] >> 4]; both tables have 16 entries
    void (*spikes_of)(const std::uint8_t* bytes, std::uint8_t* spikes, const std::uint8_t* low,
                      const std::uint8_t* high, std::size_t n);
    /// Per channel, over `positions` neighbouring positions: spike_sums += spikes, active_sums +=
    /// active != 0
    void (*sum_channels)(std::uint32_t* spike_sums, std::uint32_t* active_sums,
                         const std::uint8_t* spikes, const std::uint8_t* active,
                         std::size_t positions, std::size_t channels);
    std::uint64_t (*dot)(const std::uint32_t* a, const std::uint32_t* b, std::size_t n);
    /// Adds the fans of n neurons
    void (*add_fans)(fan_sums& sums, const fan_columns& fans, const std::uint8_t* spikes,
                     const std::uint8_t* active, std::size_t n);
    /// counts[t] += bit t of the masks, t < 16
    void (*count_steps)(std::uint32_t* counts, const std::uint16_t* masks, std::size_t n);
    /// counts[t] += sum over the bytes of low[byte & 15] + high[byte >> 4], each sum at most 1,
    /// with step_table_bytes of tables per step: 16 low entries, 16 high ones. Without `high` all
    /// bytes are below 16.
    void (*count_codes)(std::uint64_t* counts, const std::uint8_t* bytes,
                        const std::uint8_t* tables, std::size_t steps, bool high, std::size_t n);
    /// Bytes that are not 0
    std::size_t (*count_active)(const std::uint8_t* bytes, std::size_t n);
    /// By index into gather_widths
    gather_function gathers8[gather_width_count];
    gather_function gathers16[gather_width_count];
    /// By index into window_widths: codes and weights of 8 bits, and of 16
    window_function windows8[window_width_count];
    window_function windows16[window_width_count];
    /// By registers of 8 outputs, less 1
    stroke_function strokes[stroke_width_count];
    update_table updates;  ///< one step of streaming neurons
};

extern const kernel_table kernels_baseline;
#ifdef SYNFIRE_X86_KERNELS
extern const kernel_table kernels_sse4;
extern const kernel_table kernels_avx2;
extern const kernel_table kernels_avx512;
#endif

}  // namespace synfire::sim
