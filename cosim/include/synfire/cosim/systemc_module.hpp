// SPDX-License-Identifier: Apache-2.0
// The engine as a SystemC module: registers behind a TLM-2.0 target socket, streams as FIFOs or as
// two more addresses. Loosely timed: the Verilated core runs quantum by quantum.
// Needs SystemC and tlm; link synfire::cosim_systemc, which brings the definitions that they need.
#pragma once

#include <cstdint>
#include <deque>

#include <systemc>
#include <tlm>
#include <tlm_utils/simple_target_socket.h>
#include <tlm_utils/tlm_quantumkeeper.h>

#include <synfire/cosim/rtl_model.hpp>

namespace synfire::cosim {

/// Byte addresses of the target socket. Every access is one aligned word of four bytes.
struct accelerator_map {
    static constexpr std::uint64_t registers = 0x000;      ///< + 4 * hw::reg
    static constexpr std::uint64_t stream_in = 0x400;      ///< write: one word into the engine
    static constexpr std::uint64_t stream_out = 0x404;     ///< read: one word of the answer
    static constexpr std::uint64_t words_waiting = 0x408;  ///< read: words that stream_out has
    static constexpr std::uint64_t size = 0x40c;
};

/// None of the numbers may be 0.
struct accelerator_options {
    sc_core::sc_time period{10, sc_core::SC_NS};
    std::uint64_t quantum_cycles = 1000;  ///< longest run between two looks at the streams
    std::size_t queue_words = 16;         ///< of stream_in and stream_out
    rtl_options rtl{};
};

/// Blocking transport returns with the time of the bus transfer in its delay. Errors: unknown or
/// unaligned address: TLM_ADDRESS_ERROR; write to a read-only or read of a write-only word, or
/// stream addresses whose port is bound: TLM_COMMAND_ERROR; byte enables:
/// TLM_BYTE_ENABLE_ERROR; other lengths than four bytes: TLM_BURST_ERROR; no answer in
/// patience_cycles: TLM_GENERIC_ERROR. Debug transport reads and writes nothing: it has no clock,
/// and a register answers in the cycle after it was asked.
/// An abort through CONTROL empties the queues of the stream addresses, and forgets the word that
/// was fetched from a FIFO; what is in FIFOs is their owner's.
/// While the engine neither runs nor has anything to take or give, its clock stands still; at other
/// times the cycles of a bus transfer are cycles of the engine too.
class accelerator final : public sc_core::sc_module {
  public:
    tlm_utils::simple_target_socket<accelerator> socket;
    /// Optional; where one is bound, its address is closed.
    sc_core::sc_port<sc_core::sc_fifo_in_if<std::uint32_t>, 1, sc_core::SC_ZERO_OR_MORE_BOUND>
        input;
    sc_core::sc_port<sc_core::sc_fifo_out_if<std::uint32_t>, 1, sc_core::SC_ZERO_OR_MORE_BOUND>
        output;

    /// Throws bad_input where the RTL model would, and for options that are 0.
    accelerator(sc_core::sc_module_name name, const hw::engine_config& config,
                const accelerator_options& options = {});

    rtl_model& model() { return model_; }
    /// True while the engine computes, has output, or has input that it can take.
    bool busy() const;
    /// Pulls the core's reset pin and drops what is in the queues of the stream addresses.
    void reset();

  private:
    enum class slice_end : std::uint8_t { used_up, nothing_to_do };

    void run();
    slice_end run_slice();
    bool fetch_input();
    bool has_room() const;
    void deliver(std::uint32_t word);

    void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
    unsigned transport_dbg(tlm::tlm_generic_payload& payload);
    tlm::tlm_response_status access(bool is_write, std::uint64_t address, std::uint32_t& word,
                                    sc_core::sc_time& delay);
    tlm::tlm_response_status access_register(bool is_write, std::uint8_t number,
                                             std::uint32_t& word, sc_core::sc_time& delay);
    void write_register(std::uint8_t number, std::uint32_t word);
    tlm::tlm_response_status give_input(std::uint32_t word, sc_core::sc_time& delay);
    tlm::tlm_response_status take_output(std::uint32_t& word, sc_core::sc_time& delay);

    accelerator_options options_;
    rtl_model model_;
    tlm_utils::tlm_quantumkeeper keeper_;
    std::uint64_t bus_cycles_ = 0;   ///< that transfers took and no slice has accounted for yet
    std::deque<std::uint32_t> in_;   ///< offered, not yet taken by the core
    std::deque<std::uint32_t> out_;  ///< of stream_out
    sc_core::sc_event wake_;         ///< there may be something to do
    sc_core::sc_event in_moved_;
    sc_core::sc_event out_moved_;
};

}  // namespace synfire::cosim
