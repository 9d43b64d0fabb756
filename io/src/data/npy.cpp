// SPDX-License-Identifier: Apache-2.0
#include "npy.hpp"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "../fail.hpp"
#include "byte_reader.hpp"
#include "npy_header.hpp"
#include "values.hpp"

namespace synfire::io {

namespace {

template <class T>
std::vector<T> copy_values(std::span<const std::byte> data, std::size_t count,
                           const std::string& where) {
    if (data.size() / sizeof(T) != count || data.size() % sizeof(T) != 0) {
        fail(where, "has not the length that its header says",
             fmt::format("{} bytes after the header", data.size()),
             fmt::format("{} values of {} bytes", count, sizeof(T)));
    }
    std::vector<T> values(count);
    if (count != 0) { std::memcpy(values.data(), data.data(), data.size()); }
    return values;
}

named_array::values_type values_of(const npy_header& header, std::span<const std::byte> data,
                                   const std::string& where) {
    const std::size_t count = checked_product(header.shape, where);
    if (header.descr == "|u1" || header.descr == "<u1") {
        return copy_values<std::uint8_t>(data, count, where);
    }
    if (header.descr == "<f4") { return copy_values<float>(data, count, where); }
    if (header.descr == "<f8") { return copy_values<double>(data, count, where); }
    if (header.descr == "<i4") { return copy_values<std::int32_t>(data, count, where); }
    if (header.descr == "<i8") { return copy_values<std::int64_t>(data, count, where); }
    fail(where, "holds values of a type that is not read", header.descr, "|u1, <i4, <i8, <f4, <f8",
         "convert it in NumPy: x.astype('float32')");
}

/// First index fastest -> last index fastest.
template <class T>
std::vector<T> to_c_order(const std::vector<T>& values, const std::vector<std::int64_t>& shape) {
    std::vector<T> out(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        std::size_t rest = i;
        std::size_t to = 0;
        for (const std::int64_t extent : shape) {
            to = to * static_cast<std::size_t>(extent) + rest % static_cast<std::size_t>(extent);
            rest /= static_cast<std::size_t>(extent);
        }
        out[to] = values[i];
    }
    return out;
}

/// Values of any type as float. 64-bit values are rounded: networks are trained on 32 bits at most.
std::vector<float> reals_of(const named_array& array) {
    return std::visit(
        [](const auto& values) {
            std::vector<float> reals(values.size());
            std::transform(values.begin(), values.end(), reals.begin(),
                           [](auto v) { return static_cast<float>(v); });
            return reals;
        },
        array.values);
}

std::vector<std::int32_t> labels_of(const named_array& y, const std::string& where) {
    return std::visit(
        [&](const auto& values) {
            std::vector<std::int32_t> labels;
            labels.reserve(values.size());
            for (const auto value : values) {
                labels.push_back(
                    checked_label(static_cast<std::int64_t>(value), labels.size(), where));
            }
            return labels;
        },
        y.values);
}

bool is_real(const named_array& array) {
    return std::holds_alternative<std::vector<float>>(array.values)
           || std::holds_alternative<std::vector<double>>(array.values);
}

void check_one_each(const dataset& data, const named_array& array, const std::string& where) {
    if (!array.shape.empty() && array.shape[0] == static_cast<std::int64_t>(data.size())) {
        return;
    }
    fail(where, fmt::format("array '{}' has not one entry per sample", array.name),
         shape_text(array.shape), fmt::format("{} along the first axis", data.size()));
}

void add_targets(dataset& data, const named_array& targets, const std::string& where) {
    check_one_each(data, targets, where);
    data.targets = reals_of(targets);
    data.target_size = data.targets.size() / data.size();
    if (data.targets.empty()) {
        fail(where, fmt::format("array '{}' is empty", targets.name), shape_text(targets.shape));
    }
    check_finite(data.targets, data.target_size, where + ": " + targets.name);
}

void add_labels(dataset& data, const named_array& labels, const std::string& where) {
    check_one_each(data, labels, where);
    if (is_real(labels)) {
        fail(where, fmt::format("array '{}' holds real numbers", labels.name), {},
             "integers: class numbers", "call it 'targets' if it is what a regression aims at");
    }
    data.labels = labels_of(labels, where);
}

void add_answers(dataset& data, const answer_arrays& answers, const std::string& where) {
    const named_array* y = answers.y;
    const bool y_is_targets = y != nullptr && is_real(*y);
    if (y != nullptr && (y_is_targets ? answers.targets : answers.labels) != nullptr) {
        fail(where,
             fmt::format("arrays 'y' and '{}' say the same", y_is_targets ? "targets" : "labels"),
             {}, "one of them");
    }
    const named_array* targets = y_is_targets ? y : answers.targets;
    const named_array* labels = y != nullptr && !y_is_targets ? y : answers.labels;
    if (targets != nullptr) { add_targets(data, *targets, where); }
    if (labels != nullptr) { add_labels(data, *labels, where); }
}

}  // namespace

named_array parse_npy(std::span<const std::byte> file, const std::string& where) {
    const npy_header header = parse_npy_header(file, where);
    named_array array;
    array.shape = header.shape;
    array.values = values_of(header, file.subspan(header.data_offset), where);
    if (header.fortran_order && header.shape.size() > 1) {
        array.values = std::visit(
            [&](const auto& values) {
                return named_array::values_type(to_c_order(values, header.shape));
            },
            array.values);
    }
    return array;
}

dataset dataset_of_arrays(const named_array& x, const answer_arrays& answers,
                          const std::string& where) {
    dataset data;
    if (x.shape.empty()) {
        fail(where, fmt::format("array '{}' is a single number", x.name), {},
             "samples along the first axis");
    }
    data.sample_shape = x.shape;
    data.sample_shape.erase(data.sample_shape.begin());
    if (const auto* bytes = std::get_if<std::vector<std::uint8_t>>(&x.values)) {
        data.bytes = *bytes;
    } else {
        data.reals = reals_of(x);
    }
    check_complete(data, where);
    check_finite(data.reals, data.sample_size(), where);
    add_answers(data, answers, where);
    check_complete(data, where);
    return data;
}

}  // namespace synfire::io
