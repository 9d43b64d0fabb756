// SPDX-License-Identifier: Apache-2.0
// The dense network that the spiking one came from, on the same memories with the same number of
// int8 multipliers.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <synfire/core/network.hpp>
#include <synfire/energy/cost_table.hpp>
#include <synfire/energy/estimate.hpp>

namespace synfire::energy {

enum class dense_kind : std::uint8_t {
    convolution,
    depthwise,
    fully_connected,
    max_pool,
    sum_pool,
    add,
    input
};
std::string_view to_string(dense_kind kind);

/// Counts of one layer of the dense network. macs* are totals over `dense_counts::samples`,
/// everything else is static.
struct dense_layer_counts {
    std::string name{};  ///< name of the population that the layer became
    dense_kind kind = dense_kind::convolution;
    std::uint64_t macs = 0;  ///< in-bounds; pooling: window taps
    std::uint64_t macs_nonzero_float =
        0;  ///< without zero weights and zero activations of the float network
    std::uint64_t macs_nonzero_code = 0;  ///< the same with the codes of the spiking network
    std::optional<std::uint64_t>
        macs_active_float{};  ///< without zero activations only; preferred where it is given
    std::optional<std::uint64_t> macs_active_code{};
    std::uint64_t weights = 0;
    std::uint64_t input_neurons = 0;
    std::uint64_t output_neurons = 0;
    std::uint64_t positions = 1;  ///< output positions (height times width)
    std::uint64_t out_channels = 0;
    std::uint64_t groups = 1;
    std::uint64_t fan_in = 0;  ///< without border clipping
    std::uint64_t field_rows =
        1;  ///< contiguous runs of a receptive field: kernel height; 1 for fully connected
    int activation_bits = 0;  ///< D4: ceil(log2(levels + 1)) of the input codes; 0: complete()
                              ///< takes it from the network
    int output_bits = 0;      ///< the same of the output codes
    bool readout = false;     ///< last layer: no rescaling, its sums leave the engine
};

struct dense_counts {
    std::uint64_t samples = 0;
    std::vector<dense_layer_counts> layers{};
};

enum class dense_variant : std::uint8_t {
    d0_dense,      ///< every product
    d1_gated,      ///< every access, multiplier silent at zero activations
    d2_zero_skip,  ///< zero activations of the float network are skipped, for the price of finding
                   ///< them
    d3_reuse,      ///< d2, and neighbouring positions share weight rows
    d4_twin,       ///< d2 with the activations of the spiking network: few bits, and its zeros
};
inline constexpr std::array<dense_variant, 5> all_dense_variants{
    dense_variant::d0_dense, dense_variant::d1_gated, dense_variant::d2_zero_skip,
    dense_variant::d3_reuse, dense_variant::d4_twin};
/// Short name as in JSON: D0 .. D4.
std::string_view to_string(dense_variant variant);
std::string_view description(dense_variant variant);

/// ceil(log2(levels + 1)): bits of an activation with codes 0 .. levels.
int twin_bits(std::uint64_t levels);

/// The counts with a layer for every population that has none in them and that no multiplication
/// made: inputs, pooling, residual additions. So both sides are charged for them.
dense_counts complete(const network& net, const dense_counts& counts);

/// Populations with weights that have no dense layer of their name: the dense side is then charged
/// too little.
std::vector<std::string> without_counterpart(const network& net, const dense_counts& counts);

/// T1 bill of one layer. Terms of unknown size (D4 without bits) have no price.
layer_estimate dense_layer(const engine_context& context, const dense_layer_counts& layer,
                           std::uint64_t samples, dense_variant variant);

/// T1 bill of the completed network. Throws bad_input where counts contradict each other.
estimate dense_estimate(const network& net, const dense_counts& counts, dense_variant variant,
                        const cost_table& table, const engine_options& engine = {});

/// T0: macs * mac. D1 to D3 count macs_nonzero_float, D4 macs_nonzero_code: T0 knows no memory.
estimate naive_dense_estimate(const dense_counts& counts, dense_variant variant,
                              const cost_table& table);

}  // namespace synfire::energy
