// SPDX-License-Identifier: Apache-2.0
// One Verilated class of the board's top; compiled once per class with its names as macros.
#include <verilated.h>

#include SYNFIRE_BOARD_HEADER

#include "../rtl_coverage.hpp"
#include <synfire/cosim/board_pins.hpp>

namespace synfire::cosim::boards {
namespace {

class verilated_board final : public board_pins {
  public:
    explicit verilated_board(std::uint64_t seed) {
        context_.randReset(2);
        context_.randSeed(static_cast<int>(seed % 0x7fffffff) + 1);
        top_ = std::make_unique<SYNFIRE_BOARD_CLASS>(&context_);
        top_->rx_i = 1;
        top_->button_ni = 1;
        top_->clk_12mhz_i = 0;
        top_->eval();
    }
    ~verilated_board() override {
        top_->final();
        save_coverage(context_);
    }

    bool clock(bool rx) override {
        top_->rx_i = rx ? 1 : 0;
        top_->clk_12mhz_i = 1;
        top_->eval();
        top_->clk_12mhz_i = 0;
        top_->eval();
        return top_->tx_o != 0;
    }
    void press_button(bool down) override { top_->button_ni = down ? 0 : 1; }
    bool error_led() const override { return top_->led_error_no == 0; }
    bool running_led() const override { return top_->led_running_no == 0; }

  private:
    VerilatedContext context_;
    std::unique_ptr<SYNFIRE_BOARD_CLASS> top_;
};

}  // namespace

std::unique_ptr<board_pins> SYNFIRE_BOARD_MAKER(std::uint64_t seed);

std::unique_ptr<board_pins> SYNFIRE_BOARD_MAKER(std::uint64_t seed) {
    return std::make_unique<verilated_board>(seed);
}

}  // namespace synfire::cosim::boards
