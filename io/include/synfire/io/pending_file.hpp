// SPDX-License-Identifier: Apache-2.0
// A file that is written bit by bit and still is the old one or the new one, never a half.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace synfire::io {

/// Lies under a temporary name beside its target until commit(), and is gone without. Devices and
/// pipes are written in place, links are followed.
class pending_file {
  public:
    /// Throws bad_input where the target cannot be written.
    explicit pending_file(const std::filesystem::path& target);
    ~pending_file();
    pending_file(const pending_file&) = delete;
    pending_file& operator=(const pending_file&) = delete;

    /// Where the content lies for now; the target itself where it is written in place.
    const std::filesystem::path& path() const { return path_; }

    /// Throws bad_input where the disk is full.
    void append(std::span<const std::byte> content);
    void append(std::string_view content);

    /// Makes it the file, durably. Once.
    void commit();

  private:
    std::string where_;
    std::filesystem::path target_;
    std::filesystem::path path_;
    int file_ = -1;
    bool in_place_ = false;
};

}  // namespace synfire::io
