// SPDX-License-Identifier: Apache-2.0
// SHA-256 of what comes in parts, for content that is never in memory as a whole.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

namespace synfire::io {

class content_hasher {
  public:
    content_hasher();
    content_hasher(const content_hasher&) = delete;
    content_hasher& operator=(const content_hasher&) = delete;
    ~content_hasher();

    void add(std::span<const std::byte> part);
    /// 64 hexadecimal digits. Nothing can be added behind.
    std::string text();

  private:
    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace synfire::io
