// SPDX-License-Identifier: Apache-2.0
#include <synfire/core/readout.hpp>

#include <cmath>
#include <functional>

#include <synfire/core/error.hpp>

namespace synfire {

namespace {

void softmax(std::vector<double>& values, bool logarithm) {
    const double largest = *std::max_element(values.begin(), values.end());
    double sum = 0.0;
    for (const double v : values) { sum += std::exp(v - largest); }
    for (double& v : values) {
        v = logarithm ? v - largest - std::log(sum) : std::exp(v - largest) / sum;
    }
}

bool flattens(const std::vector<std::string>& functions) {
    return std::find(functions.begin(), functions.end(), "relu") != functions.end();
}

}  // namespace

void check_host_functions(const population& readout) {
    std::vector<double> nothing(1, 0.0);
    try {
        apply_host_functions(readout.host_functions, nothing);
    } catch (const bad_input& unknown) {
        error_facts facts = unknown.facts();
        facts.where = "population '" + readout.name + "'";
        throw bad_input(facts);
    }
}

void apply_host_functions(const std::vector<std::string>& functions, std::vector<double>& values) {
    for (const std::string& function : functions) {
        if (values.empty() || function == "argmax") { continue; }
        if (function == "relu") {
            for (double& v : values) { v = std::max(v, 0.0); }
        } else if (function == "sigmoid") {
            for (double& v : values) { v = 1.0 / (1.0 + std::exp(-v)); }
        } else if (function == "softmax" || function == "log_softmax") {
            softmax(values, function == "log_softmax");
        } else {
            throw bad_input({"read-out", "unknown host function", function,
                             "relu, sigmoid, softmax, log_softmax or argmax", ""});
        }
    }
}

std::vector<double> readout_values(const population& readout,
                                   std::span<const std::int64_t> potentials) {
    std::vector<double> values;
    const auto channels = static_cast<std::size_t>(readout.shape.channels);
    for (std::size_t n = 0; n < potentials.size(); ++n) {
        const double scale = readout.scale.empty() ? 1.0 : readout.scale[n % channels];
        values.push_back(static_cast<double>(potentials[n]) * scale);
    }
    apply_host_functions(readout.host_functions, values);
    return values;
}

std::int32_t readout_class(const population& readout, std::span<const std::int64_t> potentials) {
    return flattens(readout.host_functions) ? arg_max(readout_values(readout, potentials))
                                            : arg_max(potentials);
}

double readout_lead(const population& readout, std::span<const std::int64_t> potentials) {
    std::vector<double> values = readout_values(readout, potentials);
    std::nth_element(values.begin(), values.begin() + 1, values.end(), std::greater<>());
    return values[0] - values[1];
}

}  // namespace synfire
