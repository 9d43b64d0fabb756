// SPDX-License-Identifier: Apache-2.0
// One population's real dynamics and maps as integers on one unit per channel.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "linear_map.hpp"
#include "model.hpp"

namespace synfire::converters::nir {

/// What leads into a population by one path: rows in units of the potential, per code of the
/// source.
struct real_path {
    std::size_t source = 0;  ///< population number
    linear_map map;
    std::int32_t delay = 0;
    double largest_code = 1.0;  ///< of the source in a step
};

struct real_layer {
    model_population part;
    std::vector<real_path> paths;
    std::vector<double> bias;  ///< per element, in units of the potential
};

/// Real value of one unit of potential, per channel of the layout. Readouts: equal in all channels.
std::vector<double> units_of(const real_layer& layer, const shape& layout,
                             const nir_conversion_options& options);

/// The integer population; units_of gave `units`.
population quantised(const real_layer& layer, const shape& layout, const std::vector<double>& units,
                     const nir_conversion_options& options);

/// The projection of one path; `error` collects squared error and squared weight.
struct weight_error {
    double error = 0.0;
    double weight = 0.0;
};
struct projection_grid {
    const shape& from;
    const shape& to;
    const std::vector<double>& units;  ///< of the target
    int weight_bits = 8;
};
projection projection_of(const real_path& path, const projection_grid& grid, weight_error& error);

}  // namespace synfire::converters::nir
