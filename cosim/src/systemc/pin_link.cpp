// SPDX-License-Identifier: Apache-2.0
// The Verilated core with sc_signal pins, driven cycle by cycle.
#include SYNFIRE_PIN_HEADER  // Verilator writes it

#include <array>

#include <fmt/format.h>

#include <synfire/core/error.hpp>
#include <synfire/cosim/systemc_link.hpp>

#include "observer_relay.hpp"
#include "simulation.hpp"

namespace synfire::cosim {

namespace {

using sc_core::sc_signal;
using word_signal = sc_signal<std::uint32_t>;
using bit_signal = sc_signal<bool>;

constexpr int lanes = SYNFIRE_PIN_LANES;
constexpr std::uint64_t reset_cycles = 4;
const sc_core::sc_time period(10, sc_core::SC_NS);
const sc_core::sc_time first_rise(5, sc_core::SC_NS);
/// Inputs change at the falling edge; outputs are looked at just before the rising one.
const sc_core::sc_time settled(4, sc_core::SC_NS);

/// Core, clock and wires.
class board final : public sc_core::sc_module {
  public:
    sc_core::sc_clock clock{"clock", period, 0.5, first_rise, true};
    bit_signal rst_n, bus_valid, bus_write, bus_ready, in_valid, in_ready, out_valid, out_ready;
    word_signal bus_addr, bus_wdata, bus_rdata, in_data, out_data;
    observer_relay relay;
    std::uint64_t cycle = 0;

    explicit board(sc_core::sc_module_name name) : sc_module(name) {
        connect_host();
        connect_trace();
        SC_HAS_PROCESS(board);
        SC_METHOD(rise);
        sensitive << clock.posedge_event();
        dont_initialize();
    }
    ~board() override { core_.final(); }

  private:
    void connect_host() {
        core_.clk_i(clock);
        core_.rst_ni(rst_n);
        core_.bus_valid_i(bus_valid);
        core_.bus_write_i(bus_write);
        core_.bus_addr_i(bus_addr);
        core_.bus_wdata_i(bus_wdata);
        core_.bus_ready_o(bus_ready);
        core_.bus_rdata_o(bus_rdata);
        core_.in_valid_i(in_valid);
        core_.in_data_i(in_data);
        core_.in_ready_o(in_ready);
        core_.out_valid_o(out_valid);
        core_.out_data_o(out_data);
        core_.out_ready_i(out_ready);
    }

    void connect_trace() {
        core_.trace_word_o(trace_word_);
        core_.trace_potential_o(trace_potential_);
        core_.trace_layer_end_o(trace_layer_end_);
        core_.trace_layer_o(trace_layer_);
        core_.trace_channel_o(trace_channel_);
        core_.trace_position_o(trace_position_);
        core_.trace_patterns_o(trace_patterns_);
        core_.trace_value_o(trace_value_);
        core_.trace_counters_o(trace_counters_);
        core_.trace_state_o(trace_state_);
    }

    /// Signals still have the values from before the edge.
    void rise() {
        if (relay.has_target() && rst_n.read()) report(relay);
        ++cycle;
    }

    void report(observer& to) {
        if (trace_word_.read()) {
            std::array<std::uint16_t, lanes> patterns{};
            for (int lane = 0; lane < lanes; ++lane)
                patterns[static_cast<std::size_t>(lane)] = static_cast<std::uint16_t>(
                    trace_patterns_.read().range(16 * lane + 15, 16 * lane).to_uint());
            to.word({.layer = trace_layer_.read(),
                     .channel = trace_channel_.read(),
                     .position = trace_position_.read(),
                     .patterns = patterns,
                     .cycle = cycle});
        }
        if (trace_potential_.read())
            to.potential({.layer = trace_layer_.read(),
                          .channel = trace_channel_.read(),
                          .position = trace_position_.read(),
                          .value = static_cast<std::int32_t>(trace_value_.read()),
                          .cycle = cycle});
        if (trace_layer_end_.read()) to.layer_end(end_of_layer());
    }

    trace_layer_end end_of_layer() const {
        trace_layer_end end{.layer = trace_layer_.read(), .counters = {}, .cycle = cycle};
        for (std::size_t i = 0; i < end.counters.size(); ++i) {
            const int low = static_cast<int>(32 * i);
            end.counters[i] = trace_counters_.read().range(low + 31, low).to_uint();
        }
        return end;
    }

    pins_small core_{"core"};
    bit_signal trace_word_, trace_potential_, trace_layer_end_;
    word_signal trace_layer_, trace_channel_, trace_position_, trace_value_, trace_state_;
    sc_signal<sc_dt::sc_bv<16 * lanes>> trace_patterns_;
    sc_signal<sc_dt::sc_bv<32 * static_cast<int>(hw::counter_count)>> trace_counters_;
};

class pin_link final : public traced_link {
  public:
    explicit pin_link(std::uint64_t patience) : patience_(patience), board_("board") {
        sc_core::sc_start(sc_core::SC_ZERO_TIME);
        reset();
    }

    std::uint32_t read(std::uint8_t address) override { return bus(address, false, 0); }
    void write(std::uint8_t address, std::uint32_t value) override { bus(address, true, value); }

    bool push(std::uint32_t word) override {
        board_.in_valid = true;
        board_.in_data = word;
        const bool done = wait_for(board_.in_ready);
        board_.in_valid = false;
        return done;
    }

    std::optional<std::uint32_t> pop() override {
        const std::uint64_t last = board_.cycle + patience_;
        while (board_.cycle < last) {
            board_.out_ready = true;
            const bool done = wait_for(board_.out_valid, std::min<std::uint64_t>(patience_, 4096));
            board_.out_ready = false;
            if (done) return value_;
            const std::uint32_t status = read(hw::address_of(hw::reg::status));
            const bool rests = !(status & (hw::status_running | hw::status_output_waiting));
            if (rests && board_.in_ready.read()) break;
        }
        return std::nullopt;
    }

    void set_observer(observer* seen_by) override { board_.relay.set_target(seen_by); }
    std::uint64_t cycle() const override { return board_.cycle; }

    void reset() override {
        for (bit_signal* input : {&board_.rst_n, &board_.bus_valid, &board_.bus_write,
                                  &board_.in_valid, &board_.out_ready})
            *input = false;
        for (std::uint64_t i = 0; i < reset_cycles; ++i) run_cycle();
        board_.rst_n = true;
        run_cycle();
    }

  private:
    std::uint32_t bus(std::uint8_t address, bool is_write, std::uint32_t value) {
        board_.bus_valid = true;
        board_.bus_write = is_write;
        board_.bus_addr = address;
        board_.bus_wdata = value;
        const bool done = wait_for(board_.bus_ready);
        board_.bus_valid = false;
        if (!done)
            throw error({.where = fmt::format("SystemC pins, register {:#04x}", address),
                         .what = "the core's bus gives no answer",
                         .found = {},
                         .expected = {},
                         .hint = {}});
        return bus_value_;
    }

    /// One clock cycle; true where `ready` was high at its rising edge.
    bool run_cycle(const bit_signal* ready = nullptr) {
        sc_core::sc_start(settled);
        const bool was_ready = ready && ready->read();
        value_ = board_.out_data.read();
        bus_value_ = board_.bus_rdata.read();
        sc_core::sc_start(period - settled);
        board_.relay.rethrow();
        return was_ready;
    }

    bool wait_for(const bit_signal& ready) { return wait_for(ready, patience_); }
    bool wait_for(const bit_signal& ready, std::uint64_t cycles) {
        for (std::uint64_t i = 0; i < cycles; ++i)
            if (run_cycle(&ready)) return true;
        return false;
    }

    std::uint64_t patience_;
    board board_;
    std::uint32_t value_ = 0;
    std::uint32_t bus_value_ = 0;
};

}  // namespace

hw::engine_config pin_config() { return {SYNFIRE_PIN_CONFIG}; }

std::unique_ptr<traced_link> make_pin_link(std::uint64_t patience_cycles) {
    claim_simulation();
    return std::make_unique<pin_link>(patience_cycles);
}

}  // namespace synfire::cosim
