// SPDX-License-Identifier: Apache-2.0
// The encoder of one input population with its tables: built once, used for every sample.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <synfire/sim/encode.hpp>

#include "code_tables.hpp"

namespace synfire::sim {

/// Throws bad_input where a neuron has more events in a step than the input's spikes can stand for.
/// `neurons`: of one step, ascending, once per event; `spikes`: sorted.
void check_events_per_step(const population& p, std::int64_t step,
                           std::span<const std::uint32_t> neurons);
void check_events_per_step(const population& p, const spike_train& spikes);

class encoder {
  public:
    /// `steps`: of a streaming sample; 0: the population's window.
    explicit encoder(const population& p, std::int32_t steps = 0);

    /// Throws bad_input where the data set does not fit.
    void check(const dataset& data) const;

    /// Precondition: not stepwise, check(data) holds and the sample exists. Throws bad_input for
    /// values that are not numbers. `may_leave_out`: spikes that follow from the codes are not
    /// needed.
    void encode(const dataset& data, std::size_t sample, std::uint64_t seed, encoded_input& out,
                bool may_leave_out = false) const;

    /// Spikes of a window that follow from out.codes. Throws bad_input for a code outside the
    /// range.
    void send_codes(encoded_input& out, bool may_leave_out = false) const;

    /// Spikes of a window.
    void send_poisson(std::span<const double> probabilities, std::uint64_t seed,
                      std::uint32_t sample, encoded_input& out) const;

    // What step_encoder asks.
    const input_encoding& how() const { return how_; }
    std::int32_t window_steps() const { return p_.window.steps; }
    /// Whether spikes come from a step_encoder: of streaming samples and of windows too long for
    /// tables.
    bool goes_stepwise() const { return stepwise_; }
    /// One spike per neuron instead of one per unit of code.
    bool sends_once() const;
    void codes(const dataset& data, std::size_t sample, std::vector<std::int32_t>& codes) const;
    std::vector<double> probabilities(const dataset& data, std::size_t sample) const;
    /// Throws bad_input for a code outside the range.
    void check_codes(std::span<const std::int32_t> codes) const;
    /// Throws bad_input unless codes become unsigned unit spikes.
    void check_unit_spikes() const;
    std::int64_t step_of(const sensor_event& e) const { return e.time_us / how_.event_step_us; }
    std::uint32_t neuron_of(const sensor_event& e) const {
        return static_cast<std::uint32_t>(places_[e.place]);
    }
    /// Several events of a neuron in a step, which are next to each other, become one spike, unless
    /// the input adds them up: then throws bad_input for more than it says.
    void join_events(std::int32_t step, std::vector<std::uint32_t>& neurons) const;

    /// Learns where the events of these data go; checks them.
    void learn_places(const dataset& data);

  private:
    std::int32_t code_of_byte(std::uint8_t value) const;
    std::int32_t byte_shift() const;
    std::int32_t code_of_real(double value) const;
    double value_of(const dataset& data, std::size_t sample, std::size_t neuron) const;
    std::size_t data_index(std::size_t neuron) const {
        return order_.empty() ? neuron : order_[neuron];
    }
    /// The same as send_codes of codes that are in the range.
    void send_checked(encoded_input& out, bool may_leave_out) const;
    void check_events(const dataset& data) const;
    void send_rate(encoded_input& out) const;
    void send_events(const dataset& data, std::size_t sample, encoded_input& out) const;

    const population& p_;
    bool stepwise_;
    input_encoding how_;
    std::optional<code_tables> tables_;       ///< where spikes are looked up
    std::vector<std::int32_t> byte_codes_;    ///< 256 entries, 8-bit data only
    std::optional<std::int32_t> byte_shift_;  ///< where that is all there is to code_of_byte
    bool bytes_fit_ = false;                  ///< all byte_codes_ are in the range
    std::vector<std::uint32_t> order_;        ///< per neuron its place in the data; empty: the same
    std::vector<std::int64_t> places_;        ///< events: per place its neuron
};

}  // namespace synfire::sim
