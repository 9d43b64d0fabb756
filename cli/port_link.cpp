// SPDX-License-Identifier: Apache-2.0
#include "port_link.hpp"

#include <filesystem>
#include <synfire/core/error.hpp>
#include <system_error>

namespace synfire::cli {

namespace {

namespace fs = std::filesystem;

/// Where a link leads; empty for everything else.
fs::path target_of(const fs::path& path) {
    std::error_code none;
    return fs::is_symlink(fs::symlink_status(path, none)) ? fs::read_symlink(path, none)
                                                          : fs::path();
}

}  // namespace

port_link::port_link(const std::string& path, const std::string& terminal)
    : path_(path),
      terminal_(terminal) {
    std::error_code problem;
    const bool there = fs::exists(fs::symlink_status(path_, problem));
    if (there && target_of(path_).parent_path() != "/dev/pts") {
        throw bad_input({path_, "something else has this name", "",
                         "a free name, or a link that an emulation left behind", ""});
    }
    // The name of a terminal is free again once its emulation has ended, and may then be ours.
    if (there && fs::exists(path_, problem) && target_of(path_) != terminal_) {
        throw bad_input({path_, "another emulation has this name", target_of(path_).string(),
                         "a free name, or a link whose terminal is gone",
                         "remove the link if no emulation serves that terminal any more"});
    }
    if (there) { fs::remove(path_, problem); }
    problem.clear();
    fs::create_symlink(terminal_, path_, problem);
    if (problem) {
        throw bad_input({path_, "the link cannot be made", problem.message(),
                         "a folder that you may write", ""});
    }
}

port_link::~port_link() {
    std::error_code none;
    if (target_of(path_) == terminal_) { fs::remove(path_, none); }
}

}  // namespace synfire::cli
