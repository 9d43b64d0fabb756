// SPDX-License-Identifier: Apache-2.0
// Recordings of events: what their readers share, and one reader per format.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include <synfire/core/dataset.hpp>

namespace synfire::io {

/// Adds an event to the recording that has not ended yet. Throws bad_input where its time is
/// negative, too late to be counted, or before that of the event before it.
void add_event(dataset& data, std::int64_t time_us, std::uint32_t place, const std::string& where);

/// Ends a recording.
void end_recording(dataset& data);

/// 40-bit address events as N-MNIST has them: x, y, then polarity (1 bit) and time in microseconds
/// (23 bits), big endian; y = 240 is no event but says that the clock has gone on by 2^13 us.
inline constexpr std::size_t aer_bytes = 5;
inline constexpr std::int64_t aer_extent = 256;  ///< x and y have 8 bits

/// One recording, which ends with the bytes. Throws bad_input for none, and for half an event.
void append_aer(std::span<const std::byte> file, const std::string& where, dataset& data);

/// HDF5 as the Heidelberg data sets have it: spikes/times, spikes/units, labels.
bool is_hdf5(std::span<const std::byte> file);
dataset parse_hdf5_events(std::span<const std::byte> file, const std::string& where);

/// NumPy arrays of events: times, units or x, y and p, ends, labels.
bool holds_events(std::span<const std::byte> npz, const std::string& where);
dataset parse_npz_events(std::span<const std::byte> file, const std::string& where);

}  // namespace synfire::io
