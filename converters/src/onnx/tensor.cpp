// SPDX-License-Identifier: Apache-2.0
// Decoding of TensorProto: raw bytes (little endian) or the typed fields.
#include "onnx/tensor.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include <synfire/core/error.hpp>

#include "onnx/text.hpp"

namespace synfire::converters::onnx_reader {
namespace {

using proto_type = onnx::TensorProto;

static_assert(std::endian::native == std::endian::little, "raw_data is little endian");

float from_half(std::uint16_t half) {
    const std::uint32_t exponent = (half >> 10U) & 0x1FU;
    const std::uint32_t mantissa = half & 0x3FFU;
    float magnitude = 0.0F;
    if (exponent == 0) {
        magnitude = std::ldexp(static_cast<float>(mantissa), -24);
    } else if (exponent == 31) {
        magnitude = mantissa == 0 ? HUGE_VALF : std::nanf("");
    } else {
        magnitude =
            std::ldexp(static_cast<float>(mantissa | 0x400U), static_cast<int>(exponent) - 25);
    }
    return (half & 0x8000U) != 0 ? -magnitude : magnitude;
}

float from_brain_float(std::uint16_t bits) {
    return std::bit_cast<float>(std::uint32_t{bits} << 16U);
}

std::size_t element_bytes(element_type type) {
    switch (type) {
    case proto_type::DOUBLE:
    case proto_type::INT64:
    case proto_type::UINT64:
        return 8;
    case proto_type::FLOAT:
    case proto_type::INT32:
    case proto_type::UINT32:
        return 4;
    case proto_type::FLOAT16:
    case proto_type::BFLOAT16:
    case proto_type::INT16:
    case proto_type::UINT16:
        return 2;
    default:
        return 1;
    }
}

template <typename Stored, typename Target, typename Convert>
void decode_raw(const std::string& raw, std::vector<Target>& out, Convert convert) {
    out.resize(raw.size() / sizeof(Stored));
    for (std::size_t i = 0; i < out.size(); ++i) {
        Stored value{};
        std::memcpy(&value, raw.data() + i * sizeof(Stored), sizeof(Stored));
        out[i] = convert(value);
    }
}

template <typename Stored>
void decode_raw_integers(const std::string& raw, tensor& t) {
    decode_raw<Stored>(raw, t.integers, [](Stored v) { return static_cast<std::int64_t>(v); });
}

void decode_raw_data(const std::string& raw, tensor& t) {
    switch (t.type) {
    case proto_type::FLOAT:
        decode_raw<float>(raw, t.reals, [](float v) { return v; });
        break;
    case proto_type::DOUBLE:
        decode_raw<double>(raw, t.reals, [](double v) { return static_cast<float>(v); });
        break;
    case proto_type::FLOAT16:
        decode_raw<std::uint16_t>(raw, t.reals, from_half);
        break;
    case proto_type::BFLOAT16:
        decode_raw<std::uint16_t>(raw, t.reals, from_brain_float);
        break;
    case proto_type::INT64:
        decode_raw_integers<std::int64_t>(raw, t);
        break;
    case proto_type::UINT64:
        decode_raw_integers<std::uint64_t>(raw, t);
        break;
    case proto_type::INT32:
        decode_raw_integers<std::int32_t>(raw, t);
        break;
    case proto_type::UINT32:
        decode_raw_integers<std::uint32_t>(raw, t);
        break;
    case proto_type::INT16:
        decode_raw_integers<std::int16_t>(raw, t);
        break;
    case proto_type::UINT16:
        decode_raw_integers<std::uint16_t>(raw, t);
        break;
    case proto_type::INT8:
        decode_raw_integers<std::int8_t>(raw, t);
        break;
    case proto_type::UINT8:
        decode_raw_integers<std::uint8_t>(raw, t);
        break;
    default:
        decode_raw<std::uint8_t>(raw, t.integers,
                                 [](std::uint8_t v) { return std::int64_t{v != 0}; });
        break;
    }
}

template <typename Field, typename Target, typename Convert>
void copy_field(const Field& field, std::vector<Target>& out, Convert convert) {
    out.reserve(static_cast<std::size_t>(field.size()));
    for (const auto v : field) { out.push_back(convert(v)); }
}

/// int32_data holds the small integers, and the bit patterns of the 16-bit floats.
void decode_int32_data(const onnx::TensorProto& proto, tensor& t) {
    const auto& field = proto.int32_data();
    if (t.type == proto_type::FLOAT16) {
        copy_field(field, t.reals, [](auto v) { return from_half(static_cast<std::uint16_t>(v)); });
    } else if (t.type == proto_type::BFLOAT16) {
        copy_field(field, t.reals,
                   [](auto v) { return from_brain_float(static_cast<std::uint16_t>(v)); });
    } else if (t.type == proto_type::BOOL) {
        copy_field(field, t.integers, [](auto v) { return std::int64_t{v != 0}; });
    } else {
        copy_field(field, t.integers, [](auto v) { return std::int64_t{v}; });
    }
}

void decode_typed_data(const onnx::TensorProto& proto, tensor& t) {
    switch (t.type) {
    case proto_type::FLOAT:
        copy_field(proto.float_data(), t.reals, [](float v) { return v; });
        break;
    case proto_type::DOUBLE:
        copy_field(proto.double_data(), t.reals, [](double v) { return static_cast<float>(v); });
        break;
    case proto_type::INT64:
        copy_field(proto.int64_data(), t.integers,
                   [](auto v) { return static_cast<std::int64_t>(v); });
        break;
    case proto_type::UINT32:
    case proto_type::UINT64:
        copy_field(proto.uint64_data(), t.integers,
                   [](auto v) { return static_cast<std::int64_t>(v); });
        break;
    default:
        decode_int32_data(proto, t);
        break;
    }
}

}  // namespace

bool is_real_type(element_type type) {
    return type == proto_type::FLOAT || type == proto_type::DOUBLE || type == proto_type::FLOAT16
           || type == proto_type::BFLOAT16;
}

bool is_integer_type(element_type type) {
    return type == proto_type::INT64 || type == proto_type::UINT64 || type == proto_type::INT32
           || type == proto_type::UINT32 || type == proto_type::INT16 || type == proto_type::UINT16
           || type == proto_type::INT8 || type == proto_type::UINT8 || type == proto_type::BOOL;
}

std::string type_text(element_type type) {
    if (!onnx::TensorProto_DataType_IsValid(type)) { return fmt::format("element type {}", type); }
    std::string name =
        onnx::TensorProto_DataType_Name(static_cast<onnx::TensorProto_DataType>(type));
    std::transform(name.begin(), name.end(), name.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return name;
}

bool tensor::is_real() const { return is_real_type(type); }

bool tensor::marked() const {
    return std::any_of(times_batch.begin(), times_batch.end(),
                       [](std::uint8_t m) { return m != 0; });
}

double tensor::as_double(std::size_t i) const {
    return is_real() ? static_cast<double>(reals[i]) : static_cast<double>(integers[i]);
}

std::optional<std::int64_t> checked_count(const dims& shape, std::int64_t limit) {
    std::int64_t count = 1;
    bool empty = false;
    for (const std::int64_t d : shape) {
        if (d < 0) { return std::nullopt; }
        if (d == 0) {
            empty = true;
        } else if (count > limit / d) {
            return std::nullopt;
        } else {
            count *= d;
        }
    }
    return empty ? 0 : count;
}

tensor make_tensor(element_type type, dims shape) {
    tensor t{type, std::move(shape), {}, {}, {}};
    std::size_t count = 1;
    for (const std::int64_t d : t.shape) { count *= static_cast<std::size_t>(d); }
    if (t.is_real()) {
        t.reals.resize(count);
    } else {
        t.integers.resize(count);
    }
    return t;
}

tensor decode_tensor(const onnx::TensorProto& proto, const std::string& where,
                     const import_limits& limits) {
    tensor t{proto.data_type(), {proto.dims().begin(), proto.dims().end()}, {}, {}, {}};
    const auto count = checked_count(t.shape, limits.value_elements);
    if (!count) {
        throw bad_input(
            {where, "impossible shape", list_text(t.shape),
             fmt::format("dimensions >= 0 with at most {} elements", limits.value_elements), ""});
    }
    if (proto.has_segment()) {
        throw bad_input(
            {where, "tensors in segments are not supported", "", "", "save the model again"});
    }
    if (!is_real_type(t.type) && !is_integer_type(t.type)) { return t; }
    if (proto.has_raw_data()) {
        const std::size_t expected = static_cast<std::size_t>(*count) * element_bytes(t.type);
        if (proto.raw_data().size() != expected) {
            throw bad_input({where, "data size does not fit the shape " + list_text(t.shape),
                             fmt::format("{} bytes", proto.raw_data().size()),
                             fmt::format("{} bytes of {}", expected, type_text(t.type)), ""});
        }
        decode_raw_data(proto.raw_data(), t);
    } else {
        decode_typed_data(proto, t);
    }
    if (t.size() != static_cast<std::size_t>(*count)) {
        throw bad_input({where, "number of elements does not fit the shape " + list_text(t.shape),
                         fmt::format("{} elements", t.size()),
                         fmt::format("{} elements of {}", *count, type_text(t.type)), ""});
    }
    return t;
}

}  // namespace synfire::converters::onnx_reader
