// SPDX-License-Identifier: Apache-2.0
// The integer spiking network: populations joined by projections. Plain data; validate.hpp holds
// the rules and docs/reference/semantics.md the meaning. Open this header first.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <synfire/core/coding.hpp>
#include <synfire/core/shape.hpp>

namespace synfire {

enum class execution : std::uint8_t { synchronous, streaming };
enum class population_kind : std::uint8_t { input, spiking, max_pool, readout };
enum class connectivity : std::uint8_t {
    dense,
    conv2d,
    conv_transpose2d,
    sum_pool,
    one_to_one,
    index,
    sparse,
    window,
};
enum class input_encoder : std::uint8_t { code, rate, poisson, latency, current, events };
enum class data_layout : std::uint8_t { channel_first, channel_last };
enum class reset_rule : std::uint8_t { subtract, zero };
/// What the potential does in a refractory time: stand still, or go on without firing.
enum class refractory_rule : std::uint8_t { hold, integrate };
/// Which value of the potential a streaming read-out answers with.
enum class readout_rule : std::uint8_t { last, sum, max };

std::string_view to_string(execution e);
std::string_view to_string(population_kind k);
std::string_view to_string(connectivity c);
std::string_view to_string(input_encoder e);
std::string_view to_string(data_layout l);
std::string_view to_string(reset_rule r);
std::string_view to_string(refractory_rule r);
std::string_view to_string(readout_rule r);

/// Any function k -> q at fire time (HardSwish, GELU, ...); entry of code k is table[k - k_lo].
struct fire_table {
    std::int32_t k_lo = 0;
    std::int32_t k_hi = 0;
    std::vector<std::int32_t> table;
};

/// Spikes per step that calibration saw, summed over the population, per sample.
struct expected_activity {
    std::vector<double> mean_spikes;  ///< one entry per step
    std::vector<double> p95_spikes;   ///< 95th percentile over the samples
};

/// How data become the codes of an input population. Real input of the trained network:
/// (raw * scale - mean[c]) / std[c]; the network's first layer has absorbed it.
struct input_encoding {
    input_encoder encoder = input_encoder::code;
    data_layout layout = data_layout::channel_first;  ///< layout of a sample in data files
    std::vector<std::int64_t> data_shape;             ///< sample shape in data files, no batch
    bool eight_bit = true;          ///< raw data are 0..255; otherwise real numbers
    double scale = 1.0;             ///< see above
    std::vector<double> mean{0.0};  ///< one entry, or one per channel
    std::vector<double> std{1.0};   ///< one entry, or one per channel
    double code_step = 1.0;         ///< real data only: raw value of one unit of code
    std::int32_t event_step_us =
        0;  ///< events: microseconds of a step; 0: the file does not say, whoever runs it must
    std::int32_t most_events = 0;  ///< events: 0: several of a neuron in a step are one spike;
                                   ///< otherwise a spike carries their number, up to this
};

/// Range that a state variable is clamped to; lo <= 0 <= hi.
struct state_range {
    std::int32_t lo = -(1 << 23);
    std::int32_t hi = (1 << 23) - 1;

    friend bool operator==(const state_range&, const state_range&) = default;
};

/// How a spiking population or a read-out of a streaming network moves from step to step. Vectors
/// are per channel.
struct streaming_neuron {
    std::int32_t decay_bits = 12;       ///< k: a decay d keeps (2^k - d) / 2^k
    std::vector<std::int32_t> decay_v;  ///< of the potential; empty: none
    std::vector<std::int32_t> decay_s;  ///< of the synaptic current; empty: there is none
    state_range s_range;                ///< unused without synaptic current
    state_range v_range;
    std::vector<std::int32_t> initial_v;  ///< empty: 0
    reset_rule reset = reset_rule::subtract;
    std::int32_t refractory = 0;  ///< steps after a spike in which there is none
    refractory_rule refractory_kind = refractory_rule::hold;
    readout_rule answer = readout_rule::last;  ///< read-outs only

    bool has_current() const { return !decay_s.empty(); }
    std::int32_t decay_v_of(std::size_t neuron) const { return per_channel(decay_v, neuron); }
    std::int32_t decay_s_of(std::size_t neuron) const { return per_channel(decay_s, neuron); }
    std::int32_t initial_v_of(std::size_t neuron) const { return per_channel(initial_v, neuron); }

  private:
    static std::int32_t per_channel(const std::vector<std::int32_t>& values, std::size_t neuron) {
        return values.empty() ? 0 : values[neuron % values.size()];
    }
};

/// A set of neurons with one shape, one code and one kind. Per-channel vectors have shape.channels
/// entries.
struct population {
    std::string name;
    population_kind kind = population_kind::spiking;
    synfire::shape shape;
    code_window window;  ///< not for readouts; steps = 0 for `current` inputs; streaming: inputs
                         ///< only
    code_range range;    ///< not for readouts; streaming: inputs only
    std::vector<std::int32_t> theta;      ///< spiking: per channel, > 0
    std::vector<std::int32_t> theta_neg;  ///< per channel, or empty: equal to theta
    std::vector<std::int64_t> bias;       ///< per channel, or per neuron where marked
    bool bias_per_neuron = false;
    std::optional<fire_table> table;
    int width_bits = 0;  ///< proven width of the potential; 0: none (inputs, max_pool)
    std::vector<double>
        scale;  ///< real value of one unit of code, per channel (readout: of one unit of potential)
    std::optional<input_encoding> input;        ///< inputs only
    std::optional<expected_activity> expected;  ///< filled by calibration
    std::vector<std::string>
        host_functions;  ///< readouts: functions applied to the real values, in order
    std::optional<streaming_neuron>
        streaming;  ///< spiking populations and readouts of streaming networks

    std::int64_t bias_of(std::size_t neuron) const {
        return bias[bias_per_neuron ? neuron : neuron % static_cast<std::size_t>(shape.channels)];
    }
    std::int32_t theta_of(std::size_t neuron) const {
        return theta[neuron % static_cast<std::size_t>(shape.channels)];
    }
    std::int32_t theta_neg_of(std::size_t neuron) const {
        return theta_neg.empty() ? theta_of(neuron)
                                 : theta_neg[neuron % static_cast<std::size_t>(shape.channels)];
    }
    bool is_current() const {
        return kind == population_kind::input && input && input->encoder == input_encoder::current;
    }
    /// Most that one spike adds to its targets, in weights. Streaming networks only.
    std::int32_t largest_spike() const {
        return input && input->most_events > 0 ? input->most_events : 1;
    }
    bool has_potential() const {
        return kind == population_kind::spiking || kind == population_kind::readout;
    }
};

/// Kernel geometry; pairs are {y, x}, pads are top, left, bottom, right.
struct kernel_geometry {
    std::array<std::int32_t, 2> kernel{1, 1};
    std::array<std::int32_t, 2> stride{1, 1};
    std::array<std::int32_t, 2> dilation{1, 1};
    std::array<std::int32_t, 4> pads{0, 0, 0, 0};

    friend bool operator==(const kernel_geometry&, const kernel_geometry&) = default;
};

/// Synapses from a channel range of one population to a channel range of another.
/// A spike of source i at step t with sign g adds (g * w * d_t) << shift to its targets.
/// Weight layouts: dense [target][source] (spatial_sum: [target][source channel]);
/// conv2d [out][in/groups][ky][kx]; conv_transpose2d [in][out/groups][ky][kx];
/// sum_pool, one_to_one, index: [target channel]; sparse: one per column entry; window: none.
struct projection {
    std::size_t source = 0;  ///< population number
    std::size_t target = 0;  ///< population number
    channel_range source_channels;
    channel_range target_channels;
    connectivity kind = connectivity::dense;
    std::vector<std::int8_t> weights;
    int weight_bits = 8;
    int shift = 0;
    int delay = 0;             ///< streaming networks only
    bool spatial_sum = false;  ///< dense only
    kernel_geometry geometry;  ///< conv2d, conv_transpose2d, sum_pool, window
    std::int32_t groups = 1;   ///< conv2d, conv_transpose2d
    std::vector<std::int32_t>
        index;  ///< index: per target neuron of the range, source neuron of the range or -1
    std::vector<std::int64_t> row_ptr;  ///< sparse: CSR, one row per target neuron of the range
    std::vector<std::int32_t> column;   ///< sparse: source neurons of the range, ascending
};

/// Limits of streaming networks.
inline constexpr std::int32_t max_streaming_steps = 1 << 20;
inline constexpr std::int32_t max_delay_steps = 4095;
inline constexpr std::int32_t max_refractory_steps = 65535;

/// A whole network. Invariants are checked by validate().
struct network {
    synfire::execution execution = execution::synchronous;
    std::int32_t steps = 0;  ///< streaming: steps of a sample; synchronous: 0
    std::vector<population> populations;
    std::vector<projection> projections;
    std::vector<std::string> labels;  ///< class names, or empty
    std::map<std::string, std::string>
        metadata;  ///< provenance: source model, calibration, tool version

    /// Number of the population of that name; throws bad_input where there is none.
    std::size_t find(std::string_view name) const;
};

/// Populations so that sources come before targets: repeatedly the first in file order whose
/// sources are all done; in streaming networks over the projections without delay. Throws bad_input
/// for a cycle.
std::vector<std::size_t> topological_order(const network& net);

/// Global step at which each population's window opens (the end of its last source's window).
/// Streaming: 0, all populations advance together.
std::vector<std::int32_t> window_starts(const network& net);

/// Steps that spikes of a population are counted in: its window; streaming: all steps of a sample.
/// 0 for readouts.
std::int32_t firing_steps(const network& net, const population& p);

/// End of the last window: latency of one inference in steps. Streaming: the steps of a sample.
std::int32_t latency_steps(const network& net);

}  // namespace synfire
