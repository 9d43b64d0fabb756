// SPDX-License-Identifier: Apache-2.0
// An engine without RTL: registers, memories behind the window, streams; it answers with the
// interpreter's results. Tests break it in one place at a time.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include <synfire/hw/image.hpp>
#include <synfire/hw/link.hpp>
#include <synfire/hw/registers.hpp>

namespace synfire::test {

class fake_engine final : public hw::link {
  public:
    /// The image says how the answers look; memories are taken from what the host writes.
    explicit fake_engine(const hw::image& image);

    std::uint32_t read(std::uint8_t address) override;
    void write(std::uint8_t address, std::uint32_t value) override;
    bool push(std::uint32_t word) override;
    std::optional<std::uint32_t> pop() override;

    std::map<std::uint8_t, std::uint32_t> registers;
    std::map<std::uint32_t, std::uint32_t> memory;  ///< by WINDOW value
    std::deque<std::uint32_t> output;
    std::vector<std::uint32_t> input;  ///< of the sample that is being sent
    int aborts = 0;
    /// Faults.
    bool ready = true;
    bool read_back = true;
    bool keeps_registers = true;  ///< false: those of the host read 0, as on a small board
    std::optional<std::uint32_t> bad_word;  ///< of `memory`: reads back with a bit flipped
    std::uint32_t changed_shape = 0;        ///< bits of INPUT_SHAPE that the way flips
    int broken_after = -1;                  ///< pushes until the way to the engine breaks
    int broken_transfers = 0;               ///< that then fail
    std::function<void(std::deque<std::uint32_t>&)> change_answer;

  private:
    void use_way();
    std::vector<std::uint32_t> patterns() const;
    void answer();

    hw::image image_;
};

}  // namespace synfire::test
