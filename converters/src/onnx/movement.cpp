// SPDX-License-Identifier: Apache-2.0
// Data movement as index lists.
#include "onnx/movement.hpp"

#include <numeric>
#include <utility>

namespace synfire::converters::onnx_reader {

std::int64_t product(const dims& shape) {
    std::int64_t count = 1;
    for (const std::int64_t d : shape) { count *= d; }
    return count;
}

dims strides_of(const dims& shape) {
    dims strides(shape.size(), 1);
    for (std::size_t a = shape.size(); a-- > 1;) { strides[a - 1] = strides[a] * shape[a]; }
    return strides;
}

axis_offsets whole(const dims& shape) {
    const dims strides = strides_of(shape);
    axis_offsets offsets(shape.size());
    for (std::size_t a = 0; a < shape.size(); ++a) {
        for (std::int64_t i = 0; i < shape[a]; ++i) { offsets[a].push_back(i * strides[a]); }
    }
    return offsets;
}

movement separable(const axis_offsets& offsets) {
    movement out;
    for (const auto& axis : offsets) {
        out.shape.push_back(static_cast<std::int64_t>(axis.size()));
    }
    std::vector<std::int64_t> sums{0};
    for (const auto& axis : offsets) {
        std::vector<std::int64_t> next;
        next.reserve(sums.size() * axis.size());
        for (const std::int64_t sum : sums) {
            for (const std::int64_t offset : axis) {
                next.push_back(sum < 0 || offset < 0 ? -1 : sum + offset);
            }
        }
        sums = std::move(next);
    }
    out.index.reserve(sums.size());
    for (const std::int64_t sum : sums) { out.index.push_back(static_cast<std::int32_t>(sum)); }
    return out;
}

movement renamed(dims shape) {
    movement out{std::move(shape), {}};
    out.index.resize(static_cast<std::size_t>(product(out.shape)));
    std::iota(out.index.begin(), out.index.end(), 0);
    return out;
}

movement joined(const std::vector<dims>& inputs, std::size_t axis) {
    movement out{inputs.front(), {}};
    std::vector<std::int64_t> starts;
    std::int64_t total = 0;
    out.shape[axis] = 0;
    for (const dims& shape : inputs) {
        out.shape[axis] += shape[axis];
        starts.push_back(total);
        total += product(shape);
    }
    const dims outer_dims(out.shape.begin(), out.shape.begin() + static_cast<std::ptrdiff_t>(axis));
    const std::int64_t outer = product(outer_dims);
    out.index.reserve(static_cast<std::size_t>(total));
    for (std::int64_t o = 0; o < outer; ++o) {
        for (std::size_t k = 0; k < inputs.size(); ++k) {
            const std::int64_t block = outer == 0 ? 0 : product(inputs[k]) / outer;
            for (std::int64_t i = 0; i < block; ++i) {
                out.index.push_back(static_cast<std::int32_t>(starts[k] + o * block + i));
            }
        }
    }
    return out;
}

}  // namespace synfire::converters::onnx_reader
