// SPDX-License-Identifier: Apache-2.0
// Geometry of convolution and pooling windows: explicit and automatic padding, rounding, one and
// two dimensions.
#pragma once

#include <cstdint>
#include <vector>

#include "onnx/node_context.hpp"

namespace synfire::converters::onnx_reader::ops {

/// A value {C, H, W}; one with a single spatial axis is seen as H = 1.
struct image {
    activation value;
    bool flat = false;  ///< the file's own shape is {C, W}
};

/// Input 0, or another value, as an image; refuses other ranks.
image image_of(node_context& ctx);
image image_of(node_context& ctx, const activation& in);

/// One window over all positions.
kernel_geometry whole_image(node_context& ctx, const image& in);

/// What the attributes say about windows, in two dimensions.
struct window_plan {
    kernel_geometry geometry;
    std::int64_t height = 0;  ///< of the output
    std::int64_t width = 0;
    bool empty_window = false;  ///< some window lies wholly in the padding
};

/// Reads auto_pad, pads, strides, dilations (and ceil_mode where `pooling`) for a kernel of the
/// file's rank.
window_plan plan_windows(node_context& ctx, const image& in, std::vector<std::int64_t> kernel,
                         bool pooling);

/// The same for a transposed convolution: strides step through the output; output_shape and
/// output_padding are read, too.
window_plan plan_transposed_windows(node_context& ctx, const image& in,
                                    std::vector<std::int64_t> kernel);

/// Adds the layer and gives its result the file's own rank; `part` where it is a step on the way.
activation add_image(node_context& ctx, const image& in, operation op, dims item, const char* part);

/// The same as output 0.
void set_image(node_context& ctx, const image& in, operation op, dims item);

/// Means over windows with the node's own attributes, or over the whole image, of any value.
activation add_average_pool(node_context& ctx, const activation& value, const char* part);
activation add_global_average_pool(node_context& ctx, const activation& value, const char* part);

}  // namespace synfire::converters::onnx_reader::ops
