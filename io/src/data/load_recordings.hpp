// SPDX-License-Identifier: Apache-2.0
// Data that are recordings of events, if they are.
#pragma once

#include <optional>
#include <string>

#include <synfire/io/dataset.hpp>

namespace synfire::io {

/// Recordings of that name; none where the name means something else, or nothing. Throws bad_input
/// for recordings that cannot be used.
std::optional<dataset> load_recordings(const std::string& name_or_path, dataset_part part);

}  // namespace synfire::io
