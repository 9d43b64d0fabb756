// SPDX-License-Identifier: Apache-2.0
#include "paths.hpp"

#include <unistd.h>

#include <filesystem>
#include <synfire/core/error.hpp>

namespace synfire::cli {

namespace {

bool is_file(const std::string& name) { return !name.empty() && name != "-"; }

bool same_file(const std::string& a, const std::string& b) {
    std::error_code failure;
    if (std::filesystem::equivalent(a, b, failure)) { return true; }
    return std::filesystem::weakly_canonical(a, failure)
           == std::filesystem::weakly_canonical(b, failure);
}

void check_folder(const std::string& output) {
    std::filesystem::path folder = std::filesystem::path(output).parent_path();
    if (folder.empty()) { folder = "."; }
    std::error_code failure;
    if (!std::filesystem::is_directory(folder, failure)) {
        throw bad_input({output, "cannot be written: its folder does not exist", folder.string(),
                         "an existing folder", ""});
    }
    if (std::filesystem::is_directory(output, failure)) {
        throw bad_input({output, "cannot be written", "a folder", "a file name", ""});
    }
    const bool exists = std::filesystem::exists(output, failure);
    if (access(exists ? output.c_str() : folder.c_str(), W_OK) != 0) {
        throw bad_input({output, "cannot be written", "no permission to write", "", ""});
    }
}

}  // namespace

void check_outputs(const std::vector<std::string>& outputs,
                   const std::vector<std::string>& inputs) {
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        if (!is_file(outputs[i])) { continue; }
        for (const std::string& input : inputs) {
            if (is_file(input) && same_file(outputs[i], input)) {
                throw usage_error(
                    {outputs[i], "the output would overwrite an input", input, "another name", ""});
            }
        }
        for (std::size_t k = 0; k < i; ++k) {
            if (is_file(outputs[k]) && same_file(outputs[i], outputs[k])) {
                throw usage_error({outputs[i], "two outputs have the same name", outputs[k],
                                   "different names", ""});
            }
        }
        check_folder(outputs[i]);
    }
}

void check_replaceable(const std::vector<std::string>& outputs) {
    for (const std::string& name : outputs) {
        std::error_code failure;
        const std::filesystem::file_status there = std::filesystem::status(name, failure);
        if (!std::filesystem::exists(there) || std::filesystem::is_regular_file(there)) {
            continue;
        }
        const char* const kind =
            std::filesystem::is_directory(there) ? "a folder" : "a device, pipe or socket";
        throw bad_input({name, "cannot be replaced", kind, "a new name, or a file to replace", ""});
    }
}

}  // namespace synfire::cli
