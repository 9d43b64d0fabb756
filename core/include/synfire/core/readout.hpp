// SPDX-License-Identifier: Apache-2.0
// What a read-out says: real values in the units of the trained network, and the class.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include <synfire/core/network.hpp>

namespace synfire {

/// Index of the largest value, the lowest on ties; -1 for no values.
template <typename Values>
std::int32_t arg_max(const Values& values) {
    if (values.empty()) { return -1; }
    const auto first = values.begin();
    return static_cast<std::int32_t>(std::max_element(first, values.end()) - first);
}

/// Applies functions that the model has behind its last layer: relu, sigmoid, softmax, log_softmax;
/// argmax leaves the values as they are. Throws bad_input for another name.
void apply_host_functions(const std::vector<std::string>& functions, std::vector<double>& values);

/// Throws bad_input where apply_host_functions would, before anything has run.
void check_host_functions(const population& readout);

/// Real values of a read-out: potential times scale, then its host functions. Order of neurons.
std::vector<double> readout_values(const population& readout,
                                   std::span<const std::int64_t> potentials);

/// Class by arg-max of the real values. Without functions that flatten (relu) it is the arg-max of
/// the potentials, exactly.
std::int32_t readout_class(const population& readout, std::span<const std::int64_t> potentials);

/// By how much the best real value is ahead of the next best. Precondition: at least two neurons.
double readout_lead(const population& readout, std::span<const std::int64_t> potentials);

}  // namespace synfire
