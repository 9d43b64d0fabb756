// SPDX-License-Identifier: Apache-2.0
// Constants of a model, decoded: real numbers as float, all integers as 64 bits. Elements that are
// a multiple of the batch size carry a mark, so that shapes computed from Shape(x)[0] stay usable
// for any batch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <onnx/onnx_pb.h>

#include "graph/model_graph.hpp"
#include "onnx/reader.hpp"

namespace synfire::converters::onnx_reader {

using element_type = std::int32_t;  ///< onnx::TensorProto_DataType

/// Integers from which DequantizeLinear made a real constant of the same shape.
struct constant_codes {
    std::vector<std::int64_t> integers;  ///< zero point taken off
    std::vector<float> scale;            ///< one, or one per index of `axis`
    std::size_t axis = 0;
};

struct tensor {
    element_type type = onnx::TensorProto::FLOAT;
    dims shape;
    std::vector<float> reals;            ///< float, double, float16, bfloat16
    std::vector<std::int64_t> integers;  ///< integer types and bool (0, 1)
    std::vector<std::uint8_t>
        times_batch;  ///< empty, or 1 where the element is multiplied by the batch size
    std::shared_ptr<const constant_codes> codes = nullptr;

    bool is_real() const;
    std::size_t size() const { return is_real() ? reals.size() : integers.size(); }
    bool marked() const;
    bool marked(std::size_t i) const { return !times_batch.empty() && times_batch[i] != 0; }
    double as_double(std::size_t i) const;
};

bool is_real_type(element_type type);
bool is_integer_type(element_type type);  ///< bool included
std::string type_text(element_type type);

/// Number of elements, or nothing where a dimension is negative or the product passes the limit.
std::optional<std::int64_t> checked_count(const dims& shape, std::int64_t limit);

/// Decodes; `where` names file and tensor in messages. A tensor of another type (text, complex)
/// keeps its type and shape and has no elements: nodes that need it say so. Throws bad_input where
/// sizes do not agree.
tensor decode_tensor(const onnx::TensorProto& proto, const std::string& where,
                     const import_limits& limits);

/// An empty tensor of this type and shape, with zeroed elements.
tensor make_tensor(element_type type, dims shape);

}  // namespace synfire::converters::onnx_reader
