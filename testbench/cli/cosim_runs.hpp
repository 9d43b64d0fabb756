// SPDX-License-Identifier: Apache-2.0
// Networks of the zoo, and runs of synfire cosim on them.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include <unit/io/scratch_folder.hpp>

#include "run_program.hpp"

namespace synfire::test {

/// False: prints why, and the case ends.
bool has_rtl();

/// net.snn of a zoo network in a folder, with a short calibration; its path.
std::string zoo_net(const scratch_folder& folder, const std::string& name, const std::string& data,
                    const std::vector<std::string>& more = {});
std::string digits_net(const scratch_folder& folder, const std::vector<std::string>& more = {});

/// With its JSON on standard output.
program_run cosim(const std::string& net, const std::string& data, const std::string& samples,
                  const std::vector<std::string>& more = {});

/// Requires status 0 and everything equal; the JSON.
nlohmann::json equal_result(const program_run& run);

}  // namespace synfire::test
