// SPDX-License-Identifier: Apache-2.0
#include "progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

namespace synfire::cli {

namespace {

constexpr std::size_t bar_width = 30;
constexpr std::chrono::milliseconds refresh{100};

}  // namespace

progress::progress(std::string label)
    : label_(std::move(label)),
      shown_(isatty(STDERR_FILENO) != 0),
      begin_(std::chrono::steady_clock::now()),
      last_(begin_ - refresh) {}

progress::~progress() {
    if (shown_) { fmt::print(stderr, "\r\033[K"); }
}

void progress::update(std::size_t done, std::size_t all) {
    const auto now = std::chrono::steady_clock::now();
    if (!shown_ || all == 0 || now - last_ < refresh) { return; }
    last_ = now;
    const double seconds = std::chrono::duration<double>(now - begin_).count();
    const double rate = seconds > 0.0 ? static_cast<double>(done) / seconds : 0.0;
    const double left = rate > 0.0 ? static_cast<double>(all - done) / rate : 0.0;
    const std::size_t filled = bar_width * done / all;
    fmt::print(stderr, "\r\033[K{} [{}{}] {}/{}  {:.0f}/s  {:.0f} s left", label_,
               std::string(filled, '#'), std::string(bar_width - filled, '.'), done, all, rate,
               left);
    std::fflush(stderr);
}

}  // namespace synfire::cli
