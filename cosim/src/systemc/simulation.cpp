// SPDX-License-Identifier: Apache-2.0
#include "simulation.hpp"

#include <systemc>

#include <synfire/core/error.hpp>

// SystemC's library wants this function even where a program has a main() of its own.
__attribute__((weak)) int sc_main(int, char**) { return 0; }

namespace synfire::cosim {

void claim_simulation() {
    static bool claimed = false;
    if (claimed || sc_core::sc_start_of_simulation_invoked())
        throw bad_input({.where = "SystemC",
                         .what = "there can be one simulation per process",
                         .found = "a second one",
                         .expected = {},
                         .hint = "start the program again, or use the RTL model without SystemC"});
    claimed = true;
    // Calls of the links may find that there is nothing to do.
    sc_core::sc_report_handler::set_actions(sc_core::SC_ID_NO_SC_START_ACTIVITY_,
                                            sc_core::SC_DO_NOTHING);
}

}  // namespace synfire::cosim
