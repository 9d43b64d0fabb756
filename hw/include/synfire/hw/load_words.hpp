// SPDX-License-Identifier: Apache-2.0
// An image as one block of words that a host without this library can embed: hw/c/synfire.h reads
// it.
#pragma once

#include <cstdint>
#include <vector>

#include <synfire/hw/image.hpp>

namespace synfire::hw {

/// Form, in words: mark, version of the form, number of words, CAPS0, CAPS1, CAPS2, identity,
/// INPUT_BASE, INPUT_SHAPE, encoder (0 code, 1 rate, 2 another, or several inputs) + 256 if spikes
/// are weighted by their step, lowest and highest code, numbers of read-outs, program words (of 64
/// bits) and weight words; then read-outs (population in bits 31:16, count in 15:0), program (low
/// half first), weights; last the FNV-1a hash of all bytes before, low byte of each word first.
///
/// A network in parts (image.hpp) has a table before the hash: two words, its program words (of 64
/// bits) and weight words, of what stays in the engine (no program; from weight word 0 on) and of
/// each part (program from word 0 on, weights behind those that stay). Programs and weights of all
/// of them follow each other in the same order.
///
/// A network with fire tables has them behind the weights: their number of entries, and an entry a
/// word. In parts, the table of parts follows.
inline constexpr std::uint32_t load_mark = 0x494e5953;  ///< "SYNI"
inline constexpr std::uint32_t load_version = 2;
inline constexpr std::uint32_t load_version_of_parts = 3;
inline constexpr std::uint32_t load_version_of_tables = 4;  ///< with parts, or without
std::vector<std::uint32_t> load_words(const image& made);

}  // namespace synfire::hw
