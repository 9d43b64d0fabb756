// SPDX-License-Identifier: Apache-2.0
// Samples and labels as read from files: 8-bit or real, in the layout of the file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace synfire {

/// One event of a sensor that reports changes instead of pictures.
struct sensor_event {
    std::uint32_t time_us = 0;  ///< since the start of the sample
    std::uint32_t place = 0;    ///< number in sample_shape, the last axis counting fastest

    friend bool operator==(const sensor_event&, const sensor_event&) = default;
};

/// A data set in memory: samples of values, one after the other, in `bytes` or in `reals`; or
/// recordings of events. Networks with several inputs take one for each: the first, and `further`.
struct dataset {
    std::string name;  ///< built-in name or path, for messages
    std::vector<std::int64_t>
        sample_shape;  ///< shape of one sample as the file gives it; {28, 28}, {3, 32, 32}, ...
                       ///< Recordings: all places that the file can name, or that it does name
    std::vector<std::uint8_t> bytes;
    std::vector<float> reals;
    std::vector<sensor_event> events;     ///< of all recordings; in each, times never decrease
    std::vector<std::size_t> event_ends;  ///< per recording, where its events end
    std::vector<std::int32_t> labels;     ///< class numbers, or empty
    std::vector<float> targets;           ///< regression targets, target_size per sample, or empty
    std::size_t target_size = 0;
    /// The same samples for the further inputs of a network, in its order; without labels, targets
    /// or further data of their own.
    std::vector<dataset> further{};

    std::size_t inputs() const { return 1 + further.size(); }
    const dataset& input(std::size_t i) const { return i == 0 ? *this : further[i - 1]; }
    bool eight_bit() const { return !bytes.empty(); }
    bool has_events() const { return !event_ends.empty(); }
    std::size_t sample_size() const {
        std::size_t n = 1;
        for (const std::int64_t d : sample_shape) { n *= static_cast<std::size_t>(d); }
        return n;
    }
    std::size_t size() const {
        if (has_events()) { return event_ends.size(); }
        const std::size_t n = sample_size();
        return n == 0 ? 0 : (eight_bit() ? bytes.size() : reals.size()) / n;
    }
    std::span<const std::uint8_t> byte_sample(std::size_t i) const {
        return std::span<const std::uint8_t>(bytes).subspan(i * sample_size(), sample_size());
    }
    std::span<const float> real_sample(std::size_t i) const {
        return std::span<const float>(reals).subspan(i * sample_size(), sample_size());
    }
    std::span<const sensor_event> event_sample(std::size_t i) const {
        const std::size_t first = i == 0 ? 0 : event_ends[i - 1];
        return std::span<const sensor_event>(events).subspan(first, event_ends[i] - first);
    }
    /// Memory that the data take.
    std::size_t memory_bytes() const {
        std::size_t all = bytes.size() + sizeof(float) * (reals.size() + targets.size())
                          + sizeof(sensor_event) * events.size()
                          + sizeof(std::size_t) * event_ends.size()
                          + sizeof(std::int32_t) * labels.size();
        for (const dataset& other : further) { all += other.memory_bytes(); }
        return all;
    }
};

}  // namespace synfire
