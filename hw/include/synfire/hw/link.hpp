// SPDX-License-Identifier: Apache-2.0
// The way to one engine: registers and two streams of 32-bit words. A board's serial port, its
// emulation and the Verilated core are links; host.hpp speaks through any of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace synfire::hw {

/// How long a transfer may take is the link's own matter; none may wait for ever. A link that is
/// broken throws.
class link {
  public:
    link() = default;
    virtual ~link() = default;
    link(const link&) = delete;
    link& operator=(const link&) = delete;

    virtual std::uint32_t read(std::uint8_t address) = 0;
    virtual void write(std::uint8_t address, std::uint32_t value) = 0;
    /// False: the engine was not ready within the link's patience, and the word was not taken.
    virtual bool push(std::uint32_t word) = 0;
    /// Nothing: no word came within the link's patience.
    virtual std::optional<std::uint32_t> pop() = 0;

    /// Reads one register so many times: memory windows through DATA. Links that send frames do it
    /// in fewer of them.
    virtual std::vector<std::uint32_t> read_block(std::uint8_t address, std::size_t words) {
        std::vector<std::uint32_t> values(words);
        for (std::uint32_t& value : values) { value = read(address); }
        return values;
    }
    /// Reads so many registers from one on, each once. Links that send frames do it in one turn.
    virtual std::vector<std::uint32_t> read_registers(std::uint8_t first, std::size_t count) {
        std::vector<std::uint32_t> values(count);
        for (std::uint32_t& value : values) { value = read(first++); }
        return values;
    }
};

}  // namespace synfire::hw
