// SPDX-License-Identifier: Apache-2.0
// The quantised network of a conversion (ladder level L2), to be compared with any engine neuron by
// neuron.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <synfire/core/dataset.hpp>
#include <synfire/core/shape.hpp>

namespace synfire::converters {

struct quantised_state;

/// What one population of the network must be: codes and potentials in ONNX order, element (c * H +
/// y) * W + x.
struct layer_values {
    std::string population;
    synfire::shape shape;
    std::vector<std::int32_t> codes;       ///< empty for readouts
    std::vector<std::int64_t> potentials;  ///< empty for inputs and max-pools
};

/// Integer execution in ONNX order, sharing no code with the simulator.
class quantised_model {
  public:
    explicit quantised_model(std::shared_ptr<const quantised_state> state);

    /// Visits samples [0, samples) of the data set from several threads; layers in the order of
    /// network.populations.
    using visitor =
        std::function<void(std::size_t sample, const std::vector<layer_values>& layers)>;
    void run(const dataset& data, std::size_t samples, const visitor& visit) const;

    /// Arg-max of the first readout of each sample, lowest index on ties.
    std::vector<std::int32_t> classify(const dataset& data, std::size_t samples) const;

    /// For the library itself.
    const quantised_state& state() const { return *state_; }

  private:
    std::shared_ptr<const quantised_state> state_;
};

}  // namespace synfire::converters
