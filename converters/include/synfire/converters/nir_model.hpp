// SPDX-License-Identifier: Apache-2.0
// What a NIR graph does in steps of time, in real numbers, and the integer network made of it.
// Equations: docs/reference/nir.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <synfire/core/network.hpp>

#include <synfire/converters/nir_graph.hpp>

namespace synfire::converters {

/// Whose reading of a node counts where tools differ.
enum class nir_dialect : std::uint8_t { plain, snntorch, spikingjelly, norse, sinabs };
/// How much of its potential a neuron loses in a step: dt / tau, or 1 - exp(-dt / tau).
enum class nir_decay : std::uint8_t { euler, exponential };

/// "plain", "snntorch", ...; "euler", "exponential".
std::string_view to_text(nir_dialect dialect);
std::string_view to_text(nir_decay decay);

/// Time and firing. What is not given is the dialect's.
struct nir_timing {
    nir_dialect dialect = nir_dialect::plain;
    std::optional<double> dt{};  ///< of a step, in the unit of the graph's time constants
    std::optional<nir_decay> decay{};
    std::optional<reset_rule> reset{};         ///< `zero`: to v_reset
    std::optional<bool> fires_at_threshold{};  ///< v >= threshold instead of v > threshold
};

/// dt that a dialect takes for granted; none of `plain`.
std::optional<double> dialect_dt(nir_dialect dialect);

struct nir_conversion_options {
    nir_timing timing;
    std::int32_t steps = 0;  ///< of a sample
    input_encoder encoder = input_encoder::current;
    /// Real input of the graph per unit of 8-bit data; `current` only.
    double input_scale = 1.0 / 255.0;
    /// Real data instead of 8-bit data: real input per unit of code, -127 .. 127; `current` only.
    std::optional<double> input_step{};
    readout_rule answer = readout_rule::sum;
    int weight_bits = 8;
    std::int32_t decay_bits = 16;
    int state_bits = 24;  ///< potentials and currents are clamped to so many bits
};

/// What became of one population.
struct nir_layer_report {
    std::string name;
    std::string type;            ///< of the node
    std::int32_t theta_min = 0;  ///< 0 for readouts
    std::int32_t theta_max = 0;
    int width_bits = 0;
    double weight_error = 0.0;       ///< relative, root mean square, of all that leads here
    double decay_error = 0.0;        ///< largest change of a decay by rounding, relative
    std::int32_t longest_delay = 0;  ///< of all projections that lead here; feedback has at least 1
};

struct nir_conversion {
    network net;
    std::vector<nir_layer_report> layers;
    std::vector<nir_deviation> deviations;  ///< of the file and of the conversion
};

/// Throws bad_input for options and values that make no network, and unsupported_model with all
/// nodes that cannot be converted.
nir_conversion convert_nir(const nir_graph& graph, const nir_conversion_options& options);

/// The graph in float64, node by node, in the steps and with the feedback delays of the network:
/// what the integers are compared with.
class nir_executor {
  public:
    /// Throws as convert_nir does where the graph has no such reading.
    nir_executor(const nir_graph& graph, const nir_timing& timing);
    ~nir_executor();
    nir_executor(nir_executor&&) noexcept;
    nir_executor& operator=(nir_executor&&) noexcept;

    /// Names of the populations, as in the network.
    std::vector<std::string> populations() const;

    void reset();
    /// One step. `inputs`: for each Input, in the order of the nodes, its values in NIR's order.
    void step(std::span<const std::vector<double>> inputs);

    /// What a population sent in the last step, in NIR's order: the input, spikes 0 or 1, or the
    /// value of a readout.
    const std::vector<double>& sent(std::size_t population) const;

    /// Index of neuron n of a network population in NIR's order.
    std::size_t nir_index(std::size_t population, std::size_t neuron) const;

  private:
    struct implementation;
    std::unique_ptr<implementation> self_;
};

}  // namespace synfire::converters
