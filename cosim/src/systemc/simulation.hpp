// SPDX-License-Identifier: Apache-2.0
// What both links share: SystemC can be elaborated once per process.
#pragma once

namespace synfire::cosim {

/// Throws bad_input where a simulation was elaborated before.
void claim_simulation();

}  // namespace synfire::cosim
