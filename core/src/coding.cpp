// SPDX-License-Identifier: Apache-2.0
// Step values of the spike codes, and the spikes of a known code.
#include <synfire/core/coding.hpp>

#include <cstddef>
#include <cstdlib>

#include <synfire/core/neuron.hpp>

namespace synfire {

std::string_view to_string(coding kind) {
    switch (kind) {
    case coding::rate:
        return "rate";
    case coding::phase:
        return "phase";
    case coding::ttfs:
        return "ttfs";
    case coding::digit:
        return "digit";
    }
    return "unknown";
}

namespace {

std::vector<std::int32_t> digit_values(const code_window& window) {
    std::int32_t place = 1;
    for (std::int32_t i = 1; i < window.digits; ++i) { place *= window.base; }
    std::vector<std::int32_t> values;
    for (std::int32_t i = 0; i < window.digits; ++i, place /= window.base) {
        for (std::int32_t d = window.base - 1; d > 0; --d) { values.push_back(d * place); }
    }
    return values;
}

}  // namespace

std::vector<std::int32_t> step_values(const code_window& window) {
    if (window.kind == coding::digit) { return digit_values(window); }
    std::vector<std::int32_t> values;
    for (std::int32_t t = 0; t < window.steps; ++t) {
        switch (window.kind) {
        case coding::phase:
            values.push_back(std::int32_t{1} << (window.steps - 1 - t));
            break;
        case coding::ttfs:
            values.push_back(window.steps - t);
            break;
        default:
            values.push_back(1);
            break;
        }
    }
    return values;
}

std::int64_t max_code(const code_window& window) {
    switch (window.kind) {
    case coding::phase:
        return (std::int64_t{1} << window.steps) - 1;
    case coding::digit: {
        std::int64_t codes = 1;
        for (std::int32_t i = 0; i < window.digits; ++i) { codes *= window.base; }
        return codes - 1;
    }
    default:
        return window.steps;
    }
}

std::int32_t digit_of_step(const code_window& window, std::int32_t step) {
    if (window.kind == coding::ttfs) { return 0; }
    return window.kind == coding::digit ? step / (window.base - 1) : step;
}

std::vector<std::int32_t> spike_steps(const code_window& window, std::int32_t code) {
    return fire({.v = std::abs(std::int64_t{code}), .sign = 1, .theta = 1}, window);
}

}  // namespace synfire
