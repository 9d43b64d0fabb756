// SPDX-License-Identifier: Apache-2.0
// What a fuzzer decides from its input.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace synfire::test {

/// Bytes of the input, zeros when they are used up.
class byte_source {
  public:
    explicit byte_source(std::span<const std::uint8_t> data) : data_(data) {}

    bool empty() const { return data_.empty(); }
    std::uint8_t byte() {
        if (data_.empty()) { return 0; }
        const std::uint8_t value = data_.front();
        data_ = data_.subspan(1);
        return value;
    }
    std::vector<std::uint8_t> bytes(std::size_t count) {
        std::vector<std::uint8_t> values(count);
        for (std::uint8_t& value : values) { value = byte(); }
        return values;
    }
    /// Less than `count`; 0 where that is 0.
    std::size_t below(std::size_t count) { return count == 0 ? 0 : byte() % count; }

  private:
    std::span<const std::uint8_t> data_;
};

}  // namespace synfire::test
