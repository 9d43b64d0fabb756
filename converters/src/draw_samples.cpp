// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <numeric>

#include <synfire/converters/convert.hpp>
#include <synfire/core/random.hpp>

namespace synfire::converters {

namespace {

/// The first `count` places of a Fisher-Yates shuffle, sorted.
std::vector<std::size_t> draw_places(std::size_t size, std::size_t count, std::uint64_t seed) {
    std::vector<std::size_t> places(size);
    std::iota(places.begin(), places.end(), std::size_t{0});
    for (std::size_t i = 0; i < count; ++i) {
        const auto word = philox4x32_10(
            {static_cast<std::uint32_t>(i), 0, 0, 0},
            {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)});
        const std::uint64_t random = (std::uint64_t{word[1]} << 32) | word[0];
        std::swap(places[i], places[i + static_cast<std::size_t>(random % (size - i))]);
    }
    places.resize(count);
    std::sort(places.begin(), places.end());
    return places;
}

dataset samples_at(const dataset& data, const std::vector<std::size_t>& places) {
    dataset drawn;
    drawn.name = data.name;
    drawn.sample_shape = data.sample_shape;
    drawn.target_size = data.target_size;
    for (const std::size_t place : places) {
        if (!data.labels.empty()) { drawn.labels.push_back(data.labels[place]); }
        for (std::size_t i = 0; i < data.target_size; ++i) {
            drawn.targets.push_back(data.targets[place * data.target_size + i]);
        }
        if (data.eight_bit()) {
            const auto sample = data.byte_sample(place);
            drawn.bytes.insert(drawn.bytes.end(), sample.begin(), sample.end());
        } else {
            const auto sample = data.real_sample(place);
            drawn.reals.insert(drawn.reals.end(), sample.begin(), sample.end());
        }
    }
    for (const dataset& more : data.further) { drawn.further.push_back(samples_at(more, places)); }
    return drawn;
}

}  // namespace

dataset draw_samples(const dataset& data, std::size_t count, std::uint64_t seed) {
    if (count == 0 || count >= data.size()) { return data; }
    return samples_at(data, draw_places(data.size(), count, seed));
}

}  // namespace synfire::converters
