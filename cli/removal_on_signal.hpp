// SPDX-License-Identifier: Apache-2.0
// Files of unfinished work go when the user interrupts it. Exceptions need no help: destructors do.
#pragma once

#include <string>
#include <vector>

namespace synfire::cli {

/// While it lives, SIGINT, SIGTERM and SIGHUP remove the paths (files first, then empty folders, in
/// the order given) before they end the program as they would without it. One at a time.
class removal_on_signal {
  public:
    explicit removal_on_signal(std::vector<std::string> paths);
    ~removal_on_signal();
    removal_on_signal(const removal_on_signal&) = delete;
    removal_on_signal& operator=(const removal_on_signal&) = delete;

  private:
    std::vector<std::string> paths_;
};

}  // namespace synfire::cli
