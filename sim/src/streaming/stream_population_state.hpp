// SPDX-License-Identifier: Apache-2.0
// State of one population in the event-driven streaming engine: what its neurons remember, what
// arrives in this step, and which blocks of 64 neurons are awake.
//
// A block sleeps when a step without arrivals changed nothing in it: the same step would change
// nothing again, so it is left out until something arrives. That holds for every kind of neuron,
// with or without leak and bias, and needs no case by case proof of rest.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "stream_engine.hpp"
#include "stream_plan.hpp"

namespace synfire::sim {

class stream_population_state {
  public:
    explicit stream_population_state(const stream_population& plan);

    void start();

    /// Contributions of this step go here before update().
    std::uint32_t* arrivals() { return arrivals_.data(); }

    /// Wakes the blocks that a delivery reaches. Where most are awake anyhow, all are: marking
    /// would cost more than it saves.
    void wake(const delivery& how, const active_set& active);

    /// The refractory time of these neurons is over: they fired that many steps and one ago.
    void end_rest(const firing& neurons);

    /// One step; overwrites `fired`.
    void update(firing& fired);

    /// Constant input of every step. A change of it starts with the biases alone and ends with
    /// waking those blocks for which it is another one than before.
    std::uint32_t* input() { return reinterpret_cast<std::uint32_t*>(input_.data()); }
    void start_input();
    void finish_input();

    /// Blocks that the last step updated: the others slept.
    std::size_t updated_blocks() const { return awake_count_; }

    std::vector<std::int64_t> potentials() const;
    std::vector<std::int64_t> currents() const;
    std::vector<std::int64_t> answer() const;
    clamp_flags flags() const;

  private:
    update_block block_at(std::size_t block);
    void note_answer();
    void look_at_input();

    const stream_population& plan_;
    std::vector<std::int32_t> v_;
    std::vector<std::int32_t> s_;         ///< with synaptic current
    std::vector<std::uint64_t> resting_;  ///< [block] a bit per neuron in its refractory time
    std::vector<std::int32_t> input_;
    std::size_t input_step_ = 0;           ///< 0: all neurons have the input of the first block
    std::vector<std::int32_t> old_input_;  ///< while it is being changed
    std::vector<std::uint32_t> arrivals_;
    std::vector<std::uint8_t> awake_;  ///< [block]
    bool all_awake_ = false;
    std::size_t awake_count_ = 0;  ///< blocks updated in the last step
    std::uint32_t flags_ = 0;
    std::vector<std::int64_t> result_;  ///< sum or maximum so far
};

}  // namespace synfire::sim
