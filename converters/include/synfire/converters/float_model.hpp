// SPDX-License-Identifier: Apache-2.0
// The trained network itself (ladder levels L0 and L1): its outputs, and the dense work it takes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <synfire/core/dataset.hpp>
#include <synfire/core/network.hpp>

namespace synfire::converters {

struct float_state;

/// Dense multiplications of one layer that became (part of) a population; counts are summed over
/// `samples`.
struct dense_layer {
    std::string population;  ///< name in the spiking network
    std::string kind;        ///< "conv", "depthwise" or "dense"
    std::uint64_t macs = 0;  ///< in-bounds multiplications
    std::uint64_t macs_nonzero =
        0;  ///< without zero weights and zero activations of the trained network
    std::uint64_t macs_active = 0;  ///< without zero activations only
    std::uint64_t weights = 0;
    std::uint64_t input_neurons = 0;
    std::uint64_t output_neurons = 0;
    std::uint64_t positions = 0;  ///< output positions
    std::uint64_t out_channels = 0;
    std::uint64_t groups = 1;
    std::uint64_t fan_in = 0;         ///< weights per output neuron
    std::uint64_t field_rows = 1;     ///< kernel height; 1 for dense layers
    std::uint64_t active_inputs = 0;  ///< non-zero activations read
    bool spatial_sum = false;         ///< reads the global average of its source
};

/// A trained network, loaded once; const member functions may run from several threads inside.
class float_model {
  public:
    /// How data become the real inputs, one encoding per input of the model in its order; only
    /// scale, mean, std and eight_bit are read. Throws bad_input and unsupported_model.
    float_model(const std::filesystem::path& model, const std::vector<input_encoding>& encodings);

    /// Of a model with one input.
    float_model(const std::filesystem::path& model, const input_encoding& encoding);

    /// Outputs (first output of the model) of samples [0, samples), before host functions: level
    /// L0.
    std::vector<std::vector<float>> run(const dataset& data, std::size_t samples) const;

    /// All outputs of the model: [output][sample][value], each before its host functions.
    std::vector<std::vector<std::vector<float>>> run_outputs(const dataset& data,
                                                             std::size_t samples) const;

    /// The first output after the folding passes: level L1.
    std::vector<std::vector<float>> run_folded(const dataset& data, std::size_t samples) const;

    /// Arg-max of each output, lowest index on ties.
    std::vector<std::int32_t> classify(const dataset& data, std::size_t samples) const;

    std::vector<dense_layer> count_dense(const dataset& data, std::size_t samples) const;

  private:
    std::shared_ptr<const float_state> state_;
};

}  // namespace synfire::converters
