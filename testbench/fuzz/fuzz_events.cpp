// SPDX-License-Identifier: Apache-2.0
// Recordings of events in HDF5 (the Heidelberg data sets' layout). HDF5's own parser is not our
// target (and not robust): an input says how a file is built through HDF5, right or wrong, so that
// it reaches every check of the reader. Anything but bad_input is a bug.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <hdf5.h>

#include <synfire/core/error.hpp>

#include "byte_source.hpp"
#include "data/recordings.hpp"
#include "hdf5.hpp"

namespace {

using namespace synfire;
using io::hdf5_handle;
using test::byte_source;

void check(bool promise) {
    if (!promise) { __builtin_trap(); }
}

hid_t pick_type(byte_source& input) {
    const hid_t types[] = {H5T_IEEE_F64LE, H5T_STD_I64LE, H5T_IEEE_F32LE, H5T_STD_U16LE,
                           H5T_STD_U64BE,  H5T_STD_I8LE,  H5T_C_S1,       H5T_STD_REF_OBJ};
    return types[input.below(std::size(types))];
}

double pick_number(byte_source& input) {
    const double choices[] = {0.0, 1.0, -1.0, 700.0, 1e-6, 0.5, 4294.967296, 1e9, NAN, INFINITY};
    return input.byte() % 2 == 0 ? choices[input.below(std::size(choices))]
                                 : static_cast<double>(input.byte()) / 100.0;
}

/// One or, now and then, another number of axes; extents may be far larger than what is stored.
hdf5_handle pick_space(byte_source& input, std::size_t entries) {
    std::vector<hsize_t> extents{entries};
    const std::uint8_t how = input.byte() % 8;
    if (how == 6) { extents.push_back(input.below(3)); }
    if (how == 7) { extents[0] = hsize_t{1} << (input.byte() % 60); }
    if (how == 5) { return {H5Screate(H5S_SCALAR), H5Sclose}; }
    return {H5Screate_simple(static_cast<int>(extents.size()), extents.data(), nullptr), H5Sclose};
}

/// Chunks allow extents without values.
hdf5_handle pick_layout(byte_source& input, const hdf5_handle& space) {
    hdf5_handle properties(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
    const int axes = H5Sget_simple_extent_ndims(space.get());
    const std::uint8_t how = input.byte() % 4;
    if (axes < 1 || how == 0) { return properties; }
    const std::vector<hsize_t> chunk(static_cast<std::size_t>(axes), 4);
    H5Pset_chunk(properties.get(), axes, chunk.data());
    if (how == 2) { H5Pset_deflate(properties.get(), 4); }
    return properties;
}

bool small(const hdf5_handle& space) {
    const hssize_t points = H5Sget_simple_extent_npoints(space.get());
    return points > 0 && points <= 64;
}

/// Sequences of numbers, of the length that each entry says.
void add_sequences(hid_t parent, const char* name, byte_source& input, std::size_t entries) {
    const hdf5_handle space = pick_space(input, entries);
    const hdf5_handle layout = pick_layout(input, space);
    const hdf5_handle type(H5Tvlen_create(pick_type(input)), H5Tclose);
    const hdf5_handle data(
        H5Dcreate2(parent, name, type.get(), space.get(), H5P_DEFAULT, layout.get(), H5P_DEFAULT),
        H5Dclose);
    if (!data.valid() || !small(space) || input.byte() % 8 == 0) { return; }
    const auto points = static_cast<std::size_t>(H5Sget_simple_extent_npoints(space.get()));
    std::vector<std::vector<double>> values(points);
    std::vector<hvl_t> sequences;
    for (std::vector<double>& sequence : values) {
        for (std::size_t n = input.below(6); n > 0; --n) { sequence.push_back(pick_number(input)); }
        sequences.push_back({sequence.size(), sequence.data()});
    }
    const hdf5_handle native(H5Tvlen_create(H5T_NATIVE_DOUBLE), H5Tclose);
    H5Dwrite(data.get(), native.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, sequences.data());
}

void add_numbers(hid_t parent, const char* name, byte_source& input, std::size_t entries) {
    const hdf5_handle space = pick_space(input, entries);
    const hdf5_handle layout = pick_layout(input, space);
    const hdf5_handle data(H5Dcreate2(parent, name, pick_type(input), space.get(), H5P_DEFAULT,
                                      layout.get(), H5P_DEFAULT),
                           H5Dclose);
    if (!data.valid() || !small(space) || input.byte() % 8 == 0) { return; }
    std::vector<double> values(64);
    for (double& value : values) { value = pick_number(input); }
    H5Dwrite(data.get(), H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
}

/// A member as it should be, or something else in its place.
void add_member(hid_t parent, const char* name, byte_source& input, std::size_t entries) {
    const bool sequences = std::string(name) != "labels";
    switch (input.byte() % 16) {
    case 11:
        return;
    case 12:
        H5Lcreate_soft("/elsewhere", parent, name, H5P_DEFAULT, H5P_DEFAULT);
        return;
    case 13:
        H5Lcreate_external("/dev/null", "/x", parent, name, H5P_DEFAULT, H5P_DEFAULT);
        return;
    case 14:
        hdf5_handle(H5Gcreate2(parent, name, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), H5Gclose);
        return;
    case 15:
        return sequences ? add_numbers(parent, name, input, entries)
                         : add_sequences(parent, name, input, entries);
    default:
        return sequences ? add_sequences(parent, name, input, entries)
                         : add_numbers(parent, name, input, entries);
    }
}

std::vector<std::byte> build(byte_source& input) {
    const io::hdf5_session session;
    io::hdf5_memory_file file;
    const std::size_t entries = input.below(5);
    {
        const hdf5_handle spikes(
            H5Gcreate2(file.id(), "spikes", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), H5Gclose);
        add_member(spikes.get(), "times", input, entries);
        add_member(spikes.get(), "units", input, entries);
        if (input.byte() % 4 != 0) { add_member(file.id(), "labels", input, entries); }
    }
    return file.finish();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    byte_source input(std::span(data, size));
    const std::vector<std::byte> file = build(input);
    try {
        const dataset read = io::parse_hdf5_events(file, "fuzz");
        check(read.size() > 0 && read.event_ends.back() == read.events.size());
        check(read.labels.empty() || read.labels.size() == read.size());
        for (std::size_t i = 0; i < read.size(); ++i) {
            const auto events = read.event_sample(i);
            for (std::size_t k = 0; k < events.size(); ++k) {
                check(events[k].place < read.sample_size());
                check(k == 0 || events[k].time_us >= events[k - 1].time_us);
            }
        }
    } catch (const bad_input&) {
        // The expected end of most inputs.
    }
    return 0;
}
