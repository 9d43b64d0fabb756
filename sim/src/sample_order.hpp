// SPDX-License-Identifier: Apache-2.0
// Samples are done in any order and handed over in theirs. What is done early waits, but never more
// than a few samples of it: a thread that is too far ahead sleeps, so that memory does not grow
// with the samples.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <map>
#include <mutex>

namespace synfire::sim {

/// Threads must take samples in ascending order: the one that is next is then always being worked
/// on, and never by a thread that sleeps here.
class sample_order {
  public:
    using task = std::function<void()>;

    /// `window`: samples that may be done before it is their turn; at least 1.
    explicit sample_order(std::size_t window) : window_(window) {}

    /// Runs `part` once all samples before this one are through. May be called several times.
    void now(std::size_t sample, const task& part);

    /// The sample is done: `last` runs when it is its turn, in this thread or another.
    void done(std::size_t sample, task last);

    /// Nothing is handed over any more; those who sleep wake up and get `stopped`.
    void stop();

    struct stopped {};

  private:
    void hand_over();

    std::size_t window_;
    std::size_t next_ = 0;
    bool stopped_ = false;
    std::map<std::size_t, task> waiting_;
    std::mutex mutex_;
    std::condition_variable turn_;
};

}  // namespace synfire::sim
