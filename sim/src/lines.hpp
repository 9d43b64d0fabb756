// SPDX-License-Identifier: Apache-2.0
// Loops over lines of target positions: each line has its own sums, so that threads may share them
// out in any way.
#pragma once

#include <cstddef>

#include <omp.h>

namespace synfire::sim {

/// Calls work(line, thread) for each line, on `threads` threads. Precondition: work throws nothing,
/// so it must not allocate.
template <class Work>
void for_each_line(std::size_t lines, int threads, const Work& work) {
    if (threads <= 1 || lines <= 1) {
        for (std::size_t line = 0; line < lines; ++line) { work(line, std::size_t{0}); }
        return;
    }
    const auto count = static_cast<std::ptrdiff_t>(lines);
#pragma omp parallel for schedule(dynamic) num_threads(threads)
    for (std::ptrdiff_t line = 0; line < count; ++line) {
        work(static_cast<std::size_t>(line), static_cast<std::size_t>(omp_get_thread_num()));
    }
}

/// A projection with fewer synapses is done before a second thread has woken up.
inline constexpr std::size_t synapses_worth_a_thread = 100'000;

}  // namespace synfire::sim
