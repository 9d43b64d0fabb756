// SPDX-License-Identifier: Apache-2.0
// The UART link alone, with a bus, an input stream and an output stream that do what a test wants.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <initializer_list>
#include <memory>
#include <vector>

#include <synfire/cosim/serial_pin.hpp>

class VerilatedContext;
class uart_link_rtl;  // Verilated

namespace synfire::test {

inline constexpr int link_cycles_per_bit = 4;
inline constexpr int link_timeout_cycles = 1 << 10;

class link_bench {
  public:
    link_bench();
    ~link_bench();

    cosim::serial_pin pin{link_cycles_per_bit};
    std::array<std::uint32_t, 64> registers{};
    std::vector<std::uint32_t> written;     ///< values, in order
    std::vector<std::uint8_t> write_order;  ///< addresses of the same
    int bus_wait = 0;                       ///< cycles until the bus is ready; negative: never
    bool input_ready = true;
    std::vector<std::uint32_t> input;  ///< words that the input stream took
    std::deque<std::uint32_t> output;  ///< words that the output stream offers

    void send(std::initializer_list<int> bytes);
    void run(int cycles);
    /// Until the line is quiet both ways for several byte times.
    void settle();
    /// Sends and settles; the bytes of the answer.
    std::vector<int> exchange(std::initializer_list<int> bytes);
    bool error() const;

  private:
    void clock();

    std::unique_ptr<VerilatedContext>
        context_;  // its own: counters of coverage live as long as their class
    std::unique_ptr<uart_link_rtl> rtl_;
    int waited_ = 0;
};

}  // namespace synfire::test
