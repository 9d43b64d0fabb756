// SPDX-License-Identifier: Apache-2.0
// Reading one group of a file that nobody vouches for: every type, extent and storage is checked
// before a value is read, and members that nobody asked for are an error.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "hdf5.hpp"
#include "hdf5_types.hpp"

namespace synfire::io {

/// An open group, its place for messages and what has been read of it.
class hdf5_group {
  public:
    /// The root group of a file. `max_bytes`: no dataset may be larger.
    hdf5_group(const hdf5_handle& file, std::string where, std::uint64_t max_bytes);

    bool has_attribute(const char* name) const;
    bool has_member(const char* name) const;

    std::string text(const char* name);
    double real(const char* name);
    /// Integers of any width; throws unless there are `values.size()` of them and each is in lo ..
    /// hi.
    void integers(const char* name, std::span<std::int64_t> values, std::int64_t lo,
                  std::int64_t hi);

    /// Whole datasets of one axis.
    template <file_number T>
    std::vector<T> vector(const char* name);
    std::vector<std::string> texts(const char* name);

    hdf5_group member(const char* name);
    std::size_t member_count() const;

    /// Throws where the group holds attributes or members that were not read.
    void finish() const;

    const std::string& where() const { return where_; }
    std::string field(const char* name) const;

  private:
    hdf5_group(hdf5_handle group, std::string where, std::uint64_t max_bytes, int);

    hdf5_handle open_attribute(const char* name);
    hdf5_handle open_dataset(const char* name);
    void check_hard_link(const char* name) const;
    void check_storage(const hdf5_handle& dataset, const std::string& place) const;
    std::size_t checked_extent(const hdf5_handle& dataset, std::size_t value_size,
                               const std::string& place) const;

    hdf5_handle group_;
    std::string where_;
    std::uint64_t max_bytes_;
    std::set<std::string> attributes_read_;
    std::set<std::string> members_read_;
};

}  // namespace synfire::io
