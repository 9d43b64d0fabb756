// SPDX-License-Identifier: Apache-2.0
// THE integer neuron of streaming execution, one step of one neuron; state lives with the caller.
// Engines with vector code are checked against this one.
#pragma once

#include <cstddef>
#include <cstdint>

#include <synfire/core/network.hpp>

namespace synfire {

/// Which clamps changed a value in this sample.
struct clamp_flags {
    bool s_min = false;
    bool s_max = false;
    bool v_min = false;
    bool v_max = false;

    friend bool operator==(const clamp_flags&, const clamp_flags&) = default;
};

/// sign(x) * ((abs(x) * (2^bits - d)) >> bits): towards zero. Precondition: abs(x) < 2^46.
constexpr std::int64_t decayed(std::int64_t x, std::int32_t d, std::int32_t bits) {
    const std::int64_t magnitude = x < 0 ? -x : x;
    const std::int64_t kept = (magnitude * ((std::int64_t{1} << bits) - d)) >> bits;
    return x < 0 ? -kept : kept;
}

/// Limits x to the range; sets a flag where that changes it.
constexpr std::int64_t clamped(std::int64_t x, const state_range& range, bool& low, bool& high) {
    if (x < range.lo) {
        low = true;
        return range.lo;
    }
    if (x > range.hi) {
        high = true;
        return range.hi;
    }
    return x;
}

/// What a neuron keeps from step to step.
struct streaming_state {
    std::int64_t v = 0;
    std::int64_t s = 0;
    std::int32_t refractory = 0;  ///< steps still to go
};

/// One step of one neuron with i = bias + everything that arrives in it; true where it fires.
/// Read-outs never fire. Precondition: the network is valid and streaming.
bool step_neuron(const population& p, std::size_t neuron, std::int64_t input,
                 streaming_state& state, clamp_flags& flags);

/// Changes the steps of a streaming network's samples; expected activity, which belongs to another
/// length, is dropped. Throws bad_input for a synchronous network and for impossible numbers.
void set_steps(network& net, std::int32_t steps);

}  // namespace synfire
