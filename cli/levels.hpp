// SPDX-License-Identifier: Apache-2.0
// The ladder on data: trained network (L0), quantised network (L2), spiking network (L4); every
// neuron compared.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include <synfire/converters/convert.hpp>
#include <synfire/core/dataset.hpp>

#include "accuracy.hpp"
#include "regression.hpp"

namespace synfire::cli {

/// First place where the spiking network differs from the quantised one, in network order.
struct level_difference {
    std::size_t sample = 0;
    std::string layer;
    std::size_t neuron = 0;
    std::string field;  ///< "code" or "potential"
    std::int64_t expected = 0;
    std::int64_t found = 0;
};

struct level_comparison {
    prediction_score trained;
    prediction_score quantised;
    prediction_score spiking;
    std::size_t neurons_compared = 0;  ///< codes and potentials, over all samples
    std::size_t different = 0;
    std::size_t lost = 0;    ///< right in the trained network, wrong in the spiking one
    std::size_t gained = 0;  ///< the other way round
    std::optional<level_difference> first_difference;
    std::vector<output_fidelity> fidelity;  ///< spiking against trained, every output
};

struct level_inputs {
    const std::filesystem::path& model;
    const converters::conversion& conversion;
    const dataset& data;
    std::size_t samples = 0;  ///< 0: all
    std::function<void(std::size_t done, std::size_t all)> progress;
};

level_comparison compare_levels(const level_inputs& inputs);

/// Samples [first, first + count) of a data set.
dataset slice(const dataset& data, std::size_t first, std::size_t count);

}  // namespace synfire::cli
