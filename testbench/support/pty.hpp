// SPDX-License-Identifier: Apache-2.0
// A pair of pseudo-terminals, whose far end a test serves in a thread: a serial port without a
// board.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <synfire/hw/pseudo_terminal.hpp>

namespace synfire::test {

class served_port {
  public:
    /// Takes what the program under test has sent (often nothing), gives what the device answers.
    using device = std::function<std::vector<std::uint8_t>(const std::vector<std::uint8_t>&)>;

    explicit served_port(device served);
    ~served_port();
    served_port(const served_port&) = delete;
    served_port& operator=(const served_port&) = delete;

    /// What a program opens: /dev/pts/N.
    const std::string& path() const { return path_; }
    /// Ends the far end: the program sees a device that is gone.
    void unplug();

  private:
    void serve();

    device served_;
    std::unique_ptr<hw::pseudo_terminal> terminal_;
    std::string path_;
    std::atomic<bool> ends_ = false;
    std::thread thread_;
};

}  // namespace synfire::test
