// SPDX-License-Identifier: Apache-2.0
// One Verilated class of the generic top (hdl/boards/generic); compiled once per class with its
// names and the levels of the board's button and lamps as macros.
#include <verilated.h>

#include SYNFIRE_BOARD_HEADER

#include <synfire/cosim/board_pins.hpp>

namespace synfire::cosim::boards {
namespace {

constexpr bool button_low = SYNFIRE_BOARD_BUTTON_LOW;
constexpr bool led_low = SYNFIRE_BOARD_LED_LOW;

class generic_board final : public board_pins {
  public:
    explicit generic_board(std::uint64_t seed) {
        context_.randReset(2);
        context_.randSeed(static_cast<int>(seed % 0x7fffffff) + 1);
        top_ = std::make_unique<SYNFIRE_BOARD_CLASS>(&context_);
        top_->rx_i = 1;
        generic_board::press_button(false);
        top_->clk_i = 0;
        top_->eval();
    }
    ~generic_board() override { top_->final(); }

    bool clock(bool rx) override {
        top_->rx_i = rx ? 1 : 0;
        top_->clk_i = 1;
        top_->eval();
        top_->clk_i = 0;
        top_->eval();
        return top_->tx_o != 0;
    }
    void press_button(bool down) override { top_->button_i = down != button_low ? 1 : 0; }
    bool error_led() const override { return (top_->led_error_o != 0) != led_low; }
    bool running_led() const override { return (top_->led_running_o != 0) != led_low; }

  private:
    VerilatedContext context_;
    std::unique_ptr<SYNFIRE_BOARD_CLASS> top_;
};

}  // namespace

std::unique_ptr<board_pins> SYNFIRE_BOARD_MAKER(std::uint64_t seed);

std::unique_ptr<board_pins> SYNFIRE_BOARD_MAKER(std::uint64_t seed) {
    return std::make_unique<generic_board>(seed);
}

}  // namespace synfire::cosim::boards
