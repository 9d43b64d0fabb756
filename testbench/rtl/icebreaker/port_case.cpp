// SPDX-License-Identifier: Apache-2.0
#include "port_case.hpp"

#include <cli/run_program.hpp>
#include <support/catch.hpp>

namespace synfire::test {

std::string digits_net(const scratch_folder& folder) {
    std::string net = (folder / "net.snn").string();
    const program_run run = synfire_program({"convert", digits_model().string(), "--calibration",
                                             "digits", "--calibration-samples", "16", "-o", net});
    INFO(run.err);
    REQUIRE(run.status == 0);
    return net;
}

}  // namespace synfire::test
