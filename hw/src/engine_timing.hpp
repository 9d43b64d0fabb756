// SPDX-License-Identifier: Apache-2.0
// Fixed costs of the engine's pipeline in cycles, measured on the RTL (testbench/hardware compares
// every counter); everything else of the cycle model follows from the data.
#pragma once

#include <cstdint>

namespace synfire::hw::timing {

/// Fetching header and term, filling and draining the pipeline; constants are on top.
inline constexpr std::uint64_t single_pass = 24;
inline constexpr std::uint64_t single_pool_pass = 25;

/// With several terms, each of them is fetched again for each field and empties the pipeline.
inline constexpr std::uint64_t many_pass = 5;
inline constexpr std::uint64_t many_pool_pass = 6;
inline constexpr std::uint64_t many_term = 18;
inline constexpr std::uint64_t many_field = 1;
inline constexpr std::uint64_t many_pool_field = 2;

/// A range of codes is fetched behind the header; signed codes decide the sign and add half a
/// threshold before the first step.
inline constexpr std::uint64_t range_word = 1;
inline constexpr std::uint64_t signed_fire = 2;

/// What has fired is the index of a table: the lanes look up one behind the other, and the last
/// entry comes a cycle later.
inline constexpr std::uint64_t table_end = 1;

/// A streaming word loads the state that it had, multiplies it by what its decay leaves, adds it
/// and limits the sum before its one step.
inline constexpr std::uint64_t state_cycles = 4;

/// Before a row of words a pass that skips words at rest looks through the rows of the source that
/// its fields meet: a cycle each, and these until the last one counts. A skipped word is one.
inline constexpr std::uint64_t look_rows = 3;

/// Engines whose adder does not fire hold what they read: active map, codes and weights take so
/// many cycles more, in a pass with one term, or in each term of several; and a written code takes
/// one more at the end of a pass, which a pool of several terms hides.
inline constexpr std::uint64_t held_reads = 3;
inline constexpr std::uint64_t held_codes = 1;

/// Engines whose adder also fires gather nothing meanwhile: T steps of a word, and this.
inline constexpr std::uint64_t shared_fire = 1;
/// And at the end of a pass with several terms that is no pool. A fire pass with one term writes
/// all but its last word of codes there.
inline constexpr std::uint64_t shared_many_end = 1;

}  // namespace synfire::hw::timing
