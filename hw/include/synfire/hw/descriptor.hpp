// SPDX-License-Identifier: Apache-2.0
// One pass of the engine's program, decoded: its header and its terms
// (docs/reference/descriptors.md).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace synfire::hw {

/// Values of pass_header::kind.
enum class pass_kind : std::uint8_t { fire = 0, pool = 1, readout = 2, emit = 3 };

inline constexpr std::size_t header_words = 3;
inline constexpr std::size_t range_words = 1;
inline constexpr std::size_t term_words = 6;

using packed_header = std::array<std::uint64_t, header_words>;
using packed_range = std::array<std::uint64_t, range_words>;
using packed_term = std::array<std::uint64_t, term_words>;

/// Fields as plain numbers; pack() checks that they fit.
struct pass_header {
#define SYNFIRE_HEADER_FIELD(name, word, lsb, bits, is_signed, meaning) std::int64_t name = 0;
#include <synfire/hw/descriptor_fields.inc>

    pass_kind kind_of() const { return static_cast<pass_kind>(kind); }
    friend bool operator==(const pass_header&, const pass_header&) = default;
};

/// Between header and terms where the header says so.
struct pass_range {
#define SYNFIRE_RANGE_FIELD(name, word, lsb, bits, is_signed, meaning) std::int64_t name = 0;
#include <synfire/hw/descriptor_fields.inc>

    friend bool operator==(const pass_range&, const pass_range&) = default;
};

struct term {
#define SYNFIRE_TERM_FIELD(name, word, lsb, bits, is_signed, meaning) std::int64_t name = 0;
#include <synfire/hw/descriptor_fields.inc>

    friend bool operator==(const term&, const term&) = default;
};

/// Throws bad_input naming the field whose value does not fit its bits.
packed_header pack(const pass_header& header);
packed_range pack(const pass_range& range);
packed_term pack(const term& t);

pass_header unpack_header(const packed_header& words);
pass_range unpack_range(const packed_range& words);
term unpack_term(const packed_term& words);

/// Bits of a neuron's spike pattern for the number in a format field.
constexpr int pattern_bits_of(std::int64_t format) { return 4 << format; }

}  // namespace synfire::hw
