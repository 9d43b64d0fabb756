// SPDX-License-Identifier: Apache-2.0
// Energy of one inference of the spiking network: exact counts times prices. Open this first.
// Tier T0 counts operations only; tier T1 adds the memory accesses of the output-stationary engine.
// Formulas and what they leave out: docs/reference/energy-model.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <synfire/core/activity.hpp>
#include <synfire/core/network.hpp>
#include <synfire/energy/cost_table.hpp>
#include <synfire/energy/interval.hpp>

namespace synfire::energy {

/// Where a count comes from.
enum class basis : std::uint8_t {
    counted,  ///< an exact count of activity or of hardware events
    formula,  ///< a closed form of exact counts and the network's geometry; no engine has counted
              ///< it
};
std::string_view to_string(basis kind);

/// Who counted what is `counted`.
enum class counter : std::uint8_t {
    simulator,
    cycle_model,  ///< of the accelerator; its counts are the RTL's
    rtl,
};
std::string_view to_string(counter who);

/// One line of the bill, per inference.
struct term {
    std::string name{};
    interval count{};  ///< ends differ only where the closed form has a lower and an upper bound
    std::string price_name{};     ///< also where the price is unknown
    std::optional<price> unit{};  ///< empty: unknown
    basis origin = basis::formula;
    counter by = counter::simulator;             ///< says nothing of formulas
    std::optional<interval> without_hardware{};  ///< count that the hardware's has replaced
    basis without_origin = basis::formula;       ///< and where that came from

    std::optional<interval> energy_pj() const;
};

/// Something that the bill does not hold.
struct missing_term {
    std::string name{};
    std::string reason{};
    bool blocks_total = true;  ///< false: outside the boundary of every total (clock, static power)

    friend bool operator==(const missing_term&, const missing_term&) = default;
};

struct layer_estimate {
    std::string name{};
    std::string kind{};
    std::vector<term> terms{};

    std::optional<interval> total_pj() const;  ///< empty where a price is unknown
};

struct estimate {
    std::string tier{};
    std::string technology{};
    std::vector<layer_estimate> layers{};
    std::vector<missing_term> missing{};

    std::optional<interval> total_pj() const;  ///< empty where a price is unknown
};

/// The engine that both sides run on: same lanes, memories and widths for spikes and for the dense
/// network.
struct engine_options {
    int lanes = 8;             ///< N: adders of the spiking engine, multipliers of the dense one
    int spike_word_bits = 64;  ///< width of a word of spikes or activations
    int constant_bits = 24;    ///< width of a bias and of a threshold (dense: of a rescale factor)
    /// Bias and threshold are loaded once per group of N channels, not for every output word.
    bool constants_per_pass = false;
    int dense_weight_bits = 8;
    int dense_reuse =
        16;  ///< D3: positions that share one weight row; needs dense_reuse * lanes accumulators
};

/// Capacities of the two memories, the same for both sides.
struct memory_plan {
    double weight_bytes = 0;
    double spike_bytes = 0;  ///< spike planes with active maps, or activations with masks
};
memory_plan plan_memories(const network& net, const engine_options& engine);

/// Mean counts of one population per inference, as the T1 formula needs them. Real numbers, so that
/// break-even can scale them.
struct projection_load {
    double events = 0;            ///< synaptic events (spikes times synapses)
    double active_synapses = 0;   ///< active sources times synapses
    double active_positions = 0;  ///< active sources times positions reached
};
struct layer_load {
    double spikes = 0;          ///< of the population itself
    double active_neurons = 0;  ///< neurons of the population itself that spike
    double neuron_updates = 0;
    std::vector<projection_load>
        inputs{};  ///< one per projection into the population, in file order
};
layer_load load_of(const network& net, const activity& counts, std::size_t population);

/// The same load with `factor` times the arriving activity; its own firing stays.
layer_load scaled_inputs(const layer_load& load, double factor);

/// Inputs of the T1 formula that are the same for every layer.
struct engine_context {
    const network& net;
    const engine_options& engine;
    const memory_plan& memories;
    const cost_table& table;
};

/// T1 bill of one population (input populations: the price of writing their spikes).
layer_estimate spiking_layer(const engine_context& context, std::size_t population,
                             const layer_load& load);

/// T0: synaptic events * ac + first-layer multiplications * mac. Needs an `operations` table.
estimate naive_estimate(const network& net, const activity& counts, const cost_table& table);

/// T1 on the output-stationary engine. Needs an `architecture` table. Throws bad_input where the
/// counts do not belong to the network or hold no sample.
estimate spiking_estimate(const network& net, const activity& counts, const cost_table& table,
                          const engine_options& engine = {});

/// Clock and static energy, whose prices no table has.
std::vector<missing_term> outside_boundary();

}  // namespace synfire::energy
