// SPDX-License-Identifier: Apache-2.0
// Results of real commands, cut to a few layers, and a folder for changed copies of them.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace synfire::test {

/// One of files/digits-<command>.json.
nlohmann::ordered_json sample_result(const std::string& command);

/// A folder of its own that goes away with the object.
class scratch_folder {
  public:
    scratch_folder();
    ~scratch_folder();
    scratch_folder(const scratch_folder&) = delete;
    scratch_folder& operator=(const scratch_folder&) = delete;

    std::string path(const std::string& name) const { return (folder_ / name).string(); }
    std::string write(const std::string& name, const std::string& content) const;
    std::string write(const std::string& name, const nlohmann::ordered_json& result) const;
    std::vector<std::string> names() const;  ///< of all files in it, sorted

  private:
    std::filesystem::path folder_;
};

std::string read_all(const std::string& path);

}  // namespace synfire::test
