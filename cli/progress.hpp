// SPDX-License-Identifier: Apache-2.0
// Progress of long work on standard error, only where that is a terminal.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace synfire::cli {

/// Bar, rate and time left; erased when it goes out of scope. update() is called by one thread at a
/// time.
class progress {
  public:
    explicit progress(std::string label);
    ~progress();
    progress(const progress&) = delete;
    progress& operator=(const progress&) = delete;

    void update(std::size_t done, std::size_t all);

  private:
    std::string label_;
    bool shown_;
    std::chrono::steady_clock::time_point begin_;
    std::chrono::steady_clock::time_point last_;
};

}  // namespace synfire::cli
