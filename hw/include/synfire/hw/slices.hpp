// SPDX-License-Identifier: Apache-2.0
// Networks whose maps, or whose passes, are larger than an engine's memories: layers are cut into
// slices, each a small network of its own, and the host keeps the codes between them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <synfire/core/network.hpp>
#include <synfire/core/spike_train.hpp>
#include <synfire/hw/config.hpp>
#include <synfire/hw/host.hpp>
#include <synfire/hw/image.hpp>

namespace synfire::hw {

/// From one row or column to one behind the last.
struct span_of_map {
    std::int32_t first = 0;
    std::int32_t last = 0;

    std::int32_t count() const { return last - first; }
    friend bool operator==(const span_of_map&, const span_of_map&) = default;
};

/// Some channels of some rows and columns of a population.
struct map_region {
    channel_range channels;
    span_of_map rows;
    span_of_map columns;

    std::size_t positions() const {
        return static_cast<std::size_t>(rows.count()) * static_cast<std::size_t>(columns.count());
    }
    friend bool operator==(const map_region&, const map_region&) = default;
};

/// Where the codes of a slice's input come from.
struct slice_input {
    std::size_t population = 0;  ///< of the whole network
    map_region region;
};

/// A part of one population, computed from parts of its sources.
struct slice {
    synfire::network net;  ///< its inputs, then what it computes
    image made;
    std::size_t population = 0;  ///< of the whole network
    map_region region;
    /// One for each of the first inputs of `net`.
    std::vector<slice_input> inputs;
    /// Behind them: inputs with the sums of the slice before, less sums_from, in digits of so many
    /// bits, the lowest digit first.
    std::size_t digits = 0;
    int digit_bits = 0;
    std::int64_t sums_from = 0;
    /// Its answer is not the population's, but sums of some of its sources for the next slice.
    bool partial = false;

    /// Number in `net` of what it computes.
    std::size_t target() const { return net.populations.size() - 1; }
};

struct sliced_network {
    synfire::network whole;     ///< as the engine runs it: engine_network()
    std::vector<slice> slices;  ///< in the order in which they run

    /// Of 32 bits, that are written to program and weight memory for a batch of samples.
    std::size_t words_a_batch() const;
};

/// Words of each memory that a slice may take; 0: as many as the engine has.
struct slice_limits {
    std::int64_t act = 0;
    std::int64_t code = 0;
    std::int64_t weights = 0;
    std::int64_t program = 0;
};

/// Cuts every population into few slices that fit: what is too large is cut in more, one after the
/// other. Throws bad_input for a streaming network and for what the engine cannot run at all,
/// does_not_fit where no cut helps.
sliced_network slice_network(const network& net, const engine_config& config,
                             const slice_limits& limits = {});

/// The codes in an answer that is the words of a map in the code memory, one for each neuron.
std::vector<std::int32_t> codes_in(std::span<const std::int32_t> words, const map_info& m);

/// What the host keeps of one sample.
class sliced_sample {
  public:
    /// Spikes of each input of the network, in file order, in the windows of sliced_network::whole.
    /// The network has to outlive the object.
    sliced_sample(const sliced_network& cut, std::span<const spike_train> inputs);

    /// What a slice is to be sent; all slices before it must have answered.
    std::vector<spike_train> inputs_of(const slice& s) const;
    /// Keeps a slice's answer. Throws device_error for one that has another form.
    void take(const slice& s, const sample_answer& answer);
    /// Codes of a population, or potentials of a read-out, once all its slices have answered.
    const std::vector<std::int32_t>& values_of(std::size_t population) const {
        return values_[population];
    }
    /// The part of them that a slice computes.
    std::vector<std::int32_t> values_in(const slice& s) const;
    /// In place of what slices would answer; nothing happens where there are none.
    void set_values(std::size_t population, std::span<const std::int32_t> values);
    /// In file order.
    sample_answer answer() const;

  private:
    const sliced_network* cut_;
    std::vector<spike_train> given_;                 ///< by population; inputs only
    std::vector<std::vector<std::int32_t>> values_;  ///< by population
    std::vector<std::int32_t> sums_;                 ///< of the slice before
};

}  // namespace synfire::hw
