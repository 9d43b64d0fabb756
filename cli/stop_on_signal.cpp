// SPDX-License-Identifier: Apache-2.0
#include "stop_on_signal.hpp"

#include <array>
#include <atomic>
#include <csignal>

namespace synfire::cli {

namespace {

constexpr std::array handled{SIGINT, SIGTERM, SIGHUP};

std::atomic<bool> requested{false};

void request(int /*number*/) { requested.store(true); }

}  // namespace

stop_on_signal::stop_on_signal() {
    requested.store(false);
    for (const int number : handled) {
        struct sigaction old {};
        if (::sigaction(number, nullptr, &old) != 0 || old.sa_handler != SIG_DFL) { continue; }
        struct sigaction action {};
        action.sa_handler = request;
        action.sa_flags = static_cast<int>(SA_RESETHAND);
        ::sigaction(number, &action, nullptr);
    }
}

stop_on_signal::~stop_on_signal() {
    for (const int number : handled) {
        struct sigaction now {};
        if (::sigaction(number, nullptr, &now) != 0 || now.sa_handler != request) { continue; }
        ::signal(number, SIG_DFL);
    }
}

bool stop_on_signal::asked() const { return requested.load(); }

}  // namespace synfire::cli
