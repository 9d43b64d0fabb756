// SPDX-License-Identifier: Apache-2.0
#include "platform.hpp"

namespace synfire::test {

namespace {

constexpr std::uint64_t address_in_bytes(hw::reg r) { return 4ULL * hw::address_of(r); }

std::uint32_t shape_word(const hw::input_port& port) {
    return static_cast<std::uint32_t>(port.neurons) | static_cast<std::uint32_t>(port.format) << 20
           | static_cast<std::uint32_t>(port.steps) << 22
           | static_cast<std::uint32_t>(port.is_signed) << 27;
}

}  // namespace

program_in_memory put_into(memory_model& memory, const hw::image& image) {
    std::vector<std::uint32_t>& words = memory.words;
    for (const std::uint64_t d : image.descriptors) {
        words.push_back(static_cast<std::uint32_t>(d));
        words.push_back(static_cast<std::uint32_t>(d >> 32));
    }
    const auto descriptors = static_cast<std::uint32_t>(words.size());
    words.resize(words.size() + image.weights.size() / 4);
    if (!image.weights.empty())
        std::memcpy(&words[descriptors], image.weights.data(), image.weights.size());
    return {.descriptor_words = descriptors,
            .weight_words = static_cast<std::uint32_t>(words.size()) - descriptors,
            .input_base = image.input.act_word | image.input.code_word << 16,
            .input_shape = shape_word(image.input),
            .identity = image.identity};
}

std::uint32_t bus_master::read(socket_type& way, std::uint64_t address) {
    std::uint32_t word = 0;
    transfer(way, tlm::TLM_READ_COMMAND, address, word);
    return word;
}

void bus_master::write(socket_type& way, std::uint64_t address, std::uint32_t word) {
    transfer(way, tlm::TLM_WRITE_COMMAND, address, word);
}

void bus_master::transfer(socket_type& way, tlm::tlm_command command, std::uint64_t address,
                          std::uint32_t& word) {
    tlm::tlm_generic_payload payload;
    payload.set_command(command);
    payload.set_address(address);
    payload.set_data_ptr(reinterpret_cast<unsigned char*>(&word));
    payload.set_data_length(4);
    payload.set_streaming_width(4);
    sc_core::sc_time delay = keeper_.get_local_time();
    way->b_transport(payload, delay);
    if (payload.is_response_error()) SC_REPORT_FATAL(name(), "bus error");
    keeper_.set(delay);
    if (keeper_.need_sync()) keeper_.sync();
}

processor::processor(sc_core::sc_module_name name) : bus_master(name) {
    SC_HAS_PROCESS(processor);
    SC_THREAD(run);
}

void processor::run() {
    copy(hw::memory::descriptors, 0, program.descriptor_words);
    copy(hw::memory::weights, program.descriptor_words, program.weight_words);
    write(engine, address_in_bytes(hw::reg::input_base), program.input_base);
    write(engine, address_in_bytes(hw::reg::input_shape), program.input_shape);
    write(engine, address_in_bytes(hw::reg::network), program.identity);
    write(engine, address_in_bytes(hw::reg::length), program.descriptor_words / 2);
    write(engine, address_in_bytes(hw::reg::control), hw::control_clear_counters);
    keeper_.sync();
    loaded = sc_core::sc_time_stamp();
    for (const hw::sample_words& sample : samples)
        for (const std::uint32_t word : sample) stream->write(word);
}

void processor::copy(hw::memory to, std::uint32_t first, std::uint32_t count) {
    write(engine, address_in_bytes(hw::reg::window), hw::window_of(to, 0));
    for (std::uint32_t i = 0; i < count; ++i)
        write(engine, address_in_bytes(hw::reg::data), read(memory, 4ULL * (first + i)));
}

watcher::watcher(sc_core::sc_module_name name) : bus_master(name) {
    SC_HAS_PROCESS(watcher);
    SC_THREAD(run);
}

void watcher::run() {
    for (;;) {
        wait(interval);
        const bool last = done();
        const std::uint32_t status = read(engine, address_in_bytes(hw::reg::status));
        const std::uint32_t cycles = read(engine, address_in_bytes(hw::reg::counters));
        ++polls;
        polls_while_running += (status & hw::status_running) != 0 ? 1 : 0;
        polls_while_waiting += (status & hw::status_output_waiting) != 0 ? 1 : 0;
        cycles_fell = cycles_fell || cycles < last_cycles;
        last_cycles = cycles;
        if (last) sc_core::sc_stop();
    }
}

consumer::consumer(sc_core::sc_module_name name) : sc_module(name) {
    SC_HAS_PROCESS(consumer);
    SC_THREAD(run);
}

std::uint32_t consumer::take() {
    if (pause > sc_core::SC_ZERO_TIME) wait(pause);
    words.push_back(stream->read());
    return words.back();
}

void consumer::run() {
    while (samples > 0) {
        const std::uint32_t word = take();
        const hw::word_type type = hw::type_of(word);
        if (type == hw::word_type::result)
            for (std::uint32_t left = word & 0xffff; left > 0; --left) take();
        if (type == hw::word_type::done || type == hw::word_type::error) --samples;
    }
    done = true;
}

}  // namespace synfire::test
