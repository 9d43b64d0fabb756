// SPDX-License-Identifier: Apache-2.0
// The accelerator's part of compare: counts of the RTL where this build has it, else of the cycle
// model, and the reason where neither can be had.
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include <synfire/core/dataset.hpp>
#include <synfire/core/network.hpp>

#include "hardware.hpp"

namespace synfire::cli {

struct compared_hardware {
    std::optional<hardware_result> counted{};
    std::string note{};  ///< why there are no counts, or none of the RTL; empty: nothing to say

    bool equal() const { return !counted || counted->equal(); }
};

/// About half a minute of RTL: the largest zoo networks would take many minutes for 16 samples.
inline constexpr std::uint64_t most_compared_cycles = 25'000'000;

/// The first `samples` of the data (0: none); it stops after the sample that reaches `most_cycles`.
/// A network that the engine cannot run is no error here: the note says why, as it does where fewer
/// samples were counted.
compared_hardware count_on_hardware(const network& net, const dataset& data, std::size_t samples,
                                    int lanes, std::uint64_t most_cycles = most_compared_cycles);

/// Keys hardware (null where nothing was counted) and hardware_note.
void add_compared_hardware(nlohmann::ordered_json& json, const network& net,
                           const compared_hardware& hardware);

std::vector<std::string> describe(const network& net, const compared_hardware& hardware);

}  // namespace synfire::cli
