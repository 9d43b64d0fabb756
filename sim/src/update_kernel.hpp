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
    std::int32_t decay_bits;
};

/// 64 neurons. A decay d takes ceil(abs(x) * d / 2^k) from x, which is what the shift of the
/// semantics takes; 32 bits hold that product where the plan has proven so. Elsewhere decays are
/// factors (2^k - d) / 2^k: exact in double, and so are their products with 32-bit states.
struct update_block {
    std::int32_t* v;
    std::int32_t* s;
    std::uint32_t* arrivals;  ///< set to 0
    const std::int32_t* bias;
    const std::int32_t* theta;
    const std::uint32_t* decay_v;
    const std::uint32_t* decay_s;
    const double* keep_v;
    const double* keep_s;
    std::uint64_t resting;  ///< one bit per neuron that has fired a short time ago
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

enum class firing_kind { none, subtract, zero };
enum class resting_kind { none, hold, integrate };

/// What has been proven about the states of a population.
enum class state_kind {
    free,     ///< no clamp ever changes a value; products of decays fit 32 bits
    clamped,  ///< products of decays fit 32 bits
    wide
};

/// Kinds of neurons, each with a function of its own.
struct update_kind {
    firing_kind fires;
    resting_kind rests;
    state_kind states;
    bool has_current;
    bool leaks;

    /// Only neurons that fire rest.
    constexpr std::size_t index() const {
        const auto number = [](auto kind) { return static_cast<std::size_t>(kind); };
        const std::size_t spiking =
            fires == firing_kind::none ? 0 : number(fires) * 3 - 2 + number(rests);
        return (spiking * 3 + number(states)) * 4 + (has_current ? 2U : 0U) + (leaks ? 1U : 0U);
    }
};

inline constexpr std::size_t update_kinds = 84;

using update_function = update_outcome (*)(const update_rules& rules, const update_block& block);

struct update_table {
    update_function functions[update_kinds];  ///< by update_kind::index()

    update_function of(const update_kind& kind) const { return functions[kind.index()]; }
};

}  // namespace synfire::sim
