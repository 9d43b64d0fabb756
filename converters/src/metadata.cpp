// SPDX-License-Identifier: Apache-2.0
#include "metadata.hpp"

#include <charconv>
#include <cmath>

#include <synfire/core/error.hpp>

namespace synfire::converters {

std::vector<double> metadata_numbers(const model_graph& model, const std::string& key) {
    const auto found = model.metadata.find(key);
    if (found == model.metadata.end()) { return {}; }
    std::vector<double> values;
    const std::string& text = found->second;
    for (const char* at = text.data(); at < text.data() + text.size();) {
        while (at < text.data() + text.size() && (*at == ' ' || *at == ',')) { ++at; }
        double value = 0.0;
        const auto [end, failure] = std::from_chars(at, text.data() + text.size(), value);
        if (failure != std::errc{} || !std::isfinite(value)) {
            throw bad_input({model.source, "metadata " + key + " is no list of numbers",
                             "'" + text + "'", "numbers separated by commas",
                             "correct it, or give the value on the command line"});
        }
        values.push_back(value);
        at = end;
        while (at < text.data() + text.size() && *at == ' ') { ++at; }
    }
    return values;
}

}  // namespace synfire::converters
