// SPDX-License-Identifier: Apache-2.0
// The encoder of one input population with its tables: built once, used for every sample.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <synfire/sim/encode.hpp>

#include "code_tables.hpp"

namespace synfire::sim {

class encoder {
  public:
    /// `steps`: of a streaming sample; 0: the population's window.
    explicit encoder(const population& p, std::int32_t steps = 0);

    /// Throws bad_input where the data set does not fit.
    void check(const dataset& data) const;

    /// Precondition: check(data) holds and the sample exists. Throws bad_input for values that are
    /// not numbers.
    /// `may_leave_out`: spikes that follow from the codes are not needed.
    void encode(const dataset& data, std::size_t sample, std::uint64_t seed, encoded_input& out,
                bool may_leave_out = false) const;

    /// Spikes that follow from out.codes; streaming keeps the codes of `current` inputs only.
    /// Throws bad_input for a code outside the range.
    void send_codes(encoded_input& out, bool may_leave_out = false) const;

    void send_poisson(std::span<const double> probabilities, std::uint64_t seed,
                      std::uint32_t sample, encoded_input& out) const;

  private:
    std::int32_t code_of_byte(std::uint8_t value) const;
    std::int32_t code_of_real(double value) const;
    double value_of(const dataset& data, std::size_t sample, std::size_t neuron) const;
    std::size_t data_index(std::size_t neuron) const {
        return order_.empty() ? neuron : order_[neuron];
    }
    void send_rate(encoded_input& out) const;
    void send_unit_spikes(encoded_input& out) const;
    void send_once(encoded_input& out) const;
    void send_first_steps(encoded_input& out) const;
    std::int32_t last_step() const { return steps_ > 0 ? steps_ : p_.window.steps; }
    void send_poisson_sample(const dataset& data, std::size_t sample, std::uint64_t seed,
                             encoded_input& out) const;

    const population& p_;
    std::int32_t steps_;
    input_encoding how_;
    std::optional<code_tables> tables_;     ///< where spikes are looked up
    std::vector<std::int32_t> byte_codes_;  ///< 256 entries, 8-bit data only
    std::vector<std::uint32_t> order_;      ///< per neuron its place in the data; empty: the same
};

}  // namespace synfire::sim
