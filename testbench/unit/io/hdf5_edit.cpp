// SPDX-License-Identifier: Apache-2.0
#include "hdf5_edit.hpp"

#include <stdexcept>

#include <synfire/io/files.hpp>

#include "hdf5.hpp"
#include "scratch_folder.hpp"
#include "seal.hpp"

namespace synfire::test {

namespace {

hid_t checked(hid_t id) {
    if (id < 0) { throw std::runtime_error("the edit of the test failed"); }
    return id;
}

void set_attribute(hid_t file, const char* object, const char* name, hid_t in_file, hid_t in_memory,
                   const void* value) {
    const io::hdf5_handle owner(checked(H5Oopen(file, object, H5P_DEFAULT)), H5Oclose);
    if (H5Aexists(owner.get(), name) > 0) { checked(H5Adelete(owner.get(), name)); }
    const io::hdf5_handle space(checked(H5Screate(H5S_SCALAR)), H5Sclose);
    const io::hdf5_handle made(
        checked(H5Acreate2(owner.get(), name, in_file, space.get(), H5P_DEFAULT, H5P_DEFAULT)),
        H5Aclose);
    checked(H5Awrite(made.get(), in_memory, value));
}

}  // namespace

std::vector<std::byte> edited(const std::vector<std::byte>& sealed_file,
                              const std::function<void(hid_t file)>& edit) {
    const scratch_folder folder;
    const std::string path = (folder / "edited.h5").string();
    io::write_file(path, std::span(sealed_file).subspan(io::seal_bytes));
    {
        const io::hdf5_session session;
        const io::hdf5_handle file(checked(H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT)),
                                   H5Fclose);
        edit(file.get());
    }
    return io::read_file(path);
}

std::vector<std::byte> built(const std::function<void(hid_t file)>& fill) {
    const io::hdf5_session session;
    io::hdf5_memory_file file;
    fill(file.id());
    return file.finish();
}

void remove_attribute(hid_t file, const char* object, const char* name) {
    checked(H5Adelete_by_name(file, object, name, H5P_DEFAULT));
}

void remove_member(hid_t file, const char* path) { checked(H5Ldelete(file, path, H5P_DEFAULT)); }

void set_integer(hid_t file, const char* object, const char* name, std::int64_t value) {
    set_attribute(file, object, name, H5T_STD_I64LE, H5T_NATIVE_INT64, &value);
}

void set_real(hid_t file, const char* object, const char* name, double value) {
    set_attribute(file, object, name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, &value);
}

void set_text(hid_t file, const char* object, const char* name, const std::string& value,
              bool variable_length) {
    const io::hdf5_handle type(checked(H5Tcopy(H5T_C_S1)), H5Tclose);
    checked(H5Tset_size(type.get(), variable_length ? H5T_VARIABLE : value.size()));
    const char* pointer = value.c_str();
    set_attribute(file, object, name, type.get(), type.get(),
                  variable_length ? static_cast<const void*>(&pointer) : pointer);
}

void set_integers(hid_t file, const char* path, const std::vector<std::int64_t>& values,
                  hid_t type_in_file) {
    if (H5Lexists(file, path, H5P_DEFAULT) > 0) { remove_member(file, path); }
    const hsize_t extent = values.size();
    const io::hdf5_handle space(checked(H5Screate_simple(1, &extent, nullptr)), H5Sclose);
    const io::hdf5_handle made(checked(H5Dcreate2(file, path, type_in_file, space.get(),
                                                  H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT)),
                               H5Dclose);
    checked(H5Dwrite(made.get(), H5T_NATIVE_INT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()));
}

void set_hollow(hid_t file, const char* path, hsize_t extent, hsize_t chunk) {
    if (H5Lexists(file, path, H5P_DEFAULT) > 0) { remove_member(file, path); }
    const io::hdf5_handle space(checked(H5Screate_simple(1, &extent, nullptr)), H5Sclose);
    const io::hdf5_handle properties(checked(H5Pcreate(H5P_DATASET_CREATE)), H5Pclose);
    checked(H5Pset_chunk(properties.get(), 1, &chunk));
    const io::hdf5_handle made(checked(H5Dcreate2(file, path, H5T_STD_I8LE, space.get(),
                                                  H5P_DEFAULT, properties.get(), H5P_DEFAULT)),
                               H5Dclose);
}

}  // namespace synfire::test
