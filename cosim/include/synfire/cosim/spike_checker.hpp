// SPDX-License-Identifier: Apache-2.0
// Compares what the core sends with the simulator's record of the same sample, word by word as it
// arrives, and stops at the first difference.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include <synfire/core/network.hpp>
#include <synfire/core/spike_train.hpp>
#include <synfire/cosim/observer.hpp>
#include <synfire/hw/image.hpp>

namespace synfire::cosim {

/// What one population must do in one sample: a view of sim::population_record. Spans must outlive
/// the comparison.
struct expected_population {
    std::span<const std::int32_t> codes{};       ///< for the message only; may be empty
    std::span<const spike> spikes{};             ///< spiking and max_pool populations
    std::span<const std::int64_t> potentials{};  ///< readouts; others for the message, may be empty
};

enum class difference_kind : std::uint8_t {
    spike,       ///< a spike is missing (expected 1, found 0), or one too many
    potential,   ///< of a read-out; expected and found are its values
    padding,     ///< a lane without a channel sent a spike
    unexpected,  ///< a word that the population has not, or has sent before
    missing,     ///< the population ended without this word
};

/// The first difference in order of arrival.
struct difference {
    difference_kind kind = difference_kind::spike;
    std::string layer;         ///< name of the population
    std::uint64_t neuron = 0;  ///< number within it
    std::int32_t step = -1;    ///< of the population's window; -1: not about a step
    std::uint64_t cycle = 0;   ///< of the model
    std::int64_t expected = 0;
    std::int64_t found = 0;
    std::string note;  ///< what else is known: channel, position, code and potential
};
std::string to_text(const difference& d);

/// Thrown by spike_checker's callbacks, out of the call that ran the clock.
class difference_found : public std::runtime_error {
  public:
    explicit difference_found(const difference& d) : std::runtime_error(to_text(d)) {}
};

class spike_checker final : public observer {
  public:
    /// The network must outlive the checker. Passes and maps are an image's: where a pass does a
    /// part of its map only, they say which, and how many positions a word has; without them all
    /// words have one.
    explicit spike_checker(const network& net, const std::vector<hw::pass_info>& passes = {},
                           std::span<const hw::map_info> maps = {});

    /// A sample starts; `expected` holds one entry per population, in file order.
    /// Throws bad_input where its sizes do not fit the network.
    void begin(std::span<const expected_population> expected);
    /// The sample is over: a population that never ended is a difference. Throws like a callback.
    void finish();

    void word(const trace_word& seen) override;
    void potential(const trace_potential& seen) override;
    void layer_end(const trace_layer_end& seen) override;

    const std::optional<difference>& first_difference() const { return first_; }
    /// Words and potentials that were compared, in all samples.
    std::uint64_t words_compared() const { return words_; }

    /// layer_end callbacks of the sample, in order of arrival.
    const std::vector<trace_layer_end>& ends() const { return ends_; }

  private:
    struct expected_state {
        std::vector<std::uint16_t> patterns;  ///< one per neuron
        std::vector<std::uint8_t> seen;       ///< one per neuron
        std::span<const std::int32_t> codes;
        std::span<const std::int64_t> potentials;
        bool ended = false;
    };

    /// A pass of a population, in the order in which they run.
    struct pass_place {
        std::uint32_t channel = 0;
        hw::pass_positions positions;
    };
    struct pass_places {
        std::vector<pass_place> passes;
        std::size_t begun = 0;
        bool skips = false;  ///< words at rest do not come
    };

    expected_state& state_of(std::uint32_t layer, std::uint64_t cycle);
    std::uint32_t place_of(std::uint32_t layer, std::uint32_t channel, std::uint32_t position);
    void compare_lane(const trace_word& seen, std::size_t lane);
    /// Neuron of a lane; nothing where the population has none there.
    std::optional<std::size_t> neuron_of(const trace_word& seen, std::size_t lane) const;
    std::size_t positions_of(std::uint32_t layer) const;
    /// Words of all positions of a population.
    std::size_t words_of(std::uint32_t layer) const;
    void differ_in_pattern(const trace_word& seen, std::size_t neuron, std::uint16_t pattern);
    [[noreturn]] void stop(difference d);
    std::string note_of(std::uint32_t layer, std::size_t neuron) const;

    const network& net_;
    std::vector<std::size_t> positions_;  ///< a word, by population; empty: one
    std::vector<pass_places> places_;     ///< one per population
    std::vector<expected_state> states_;
    std::vector<trace_layer_end> ends_;
    std::optional<difference> first_;
    std::uint64_t words_ = 0;
};

}  // namespace synfire::cosim
