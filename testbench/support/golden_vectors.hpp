// SPDX-License-Identifier: Apache-2.0
// Reader of the vectors in testbench/golden: networks, encoded inputs and everything that must come
// out.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <synfire/core/activity.hpp>
#include <synfire/core/network.hpp>
#include <synfire/core/streaming.hpp>
#include <synfire/sim/encode.hpp>

namespace synfire::test {

struct golden_population {
    std::int32_t start = 0;
    spike_train spikes;
    std::vector<std::int32_t> codes;       ///< empty for readouts
    std::vector<std::int64_t> potentials;  ///< empty where there is none
    population_activity counts;
    std::optional<std::size_t> arg_max;  ///< readouts

    // Streaming.
    std::vector<std::int64_t> currents;  ///< final synaptic current
    clamp_flags flags;
    std::vector<std::int64_t> answer;  ///< readouts: last, sum or maximum
};

struct golden_sample {
    std::vector<sim::encoded_input> inputs;      ///< per input population, in file order
    std::vector<golden_population> populations;  ///< in file order of the network
    std::vector<projection_activity>
        projections;  ///< synaptic_events and synaptic_events_nonzero only
    activity_totals totals;
    std::int32_t latency_steps = 0;
};

struct golden_case {
    std::string name;
    network net;
    std::vector<int> widths;
    std::vector<golden_sample> samples;
};

/// All vector files of one execution, sorted.
std::vector<std::filesystem::path> golden_files(execution kind = execution::synchronous);

/// Throws on files that do not have the documented form.
golden_case read_golden(const std::filesystem::path& file);

}  // namespace synfire::test
