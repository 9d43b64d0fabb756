// SPDX-License-Identifier: Apache-2.0
#include "sample_order.hpp"

#include <utility>

namespace synfire::sim {

void sample_order::now(std::size_t sample, const task& part) {
    std::unique_lock lock(mutex_);
    turn_.wait(lock, [&] { return stopped_ || next_ == sample; });
    if (stopped_) { throw stopped{}; }
    part();
}

void sample_order::done(std::size_t sample, task last) {
    std::unique_lock lock(mutex_);
    turn_.wait(lock, [&] { return stopped_ || sample < next_ + window_; });
    if (stopped_) { throw stopped{}; }
    waiting_.emplace(sample, std::move(last));
    hand_over();
}

void sample_order::hand_over() {
    bool moved = false;
    for (auto first = waiting_.begin(); first != waiting_.end() && first->first == next_;
         first = waiting_.begin()) {
        first->second();
        waiting_.erase(first);
        ++next_;
        moved = true;
    }
    if (moved) { turn_.notify_all(); }
}

void sample_order::stop() {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    turn_.notify_all();
}

}  // namespace synfire::sim
