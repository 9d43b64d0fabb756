// SPDX-License-Identifier: Apache-2.0
// A folder of its own for a test that writes files; gone afterwards.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

namespace synfire::test {

class scratch_folder {
  public:
    scratch_folder()
        : path_((std::filesystem::temp_directory_path() / "synfire-io-XXXXXX").string()) {
        if (::mkdtemp(path_.data()) == nullptr) {
            throw std::runtime_error("cannot make " + path_);
        }
    }
    ~scratch_folder() {
        std::error_code error;
        std::filesystem::remove_all(path_, error);
    }
    scratch_folder(const scratch_folder&) = delete;
    scratch_folder& operator=(const scratch_folder&) = delete;

    std::filesystem::path operator/(const std::string& name) const {
        return std::filesystem::path(path_) / name;
    }
    std::filesystem::path path() const { return path_; }

    /// Number of entries, to see that nothing was left behind.
    std::size_t entries() const {
        const auto all = std::filesystem::directory_iterator(path_);
        return static_cast<std::size_t>(std::distance(begin(all), end(all)));
    }
    /// Writes without the code under test.
    std::filesystem::path put(const std::string& name, const std::string& content) const {
        std::ofstream(*this / name, std::ios::binary) << content;
        return *this / name;
    }

  private:
    std::string path_;
};

/// What a file holds, read without the code under test.
inline std::string slurp(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace synfire::test
