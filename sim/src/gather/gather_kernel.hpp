// SPDX-License-Identifier: Apache-2.0
// What the gather loops work on. Raw pointers only, for the reason given in ../kernels.hpp.
#pragma once

#include <cstddef>
#include <cstdint>

namespace synfire::sim {

/// Outputs that one pass keeps in registers; a gather function per width.
inline constexpr std::size_t gather_widths[] = {16, 32, 64};
inline constexpr std::size_t gather_width_count = 3;

/// Readable entries behind the last one of an active list: loads are wider than an entry.
inline constexpr std::size_t gather_padding = 8;

/// Neighbouring entries of an active list whose weights are neighbouring rows.
struct gather_run {
    std::uint32_t first;
    std::uint32_t last;
    std::ptrdiff_t row_of_first;  ///< row of neuron 0, which may lie before the first one
};

/// One output position and one block of its outputs: sums[j] += (sum over the entries of all runs
/// of code * row[j]) << shift.
struct gather_task {
    const std::uint32_t* neurons;  ///< per entry, the number of its row
    const std::uint8_t* codes8;    ///< gather8 only
    const std::int16_t* codes16;   ///< gather16 only
    const gather_run* runs;
    std::size_t run_count;
    const void* weights;  ///< rows of one width: int8 for gather8, int16 for gather16
    std::size_t chunk;    ///< gather8: pairs of entries that 16 bits are proven to hold
    int shift;
    std::uint32_t* sums;
    std::size_t outputs;  ///< sums that exist; the rest of the width is padding
};

using gather_function = void (*)(const gather_task& task);

/// Codes that one instruction multiplies: four of 8 bits or two of 16, against as many rows of
/// weights of the same width.
inline constexpr std::size_t window_unit_bytes = 4;

/// One line of a kernel: units of neighbouring rows of weights and of neighbouring codes.
struct window_run {
    std::size_t codes;    ///< bytes from the first code of a position
    std::uint32_t first;  ///< unit of rows
    std::uint32_t last;
};

/// Neighbouring output positions and one block of outputs, silent sources included: sums[j] += (sum
/// over the rows of code * weight) << shift. Codes of several positions more than there are, and
/// of window_padding bytes more, have to be readable.
struct window_task {
    const window_run* runs;
    std::size_t run_count;
    const std::uint8_t* codes;  ///< of the first position; 8 or 16 bits each
    std::size_t code_stride;    ///< bytes between neighbouring positions
    std::size_t positions;
    const std::uint8_t* weights;  ///< [unit of rows][output of the width][row of the unit]
    const std::uint32_t* chunks;  ///< 8 bits: at the first unit of a chunk, that of the next one
    int shift;
    std::uint32_t* sums;
    std::size_t sum_stride;  ///< sums between neighbouring positions
    std::size_t outputs;     ///< sums that exist; the rest of the width is padding
};

using window_function = void (*)(const window_task& task);

/// Outputs that one pass keeps in registers, and the most positions.
inline constexpr std::size_t window_widths[] = {8, 16, 24, 32};
inline constexpr std::size_t window_positions[] = {8, 4, 3, 2};
inline constexpr std::size_t window_width_count = 4;
inline constexpr std::size_t most_window_positions = 8;
inline constexpr std::size_t window_padding = 64;

/// One line of the single channel of a source population. A pair of neighbouring codes reaches
/// `slots` neighbouring targets in each of `lines` target lines, one above the other: sums[output]
/// += (first code * weight + second code * weight) << shift.
struct stroke_task {
    const std::uint8_t* codes;  ///< 64 more are readable
    std::size_t count;
    const std::uint8_t* weights;  ///< 16 bits: [line][slot][output][code of the pair]
    std::size_t lines;
    std::size_t slots;
    std::ptrdiff_t first_target;  ///< of slot 0 for a pair that starts at code 0
    std::size_t targets;          ///< in a line; there are none outside 0 .. targets - 1
    std::uint32_t* sums;          ///< of target 0 of the lowest line
    std::size_t sum_stride;       ///< sums between neighbouring targets
    std::size_t line_stride;      ///< sums between neighbouring lines
    int shift;                    ///< codes have 16 bits with it
};

using stroke_function = void (*)(const stroke_task& task);

/// By registers of 8 outputs, less 1.
inline constexpr std::size_t stroke_width_count = 4;

}  // namespace synfire::sim
