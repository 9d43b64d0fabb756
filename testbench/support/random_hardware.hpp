// SPDX-License-Identifier: Apache-2.0
// Random networks that the accelerator accepts, with inputs, reproducible from one number; and what
// a run over them covers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <support/random_network.hpp>
#include <synfire/hw/image.hpp>

namespace synfire::test {

/// What the networks of a family keep within, so that one engine runs them all.
struct hardware_family {
    std::int32_t most_steps = 16;       ///< bits of a spike pattern, sign included
    int widest_potential = 32;          ///< bits
    std::int32_t largest_theta = 0;     ///< 0: what fits the potential
    std::size_t most_neurons = 30'000;  ///< of all maps, channels padded to `padded_to`
    std::size_t padded_to = 32;         ///< lanes
    std::size_t most_words = 1024;      ///< of the program, for 8 lanes
    int firing = 1;                ///< 1: signed codes, and ranges below what a window can send
    int weight_bits = 8;           ///< 8, 4 or 2
    int largest_shift = 31;        ///< of a weight, largest spike included
    bool answers_are_maps = true;  ///< read-outs of several positions, too
    bool currents = false;         ///< `current` inputs now and then
    bool vectors = false;          ///< dense layers alone
    bool tables = false;           ///< populations with fire tables now and then
};

/// For simulated engines of 8 to 32 lanes, or of so many.
hardware_family simulated_family(int lanes = 8);
/// For simulated engines with short weights.
hardware_family short_family(int weight_bits);
/// For the engine of the iCEBreaker board.
hardware_family board_family();
/// For that with 16 lanes.
hardware_family int4_board_family();
/// For the same two with an engine for dense layers alone.
hardware_family mlp_board_family();
hardware_family mlp_int4_board_family();

/// The same case for the same seed. The network is valid, and nothing in it is on
/// the list of what the accelerator refuses.
random_case make_hardware_case(std::uint64_t seed, const hardware_family& family);
/// A transposed convolution with more channels than lanes, and an average of all its positions:
/// layers that the others seldom have so large that a cut goes through them.
random_case make_enlarging_case(std::uint64_t seed, const hardware_family& family);

/// What the cases of a run had in them, with one name per feature.
class hardware_coverage {
  public:
    void add(const random_case& c, const std::vector<sim::sample_output>& outputs);
    /// How an engine's words hold the case: several positions, several groups.
    void add_words(const network& net, const hw::image& image);
    /// What only the test knows: back-pressure, resets, passes of many terms.
    void mark(const std::string& feature, bool present = true) {
        features_[feature] += present ? 1 : 0;
    }

    std::uint64_t count(const std::string& feature) const;
    double active_share() const;     ///< of hidden neurons
    double saturated_share() const;  ///< of active hidden neurons
    std::string histogram() const;

    /// Features that a run over the simulated family has to meet.
    static std::vector<std::string> required();
    /// The same for add_words(), engines of 8 and 16 lanes.
    static std::vector<std::string> required_words();

  private:
    void add_population(const population& p);
    void add_projection(const network& net, const projection& p);
    void add_geometry(const projection& p);
    void add_bands(const hw::pass_info& pass);
    void add_groups(const network& net, const hw::pass_info& pass);
    void add_record(const population& p, const sim::population_record& record);

    std::map<std::string, std::uint64_t> features_;
    std::uint64_t hidden_ = 0;
    std::uint64_t active_ = 0;
    std::uint64_t saturated_ = 0;
};

}  // namespace synfire::test
