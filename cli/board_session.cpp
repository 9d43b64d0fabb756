// SPDX-License-Identifier: Apache-2.0
#include "board_session.hpp"

#include <chrono>

#include <synfire/hw/uart_link.hpp>

namespace synfire::cli {

namespace {

/// Adds the time and the bytes of its life.
class meter {
  public:
    meter(const board_link& link, double& seconds, line_bytes& bytes)
        : link_(link),
          before_(link.bytes()),
          seconds_(seconds),
          bytes_(bytes) {}
    ~meter() {
        seconds_ +=
            std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
        const line_bytes now = link_.bytes();
        bytes_.sent += now.sent - before_.sent;
        bytes_.received += now.received - before_.received;
    }
    meter(const meter&) = delete;
    meter& operator=(const meter&) = delete;

  private:
    const board_link& link_;
    line_bytes before_;
    std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
    double& seconds_;
    line_bytes& bytes_;
};

}  // namespace

void board_session::repeat(const std::function<void(std::size_t attempt)>& work) {
    for (std::size_t attempt = 0;; ++attempt) {
        try {
            return work(attempt);
        } catch (const hw::line_error&) {
            if (attempt == retries_) { throw; }
        } catch (const hw::device_error&) {
            if (attempt == retries_) { throw; }
        }
    }
}

void board_session::load(const hw::image& made) {
    const meter measured(link_, result_.load_seconds, result_.load_bytes);
    loaded_ = &made;
    repeat([&](std::size_t) {
        host_.load(made);
        counters_ = hw::to_array(host_.counters());
    });
}

void board_session::recover() {
    ++result_.sent_again;
    if (!host_.holds_program()) {
        ++result_.loaded_again;
        host_.load(*loaded_);
    }
    counters_ = hw::to_array(host_.counters());
}

counter_values board_session::counted() {
    const counter_values now = hw::to_array(host_.counters());
    counter_values of_sample{};
    for (std::size_t i = 0; i < now.size(); ++i) {
        of_sample[i] = static_cast<std::uint32_t>(now[i] - counters_[i]);
        result_.counters[i] += of_sample[i];
    }
    counters_ = now;
    return of_sample;
}

counter_values board_session::run(const std::function<void(hw::host&)>& work) {
    const meter measured(link_, result_.sample_seconds, result_.sample_bytes);
    counter_values counters{};
    repeat([&](std::size_t attempt) {
        if (attempt > 0) { recover(); }
        work(host_);
        counters = counted();
    });
    return counters;
}

}  // namespace synfire::cli
