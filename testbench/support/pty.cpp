// SPDX-License-Identifier: Apache-2.0
#include "pty.hpp"

#include <chrono>
#include <span>
#include <utility>

namespace synfire::test {

served_port::served_port(device served)
    : served_(std::move(served)),
      terminal_(std::make_unique<hw::pseudo_terminal>()),
      path_(terminal_->path()) {
    thread_ = std::thread([this] { serve(); });
}

served_port::~served_port() { unplug(); }

void served_port::unplug() {
    if (!thread_.joinable()) { return; }
    ends_ = true;
    thread_.join();
    terminal_.reset();
}

void served_port::serve() {
    while (!ends_) {
        const std::vector<std::uint8_t> heard = terminal_->read(std::chrono::milliseconds(1));
        const std::vector<std::uint8_t> answer = served_(heard);
        std::span<const std::uint8_t> left(answer);
        while (!left.empty() && !ends_) { left = left.subspan(terminal_->write(left)); }
    }
}

}  // namespace synfire::test
