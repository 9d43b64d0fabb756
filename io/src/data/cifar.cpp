// SPDX-License-Identifier: Apache-2.0
#include "cifar.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "../fail.hpp"
#include "values.hpp"

namespace synfire::io {

namespace {

constexpr std::size_t pixels = 3 * 32 * 32;
constexpr std::size_t record = 1 + pixels;
constexpr int classes = 10;

}  // namespace

dataset parse_cifar(std::span<const std::byte> file, const std::string& where) {
    if (file.size() % record != 0) {
        fail(where, "is not a CIFAR-10 binary file", fmt::format("{} bytes", file.size()),
             fmt::format("a multiple of {} bytes (one label, then 3 x 32 x 32 pixels)", record));
    }
    dataset data;
    data.sample_shape = {3, 32, 32};
    const std::size_t samples = file.size() / record;
    data.bytes.resize(samples * pixels);
    for (std::size_t i = 0; i < samples; ++i) {
        const int label = std::to_integer<int>(file[i * record]);
        if (label >= classes) {
            fail(where, "holds a label that CIFAR-10 does not have",
                 fmt::format("{} at byte {} (sample {})", label, i * record, i), "0 .. 9");
        }
        data.labels.push_back(label);
        const std::span<const std::byte> image = file.subspan(i * record + 1, pixels);
        std::transform(image.begin(), image.end(),
                       data.bytes.begin() + static_cast<std::ptrdiff_t>(i * pixels),
                       [](std::byte b) { return std::to_integer<std::uint8_t>(b); });
    }
    check_complete(data, where);
    return data;
}

}  // namespace synfire::io
