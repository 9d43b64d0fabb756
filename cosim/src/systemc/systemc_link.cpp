// SPDX-License-Identifier: Apache-2.0
// Host code outside of SystemC's processes drives the module: time runs inside each call.
#include <fmt/format.h>

#include <tlm_utils/simple_initiator_socket.h>

#include <synfire/core/error.hpp>
#include <synfire/cosim/systemc_link.hpp>
#include <synfire/cosim/systemc_module.hpp>

#include "observer_relay.hpp"
#include "simulation.hpp"

namespace synfire::cosim {

namespace {

constexpr int fifo_words = 64;

/// The host's side of the bus; transfers are started from outside of the simulation.
struct host_port final : sc_core::sc_module {
    tlm_utils::simple_initiator_socket<host_port> socket;
    explicit host_port(sc_core::sc_module_name name) : sc_module(name), socket("socket") {}
};

class systemc_link final : public traced_link {
  public:
    systemc_link(const hw::engine_config& config, const rtl_options& options)
        : options_{.rtl = options},
          engine_("engine", config, options_),
          host_("host"),
          to_engine_("to_engine", fifo_words),
          from_engine_("from_engine", fifo_words) {
        host_.socket.bind(engine_.socket);
        engine_.input(to_engine_);
        engine_.output(from_engine_);
        // The module runs ahead by a quantum of its own; here nobody else runs beside it.
        tlm_utils::tlm_quantumkeeper::set_global_quantum(
            static_cast<double>(options_.quantum_cycles) * options_.period);
        sc_core::sc_start(sc_core::SC_ZERO_TIME);
    }

    std::uint32_t read(std::uint8_t address) override {
        std::uint32_t word = 0;
        transfer(tlm::TLM_READ_COMMAND, address, word);
        return word;
    }

    void write(std::uint8_t address, std::uint32_t value) override {
        const bool aborts =
            address == hw::address_of(hw::reg::control) && (value & hw::control_abort);
        // Before, or time that passes in the transfer would feed them to the engine; and after,
        // because the engine may have answered meanwhile.
        if (aborts) drop_words();
        transfer(tlm::TLM_WRITE_COMMAND, address, value);
        if (aborts) drop_words();
    }

    bool push(std::uint32_t word) override {
        const std::uint64_t last = cycle() + options_.rtl.patience_cycles;
        while (!to_engine_.nb_write(word)) {
            const std::uint64_t before = cycle();
            run(options_.quantum_cycles);
            if (cycle() >= last || (cycle() == before && to_engine_.num_free() == 0)) return false;
        }
        return true;
    }

    std::optional<std::uint32_t> pop() override {
        const std::uint64_t last = cycle() + options_.rtl.patience_cycles;
        std::uint32_t word = 0;
        while (!from_engine_.nb_read(word)) {
            const bool was_busy = words_wait() || engine_.busy();
            run(options_.quantum_cycles);
            const bool came = from_engine_.num_available() > 0;
            if (!came && (!was_busy || cycle() >= last)) return std::nullopt;
        }
        return word;
    }

    void set_observer(observer* seen_by) override {
        relay_.set_target(seen_by);
        engine_.model().set_observer(seen_by ? &relay_ : nullptr);
    }
    std::uint64_t cycle() const override { return engine_.model().cycle(); }

    void reset() override {
        drop_words();
        engine_.reset();
    }

  private:
    /// What is under way in the FIFOs belongs to the sample that was given up.
    void drop_words() {
        sc_core::sc_start(sc_core::SC_ZERO_TIME);  // words that were just written count from now on
        std::uint32_t dropped = 0;
        while (to_engine_.nb_read(dropped) || from_engine_.nb_read(dropped)) {}
    }

    void run(std::uint64_t cycles) {
        sc_core::sc_start(static_cast<double>(cycles) * options_.period);
        relay_.rethrow();
    }

    void transfer(tlm::tlm_command command, std::uint8_t address, std::uint32_t& word) {
        // Words that were pushed before come first, as far as the engine takes them.
        if (words_wait()) run(options_.quantum_cycles);
        tlm::tlm_generic_payload payload;
        payload.set_command(command);
        payload.set_address(std::uint64_t{4} * address);
        payload.set_data_ptr(reinterpret_cast<unsigned char*>(&word));
        payload.set_data_length(sizeof word);
        payload.set_streaming_width(sizeof word);
        sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
        host_.socket->b_transport(payload, delay);
        if (payload.is_response_error())
            throw error({.where = fmt::format("SystemC, register {:#04x}", address),
                         .what = "the module refuses the access",
                         .found = payload.get_response_string(),
                         .expected = {},
                         .hint = {}});
        sc_core::sc_start(delay);
        relay_.rethrow();
    }

    /// Also those that were written since time last ran.
    bool words_wait() const { return to_engine_.num_free() < fifo_words; }

    accelerator_options options_;
    mutable accelerator engine_;
    observer_relay relay_;
    host_port host_;
    sc_core::sc_fifo<std::uint32_t> to_engine_;
    sc_core::sc_fifo<std::uint32_t> from_engine_;
};

}  // namespace

std::unique_ptr<traced_link> make_systemc_link(const hw::engine_config& config,
                                               const rtl_options& options) {
    claim_simulation();
    return std::make_unique<systemc_link>(config, options);
}

}  // namespace synfire::cosim
