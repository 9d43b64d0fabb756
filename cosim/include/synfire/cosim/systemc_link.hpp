// SPDX-License-Identifier: Apache-2.0
// Host code drives the core through SystemC: behind TLM-2.0, or pin by pin. No SystemC header is
// needed here. SystemC has one simulation per process, so one link per process.
#pragma once

#include <memory>

#include <synfire/cosim/rtl_model.hpp>
#include <synfire/cosim/traced_link.hpp>
#include <synfire/hw/config.hpp>

namespace synfire::cosim {

/// Through the module of systemc_module.hpp and two FIFOs. A pushed word is taken when it is in the
/// FIFO. Throws bad_input where the RTL model would, and where SystemC ran in this process before.
std::unique_ptr<traced_link> make_systemc_link(const hw::engine_config& config,
                                               const rtl_options& options = {});

/// The configuration of the pin-level model: small, to build and simulate quickly.
hw::engine_config pin_config();

/// The core as a module with sc_signal pins and a clock. `patience_cycles` as in rtl_options.
std::unique_ptr<traced_link> make_pin_link(std::uint64_t patience_cycles = 1'000'000);

}  // namespace synfire::cosim
