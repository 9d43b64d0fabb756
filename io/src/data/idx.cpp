// SPDX-License-Identifier: Apache-2.0
#include "idx.hpp"

#include <cmath>

#include <fmt/format.h>

#include "../fail.hpp"
#include "byte_reader.hpp"
#include "values.hpp"

namespace synfire::io {

namespace {

enum class idx_type : std::uint8_t { bytes = 0x08, int32 = 0x0c, float32 = 0x0d, float64 = 0x0e };

std::size_t size_of(idx_type type) {
    switch (type) {
    case idx_type::bytes:
        return 1;
    case idx_type::int32:
    case idx_type::float32:
        return 4;
    case idx_type::float64:
        return 8;
    }
    return 0;
}

struct idx_file {
    idx_type type = idx_type::bytes;
    std::vector<std::int64_t> extents;
    std::size_t count = 0;
    std::span<const std::byte> values;
};

idx_file parse_header(std::span<const std::byte> file, const std::string& where) {
    if (file.size() < 4) {
        fail(where, "the IDX file ends in its header", fmt::format("{} bytes", file.size()));
    }
    const auto magic = read_big<std::uint32_t>(file, 0);
    idx_file idx;
    idx.type = static_cast<idx_type>((magic >> 8) & 0xff);
    if ((magic >> 16) != 0 || size_of(idx.type) == 0 || (magic & 0xff) == 0) {
        fail(where, "does not start like an IDX file of bytes, 32-bit integers, floats or doubles",
             fmt::format("first bytes {:08x}", magic), "00000801 (labels), 00000803 (images), ...");
    }
    const std::size_t axes = magic & 0xff;
    const std::size_t header = 4 + 4 * axes;
    if (file.size() < header) {
        fail(where, "the IDX file ends in its header", fmt::format("{} bytes", file.size()));
    }
    for (std::size_t i = 0; i < axes; ++i) {
        idx.extents.push_back(read_big<std::uint32_t>(file, 4 + 4 * i));
    }
    idx.count = checked_product(idx.extents, where);
    idx.values = file.subspan(header);
    if (idx.values.size() / size_of(idx.type) != idx.count
        || idx.values.size() % size_of(idx.type) != 0) {
        fail(where, "the IDX file has not the length that its header says",
             fmt::format("{} bytes after the header", idx.values.size()),
             fmt::format("{} values of {} bytes", idx.count, size_of(idx.type)));
    }
    return idx;
}

std::vector<float> reals_of(const idx_file& idx) {
    std::vector<float> reals(idx.count);
    for (std::size_t i = 0; i < idx.count; ++i) {
        reals[i] = idx.type == idx_type::float32
                       ? read_big<float>(idx.values, 4 * i)
                       : static_cast<float>(read_big<double>(idx.values, 8 * i));
    }
    return reals;
}

}  // namespace

dataset parse_idx_samples(std::span<const std::byte> file, const std::string& where) {
    const idx_file idx = parse_header(file, where);
    if (idx.extents.size() < 2) {
        fail(where, "holds labels or single values, not samples", shape_text(idx.extents),
             "at least two axes");
    }
    dataset data;
    data.sample_shape.assign(idx.extents.begin() + 1, idx.extents.end());
    if (idx.type == idx_type::int32) {
        fail(where, "holds 32-bit integers", {}, "bytes, floats or doubles");
    }
    if (idx.type == idx_type::bytes) {
        data.bytes.resize(idx.count);
        for (std::size_t i = 0; i < idx.count; ++i) {
            data.bytes[i] = std::to_integer<std::uint8_t>(idx.values[i]);
        }
    } else {
        data.reals = reals_of(idx);
    }
    check_complete(data, where);
    check_finite(data.reals, data.sample_size(), where);
    return data;
}

std::vector<std::int32_t> parse_idx_labels(std::span<const std::byte> file,
                                           const std::string& where) {
    const idx_file idx = parse_header(file, where);
    const bool integers = idx.type == idx_type::bytes || idx.type == idx_type::int32;
    if (idx.extents.size() != 1 || !integers) {
        fail(where, "does not hold labels", shape_text(idx.extents),
             "one axis of bytes or 32-bit integers");
    }
    std::vector<std::int32_t> labels(idx.count);
    for (std::size_t i = 0; i < idx.count; ++i) {
        const std::int64_t value = idx.type == idx_type::bytes
                                       ? std::to_integer<std::int64_t>(idx.values[i])
                                       : read_big<std::int32_t>(idx.values, 4 * i);
        labels[i] = checked_label(value, i, where);
    }
    return labels;
}

}  // namespace synfire::io
