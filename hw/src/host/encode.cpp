// SPDX-License-Identifier: Apache-2.0
// Samples as stream words.
#include <fmt/format.h>

#include <cstdlib>

#include <synfire/hw/host.hpp>
#include <synfire/hw/registers.hpp>

namespace synfire::hw {
namespace {

[[noreturn]] void refuse(std::string what, std::string found, std::string expected,
                         std::string hint = "") {
    throw bad_input({"sample for the engine", std::move(what), std::move(found),
                     std::move(expected), std::move(hint)});
}

std::uint32_t sign_bit(const input_port& port) { return 1U << (pattern_bits_of(port.format) - 1); }

std::uint32_t step_bit(const input_port& port, int step) { return 1U << (port.steps - 1 - step); }

/// Spikes of a size of code: docs/reference/semantics.md, "Inputs".
std::uint32_t pattern_of(const input_port& port, std::uint32_t size) {
    if (port.weighted) { return size; }
    const auto steps = static_cast<std::uint32_t>(port.steps);
    std::uint32_t pattern = 0;
    for (std::uint32_t t = 0; t < steps; ++t) {
        const bool evenly = (t + 1) * size / steps > t * size / steps;
        const bool spike = port.encoder == input_encoder::rate ? evenly : t < size;
        if (spike) { pattern |= step_bit(port, static_cast<int>(t)); }
    }
    return pattern;
}

/// Names the active neurons in ascending order.
class word_writer {
  public:
    void add(std::size_t neuron, std::uint32_t pattern) {
        std::size_t delta = neuron - cursor_;
        if (delta > largest_delta) {
            words_.push_back(stream_word(word_type::skip, static_cast<std::uint32_t>(delta)));
            delta = 0;
        }
        words_.push_back(code_word(static_cast<std::uint32_t>(delta), pattern));
        cursor_ = neuron + 1;
    }
    sample_words end() {
        words_.push_back(stream_word(word_type::end));
        return std::move(words_);
    }

  private:
    std::size_t cursor_ = 0;
    sample_words words_;
};

void check_spike(const input_port& port, const spike& s) {
    if (static_cast<std::int64_t>(s.neuron) >= port.neurons) {
        refuse("a spike of a neuron that the input lacks", fmt::format("neuron {}", s.neuron),
               fmt::format("below {}", port.neurons));
    }
    if (s.step < 0 || s.step >= port.steps) {
        refuse("a spike outside the window", fmt::format("step {}", s.step),
               fmt::format("0 .. {}", port.steps - 1));
    }
    if (s.sign < 0 && !port.is_signed) {
        refuse("a negative spike of an unsigned input", fmt::format("neuron {}", s.neuron),
               "positive spikes");
    }
}

void add_codes(const input_port& port, std::span<const std::int32_t> codes, word_writer& words) {
    if (port.encoder != input_encoder::code && port.encoder != input_encoder::rate
        && port.encoder != input_encoder::current) {
        refuse("codes do not say when the spikes are",
               "encoder " + std::string(to_string(port.encoder)), "code, rate or current",
               "encode the sample to spikes first");
    }
    if (static_cast<std::int64_t>(codes.size()) != port.neurons) {
        refuse("needs one code per input neuron", fmt::format("{}", codes.size()),
               fmt::format("{}", port.neurons));
    }
    const auto first = static_cast<std::size_t>(port.first);
    for (std::size_t n = 0; n < codes.size(); ++n) {
        const std::int32_t q = codes[n];
        if (q < port.range.lo || q > port.range.hi) {
            refuse("a code is outside the input's range", fmt::format("neuron {}: {}", n, q),
                   fmt::format("{} .. {}", port.range.lo, port.range.hi));
        }
        if (q == 0) { continue; }
        const std::uint32_t sign = q < 0 ? sign_bit(port) : 0;
        words.add(first + n, sign | pattern_of(port, static_cast<std::uint32_t>(std::abs(q))));
    }
}

void add_spikes(const input_port& port, const spike_train& spikes, word_writer& words) {
    std::vector<std::uint32_t> patterns(static_cast<std::size_t>(port.neurons), 0);
    std::vector<std::int32_t> signs(patterns.size(), 0);
    for (const spike& s : spikes) {
        check_spike(port, s);
        if (signs[s.neuron] == -s.sign) {
            refuse("spikes of both signs in one neuron", fmt::format("neuron {}", s.neuron),
                   "one sign");
        }
        signs[s.neuron] = s.sign;
        patterns[s.neuron] |= step_bit(port, s.step) | (s.sign < 0 ? sign_bit(port) : 0);
    }
    const auto first = static_cast<std::size_t>(port.first);
    for (std::size_t n = 0; n < patterns.size(); ++n) {
        if (patterns[n] != 0) { words.add(first + n, patterns[n]); }
    }
}

void check_inputs(const image& network, std::size_t found) {
    if (found != network.inputs.size()) {
        refuse("needs one part for each input of the network", fmt::format("{}", found),
               fmt::format("{}", network.inputs.size()));
    }
}

}  // namespace

sample_words encode(const input_port& port, std::span<const std::int32_t> codes) {
    word_writer words;
    add_codes(port, codes, words);
    return words.end();
}

sample_words encode(const input_port& port, const spike_train& spikes) {
    word_writer words;
    add_spikes(port, spikes, words);
    return words.end();
}

sample_words encode(const image& network, std::span<const std::vector<std::int32_t>> codes) {
    check_inputs(network, codes.size());
    word_writer words;
    for (std::size_t i = 0; i < codes.size(); ++i) {
        add_codes(network.inputs[i], codes[i], words);
    }
    return words.end();
}

sample_words encode(const image& network, std::span<const spike_train> spikes) {
    check_inputs(network, spikes.size());
    word_writer words;
    for (std::size_t i = 0; i < spikes.size(); ++i) {
        add_spikes(network.inputs[i], spikes[i], words);
    }
    return words.end();
}

}  // namespace synfire::hw
