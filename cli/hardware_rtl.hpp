// SPDX-License-Identifier: Apache-2.0
// The RTL's side of a co-simulation: one engine with its program loaded, sample by sample.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include <synfire/core/network.hpp>
#include <synfire/cosim/cosimulation.hpp>
#include <synfire/hw/image.hpp>

#include "hardware.hpp"

namespace synfire::cli {

/// The engine that the options ask for. Throws internal_error for a board that is unknown.
hw::engine_config engine_config_of(const hardware_options& options);

/// What the RTL did with one sample.
struct rtl_sample {
    counter_values total{};
    /// Per population, in file order; the first to run holds what the input writer counted. Empty
    /// without comparison of spikes.
    std::vector<counter_values> layers{};
    std::optional<hardware_difference> difference{};
};

class rtl_side {
  public:
    /// Loads the program; `net`: what one run of it computes. Throws bad_input where this build has
    /// no such engine.
    rtl_side(const network& net, const hw::image& image, const hardware_options& options);
    ~rtl_side();
    rtl_side(const rtl_side&) = delete;
    rtl_side& operator=(const rtl_side&) = delete;

    /// Sends the spikes of the input, and compares what follows with what the simulator recorded;
    /// `later`: a further step of the same sample.
    rtl_sample run(const sim::sample_result& expected, bool later);

    const cosim::cosimulation_result& totals() const;

  private:
    struct implementation;
    std::unique_ptr<implementation> self_;
};

}  // namespace synfire::cli
