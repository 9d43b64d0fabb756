// SPDX-License-Identifier: Apache-2.0
#include "recordings.hpp"

#include <limits>

#include <fmt/format.h>

#include "../fail.hpp"

namespace synfire::io {

namespace {

constexpr std::int64_t latest_us = std::numeric_limits<std::uint32_t>::max();
// Of the ATIS camera: rows end at 239.
constexpr int overflow_row = 240;
constexpr std::int64_t overflow_us = std::int64_t{1} << 13;

[[noreturn]] void refuse(const dataset& data, std::size_t event, const std::string& where,
                         const char* what, const std::string& found, const std::string& expected) {
    fail(fmt::format("{}: recording {}, event {}", where, data.event_ends.size(), event), what,
         found, expected);
}

}  // namespace

void add_event(dataset& data, std::int64_t time_us, std::uint32_t place, const std::string& where) {
    const std::size_t first = data.event_ends.empty() ? 0 : data.event_ends.back();
    const std::size_t number = data.events.size() - first;
    if (time_us < 0) {
        refuse(data, number, where, "an event is before the start of its recording",
               fmt::format("{} us", time_us), "times from 0");
    }
    if (time_us > latest_us) {
        refuse(data, number, where, "an event is too late to be counted",
               fmt::format("{} us", time_us), fmt::format("at most {} us", latest_us));
    }
    const std::int64_t before = number == 0 ? 0 : std::int64_t{data.events.back().time_us};
    if (time_us < before) {
        refuse(data, number, where, "events are not in the order of their times",
               fmt::format("{} us after {} us", time_us, before), "times that never decrease");
    }
    data.events.push_back({static_cast<std::uint32_t>(time_us), place});
}

void end_recording(dataset& data) { data.event_ends.push_back(data.events.size()); }

void append_aer(std::span<const std::byte> file, const std::string& where, dataset& data) {
    if (file.empty() || file.size() % aer_bytes != 0) {
        fail(where, "is no recording of 40-bit events, or is cut short",
             fmt::format("{} bytes", file.size()),
             fmt::format("a multiple of {} bytes, at least one event", aer_bytes));
    }
    data.sample_shape = {2, aer_extent, aer_extent};
    std::int64_t clock_us = 0;
    for (std::size_t at = 0; at < file.size(); at += aer_bytes) {
        const auto byte = [&](std::size_t i) {
            return std::to_integer<std::uint32_t>(file[at + i]);
        };
        if (byte(1) == overflow_row) {
            clock_us += overflow_us;
            continue;
        }
        const std::uint32_t polarity = byte(2) >> 7U;
        const std::uint32_t time = ((byte(2) & 0x7FU) << 16U) | (byte(3) << 8U) | byte(4);
        const std::uint32_t place = (polarity * 256U + byte(1)) * 256U + byte(0);
        add_event(data, clock_us + time, place, where);
    }
    end_recording(data);
}

}  // namespace synfire::io
