// SPDX-License-Identifier: Apache-2.0
// Synapses of the sources of a projection, for counting without touching synapses. Most positions
// share the fans of all their channels with others (a convolution differs at its borders only), so
// spikes are first added up per kind of position and channel.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <synfire/core/activity.hpp>
#include <synfire/core/network.hpp>

#include "kernels.hpp"

namespace synfire::sim {

/// Synapses of one source neuron in one projection.
struct source_fan {
    std::uint32_t synapses = 0;
    std::uint32_t nonzero = 0;
    std::uint32_t positions = 0;

    friend auto operator<=>(const source_fan&, const source_fan&) = default;
};

/// Fans of all sources, in the order of the neurons.
std::vector<source_fan> count_fans(const network& net, const projection& p);

/// The fans of all projections that leave one population.
class fan_table {
  public:
    fan_table() = default;
    /// `fans`: per projection, of all neurons.
    fan_table(const std::vector<std::vector<source_fan>>& fans, std::size_t channels);

    /// Counts of one sample, per projection. Per neuron of the source population: spikes, and a
    /// byte that is 0 where it is silent.
    void count(const kernel_table& kernels, std::span<const std::uint8_t> spikes,
               std::span<const std::uint8_t> active, std::vector<std::uint32_t>& scratch,
               std::vector<projection_activity>& counts) const;

  private:
    /// `channels`: neurons that share a kind.
    void lay_out(const std::vector<std::vector<source_fan>>& fans, std::size_t channels);

    /// Neighbouring positions of one kind.
    struct stretch {
        std::size_t position = 0;
        std::size_t count = 0;
        std::size_t kind = 0;
    };

    /// Of one projection, per kind and channel; each an array of its own for long loops.
    struct columns {
        std::vector<std::uint32_t> synapses;
        std::vector<std::uint32_t> nonzero;
        std::vector<std::uint32_t> positions;
    };

    /// Of one projection, per neuron.
    struct short_columns {
        explicit short_columns(const std::vector<source_fan>& fans);

        std::vector<std::int16_t> synapses;
        std::vector<std::int16_t> nonzero;
        std::vector<std::int16_t> positions;
    };
    static bool fit_16_bits(const std::vector<std::vector<source_fan>>& fans);

    std::vector<short_columns> one_by_one_;  ///< where looking up kinds costs more; else empty
    std::size_t channels_ = 0;
    std::size_t entries_ = 0;  ///< kinds * channels
    std::vector<columns> fans_;
    std::vector<stretch> stretches_;
};

}  // namespace synfire::sim
