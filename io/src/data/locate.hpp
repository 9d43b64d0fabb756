// SPDX-License-Identifier: Apache-2.0
// From what the user wrote to files: built-in names, folders with standard names, pairs, single
// files.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <synfire/io/dataset.hpp>

namespace synfire::io {

struct data_location {
    std::string name;                            ///< for dataset.name and messages
    std::vector<std::filesystem::path> samples;  ///< CIFAR-10's training part has five files
    std::filesystem::path labels;                ///< empty: none, or in the sample files
};

/// Throws bad_input where there is nothing of that name, with what would help.
data_location locate_data(const std::string& name_or_path, dataset_part part);

}  // namespace synfire::io
