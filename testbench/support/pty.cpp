// SPDX-License-Identifier: Apache-2.0
#include "pty.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/poll.h>
#include <termios.h>
#include <unistd.h>

#include <stdexcept>
#include <utility>

namespace synfire::test {
namespace {

constexpr int turn_ms = 1;
constexpr std::size_t most_bytes = 4096;

/// No echo before the program has set its end up.
void make_raw(int file) {
    termios settings{};
    tcgetattr(file, &settings);
    cfmakeraw(&settings);
    tcsetattr(file, TCSANOW, &settings);
}

}  // namespace

served_port::served_port(device served)
    : served_(std::move(served)),
      file_(posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK)) {
    if (file_ < 0 || grantpt(file_) != 0 || unlockpt(file_) != 0) {
        throw std::runtime_error("no pseudo-terminal");
    }
    path_ = ptsname(file_);
    make_raw(file_);
    thread_ = std::thread([this] { serve(); });
}

served_port::~served_port() { unplug(); }

void served_port::unplug() {
    if (!thread_.joinable()) { return; }
    ends_ = true;
    thread_.join();
    close(file_);
}

void served_port::serve() {
    std::vector<std::uint8_t> heard;
    while (!ends_) {
        heard.resize(most_bytes);
        pollfd wanted{file_, POLLIN, 0};
        poll(&wanted, 1, turn_ms);
        // A port that nobody has open reads as an error.
        const ssize_t count = read(file_, heard.data(), heard.size());
        heard.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
        const std::vector<std::uint8_t> answer = served_(heard);
        for (std::size_t sent = 0; sent < answer.size() && !ends_;) {
            const ssize_t more = write(file_, answer.data() + sent, answer.size() - sent);
            if (more > 0) { sent += static_cast<std::size_t>(more); }
        }
    }
}

}  // namespace synfire::test
