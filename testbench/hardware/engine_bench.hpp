// SPDX-License-Identifier: Apache-2.0
// The Verilated core with one network after the other, word by word: loading, sending and reading
// are written here once more, so that a mistake of hw's host cannot hide one of the core.
#pragma once

#include <array>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include <synfire/cosim/rtl_model.hpp>
#include <synfire/hw/counts.hpp>
#include <synfire/hw/image.hpp>
#include <synfire/sim/simulator.hpp>

namespace synfire::test {

/// The engine did not do what the protocol says: no word where one was due.
struct silent_engine : std::runtime_error {
    using std::runtime_error::runtime_error;
};

class engine_bench {
  public:
    explicit engine_bench(const hw::engine_config& config, const cosim::rtl_options& options = {});

    cosim::rtl_model& model() { return model_; }
    const hw::engine_config& config() const { return model_.config(); }

    /// Replaces the network; nothing is reset.
    void load(const hw::image& image);
    /// The registers alone: a reset forgets them, but not the memories.
    void configure(const hw::image& image);
    /// Clears the counters and sends one sample with its END.
    void send(const hw::image& image, const std::vector<sim::encoded_input>& inputs,
              std::uint32_t end = 0);
    /// All words of one answer, DONE or ERROR last.
    std::vector<std::uint32_t> receive();
    hw::hardware_counts counters();
    /// The trace port of an engine with such counters does not tell them.
    bool has_slow_counters() const { return config().shared_adder; }
    /// Aborts by register; what was loaded stays.
    void abort();

  private:
    std::uint32_t read(hw::reg r) { return model_.read(hw::address_of(r)); }
    void write(hw::reg r, std::uint32_t value) { model_.write(hw::address_of(r), value); }
    std::uint32_t next_word();
    void settle_counters();
    std::string state();

    cosim::rtl_model model_;
};

/// Spike patterns of a sample as the words of its stream, END last.
std::vector<std::uint32_t> input_words(const hw::image& image,
                                       const std::vector<sim::encoded_input>& inputs);

}  // namespace synfire::test
