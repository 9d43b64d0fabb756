// SPDX-License-Identifier: Apache-2.0
// One input of a streaming sample, step by step: no train of spikes is ever built, so that memory
// does not grow with the steps.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "encoder.hpp"

namespace synfire::sim {

class step_encoder {
  public:
    /// `coder` must outlive it.
    explicit step_encoder(const encoder& coder) : coder_(coder) {}

    /// Precondition: coder.check(data) holds and the sample exists. Throws bad_input for values
    /// that are not numbers and codes outside the range.
    void start(const dataset& data, std::size_t sample, std::uint64_t seed);

    /// The same from known codes, or probabilities (`poisson`).
    void start_codes(std::span<const std::int32_t> codes);
    void start_poisson(std::span<const double> probabilities, std::uint64_t seed,
                       std::uint32_t sample);

    /// Codes of a `current` input; of other encoders no business of the network.
    const std::vector<std::int32_t>& codes() const { return codes_; }

    /// Neurons that fire in a step, ascending; of an input that adds events up, once per event.
    /// Steps are asked for in order, from 0. Throws bad_input for more events than the input says.
    void spikes_of(std::int32_t step, std::vector<std::uint32_t>& neurons);

  private:
    struct timed_neuron {
        std::int32_t step;
        std::uint32_t neuron;
    };

    void plan_codes();
    void send_rate(std::int32_t step, std::vector<std::uint32_t>& neurons) const;
    void send_poisson(std::int32_t step, std::vector<std::uint32_t>& neurons) const;
    void send_first_steps(std::int32_t step, std::vector<std::uint32_t>& neurons);
    void send_planned(std::int32_t step, std::vector<std::uint32_t>& neurons);
    void send_events(std::int32_t step, std::vector<std::uint32_t>& neurons);

    const encoder& coder_;
    std::vector<std::int32_t> codes_;
    std::vector<double> probabilities_;
    std::uint64_t seed_ = 1;
    std::uint32_t sample_ = 0;
    std::vector<std::uint32_t> senders_;  ///< `code`: neurons that have spikes left
    std::vector<timed_neuron> planned_;   ///< `latency`: one spike per neuron, in order
    std::span<const sensor_event> events_;
    std::size_t next_ = 0;  ///< of planned_ or events_
};

}  // namespace synfire::sim
