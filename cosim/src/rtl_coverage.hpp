// SPDX-License-Identifier: Apache-2.0
// Which lines and signals of the Verilog a simulation reached; only in builds with
// SYNFIRE_RTL_COVERAGE (scripts/dev rtl-coverage). Include it where a Verilated class is made.
#pragma once

#include <verilated.h>

#if VM_COVERAGE
#include <verilated_cov.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <string>
#endif

namespace synfire::cosim {

/// Writes what the classes of a context reached to a new file in the folder that the environment's
/// SYNFIRE_RTL_COVERAGE names, if it names one.
inline void save_coverage([[maybe_unused]] VerilatedContext& context) {
#if VM_COVERAGE
    static std::atomic<int> files{0};
    if (const char* const folder = std::getenv("SYNFIRE_RTL_COVERAGE")) {
        const std::string name =
            std::to_string(std::chrono::steady_clock::now().time_since_epoch().count()) + "-"
            + std::to_string(files++) + ".dat";
        context.coveragep()->write((std::string(folder) + "/" + name).c_str());
    }
#endif
}

}  // namespace synfire::cosim
