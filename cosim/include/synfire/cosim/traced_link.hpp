// SPDX-License-Identifier: Apache-2.0
// A link to a simulated core: it can also be watched, and counts its clock.
#pragma once

#include <cstdint>

#include <synfire/cosim/observer.hpp>
#include <synfire/hw/link.hpp>

namespace synfire::cosim {

class traced_link : public hw::link {
  public:
    /// Null: none, and the fast path. The observer must outlive its use here.
    virtual void set_observer(observer* seen_by) = 0;
    /// Clock cycles that were simulated since the core was made.
    virtual std::uint64_t cycle() const = 0;
    /// Pulls the reset pin for a few cycles. Registers are as after power-up, memories keep their
    /// contents.
    virtual void reset() = 0;
};

}  // namespace synfire::cosim
