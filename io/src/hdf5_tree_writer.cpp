// SPDX-License-Identifier: Apache-2.0
// Writing, in the form that h5py gives: texts of variable length, arrays in one DEFLATE chunk.
#include <vector>

#include <synfire/io/hdf5_tree.hpp>

#include "hdf5.hpp"

namespace synfire::io {

namespace {

constexpr unsigned deflate_level = 4;

hdf5_handle space_of(const hdf5_value& value) {
    if (value.extents.empty()) { return {written(H5Screate(H5S_SCALAR)), H5Sclose}; }
    const std::vector<hsize_t> sides(value.extents.begin(), value.extents.end());
    return {written(H5Screate_simple(static_cast<int>(sides.size()), sides.data(), nullptr)),
            H5Sclose};
}

hdf5_handle properties_of(const hdf5_value& value) {
    hdf5_handle properties = dataset_properties();
    const bool array = !value.extents.empty() && value.kind != hdf5_kind::texts;
    if (!array || value.numbers.empty()) { return properties; }
    const std::vector<hsize_t> sides(value.extents.begin(), value.extents.end());
    written(H5Pset_chunk(properties.get(), static_cast<int>(sides.size()), sides.data()));
    written(H5Pset_deflate(properties.get(), deflate_level));
    return properties;
}

hid_t number_type(const hdf5_value& value) {
    const bool narrow = value.bits == 32;
    if (value.kind == hdf5_kind::integers) { return narrow ? H5T_STD_I32LE : H5T_STD_I64LE; }
    return narrow ? H5T_IEEE_F32LE : H5T_IEEE_F64LE;
}

void write_value(hid_t parent, const hdf5_value& value) {
    const hdf5_handle space = space_of(value);
    const hdf5_handle properties = properties_of(value);
    if (value.kind != hdf5_kind::texts) {
        const hdf5_handle made(
            written(H5Dcreate2(parent, value.name.c_str(), number_type(value), space.get(),
                               H5P_DEFAULT, properties.get(), H5P_DEFAULT)),
            H5Dclose);
        if (value.numbers.empty()) { return; }
        written(H5Dwrite(made.get(), H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT,
                         value.numbers.data()));
        return;
    }
    const hdf5_handle type(written(H5Tcopy(H5T_C_S1)), H5Tclose);
    written(H5Tset_size(type.get(), H5T_VARIABLE));
    written(H5Tset_cset(type.get(), H5T_CSET_UTF8));
    const hdf5_handle made(written(H5Dcreate2(parent, value.name.c_str(), type.get(), space.get(),
                                              H5P_DEFAULT, properties.get(), H5P_DEFAULT)),
                           H5Dclose);
    std::vector<const char*> texts;
    for (const std::string& text : value.texts) { texts.push_back(text.c_str()); }
    if (texts.empty()) { return; }
    written(H5Dwrite(made.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, texts.data()));
}

void write_members(hid_t parent, const hdf5_tree& tree) {
    for (const hdf5_value& value : tree.values) { write_value(parent, value); }
    const hdf5_handle properties = group_properties();
    for (const hdf5_tree& child : tree.groups) {
        const hdf5_handle made(written(H5Gcreate2(parent, child.name.c_str(), H5P_DEFAULT,
                                                  properties.get(), H5P_DEFAULT)),
                               H5Gclose);
        write_members(made.get(), child);
    }
}

}  // namespace

std::vector<std::byte> encode_hdf5_tree(const hdf5_tree& tree) {
    const hdf5_session session;
    hdf5_memory_file file;
    write_members(file.id(), tree);
    return file.finish();
}

}  // namespace synfire::io
