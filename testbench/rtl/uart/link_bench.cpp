// SPDX-License-Identifier: Apache-2.0
#include "link_bench.hpp"

#include "rtl_coverage.hpp"

#include SYNFIRE_RTL_HEADER  // Verilated: uart_link_rtl

namespace synfire::test {

link_bench::link_bench()
    : context_(std::make_unique<VerilatedContext>()),
      rtl_(std::make_unique<uart_link_rtl>(context_.get())) {
    rtl_->rx_i = 1;
    rtl_->rst_ni = 1;
    rtl_->eval();
    rtl_->rst_ni = 0;
    rtl_->eval();
    rtl_->rst_ni = 1;
    run(8);
}

link_bench::~link_bench() { cosim::save_coverage(*context_); }

bool link_bench::error() const { return rtl_->error_o != 0; }

void link_bench::clock() {
    rtl_->rx_i = pin.clock(rtl_->tx_o != 0) ? 1 : 0;
    rtl_->in_ready_i = input_ready ? 1 : 0;
    rtl_->out_valid_i = output.empty() ? 0 : 1;
    rtl_->out_data_i = output.empty() ? 0xdeadbeef : output.front();
    rtl_->eval();
    const bool bus = rtl_->bus_valid_o != 0;
    rtl_->bus_ready_i = bus && bus_wait >= 0 && waited_ >= bus_wait ? 1 : 0;
    rtl_->bus_rdata_i = rtl_->bus_ready_i != 0 ? registers.at(rtl_->bus_addr_o) : 0x55555555;
    waited_ = bus && rtl_->bus_ready_i == 0 ? waited_ + 1 : 0;
    rtl_->eval();
    if (rtl_->bus_ready_i != 0 && rtl_->bus_write_o != 0) {
        registers.at(rtl_->bus_addr_o) = rtl_->bus_wdata_o;
        write_order.push_back(rtl_->bus_addr_o);
        written.push_back(rtl_->bus_wdata_o);
    }
    if (rtl_->in_valid_o != 0 && input_ready) { input.push_back(rtl_->in_data_o); }
    if (rtl_->out_ready_o != 0 && !output.empty()) { output.pop_front(); }
    rtl_->clk_i = 1;
    rtl_->eval();
    rtl_->clk_i = 0;
    rtl_->eval();
}

void link_bench::run(int cycles) {
    for (int i = 0; i < cycles; ++i) { clock(); }
}

void link_bench::settle() {
    bool quiet = false;
    while (!quiet) {
        const std::size_t before = pin.received.size();
        quiet = pin.idle();
        run(10 * 10 * link_cycles_per_bit);
        quiet = quiet && pin.received.size() == before;
    }
}

void link_bench::send(std::initializer_list<int> bytes) {
    std::vector<std::uint8_t> narrow;
    for (const int byte : bytes) { narrow.push_back(static_cast<std::uint8_t>(byte)); }
    pin.send(narrow);
}

std::vector<int> link_bench::exchange(std::initializer_list<int> bytes) {
    send(bytes);
    settle();
    const std::vector<std::uint8_t> answer = pin.take_all();
    return {answer.begin(), answer.end()};
}

}  // namespace synfire::test
