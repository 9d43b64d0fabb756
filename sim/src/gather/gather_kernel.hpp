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

/// One line of a kernel: fours of neighbouring rows of weights and of neighbouring codes.
struct window_run {
    std::size_t codes;    ///< offset of the first one from window_task::codes
    std::uint32_t first;  ///< four of rows
    std::uint32_t last;
};

/// Neighbouring output positions and one block of outputs, silent sources included: sums[j] += (sum
/// over the rows of code * weight) << shift.
struct window_task {
    const window_run* runs;
    std::size_t run_count;
    const std::uint8_t* codes;    ///< of the first position
    std::size_t code_stride;      ///< codes between neighbouring positions
    const std::int8_t* weights;   ///< [four of rows][output of the width][row of the four]
    const std::uint32_t* chunks;  ///< at the first four of a chunk, that of the next one
    int shift;
    std::uint32_t* sums;
    std::size_t sum_stride;  ///< sums between neighbouring positions
    std::size_t outputs;     ///< sums that exist; the rest of the width is padding
};

using window_function = void (*)(const window_task& task);

/// Outputs and positions that one pass keeps in registers.
inline constexpr std::size_t window_widths[] = {8, 16, 32};
inline constexpr std::size_t window_positions[] = {8, 4, 2};
inline constexpr std::size_t window_width_count = 3;
inline constexpr std::size_t window_rows = 4;  ///< that one instruction multiplies

}  // namespace synfire::sim
