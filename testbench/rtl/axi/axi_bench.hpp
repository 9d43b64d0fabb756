// SPDX-License-Identifier: Apache-2.0
// The core behind AXI, driven at its pins: a link for the host, with every channel stalled at
// random, and the rules of the protocol watched in each cycle.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <synfire/hw/config.hpp>
#include <synfire/hw/link.hpp>

class VerilatedContext;
class axi_rtl;  // Verilated

namespace synfire::test {

hw::engine_config axi_config();

/// What a manager may ask of AXI4-Lite at once.
struct axi_write {
    std::uint32_t byte_address = 0;
    std::uint32_t value = 0;
    std::uint32_t strobes = 0xf;
    int address_delay = 0;  ///< cycles until the address is offered
    int data_delay = 0;
};

class axi_bench : public hw::link {
  public:
    /// `stalls`: share of cycles, in percent, in which each of our valids and readies is held back.
    explicit axi_bench(unsigned seed, int stalls = 0);
    ~axi_bench() override;

    std::uint32_t read(std::uint8_t address) override;
    void write(std::uint8_t address, std::uint32_t value) override;
    bool push(std::uint32_t word) override;
    std::optional<std::uint32_t> pop() override;

    int write_response(const axi_write& request);   ///< BRESP
    int read_response(std::uint32_t byte_address);  ///< RRESP
    /// Both at once: BRESP is checked to be OKAY, and what was read comes back.
    std::uint32_t write_and_read(std::uint8_t to, std::uint32_t value, std::uint8_t from);

    /// A packet of m_axis; nothing where none ends within the patience.
    std::optional<std::vector<std::uint32_t>> packet();
    void run(int cycles);
    void reset();
    /// The first rule of AXI that was broken; empty: none.
    const std::string& broken() const { return broken_; }
    bool input_ready() const;

    int patience = 200'000;  ///< cycles

  private:
    struct stream_word {
        std::uint32_t word = 0;
        bool last = false;
    };

    struct held {
        bool offered = false;  ///< valid without ready in the last cycle
        std::uint64_t payload = 0;
    };

    bool go() { return stalls_ == 0 || static_cast<int>(dice_() % 100) >= stalls_; }
    void clock();
    void watch();
    void stays(held& before, const char* channel, bool valid, bool ready, std::uint64_t payload);
    std::optional<stream_word> next_word();
    std::optional<std::uint32_t> read_data(std::uint32_t byte_address, int& response);
    template <class Done>
    bool until(Done done);

    std::unique_ptr<VerilatedContext>
        context_;  // its own: counters of coverage live as long as their class
    std::unique_ptr<axi_rtl> rtl_;
    std::mt19937 dice_;
    int stalls_;
    std::string broken_;
    held b_, r_, m_;
};

}  // namespace synfire::test
