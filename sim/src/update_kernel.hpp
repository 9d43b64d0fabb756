// SPDX-License-Identifier: Apache-2.0
// One step of 64 neurons behind one function per kind of neuron and instruction set. Raw pointers
// only, for the reason given in kernels.hpp.
#pragma once

#include <cstddef>
#include <cstdint>

namespace synfire::sim {

inline constexpr std::size_t block_neurons = 64;

/// What all neurons of a population have in common.
struct update_rules {
    std::int32_t s_lo;
    std::int32_t s_hi;
    std::int32_t v_lo;
    std::int32_t v_hi;
    std::int32_t refractory;
    std::int32_t zero_reset;  ///< all ones: the reset is to zero; 0: by subtraction
};

/// 64 neurons. Decays are factors (2^k - d) / 2^k: exact in double, and so are their products with
/// 32-bit states, so that truncation gives the shift of the semantics.
struct update_block {
    std::int32_t* v;
    std::int32_t* s;
    std::int32_t* refractory;
    std::uint32_t* arrivals;  ///< set to 0
    const std::int32_t* bias;
    const std::int32_t* theta;
    const double* keep_v;
    const double* keep_s;
};

struct update_outcome {
    std::uint64_t fired;    ///< one bit per neuron
    std::uint32_t changed;  ///< 0: nothing arrived and nothing changed, so the next step without
                            ///< arrivals would change nothing either
    std::uint32_t flags;    ///< bits below
};

inline constexpr std::uint32_t flag_s_min = 1;
inline constexpr std::uint32_t flag_s_max = 2;
inline constexpr std::uint32_t flag_v_min = 4;
inline constexpr std::uint32_t flag_v_max = 8;

/// Kinds of neurons, each with a function of its own.
struct update_kind {
    bool fires;
    bool has_current;
    bool leaks;
    int refractory;  ///< 0: none, 1: hold, 2: integrate

    constexpr std::size_t index() const {
        const std::size_t flags = (fires ? 1U : 0U) + (has_current ? 2U : 0U) + (leaks ? 4U : 0U);
        return flags + 8U * static_cast<std::size_t>(refractory);
    }
};

inline constexpr std::size_t update_kinds = 24;

using update_function = update_outcome (*)(const update_rules& rules, const update_block& block);

}  // namespace synfire::sim
