// SPDX-License-Identifier: Apache-2.0
// A small system: memory with the network's image, a processor that loads and runs it over TLM, a
// second bus master that watches, a consumer that takes answers slowly.
#pragma once

#include <cstdint>
#include <cstring>
#include <functional>
#include <vector>

#include <systemc>
#include <tlm>
#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include <synfire/cosim/systemc_module.hpp>
#include <synfire/hw/host.hpp>
#include <synfire/hw/image.hpp>

namespace synfire::test {

/// 32-bit words behind a TLM-2.0 target.
class memory_model final : public sc_core::sc_module {
  public:
    tlm_utils::simple_target_socket<memory_model> socket;
    std::vector<std::uint32_t> words;

    explicit memory_model(sc_core::sc_module_name name) : sc_module(name), socket("socket") {
        socket.register_b_transport(this, &memory_model::b_transport);
    }

  private:
    void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
        const std::uint64_t index = payload.get_address() / 4;
        if (index >= words.size()) {
            payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
            return;
        }
        if (payload.is_read()) std::memcpy(payload.get_data_ptr(), &words[index], 4);
        else std::memcpy(&words[index], payload.get_data_ptr(), 4);
        delay += sc_core::sc_time(20, sc_core::SC_NS);
        payload.set_response_status(tlm::TLM_OK_RESPONSE);
    }
};

/// What processor and watcher share: one word at a time, with local time.
class bus_master : public sc_core::sc_module {
  protected:
    using socket_type = tlm_utils::simple_initiator_socket<bus_master>;
    explicit bus_master(sc_core::sc_module_name name) : sc_module(name) {}

    std::uint32_t read(socket_type& way, std::uint64_t address);
    void write(socket_type& way, std::uint64_t address, std::uint32_t word);
    void transfer(socket_type& way, tlm::tlm_command command, std::uint64_t address,
                  std::uint32_t& word);

    tlm_utils::tlm_quantumkeeper keeper_;
};

/// Where the processor finds what it loads.
struct program_in_memory {
    std::uint32_t descriptor_words = 0;  ///< of 32 bits, from word 0 of the memory on
    std::uint32_t weight_words = 0;      ///< after them
    std::uint32_t input_base = 0;
    std::uint32_t input_shape = 0;
    std::uint32_t identity = 0;
};
program_in_memory put_into(memory_model& memory, const hw::image& image);

/// Copies the image from memory into the engine, then sends the samples.
class processor final : public bus_master {
  public:
    socket_type memory{"memory"};
    socket_type engine{"engine"};
    sc_core::sc_fifo_out<std::uint32_t> stream{"stream"};
    program_in_memory program;
    std::vector<hw::sample_words> samples;
    sc_core::sc_time loaded;  ///< when the first sample was sent

    explicit processor(sc_core::sc_module_name name);

  private:
    void run();
    void copy(hw::memory to, std::uint32_t first, std::uint32_t count);
};

/// Reads status and counters again and again while others work, and once more when they are done.
class watcher final : public bus_master {
  public:
    socket_type engine{"engine"};
    sc_core::sc_time interval{3, sc_core::SC_US};
    std::uint64_t polls = 0;
    std::uint64_t polls_while_running = 0;
    std::uint64_t polls_while_waiting = 0;  ///< for somebody who takes the answer
    std::uint32_t last_cycles = 0;
    bool cycles_fell = false;  ///< between two looks
    std::function<bool()> done;

    explicit watcher(sc_core::sc_module_name name);

  private:
    void run();
};

/// Takes a word now and then, up to the last DONE.
class consumer final : public sc_core::sc_module {
  public:
    sc_core::sc_fifo_in<std::uint32_t> stream{"stream"};
    sc_core::sc_time pause = sc_core::SC_ZERO_TIME;
    std::size_t samples = 0;
    std::vector<std::uint32_t> words;
    bool done = false;

    explicit consumer(sc_core::sc_module_name name);

  private:
    void run();
    std::uint32_t take();
};

}  // namespace synfire::test
