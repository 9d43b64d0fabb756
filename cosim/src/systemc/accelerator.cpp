// SPDX-License-Identifier: Apache-2.0
// Thread, queues and transport of the SystemC module.
#include <array>
#include <cstring>
#include <utility>

#include <synfire/core/error.hpp>
#include <synfire/cosim/systemc_module.hpp>
#include <synfire/hw/registers.hpp>

namespace synfire::cosim {

namespace {

using sc_core::SC_ZERO_TIME;

constexpr std::uint64_t word_bytes = 4;
constexpr auto first_counter = static_cast<std::uint64_t>(hw::reg::counters);

bool is_register(std::uint64_t number) {
    return number <= hw::address_of(hw::reg::caps2)
           || (number >= first_counter && number < first_counter + hw::counter_count);
}

bool is_writable(std::uint64_t number) {
    constexpr std::array writable{hw::reg::control, hw::reg::input_base, hw::reg::input_shape,
                                  hw::reg::network, hw::reg::length,     hw::reg::window,
                                  hw::reg::data};
    for (const hw::reg r : writable)
        if (number == hw::address_of(r)) return true;
    return false;
}

/// What is wrong with the form of an access, before its address is looked at.
tlm::tlm_response_status judge(const tlm::tlm_generic_payload& payload) {
    if (payload.get_byte_enable_ptr()) return tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE;
    if (payload.get_data_length() != word_bytes || payload.get_streaming_width() < word_bytes)
        return tlm::TLM_BURST_ERROR_RESPONSE;
    if (payload.get_address() % word_bytes != 0) return tlm::TLM_ADDRESS_ERROR_RESPONSE;
    return tlm::TLM_OK_RESPONSE;
}

/// Without these, time would stand still or no word would ever pass.
void check(const accelerator_options& options) {
    const auto refuse = [](const char* what) {
        throw bad_input({.where = "SystemC module",
                         .what = what,
                         .found = "0",
                         .expected = "1 or more",
                         .hint = {}});
    };
    if (options.period <= SC_ZERO_TIME) refuse("needs a clock period");
    if (options.quantum_cycles == 0) refuse("needs a quantum of cycles");
    if (options.queue_words == 0) refuse("needs room for words of its streams");
}

}  // namespace

accelerator::accelerator(sc_core::sc_module_name name, const hw::engine_config& config,
                         const accelerator_options& options)
    : sc_module(name),
      socket("socket"),
      input("input"),
      output("output"),
      options_(options),
      model_(config, options.rtl) {
    check(options_);
    socket.register_b_transport(this, &accelerator::b_transport);
    socket.register_transport_dbg(this, &accelerator::transport_dbg);
    SC_HAS_PROCESS(accelerator);
    SC_THREAD(run);
}

bool accelerator::busy() const {
    const bool input_waits = !in_.empty() || (input.size() > 0 && input->num_available() > 0);
    return input_waits || !model_.idle();
}

void accelerator::reset() {
    in_.clear();
    out_.clear();
    model_.reset();
    wake_.notify(SC_ZERO_TIME);
}

void accelerator::run() {
    keeper_.reset();
    for (;;) {
        const slice_end end = run_slice();
        if (end == slice_end::used_up) {
            if (keeper_.need_sync()) keeper_.sync();
        } else if (keeper_.get_local_time() > SC_ZERO_TIME) {
            keeper_.sync();  // what others did meanwhile is looked at before sleep
        } else {
            sc_core::sc_event_or_list something(wake_);
            if (input.size() > 0) something |= input->data_written_event();
            if (output.size() > 0) something |= output->data_read_event();
            wait(something);
            keeper_.reset();
            bus_cycles_ = 0;  // a clock that stands still has no time to make up for
        }
    }
}

accelerator::slice_end accelerator::run_slice() {
    std::uint64_t used = 0;
    slice_end end = slice_end::used_up;
    while (used < options_.quantum_cycles) {
        const bool offers = fetch_input();
        const bool takes = has_room();
        // Output that nobody takes holds up everything else; only its consumer can end that.
        const bool held_up = !takes && model_.has_output();
        if (held_up || (!offers && model_.idle())) {
            end = slice_end::nothing_to_do;
            break;
        }
        const clocked seen =
            model_.clock(options_.quantum_cycles - used,
                         offers ? std::optional<std::uint32_t>(in_.front()) : std::nullopt, takes);
        used += seen.cycles;
        if (seen.pushed) {
            in_.pop_front();
            in_moved_.notify(SC_ZERO_TIME);
        }
        if (seen.popped) deliver(*seen.popped);
    }
    used += std::exchange(bus_cycles_, 0);
    keeper_.inc(static_cast<double>(used) * options_.period);
    return end;
}

/// One word of the FIFO at a time: what is in there can still be seen by its writer.
bool accelerator::fetch_input() {
    std::uint32_t word = 0;
    if (in_.empty() && input.size() > 0 && input->nb_read(word)) in_.push_back(word);
    return !in_.empty();
}

bool accelerator::has_room() const {
    return output.size() > 0 ? output->num_free() > 0 : out_.size() < options_.queue_words;
}

void accelerator::deliver(std::uint32_t word) {
    if (output.size() > 0) {
        output->nb_write(word);
        return;
    }
    out_.push_back(word);
    out_moved_.notify(SC_ZERO_TIME);
}

void accelerator::b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
    tlm::tlm_response_status status = judge(payload);
    if (status == tlm::TLM_OK_RESPONSE && payload.get_command() != tlm::TLM_IGNORE_COMMAND) {
        std::uint32_t word = 0;
        std::memcpy(&word, payload.get_data_ptr(), sizeof word);
        status = access(payload.is_write(), payload.get_address(), word, delay);
        if (payload.is_read() && status == tlm::TLM_OK_RESPONSE)
            std::memcpy(payload.get_data_ptr(), &word, sizeof word);
    }
    payload.set_response_status(status);
}

tlm::tlm_response_status accelerator::access(bool is_write, std::uint64_t address,
                                             std::uint32_t& word, sc_core::sc_time& delay) {
    switch (address) {
    case accelerator_map::stream_in:
        if (!is_write || input.size() > 0) return tlm::TLM_COMMAND_ERROR_RESPONSE;
        return give_input(word, delay);
    case accelerator_map::stream_out:
        if (is_write || output.size() > 0) return tlm::TLM_COMMAND_ERROR_RESPONSE;
        return take_output(word, delay);
    case accelerator_map::words_waiting:
        if (is_write || output.size() > 0) return tlm::TLM_COMMAND_ERROR_RESPONSE;
        word = static_cast<std::uint32_t>(out_.size());
        return tlm::TLM_OK_RESPONSE;
    default:
        break;
    }
    if (!is_register(address / word_bytes)) return tlm::TLM_ADDRESS_ERROR_RESPONSE;
    return access_register(is_write, static_cast<std::uint8_t>(address / word_bytes), word, delay);
}

tlm::tlm_response_status accelerator::access_register(bool is_write, std::uint8_t number,
                                                      std::uint32_t& word,
                                                      sc_core::sc_time& delay) {
    const bool allowed =
        is_write ? is_writable(number) : number != hw::address_of(hw::reg::control);
    if (!allowed) return tlm::TLM_COMMAND_ERROR_RESPONSE;
    const std::uint64_t before = model_.cycle();
    if (is_write) write_register(number, word);
    else word = model_.read(number);
    const std::uint64_t spent = model_.cycle() - before;
    bus_cycles_ += spent;
    delay += static_cast<double>(spent) * options_.period;
    wake_.notify(SC_ZERO_TIME);
    return tlm::TLM_OK_RESPONSE;
}

void accelerator::write_register(std::uint8_t number, std::uint32_t word) {
    model_.write(number, word);
    if (number != hw::address_of(hw::reg::control) || !(word & hw::control_abort)) return;
    in_.clear();
    out_.clear();
    in_moved_.notify(SC_ZERO_TIME);
}

tlm::tlm_response_status accelerator::give_input(std::uint32_t word, sc_core::sc_time& delay) {
    const sc_core::sc_time patience =
        static_cast<double>(options_.rtl.patience_cycles) * options_.period;
    if (in_.size() >= options_.queue_words) {
        wait(delay);
        delay = SC_ZERO_TIME;
    }
    const sc_core::sc_time last = sc_core::sc_time_stamp() + patience;
    while (in_.size() >= options_.queue_words) {
        if (sc_core::sc_time_stamp() >= last) return tlm::TLM_GENERIC_ERROR_RESPONSE;
        wait(last - sc_core::sc_time_stamp(), in_moved_);
    }
    in_.push_back(word);
    wake_.notify(SC_ZERO_TIME);
    return tlm::TLM_OK_RESPONSE;
}

tlm::tlm_response_status accelerator::take_output(std::uint32_t& word, sc_core::sc_time& delay) {
    const sc_core::sc_time patience =
        static_cast<double>(options_.rtl.patience_cycles) * options_.period;
    if (out_.empty()) {
        wait(delay);
        delay = SC_ZERO_TIME;
    }
    const sc_core::sc_time last = sc_core::sc_time_stamp() + patience;
    while (out_.empty()) {
        if (sc_core::sc_time_stamp() >= last) return tlm::TLM_GENERIC_ERROR_RESPONSE;
        wait(last - sc_core::sc_time_stamp(), out_moved_);
    }
    word = out_.front();
    out_.pop_front();
    wake_.notify(SC_ZERO_TIME);
    return tlm::TLM_OK_RESPONSE;
}

/// Every register answers a cycle after it was asked, and debug access has no clock.
unsigned accelerator::transport_dbg(tlm::tlm_generic_payload&) { return 0; }

}  // namespace synfire::cosim
