// SPDX-License-Identifier: Apache-2.0
// Work without an end ends in order when the user says so.
#pragma once

namespace synfire::cli {

/// While it lives, SIGINT, SIGTERM and SIGHUP are requests; the second one ends the program as it
/// would without this. A signal that is ignored (nohup) stays ignored. One at a time.
class stop_on_signal {
  public:
    stop_on_signal();
    ~stop_on_signal();
    stop_on_signal(const stop_on_signal&) = delete;
    stop_on_signal& operator=(const stop_on_signal&) = delete;

    bool asked() const;
};

}  // namespace synfire::cli
