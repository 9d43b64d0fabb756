// SPDX-License-Identifier: Apache-2.0
#include "result_samples.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include <stdlib.h>

namespace synfire::test {

std::string read_all(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) { throw std::runtime_error("cannot read " + path); }
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

nlohmann::ordered_json sample_result(const std::string& command) {
    return nlohmann::ordered_json::parse(read_all(
        SYNFIRE_SOURCE_DIR "/testbench/unit/cli/report/files/digits-" + command + ".json"));
}

scratch_folder::scratch_folder() {
    std::string name = (std::filesystem::temp_directory_path() / "synfire-report-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) { throw std::runtime_error("cannot make " + name); }
    folder_ = name;
}

scratch_folder::~scratch_folder() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

std::string scratch_folder::write(const std::string& name, const std::string& content) const {
    std::ofstream file(folder_ / name, std::ios::binary);
    file << content;
    return path(name);
}

std::string scratch_folder::write(const std::string& name,
                                  const nlohmann::ordered_json& result) const {
    return write(name, result.dump());
}

std::vector<std::string> scratch_folder::names() const {
    std::vector<std::string> result;
    for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
        result.push_back(entry.path().filename().string());
    }
    std::sort(result.begin(), result.end());
    return result;
}

}  // namespace synfire::test
