// SPDX-License-Identifier: Apache-2.0
// Network files. Inputs that start with 'F' are whole files; HDF5's own parser is not our target
// (and not robust), so plain HDF5 stays out. All others are a list of edits of a good file, made
// through HDF5: they reach every check of the reader. Anything but bad_input is a bug, and what is
// accepted must survive another round trip.
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <hdf5.h>

#include <synfire/core/error.hpp>
#include <synfire/core/validate.hpp>
#include <synfire/io/network_file.hpp>

#include "byte_source.hpp"
#include "hdf5.hpp"
#include "network_reader.hpp"
#include "seal.hpp"
#include "unit/io/full_network.hpp"

namespace {

using namespace synfire;
using test::byte_source;

/// The good file and the names of everything in it.
struct good_file {
    explicit good_file(const network& net) : bytes(io::encode_network(net, "good")) {}

    std::vector<std::byte> bytes;
    std::vector<std::string> datasets;
    std::vector<std::string> groups;
    std::vector<std::pair<std::string, std::string>> attributes;

    std::span<const std::byte> image() const { return std::span(bytes).subspan(io::seal_bytes); }
};

herr_t note_attribute(hid_t, const char* name, const H5A_info_t*, void* user) {
    auto& [file, object] = *static_cast<std::pair<good_file*, std::string>*>(user);
    file->attributes.emplace_back(object, name);
    return 0;
}

herr_t note_object(hid_t root, const char* name, const H5O_info_t* info, void* user) {
    auto* file = static_cast<good_file*>(user);
    (info->type == H5O_TYPE_DATASET ? file->datasets : file->groups).emplace_back(name);
    std::pair<good_file*, std::string> place{file, name};
    return H5Aiterate_by_name(root, name, H5_INDEX_NAME, H5_ITER_INC, nullptr, note_attribute,
                              &place, H5P_DEFAULT);
}

good_file make_good(const network& net) {
    good_file made(net);
    const io::hdf5_session session;
    const io::hdf5_handle opened = io::open_hdf5_image(made.image());
    H5Ovisit2(opened.get(), H5_INDEX_NAME, H5_ITER_INC, note_object, &made, H5O_INFO_BASIC);
    return made;
}

bool streaming_chosen = false;

/// The file that this input edits.
const good_file& good() {
    static const good_file synchronous = make_good(test::full_network());
    static const good_file streaming = make_good(test::full_streaming_network());
    return streaming_chosen ? streaming : synchronous;
}

template <class T>
const T& pick(const std::vector<T>& from, byte_source& input) {
    return from[(input.byte() + 256U * input.byte()) % from.size()];
}

hid_t pick_type(byte_source& input) {
    const hid_t types[] = {H5T_STD_I8LE, H5T_STD_I32LE, H5T_STD_I64LE, H5T_IEEE_F64LE,
                           H5T_STD_U8LE, H5T_STD_I16BE, H5T_STD_U64LE, H5T_C_S1};
    return types[input.byte() % std::size(types)];
}

/// New values of the same type and extent.
void overwrite_dataset(hid_t file, byte_source& input) {
    const io::hdf5_handle dataset(H5Dopen2(file, pick(good().datasets, input).c_str(), H5P_DEFAULT),
                                  H5Dclose);
    if (!dataset.valid()) { return; }
    const io::hdf5_handle type(H5Dget_type(dataset.get()), H5Tclose);
    const io::hdf5_handle space(H5Dget_space(dataset.get()), H5Sclose);
    const auto points = static_cast<std::size_t>(H5Sget_simple_extent_npoints(space.get()));
    constexpr std::size_t most_points = 100000;  // an earlier edit may have made it huge
    if (points > most_points) { return; }
    const std::vector<std::uint8_t> values = input.bytes(points * H5Tget_size(type.get()));
    H5Dwrite(dataset.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
}

/// Another type, rank or length; the values come from the input or are absent.
void replace_dataset(hid_t file, byte_source& input) {
    const std::string& path = pick(good().datasets, input);
    H5Ldelete(file, path.c_str(), H5P_DEFAULT);
    const hid_t type = pick_type(input);
    const hsize_t extents[] = {input.byte() % 70U, input.byte() % 3U};
    const bool huge = input.byte() == 1;
    const hsize_t long_extent = hsize_t{1} << (input.byte() % 62);
    const io::hdf5_handle space(
        huge ? H5Screate_simple(1, &long_extent, nullptr)
             : H5Screate_simple(1 + (input.byte() == 1 ? 1 : 0), extents, nullptr),
        H5Sclose);
    const io::hdf5_handle properties(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
    const hsize_t chunk = 64;
    if (huge) { H5Pset_chunk(properties.get(), 1, &chunk); }
    const io::hdf5_handle made(H5Dcreate2(file, path.c_str(), type, space.get(), H5P_DEFAULT,
                                          properties.get(), H5P_DEFAULT),
                               H5Dclose);
    if (huge || !made.valid()) { return; }
    const std::vector<std::uint8_t> values = input.bytes(70 * 3 * H5Tget_size(type));
    H5Dwrite(made.get(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
}

void overwrite_attribute(hid_t file, byte_source& input) {
    const auto& [object, name] = pick(good().attributes, input);
    const io::hdf5_handle attribute(
        H5Aopen_by_name(file, object.c_str(), name.c_str(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
    if (!attribute.valid()) { return; }
    const io::hdf5_handle type(H5Aget_type(attribute.get()), H5Tclose);
    const std::vector<std::uint8_t> value =
        input.bytes(static_cast<std::size_t>(H5Aget_storage_size(attribute.get())));
    H5Awrite(attribute.get(), type.get(), value.data());
}

/// Removes it, or gives it another type; a new name makes a member that nobody asked for.
void replace_attribute(hid_t file, byte_source& input) {
    const auto& [object, name] = pick(good().attributes, input);
    H5Adelete_by_name(file, object.c_str(), name.c_str(), H5P_DEFAULT);
    if (input.byte() == 0) { return; }
    const hid_t type = pick_type(input);
    const hsize_t extent = input.byte() % 5U;
    const io::hdf5_handle space(
        extent == 0 ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, &extent, nullptr), H5Sclose);
    const std::string new_name = input.byte() == 1 ? name + "x" : name;
    const io::hdf5_handle made(H5Acreate_by_name(file, object.c_str(), new_name.c_str(), type,
                                                 space.get(), H5P_DEFAULT, H5P_DEFAULT,
                                                 H5P_DEFAULT),
                               H5Aclose);
    const std::vector<std::uint8_t> value = input.bytes(5 * H5Tget_size(type));
    if (made.valid()) { H5Awrite(made.get(), type, value.data()); }
}

/// One object under another's name: a dataset for a group, a projection for a population, a cycle.
void relink(hid_t file, byte_source& input) {
    const std::string& from =
        input.byte() % 2 == 0 ? pick(good().groups, input) : pick(good().datasets, input);
    const std::string& to =
        input.byte() % 2 == 0 ? pick(good().groups, input) : pick(good().datasets, input);
    H5Ldelete(file, to.c_str(), H5P_DEFAULT);
    switch (input.byte() % 3) {
    case 0:
        H5Lcreate_hard(file, from.c_str(), file, to.c_str(), H5P_DEFAULT, H5P_DEFAULT);
        break;
    case 1:
        H5Lcreate_soft(from.c_str(), file, to.c_str(), H5P_DEFAULT, H5P_DEFAULT);
        break;
    default:
        break;
    }
}

void edit(hid_t file, byte_source& input) {
    switch (input.byte() % 5) {
    case 0:
        return overwrite_dataset(file, input);
    case 1:
        return replace_dataset(file, input);
    case 2:
        return overwrite_attribute(file, input);
    case 3:
        return replace_attribute(file, input);
    default:
        return relink(file, input);
    }
}

network edited_network(byte_source& input) {
    const std::span<const std::byte> image =
        good().image();  // takes a session itself when first called
    const io::hdf5_session session;
    std::vector<std::byte> copy(image.begin(), image.end());
    const io::hdf5_handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
    H5Pset_fapl_core(access.get(), 65536, false);
    H5Pset_file_image(access.get(), copy.data(), copy.size());
    const io::hdf5_handle file(H5Fopen("fuzz", H5F_ACC_RDWR, access.get()), H5Fclose);
    for (int i = 0; i < 4 && !input.empty(); ++i) { edit(file.get(), input); }
    return io::read_network_root(file, copy.size(), "fuzz");
}

void check_round_trip(const network& net) {
    const network again = io::decode_network(io::encode_network(net, "fuzz"), "fuzz");
    if (io::network_hash(net) != io::network_hash(again) || net.metadata != again.metadata) {
        __builtin_trap();
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) { return 0; }
    const auto file = std::as_bytes(std::span(data + 1, size - 1));
    constexpr std::uint8_t hdf5_start = 0x89;
    try {
        if (data[0] == 'F') {
            if (size > 1 && data[1] == hdf5_start) { return 0; }
            check_round_trip(io::decode_network(file, "fuzz"));
        } else {
            streaming_chosen = data[0] == 'S';
            byte_source input(std::span(data, size).subspan(streaming_chosen ? 1 : 0));
            const network net = edited_network(input);
            validate(net);
            check_round_trip(net);
        }
    } catch (const bad_input&) {
        // The expected end of most inputs.
    }
    return 0;
}
