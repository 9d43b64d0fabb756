// SPDX-License-Identifier: Apache-2.0
// What the trace port of the core says while it runs, as callbacks.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include <synfire/hw/registers.hpp>

namespace synfire::cosim {

/// One word of one group of channels has its spikes: one position, or neighbours in a row
/// (hw::map_info::positions).
struct trace_word {
    std::uint32_t layer = 0;     ///< population number
    std::uint32_t channel = 0;   ///< first channel of the group
    std::uint32_t position = 0;  ///< number among the words of its pass: mostly row by row
    std::span<const std::uint16_t>
        patterns;  ///< one per lane: bit T-1-t is the spike at step t, bit 15 (where T is less) a
                   ///< sign; gone after the call
    std::uint64_t cycle = 0;  ///< since the model was made
};

/// One potential of a read-out is final.
struct trace_potential {
    std::uint32_t layer = 0;
    std::uint32_t channel = 0;
    std::uint32_t position = 0;  ///< number among those of its pass
    std::int32_t value = 0;
    std::uint64_t cycle = 0;
};

/// The last word of a population has left the engine.
struct trace_layer_end {
    std::uint32_t layer = 0;
    std::array<std::uint32_t, hw::counter_count> counters{};  ///< totals since they were cleared
    std::uint64_t cycle = 0;
};

/// Callbacks come between clock edges. A callback may throw: the exception leaves through the call
/// that ran the clock, and the model is as if that cycle had not been begun.
class observer {
  public:
    observer() = default;
    virtual ~observer() = default;
    observer(const observer&) = delete;
    observer& operator=(const observer&) = delete;

    virtual void word(const trace_word& seen) = 0;
    virtual void potential(const trace_potential& seen) = 0;
    virtual void layer_end(const trace_layer_end& seen) = 0;
};

}  // namespace synfire::cosim
