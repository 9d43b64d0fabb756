// SPDX-License-Identifier: Apache-2.0
// One maker per format of records.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <synfire/io/record_file.hpp>

namespace synfire::io {

std::unique_ptr<record_file> create_csv_records(const std::filesystem::path& path,
                                                std::vector<record_table> tables);
std::unique_ptr<record_file> create_npz_records(const std::filesystem::path& path,
                                                std::vector<record_table> tables);
std::unique_ptr<record_file> create_hdf5_records(const std::filesystem::path& path,
                                                 std::vector<record_table> tables);

/// Per table its group's name as part of a path in a file: no slashes, not "." or "..", and another
/// one for every other group.
std::vector<std::string> path_parts(const std::vector<record_table>& tables);

}  // namespace synfire::io
