// SPDX-License-Identifier: Apache-2.0
// Transport of the module: responses, annotated time, stream addresses, debug access.
#include <functional>

#include <tlm_utils/simple_initiator_socket.h>

#include <synfire/core/error.hpp>
#include <synfire/cosim/systemc_module.hpp>

#include "cosim/rtl_fixture.hpp"

using namespace synfire;
using cosim::accelerator;
using cosim::accelerator_map;

namespace {

constexpr std::uint64_t byte_address(hw::reg r) { return 4ULL * hw::address_of(r); }

/// Runs a function as a process: only there blocking transport may wait.
struct initiator final : sc_core::sc_module {
    tlm_utils::simple_initiator_socket<initiator> socket;
    std::function<void(initiator&)> body;
    bool done = false;

    initiator(sc_core::sc_module_name name, std::function<void(initiator&)> what)
        : sc_module(name),
          socket("socket"),
          body(std::move(what)) {
        SC_HAS_PROCESS(initiator);
        SC_THREAD(run);
    }
    void run() {
        body(*this);
        done = true;
        sc_core::sc_stop();
    }

    tlm::tlm_response_status access(tlm::tlm_command command, std::uint64_t address,
                                    std::uint32_t& word) {
        unsigned char* const data = reinterpret_cast<unsigned char*>(&word);
        return send(command, address, data, 4, 4, nullptr);
    }
    tlm::tlm_response_status send(tlm::tlm_command command, std::uint64_t address,
                                  unsigned char* data, unsigned length, unsigned width,
                                  unsigned char* enables) {
        tlm::tlm_generic_payload payload;
        payload.set_command(command);
        payload.set_address(address);
        payload.set_data_ptr(data);
        payload.set_data_length(length);
        payload.set_streaming_width(width);
        payload.set_byte_enable_ptr(enables);
        socket->b_transport(payload, delay);
        return payload.get_response_status();
    }
    std::uint32_t read(std::uint64_t address) {
        std::uint32_t word = 0;
        if (access(tlm::TLM_READ_COMMAND, address, word) != tlm::TLM_OK_RESPONSE) return ~0U;
        return word;
    }
    void write(std::uint64_t address, std::uint32_t word) {
        access(tlm::TLM_WRITE_COMMAND, address, word);
    }
    unsigned debug(tlm::tlm_command command, std::uint64_t address, std::uint32_t& word) {
        tlm::tlm_generic_payload payload;
        payload.set_command(command);
        payload.set_address(address);
        payload.set_data_ptr(reinterpret_cast<unsigned char*>(&word));
        payload.set_data_length(4);
        return socket->transport_dbg(payload);
    }
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
};

/// One module without FIFOs, and an initiator with the test's body.
void simulate(std::function<void(initiator&)> body, std::uint64_t patience = 100000) {
    cosim::accelerator_options options;
    options.rtl.patience_cycles = patience;
    accelerator engine("engine", hw::simulation_config(8), options);
    initiator host("host", std::move(body));
    host.socket.bind(engine.socket);
    sc_core::sc_start();
    CHECK(host.done);
}

/// A program of one emit pass with one potential, and an input of 16 neurons.
void load_program(initiator& host) {
    host.write(byte_address(hw::reg::window), hw::window_of(hw::memory::descriptors, 0));
    for (const std::uint32_t word : {3U, 1U << 22, 0U, 0U, 0U, 1U << 8})
        host.write(byte_address(hw::reg::data), word);
    host.write(byte_address(hw::reg::window), hw::window_of(hw::memory::codes, 0));
    host.write(byte_address(hw::reg::data), 4711);
    host.write(byte_address(hw::reg::length), 3);
    host.write(byte_address(hw::reg::input_base), 4U << 16);
    host.write(byte_address(hw::reg::input_shape), 16U | (4U << 22));
}

const sc_core::sc_time while_it_runs(10, sc_core::SC_US);

/// Aborts; nothing of what was under way comes afterwards, and the next sample is as any other.
void check_after_abort(initiator& host) {
    host.write(byte_address(hw::reg::control), hw::control_abort);
    wait(while_it_runs);
    CHECK(host.read(byte_address(hw::reg::status)) == 0);
    CHECK(host.read(accelerator_map::words_waiting) == 0);
    // A neuron beyond the input, were this not the first word of a sample.
    host.write(accelerator_map::stream_in, hw::code_word(15, 9));
    host.write(accelerator_map::stream_in, hw::stream_word(hw::word_type::end));
    CHECK(hw::type_of(host.read(accelerator_map::stream_out)) == hw::word_type::result);
    CHECK(host.read(accelerator_map::stream_out) == 4711);
    CHECK(host.read(byte_address(hw::reg::error)) == 0);
}

}  // namespace

TEST_CASE("accesses that the bus has not are answered with TLM's error responses",
          "[systemc][transport]") {
    simulate([](initiator& host) {
        std::uint32_t word = 0;
        unsigned char bytes[8] = {};
        unsigned char enables[4] = {0xff, 0xff, 0, 0};
        const auto read = tlm::TLM_READ_COMMAND;
        const auto write = tlm::TLM_WRITE_COMMAND;
        CHECK(host.access(read, 0x200, word) == tlm::TLM_ADDRESS_ERROR_RESPONSE);
        CHECK(host.access(read, 4 * 0x0e, word) == tlm::TLM_ADDRESS_ERROR_RESPONSE);
        CHECK(host.access(read, 4 * 0x2d, word) == tlm::TLM_ADDRESS_ERROR_RESPONSE);
        CHECK(host.access(read, accelerator_map::size, word) == tlm::TLM_ADDRESS_ERROR_RESPONSE);
        CHECK(host.access(read, 0xffffffff00000000ULL, word) == tlm::TLM_ADDRESS_ERROR_RESPONSE);
        CHECK(host.access(read, 2, word) == tlm::TLM_ADDRESS_ERROR_RESPONSE);
        CHECK(host.access(write, byte_address(hw::reg::id), word)
              == tlm::TLM_COMMAND_ERROR_RESPONSE);
        CHECK(host.access(read, byte_address(hw::reg::control), word)
              == tlm::TLM_COMMAND_ERROR_RESPONSE);
        CHECK(host.access(read, accelerator_map::stream_in, word)
              == tlm::TLM_COMMAND_ERROR_RESPONSE);
        CHECK(host.send(read, 0, bytes, 8, 8, nullptr) == tlm::TLM_BURST_ERROR_RESPONSE);
        CHECK(host.send(read, 0, bytes, 2, 2, nullptr) == tlm::TLM_BURST_ERROR_RESPONSE);
        CHECK(host.send(read, 0, bytes, 4, 2, nullptr) == tlm::TLM_BURST_ERROR_RESPONSE);
        CHECK(host.send(read, 0, bytes, 4, 4, enables) == tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
        CHECK(host.access(tlm::TLM_IGNORE_COMMAND, 0, word) == tlm::TLM_OK_RESPONSE);
        CHECK(host.read(byte_address(hw::reg::error)) == 0);
    });
}

TEST_CASE("a transfer's cycles are in its delay", "[systemc][transport]") {
    simulate([](initiator& host) {
        const sc_core::sc_time period(10, sc_core::SC_NS);
        host.read(byte_address(hw::reg::id));
        CHECK(host.delay == 2 * period);
        host.write(byte_address(hw::reg::window), hw::window_of(hw::memory::codes, 0));
        CHECK(host.delay == 4 * period);
        host.read(byte_address(hw::reg::data));
        CHECK(host.delay == 12 * period);
    });
}

TEST_CASE("a sample runs through the stream addresses", "[systemc][transport]") {
    simulate([](initiator& host) {
        load_program(host);
        host.write(accelerator_map::stream_in, hw::code_word(3, 9));
        host.write(accelerator_map::stream_in, hw::stream_word(hw::word_type::end));
        const std::uint32_t result = host.read(accelerator_map::stream_out);
        CHECK(hw::type_of(result) == hw::word_type::result);
        CHECK((result & 0xffff) == 1);
        CHECK(host.read(accelerator_map::stream_out) == 4711);
        CHECK(hw::type_of(host.read(accelerator_map::stream_out)) == hw::word_type::label);
        CHECK(hw::type_of(host.read(accelerator_map::stream_out)) == hw::word_type::done);
        CHECK(host.read(accelerator_map::words_waiting) == 0);
    });
}

TEST_CASE("reading the stream of an idle engine ends with an error after the patience",
          "[systemc][transport]") {
    simulate(
        [](initiator& host) {
            std::uint32_t word = 0;
            CHECK(host.access(tlm::TLM_READ_COMMAND, accelerator_map::stream_out, word)
                  == tlm::TLM_GENERIC_ERROR_RESPONSE);
            CHECK(sc_core::sc_time_stamp() >= sc_core::sc_time(5000 * 10, sc_core::SC_NS));
        },
        5000);
}

TEST_CASE("writing into an engine that takes nothing ends with an error after the patience",
          "[systemc][transport]") {
    simulate(
        [](initiator& host) {
            load_program(host);
            std::uint32_t end = hw::stream_word(hw::word_type::end);
            // Answers fill stream_out, then the engine stops taking words.
            int sent = 0;
            while (sent < 100
                   && host.access(tlm::TLM_WRITE_COMMAND, accelerator_map::stream_in, end)
                          == tlm::TLM_OK_RESPONSE)
                ++sent;
            CHECK(sent > 16);
            CHECK(sent < 100);
            for (int word = 0; word < 4 * sent; ++word)
                CHECK(host.read(accelerator_map::stream_out) != ~0U);
            CHECK(host.read(accelerator_map::words_waiting) == 0);
        },
        5000);
}

TEST_CASE("an abort empties the queue of input words", "[systemc][transport]") {
    simulate([](initiator& host) {
        load_program(host);
        for (int i = 0; i < 10; ++i) host.write(accelerator_map::stream_in, hw::code_word(0, 1));
        host.write(accelerator_map::stream_in, hw::stream_word(hw::word_type::end));
        check_after_abort(host);
    });
}

TEST_CASE("an abort empties the queue of the answer", "[systemc][transport]") {
    simulate([](initiator& host) {
        load_program(host);
        host.write(accelerator_map::stream_in, hw::stream_word(hw::word_type::end));
        wait(while_it_runs);
        CHECK(host.read(accelerator_map::words_waiting) == 4);
        host.write(accelerator_map::stream_in, hw::code_word(0, 1));
        check_after_abort(host);
    });
}

TEST_CASE("options of the module that would stop time or words are refused",
          "[systemc][transport]") {
    const hw::engine_config config = hw::simulation_config(8);
    cosim::accelerator_options options;
    options.quantum_cycles = 0;
    CHECK_THROWS_AS(accelerator("no_quantum", config, options), bad_input);
    options = {};
    options.queue_words = 0;
    CHECK_THROWS_AS(accelerator("no_queue", config, options), bad_input);
    options = {};
    options.period = sc_core::SC_ZERO_TIME;
    CHECK_THROWS_AS(accelerator("no_period", config, options), bad_input);
}

TEST_CASE("debug transport, which has no clock, reads and writes nothing", "[systemc][transport]") {
    simulate([](initiator& host) {
        host.write(byte_address(hw::reg::network), 77);
        std::uint32_t word = 78;
        CHECK(host.debug(tlm::TLM_READ_COMMAND, byte_address(hw::reg::network), word) == 0);
        CHECK(host.debug(tlm::TLM_WRITE_COMMAND, byte_address(hw::reg::network), word) == 0);
        CHECK(word == 78);
        CHECK(host.read(byte_address(hw::reg::network)) == 77);
    });
}
