// SPDX-License-Identifier: Apache-2.0
// What the random ladder has covered: printed as a histogram and asserted, so that a generator that
// grows tame fails.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include <synfire/sim/simulator.hpp>

namespace synfire::test {

class ladder_coverage {
  public:
    void add_network(const network& net);
    void add_sample(const network& net, const sim::sample_result& result);
    void add(const std::string& feature, std::uint64_t times = 1) { counts_[feature] += times; }

    std::uint64_t count(const std::string& feature) const;
    double active_share() const { return share("neurons active", "neurons"); }
    double saturated_share() const { return share("neurons saturated", "neurons active"); }
    std::string histogram() const;

  private:
    double share(const std::string& part, const std::string& whole) const;
    void add_population(const population& p);
    void add_projection(const network& net, const projection& p);
    void add_neuron(const population& p, std::size_t n, std::int64_t x, std::int32_t code);

    std::map<std::string, std::uint64_t> counts_;
};

}  // namespace synfire::test
