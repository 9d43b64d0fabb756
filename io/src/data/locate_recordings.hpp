// SPDX-License-Identifier: Apache-2.0
// From what the user wrote to recordings of events: a folder per class, a list, or one file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <synfire/io/dataset.hpp>

namespace synfire::io {

/// One recording in a file of address events.
struct recording_place {
    std::filesystem::path file;           ///< empty: the one file that all recordings are in
    std::uint64_t offset = 0;             ///< of its first event, in bytes
    std::optional<std::uint64_t> events;  ///< none: all of the file
    std::int32_t label = -1;              ///< -1: none
};

/// Recordings of a folder whose subfolders are called 0, 1, 2, ... after their classes, or of the
/// Train or Test folder in it. In the order of their file names, so that the first samples are of
/// several classes. Empty where there are none.
std::vector<recording_place> recordings_in_folder(const std::filesystem::path& folder,
                                                  dataset_part part);

/// A list: CSV with a header; `file`, or `byte_offset` and `n_events`; `label` if there is one.
/// Other columns are passed over. Throws bad_input naming the line. `folder` is where files are.
std::vector<recording_place> parse_recording_list(std::string_view text, const std::string& where,
                                                  const std::filesystem::path& folder);

}  // namespace synfire::io
