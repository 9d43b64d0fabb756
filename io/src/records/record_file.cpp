// SPDX-License-Identifier: Apache-2.0
#include <synfire/io/record_file.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "../fail.hpp"
#include "record_formats.hpp"

namespace synfire::io {

namespace {

enum class record_format { csv, npz, hdf5 };

record_format format_of_records(const std::filesystem::path& path) {
    const std::filesystem::path extension = path.extension();
    if (extension == ".csv") { return record_format::csv; }
    if (extension == ".npz") { return record_format::npz; }
    if (extension == ".h5" || extension == ".hdf5") { return record_format::hdf5; }
    fail(path.string(), "the name does not tell the format of the records",
         path.filename().string(), ".h5, .hdf5, .npz or .csv");
}

std::string without_slashes(std::string part) {
    std::replace(part.begin(), part.end(), '/', '_');
    if (part.empty() || part == "." || part == "..") { part += '_'; }
    return part;
}

}  // namespace

std::vector<std::string> path_parts(const std::vector<record_table>& tables) {
    std::map<std::string, std::string> part_of;  // by group
    std::set<std::string> taken;
    std::vector<std::string> parts;
    for (const record_table& t : tables) {
        const auto [entry, first] = part_of.emplace(t.group, without_slashes(t.group));
        while (first && !taken.insert(entry->second).second) { entry->second += '_'; }
        parts.push_back(entry->second);
    }
    return parts;
}

void check_record_file_name(const std::filesystem::path& path) { format_of_records(path); }

std::unique_ptr<record_file> create_record_file(const std::filesystem::path& path,
                                                std::vector<record_table> tables) {
    switch (format_of_records(path)) {
    case record_format::csv:
        return create_csv_records(path, std::move(tables));
    case record_format::npz:
        return create_npz_records(path, std::move(tables));
    default:
        return create_hdf5_records(path, std::move(tables));
    }
}

}  // namespace synfire::io
