// SPDX-License-Identifier: Apache-2.0
#include "board_link.hpp"

#include <synfire/hw/serial_port.hpp>
#include <synfire/hw/uart_link.hpp>

namespace synfire::cli {

namespace {

/// Port and frames in one object.
class board_link final : public hw::link {
  public:
    explicit board_link(const std::string& port) : port_(port), frames_(port_) {}

    std::uint32_t read(std::uint8_t address) override { return frames_.read(address); }
    void write(std::uint8_t address, std::uint32_t value) override {
        frames_.write(address, value);
    }
    bool push(std::uint32_t word) override { return frames_.push(word); }
    std::optional<std::uint32_t> pop() override { return frames_.pop(); }
    std::vector<std::uint32_t> read_block(std::uint8_t address, std::size_t words) override {
        return frames_.read_block(address, words);
    }

  private:
    hw::serial_port port_;
    hw::uart_link frames_;
};

}  // namespace

std::unique_ptr<hw::link> open_board(const std::string& port) {
    return std::make_unique<board_link>(port);
}

}  // namespace synfire::cli
