// SPDX-License-Identifier: Apache-2.0
#include <synfire/hw/pseudo_terminal.hpp>

#include <fcntl.h>
#include <stdlib.h>
#include <sys/poll.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <thread>

#include <synfire/core/error.hpp>

namespace synfire::hw {

namespace {

constexpr std::size_t most_bytes = 4096;

/// No echo before the program has set its end up.
bool make_raw(int file) {
    termios settings{};
    if (tcgetattr(file, &settings) != 0) { return false; }
    cfmakeraw(&settings);
    return tcsetattr(file, TCSANOW, &settings) == 0;
}

std::string name_of(int file) {
    std::string name(256, '\0');
    if (ptsname_r(file, name.data(), name.size()) != 0) { return ""; }
    name.resize(name.find('\0'));
    return name;
}

}  // namespace

pseudo_terminal::pseudo_terminal()
    : file_(posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)) {
    if (file_ >= 0 && grantpt(file_) == 0 && unlockpt(file_) == 0) { path_ = name_of(file_); }
    if (!path_.empty() && make_raw(file_)) { return; }
    const std::string found = std::generic_category().message(errno);
    if (file_ >= 0) { close(file_); }
    throw bad_input({"pseudo-terminal", "the system gives none", found, "/dev/ptmx and /dev/pts",
                     "containers may have to be started with them"});
}

pseudo_terminal::~pseudo_terminal() { close(file_); }

std::vector<std::uint8_t> pseudo_terminal::read(std::chrono::milliseconds patience) {
    pollfd wanted{file_, POLLIN, 0};
    poll(&wanted, 1, static_cast<int>(patience.count()));
    std::vector<std::uint8_t> bytes(most_bytes);
    // A terminal that nobody has open reads as an error, once the last bytes are taken.
    const ssize_t count = ::read(file_, bytes.data(), bytes.size());
    bytes.resize(static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    hung_up_ = bytes.empty() && (wanted.revents & POLLHUP) != 0;
    // poll does not wait then.
    if (hung_up_) { std::this_thread::sleep_for(patience); }
    return bytes;
}

std::size_t pseudo_terminal::write(std::span<const std::uint8_t> bytes) {
    const ssize_t count = ::write(file_, bytes.data(), bytes.size());
    return static_cast<std::size_t>(std::max<ssize_t>(count, 0));
}

bool is_pseudo_terminal(const std::string& path) {
    std::error_code none;
    return std::filesystem::canonical(path, none).parent_path() == "/dev/pts";
}

}  // namespace synfire::hw
