// SPDX-License-Identifier: Apache-2.0
// Tables that grow row by row on disk, for records of any length: HDF5, NumPy or CSV. Memory does
// not grow with the rows. The layout of the files is docs/reference/data-formats.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace synfire::io {

/// A column of 32-bit integers or of real numbers; one value per row, or `width` of them.
struct record_column {
    std::string name;
    bool real = false;
    std::size_t width = 1;
};

struct record_table {
    std::string group;  ///< of tables that belong together: what is looked at, like "conv1"
    std::string name;   ///< how, like "spikes"
    std::vector<record_column> columns;
    std::vector<std::pair<std::string, std::string>> notes;  ///< HDF5 only: attributes
};

/// Rows of one column, width values each.
using record_values = std::variant<std::span<const std::int32_t>, std::span<const double>>;

class record_file {
  public:
    record_file() = default;
    record_file(const record_file&) = delete;
    record_file& operator=(const record_file&) = delete;
    virtual ~record_file() = default;

    /// Adds rows to a table. Precondition: one entry per column, all of the same number of rows.
    /// Throws bad_input where they cannot be written.
    virtual void append(std::size_t table, std::size_t rows,
                        std::span<const record_values> columns) = 0;

    /// Makes it the file; until then there is only a temporary, which is gone without.
    virtual void commit() = 0;

    /// What a signal should remove.
    virtual std::vector<std::string> temporaries() const = 0;
};

/// By the name: .h5 or .hdf5, .npz, .csv. Throws bad_input for other names, and where the file
/// cannot be written.
std::unique_ptr<record_file> create_record_file(const std::filesystem::path& path,
                                                std::vector<record_table> tables);

/// Throws bad_input for a name that create_record_file does not take.
void check_record_file_name(const std::filesystem::path& path);

}  // namespace synfire::io
