// SPDX-License-Identifier: Apache-2.0
#include <synfire/hw/serial_port.hpp>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/poll.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <system_error>

#include <fmt/format.h>

#include <synfire/core/error.hpp>
#include <synfire/hw/pseudo_terminal.hpp>

namespace synfire::hw {

namespace {

std::optional<speed_t> speed_of(int baud) {
    switch (baud) {
    case 115'200:
        return B115200;
    case 500'000:
        return B500000;
    case 1'000'000:
        return B1000000;
    case 2'000'000:
        return B2000000;
    case 3'000'000:
        return B3000000;
    default:
        return std::nullopt;
    }
}

std::string system_text() { return std::generic_category().message(errno); }

/// No byte has a meaning to the system, none is awaited by a read.
void make_raw(termios& settings, speed_t speed) {
    cfmakeraw(&settings);
    settings.c_cflag &= ~static_cast<tcflag_t>(CSTOPB | CRTSCTS);
    settings.c_cflag |= static_cast<tcflag_t>(CLOCAL | CREAD);
    settings.c_cc[VMIN] = 0;
    settings.c_cc[VTIME] = 0;
    cfsetispeed(&settings, speed);
    cfsetospeed(&settings, speed);
}

}  // namespace

serial_port::serial_port(const std::string& path, const serial_options& options)
    : path_(path),
      options_(options),
      file_(open(path.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)) {
    if (file_ < 0) {
        fail("the port cannot be opened", "a serial port that you may read and write",
             "boards show up as /dev/ttyUSB*; your user may have to join the group dialout");
    }
    try {
        configure();
    } catch (const bad_input&) {
        close(file_);
        throw;
    }
}

serial_port::~serial_port() { close(file_); }

void serial_port::configure() {
    const std::optional<speed_t> speed = speed_of(options_.baud);
    if (!speed) {
        throw bad_input({path_, "the speed is not supported", fmt::format("{}", options_.baud),
                         "115200, 500000, 1000000, 2000000 or 3000000", ""});
    }
    termios settings{};
    if (tcgetattr(file_, &settings) != 0) {
        fail("this is no serial port", "a serial port", "boards show up as /dev/ttyUSB*");
    }
    // A pseudo-terminal would stay exclusive when this program is gone: a lock goes with it.
    const bool exclusive = is_pseudo_terminal(path_) || ioctl(file_, TIOCEXCL) == 0;
    if (!exclusive || flock(file_, LOCK_EX | LOCK_NB) != 0) {
        fail("another program uses the port", "a free port", "close the other program");
    }
    make_raw(settings, *speed);
    if (tcsetattr(file_, TCSANOW, &settings) != 0 || tcflush(file_, TCIOFLUSH) != 0) {
        fail("the port refuses its settings", fmt::format("{} baud, 8N1", options_.baud), "");
    }
}

bool serial_port::wait_for(short event) const {
    pollfd wanted{file_, event, 0};
    int ready = 0;
    do {
        ready = poll(&wanted, 1, static_cast<int>(options_.patience.count()));
    } while (ready < 0 && errno == EINTR);
    if (ready > 0 && (wanted.revents & event) == 0) {
        fail("the device is gone", "a board that stays plugged in", "");
    }
    return ready > 0;
}

void serial_port::write(std::span<const std::uint8_t> bytes) {
    while (!bytes.empty()) {
        if (!wait_for(POLLOUT)) {
            fail("the port takes no bytes", "a port without flow control",
                 "plug the board in anew");
        }
        const ssize_t count = ::write(file_, bytes.data(), bytes.size());
        if (count < 0 && errno != EAGAIN && errno != EINTR) {
            fail("the device is gone", "a board that stays plugged in", "");
        }
        if (count > 0) { bytes = bytes.subspan(static_cast<std::size_t>(count)); }
    }
}

std::size_t serial_port::read(std::span<std::uint8_t> bytes) {
    std::size_t got = 0;
    while (got < bytes.size() && wait_for(POLLIN)) {
        const ssize_t count = ::read(file_, bytes.data() + got, bytes.size() - got);
        if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)) {
            fail("the device is gone", "a board that stays plugged in", "");
        }
        if (count > 0) { got += static_cast<std::size_t>(count); }
    }
    return got;
}

std::chrono::microseconds serial_port::now() const {
    return std::chrono::duration_cast<std::chrono::microseconds>(
        std::chrono::steady_clock::now().time_since_epoch());
}

void serial_port::fail(const char* what, const std::string& expected,
                       const std::string& hint) const {
    throw bad_input({path_, what, system_text(), expected, hint});
}

}  // namespace synfire::hw
