// SPDX-License-Identifier: Apache-2.0
#include "values.hpp"

#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "../fail.hpp"

namespace synfire::io {

void check_finite(std::span<const float> values, std::size_t sample_size,
                  const std::string& where) {
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (!std::isfinite(values[i])) {
            fail(where, "holds a value that is not a finite number",
                 fmt::format("{} at value {} of sample {}", values[i], i % sample_size,
                             i / sample_size));
        }
    }
}

void check_complete(const dataset& data, const std::string& where) {
    const std::size_t samples = data.size();
    if (samples == 0) { fail(where, "holds no samples"); }
    if (!data.labels.empty() && data.labels.size() != samples) {
        fail(where, "has not one label per sample", fmt::format("{} labels", data.labels.size()),
             fmt::format("{} labels", samples));
    }
    if (!data.targets.empty() && data.targets.size() != samples * data.target_size) {
        fail(where, "has not one set of targets per sample",
             fmt::format("{} values", data.targets.size()),
             fmt::format("{} for each of {} samples", data.target_size, samples));
    }
}

std::size_t checked_product(std::span<const std::int64_t> extents, const std::string& where) {
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max() / 8;
    std::int64_t product = 1;
    for (const std::int64_t extent : extents) {
        if (extent < 0 || (extent != 0 && product > most / extent)) {
            fail(where, "has an impossible shape", shape_text(extents));
        }
        product *= extent;
    }
    return static_cast<std::size_t>(product);
}

std::string shape_text(std::span<const std::int64_t> shape) {
    return shape.empty() ? "a single value"
                         : fmt::format("{}", fmt::join(shape.begin(), shape.end(), " x "));
}

std::int32_t checked_label(std::int64_t value, std::size_t sample, const std::string& where) {
    if (value < 0 || value > std::numeric_limits<std::int32_t>::max()) {
        fail(where, "holds an impossible label", fmt::format("{} for sample {}", value, sample),
             "0, 1, 2, ...");
    }
    return static_cast<std::int32_t>(value);
}

}  // namespace synfire::io
