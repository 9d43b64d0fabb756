// SPDX-License-Identifier: Apache-2.0
// Lowering: trained layers become sums that fire. Affine layers are folded, ReLU moves before
// max-pooling, a global average is folded into the layer behind it, residual sums merge,
// rearrangements become views.
#pragma once

#include "../graph/neuron_graph.hpp"

namespace synfire::converters {

/// What the user or the file says about the input; see core input_encoding.
struct input_description {
    double scale = 1.0 / 255.0;
    std::vector<double> mean{0.0};
    std::vector<double> std{1.0};
    bool eight_bit = true;
};

/// `input` holds for all inputs. Throws unsupported_model (all refusals at once) for layers that
/// have no spiking form here.
neuron_graph lower(const model_graph& model, const input_description& input);

/// The same with an encoding per input of the model; of them scale, mean, std and eight_bit count.
neuron_graph lower_encoded(const model_graph& model, const std::vector<input_encoding>& inputs);

}  // namespace synfire::converters
