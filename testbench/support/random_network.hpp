// SPDX-License-Identifier: Apache-2.0
// Random networks of every feature of the semantics, with inputs, reproducible from one number; and
// what they cover.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <synfire/core/network.hpp>
#include <synfire/sim/simulator.hpp>

namespace synfire::test {

struct random_case {
    std::uint64_t seed = 0;
    network net;
    std::vector<std::vector<sim::encoded_input>> samples;  ///< [sample][input population]
};

/// The same case for the same seed. The network is valid.
random_case make_random_case(std::uint64_t seed);

/// SYNFIRE_SEED and SYNFIRE_CASES of the environment, or the given value.
std::uint64_t seed_from_environment(std::uint64_t otherwise);
std::size_t cases_from_environment(std::size_t otherwise);

/// What the cases of a run had in them.
class coverage {
  public:
    void add(const random_case& c, const std::vector<sim::sample_output>& outputs);
    std::uint64_t count(const std::string& feature) const;
    double active_share() const;     ///< of hidden neurons
    double saturated_share() const;  ///< of active hidden neurons
    std::string histogram() const;

    /// Features that a full run has to meet.
    static std::vector<std::string> required();

  private:
    void add_population(const network& net, const population& p);
    void add_projection(const network& net, const projection& p);
    void add_record(const population& p, const sim::population_record& record);
    void mark(const std::string& feature, bool present = true) {
        features_[feature] += present ? 1 : 0;
    }

    std::map<std::string, std::uint64_t> features_;
    std::uint64_t hidden_ = 0;
    std::uint64_t active_ = 0;
    std::uint64_t saturated_ = 0;
};

}  // namespace synfire::test
