// SPDX-License-Identifier: Apache-2.0
// Random streaming networks of every feature of the semantics, with inputs, reproducible from one
// number; and what they cover.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <synfire/core/network.hpp>
#include <synfire/sim/simulator.hpp>

#include "random_network.hpp"

namespace synfire::test {

/// The same case for the same seed. The network is valid, with its widths.
random_case make_streaming_case(std::uint64_t seed);

/// A recurrent network without layers: `neurons` leaky neurons with `fan_out` random synapses each,
/// driven by as many Poisson inputs, one to one.
network recurrent_network(std::uint64_t seed, std::int32_t neurons, std::int32_t fan_out);

/// What streaming cases had in them, by name.
class streaming_coverage {
  public:
    void add(const random_case& c, const std::vector<sim::sample_output>& outputs);
    std::uint64_t count(const std::string& feature) const;
    std::string histogram() const;

    /// Features that a full run has to meet.
    static std::vector<std::string> required();

  private:
    void add_neuron(const population& p);
    void add_output(const network& net, const sim::sample_output& out);
    void mark(const std::string& feature, bool present = true) {
        features_[feature] += present ? 1 : 0;
    }

    std::map<std::string, std::uint64_t> features_;
};

}  // namespace synfire::test
