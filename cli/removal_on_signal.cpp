// SPDX-License-Identifier: Apache-2.0
#include "removal_on_signal.hpp"

#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <utility>

namespace synfire::cli {

namespace {

constexpr std::array handled{SIGINT, SIGTERM, SIGHUP};

std::atomic<const std::vector<std::string>*> doomed{nullptr};

/// Only what POSIX allows in a handler: no memory, no streams.
void remove_and_end(int number) {
    if (const std::vector<std::string>* paths = doomed.load()) {
        for (const std::string& path : *paths) {
            if (::unlink(path.c_str()) != 0) { ::rmdir(path.c_str()); }
        }
    }
    // The handler was for once: now the signal does what it always does.
    ::raise(number);
}

/// A signal that is ignored (nohup) stays ignored.
void install(int number) {
    struct sigaction old {};
    if (::sigaction(number, nullptr, &old) != 0 || old.sa_handler != SIG_DFL) { return; }
    struct sigaction action {};
    action.sa_handler = remove_and_end;
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    ::sigaction(number, &action, nullptr);
}

void restore(int number) {
    struct sigaction now {};
    if (::sigaction(number, nullptr, &now) != 0 || now.sa_handler != remove_and_end) { return; }
    ::signal(number, SIG_DFL);
}

}  // namespace

removal_on_signal::removal_on_signal(std::vector<std::string> paths) : paths_(std::move(paths)) {
    doomed.store(&paths_);
    for (const int number : handled) { install(number); }
}

removal_on_signal::~removal_on_signal() {
    for (const int number : handled) { restore(number); }
    doomed.store(nullptr);
}

}  // namespace synfire::cli
