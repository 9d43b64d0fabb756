// SPDX-License-Identifier: Apache-2.0
// Spikes against products on the same engine: the accelerator and its dense twins, each counted by
// its cycle model, with the bill of what they counted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include <synfire/core/dataset.hpp>
#include <synfire/core/network.hpp>
#include <synfire/energy/cost_table.hpp>
#include <synfire/energy/interval.hpp>

#include "compare_hardware.hpp"

namespace synfire::cli {

/// One engine; counts are means per inference.
struct engine_bill {
    int arithmetic = 0;  ///< of hw::engine_config
    counter_values sums{};
    std::vector<hardware_layer> layers{};
    std::optional<energy::interval> total_pj{};
};

struct engine_bills {
    std::size_t samples = 0;
    int lanes = 0;
    std::vector<engine_bill> engines{};  ///< spiking, dense, skipping
};

/// The samples that the accelerator has run; nothing where it was found wrong, or ran none. Throws
/// internal_error where a twin's counts are not the simulator's.
engine_bills bill_engines(const network& net, const dataset& data,
                          const compared_hardware& hardware, const energy::cost_table& table);

/// Key engines: one entry per engine.
void add_engines(nlohmann::ordered_json& json, const network& net, const engine_bills& bills);

std::vector<std::string> describe(const network& net, const engine_bills& bills);

}  // namespace synfire::cli
