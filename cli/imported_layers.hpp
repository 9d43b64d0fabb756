// SPDX-License-Identifier: Apache-2.0
// What `synfire convert` says about a model that was quantised already.
#pragma once

#include <nlohmann/json.hpp>
#include <synfire/converters/convert.hpp>
#include <vector>

#include "command.hpp"

namespace synfire::cli {

/// The certificate, layer by layer, and what it adds up to.
void print_imported(const output& out, const converters::conversion& conversion);

/// The same as JSON, with the first differences of each layer.
nlohmann::ordered_json imported_json(const std::vector<converters::imported_layer>& layers);

}  // namespace synfire::cli
