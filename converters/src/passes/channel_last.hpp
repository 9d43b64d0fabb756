// SPDX-License-Identifier: Apache-2.0
// Graphs from channel-last frameworks begin by transposing the image; that is a matter of layout,
// not of work.
#pragma once

#include <optional>

#include "../graph/model_graph.hpp"

namespace synfire::converters {

/// The value {C, H, W} that the model makes of its input {H, W, C} before anything else, or none.
std::optional<value_id> channel_first_image(const model_graph& model, value_id input);

}  // namespace synfire::converters
