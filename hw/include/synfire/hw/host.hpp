// SPDX-License-Identifier: Apache-2.0
// The host's side of one engine: recognise it, load a network, run samples, read counters. Whatever
// the engine or the way to it does wrong ends in an exception with its facts, never in waiting
// without end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <synfire/core/error.hpp>
#include <synfire/core/spike_train.hpp>
#include <synfire/hw/config.hpp>
#include <synfire/hw/counts.hpp>
#include <synfire/hw/image.hpp>
#include <synfire/hw/link.hpp>

namespace synfire::hw {

/// The engine did not do as it should, or said that it could not.
class device_error : public error {
  public:
    using error::error;
};

/// One sample as stream words, END included.
using sample_words = std::vector<std::uint32_t>;

/// One code per neuron, for the encoders `code`, `rate` and `current`. Throws bad_input for a wrong
/// number of codes, a code outside the input's range, or an encoder that draws its spikes.
sample_words encode(const input_port& port, std::span<const std::int32_t> codes);
/// Spikes as the simulator's encoders give them, for every encoder. Throws bad_input for a neuron
/// or step that the input lacks, or spikes of both signs in one neuron.
sample_words encode(const input_port& port, const spike_train& spikes);
/// The same for all inputs of a network, one entry for each, in file order.
sample_words encode(const image& network, std::span<const std::vector<std::int32_t>> codes);
sample_words encode(const image& network, std::span<const spike_train> spikes);

struct readout_answer {
    std::size_t population = 0;
    std::vector<std::int32_t> potentials;
    std::size_t label =
        0;  ///< index of the largest potential, the lowest on ties; the engine's own
};

struct sample_answer {
    std::vector<readout_answer> readouts;  ///< in program order
};

struct host_options {
    /// Reads weights back after loading: a line without checksums may have changed a bit. Takes
    /// about as long as loading. Parts are read back when they are loaded for the first time, and
    /// again after a failure.
    bool verify = true;
};

class host {
  public:
    explicit host(link& way, const host_options& options = {}) : link_(way), options_(options) {}

    /// What the engine says it is. Throws bad_input where it is no engine of this major version.
    engine_config identify();
    /// The same, and throws bad_input where it is not the engine expected.
    void identify(const engine_config& expected);

    /// Writes the network, and reads back its program, the input's registers and (unless the
    /// options say otherwise) the weights. Throws bad_input for another engine than the image's,
    /// device_error where something does not read back. Of a network in parts, what stays in the
    /// engine and the first part; the image has to outlive the host then, or its next load().
    void load(const image& network);
    /// Takes the network that is loaded already, if it is this one; false otherwise, and always
    /// where NETWORK reads 0 (SmallBus; the iCEBreaker's boards, HX8K, Tang Nano 20K): load it
    /// then.
    bool attach(const image& network);

    /// Whether the program that load or attach took is still there: a board that was reset, or had
    /// no power for a moment, has forgotten it.
    bool holds_program();

    /// Runs one sample, of a network in parts part by part. Throws device_error, with the engine's
    /// ERROR bits in words, where it does not answer as it should; the engine is idle then. Where
    /// the link throws in the middle of a sample, the engine is made idle too, at the latest before
    /// the next sample.
    sample_answer run(std::span<const std::uint32_t> words);

    hardware_counts counters();
    void clear_counters();

  private:
    struct expected_readout {
        std::size_t population = 0;
        std::size_t count = 0;
    };

    /// What goes into the engine at once: a whole image, what of it stays, or a part.
    struct piece {
        std::size_t first_word = 0;  ///< of the image's descriptors, for word 0
        std::size_t words = 0;
        std::size_t first_row = 0;  ///< of the image's weights
        std::size_t rows = 0;
        std::size_t at_row = 0;  ///< of the weight memory
    };
    static piece residents_of(const image& network);
    static piece part_of(const image& network, std::size_t part);

    void take(const image& network);
    void write_memories(const image& network, const piece& what);
    void write_input(const input_port& port);
    void write_tables(const image& network);
    void check_program(const image& network, const piece& what);
    void check_tables(const image& network);
    void check_input(const input_port& port);
    void check_weights(const image& network, const piece& what);
    void load_part(std::size_t part);
    void forget_parts();
    sample_answer exchange(std::span<const std::uint32_t> words);
    void push(std::span<const std::uint32_t> words);
    void end_part();
    bool make_idle();
    sample_answer answer();
    readout_answer read_readout(const expected_readout& expected);
    std::uint32_t next_word(const char* wanted);
    [[noreturn]] void fail(const char* what, std::string found, std::string expected);
    std::string state();

    link& link_;
    host_options options_;
    bool loaded_ = false;
    std::size_t length_ = 0;            ///< of the program, in words
    bool half_sent_ = false;            ///< the engine may have some words of a sample
    const image* in_parts_ = nullptr;   ///< the image, where it is run part by part
    std::optional<std::size_t> part_;   ///< that is in the engine
    std::vector<std::uint8_t> proven_;  ///< by part: it was read back
    std::vector<expected_readout> readouts_;
};

/// The set bits of an ERROR register in words.
std::string error_text(std::uint32_t bits);

}  // namespace synfire::hw
