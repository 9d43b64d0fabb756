// SPDX-License-Identifier: Apache-2.0
// Register addresses, error bits and stream words of the engine
// (docs/reference/accelerator-registers.md).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace synfire::hw {

enum class reg : std::uint8_t {
    id = 0x00,
    version = 0x01,
    caps0 = 0x02,
    caps1 = 0x03,
    control = 0x04,
    status = 0x05,
    error = 0x06,
    input_base = 0x07,
    input_shape = 0x08,
    network = 0x09,
    length = 0x0a,
    window = 0x0b,
    data = 0x0c,
    caps2 = 0x0d,
    counters = 0x20,  ///< first of counter_count registers
};

constexpr std::uint8_t address_of(reg r) { return static_cast<std::uint8_t>(r); }

inline constexpr std::uint32_t engine_id = 0x53594e46;  ///< "SYNF"
inline constexpr std::uint32_t engine_version = 0x00020000;
constexpr std::uint32_t major_version(std::uint32_t version) { return version >> 16; }

/// Bits of CONTROL.
inline constexpr std::uint32_t control_abort = 1;
inline constexpr std::uint32_t control_clear_counters = 2;
inline constexpr std::uint32_t control_clear_errors = 4;

/// Bits of STATUS.
inline constexpr std::uint32_t status_running = 1;
inline constexpr std::uint32_t status_input_open = 2;
inline constexpr std::uint32_t status_output_waiting = 4;
inline constexpr std::uint32_t status_error = 8;

/// Bits of ERROR.
inline constexpr std::uint32_t error_unknown_word = 1;
inline constexpr std::uint32_t error_neuron_range = 2;
inline constexpr std::uint32_t error_bad_pattern = 4;
inline constexpr std::uint32_t error_program = 8;
inline constexpr std::uint32_t error_window = 16;
inline constexpr std::uint32_t error_no_program = 32;

/// Words for the error bits 0, 1, ...
inline constexpr std::array<std::string_view, 6> error_texts{
    "unknown stream word",
    "neuron outside the input population",
    "bad pattern: no spike, or spikes beyond the last step",
    "program error",
    "memory window used while the engine ran, or out of range",
    "no program is loaded",
};

/// Memory numbers of WINDOW; they go to bits 31:28.
enum class memory : std::uint8_t {
    descriptors = 0,
    weights = 1,
    active = 2,
    codes = 3,
    tables = 4,  ///< an entry a word
};

constexpr std::uint32_t window_of(memory m, std::uint32_t word) {
    return (static_cast<std::uint32_t>(m) << 28) | word;
}

/// Types of stream words; they are in bits 31:28.
enum class word_type : std::uint8_t {
    code = 1,    ///< in: delta 27:16, pattern 15:0
    skip = 2,    ///< in: neurons 27:0
    end = 3,     ///< in: bit 0: a step of a sample, but not its first one
    result = 4,  ///< out: population 27:16, count 15:0; the potentials follow
    label = 5,   ///< out (CLASS): population 27:16, index 15:0
    done = 6,    ///< out
    error = 7,   ///< out: error bits 15:0
};

constexpr word_type type_of(std::uint32_t word) { return static_cast<word_type>(word >> 28); }
constexpr std::uint32_t stream_word(word_type type, std::uint32_t payload = 0) {
    return (static_cast<std::uint32_t>(type) << 28) | payload;
}
constexpr std::uint32_t code_word(std::uint32_t delta, std::uint32_t pattern) {
    return stream_word(word_type::code, (delta << 16) | pattern);
}
inline constexpr std::uint32_t largest_delta = 0xfff;  ///< of a CODE word
inline constexpr std::uint32_t end_of_later_step = 1;  ///< in an END word: states go on

/// Counters in the order of their registers.
inline constexpr std::size_t counter_count = 13;
inline constexpr std::array<std::string_view, counter_count> counter_names{
    "cycles",         "adding",           "scanning",           "waiting", "weight_reads",
    "adds",           "bias_adds",        "reset_adds",         "spikes",  "active_sources",
    "neuron_updates", "spike_words_read", "spike_words_written"};

}  // namespace synfire::hw
