// SPDX-License-Identifier: Apache-2.0
// Runs samples on an engine and compares everything it says: spikes and potentials with the
// simulator's record, counters with the cycle model. Any hw::link will do (a model, SystemC, a
// board); only a traced_link shows single spikes and counts per population.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <synfire/core/network.hpp>
#include <synfire/cosim/spike_checker.hpp>
#include <synfire/cosim/traced_link.hpp>
#include <synfire/hw/counts.hpp>
#include <synfire/hw/host.hpp>
#include <synfire/hw/image.hpp>
#include <synfire/hw/link.hpp>

namespace synfire::cosim {

/// A counter that is not what the cycle model says.
struct count_difference {
    std::size_t sample = 0;
    std::string layer;    ///< population at whose end the totals differ; empty: at the end of all
    std::string counter;  ///< one of hw::counter_names
    std::uint64_t expected = 0;  ///< cycle model, total since the sample began
    std::uint64_t found = 0;     ///< engine
};
std::string to_text(const count_difference& d);

struct sample_outcome {
    hw::sample_answer answer;
    hw::hardware_counts counts;               ///< the engine's counters after the sample
    std::vector<hw::hardware_counts> layers;  ///< per population, file order; traced links only
    std::uint64_t clock_cycles = 0;  ///< simulated for the sample, transfers included; traced only
    bool equal = true;
};

struct cosimulation_result {
    std::size_t samples = 0;  ///< that were run
    std::size_t equal_samples = 0;
    hw::hardware_counts counts;               ///< sums
    std::vector<hw::hardware_counts> layers;  ///< sums per population; traced links only
    std::size_t first_sample = 0;             ///< that `difference` is of
    std::optional<cosim::difference> difference;
    std::optional<count_difference> counter;
    std::uint64_t words_compared = 0;  ///< words of spikes and potentials from the trace port
    std::uint64_t clock_cycles = 0;
    double seconds = 0;  ///< wall clock of the runs

    bool equal() const { return !difference && !counter; }
    double cycles_per_second() const {
        return seconds > 0 ? static_cast<double>(clock_cycles) / seconds : 0;
    }
};

struct cosimulation_options {
    bool check_spikes = true;  ///< word by word; needs a traced_link, and is left out without one
    bool check_counts = true;  ///< against the cycle model
    bool attach =
        false;           ///< use the network that is in the engine, where it can say that it has it
    bool verify = true;  ///< read weights back after loading
    std::function<void(std::size_t done, std::size_t all)> progress{};
};

/// One engine, one network, sample after sample.
class cosimulation {
  public:
    /// Identifies the engine and loads the network; of a streaming one `net` is hw::step_network().
    /// Link, network and image must outlive it. Throws as hw::host does.
    cosimulation(hw::link& way, const network& net, const hw::image& image,
                 const cosimulation_options& options = {});
    ~cosimulation();

    /// One entry per population, in file order; the input's spikes are what is sent. A difference
    /// ends the sample (the engine is aborted, and can run the next one) and is in the outcome.
    /// Streaming: each step counts as a sample; `later`: the engine keeps the potentials of the one
    /// before. Counters of words at rest need the potentials of all populations that have some.
    sample_outcome run(std::span<const expected_population> expected, bool later = false);
    const cosimulation_result& result() const;

  private:
    struct implementation;
    std::unique_ptr<implementation> self_;
};

using sample_record = std::vector<expected_population>;

/// All samples, up to the first difference.
cosimulation_result cosimulate(hw::link& way, const network& net, const hw::image& image,
                               std::span<const sample_record> samples,
                               const cosimulation_options& options = {});

}  // namespace synfire::cosim
