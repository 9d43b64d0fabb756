// SPDX-License-Identifier: Apache-2.0
// NumPy format 1.0, C order, little-endian: what every reader of it takes.
#include <cstring>
#include <string>

#include <fmt/format.h>

#include <synfire/io/dataset.hpp>

namespace synfire::io {

namespace {

constexpr std::string_view magic{"\x93NUMPY\x01\x00", 8};
constexpr std::size_t alignment = 64;

std::string header_of(const dataset& data) {
    std::string shape = fmt::format("{},", data.size());
    for (const std::int64_t extent : data.sample_shape) { shape += fmt::format(" {},", extent); }
    std::string text = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}), }}",
                                   data.eight_bit() ? "|u1" : "<f4", shape);
    const std::size_t prefix = magic.size() + 2;
    while ((prefix + text.size() + 1) % alignment != 0) { text += ' '; }
    text += '\n';
    std::string header(magic);
    header += static_cast<char>(text.size() & 0xFFU);
    header += static_cast<char>(text.size() >> 8U);
    return header + text;
}

}  // namespace

std::vector<std::byte> npy_of_samples(const dataset& data) {
    const std::string header = header_of(data);
    const void* values = data.eight_bit() ? static_cast<const void*>(data.bytes.data())
                                          : static_cast<const void*>(data.reals.data());
    const std::size_t size =
        data.eight_bit() ? data.bytes.size() : data.reals.size() * sizeof(float);
    std::vector<std::byte> file(header.size() + size);
    std::memcpy(file.data(), header.data(), header.size());
    if (size != 0) { std::memcpy(file.data() + header.size(), values, size); }
    return file;
}

}  // namespace synfire::io
