// SPDX-License-Identifier: Apache-2.0
// Files live in memory only (HDF5's core driver): files.hpp does the reading and the atomic
// writing.
#include "hdf5.hpp"

#include <new>

namespace synfire::io {

namespace {

// Files are padded to a multiple of this; the buffer itself grows in larger steps.
constexpr std::size_t memory_step = 512;
constexpr const char* memory_name = "synfire-network";

// HDF5 moves attributes and links beyond these numbers to a heap of several kilobytes per group.
constexpr unsigned most_in_place = 64;
constexpr unsigned least_in_heap = 32;

std::mutex& library_mutex() {
    static std::mutex mutex;
    return mutex;
}

void keep_in_place(hid_t properties) {
    written(H5Pset_obj_track_times(properties, false));
    written(H5Pset_attr_phase_change(properties, most_in_place, least_in_heap));
}

void keep_links_in_place(hid_t properties) {
    keep_in_place(properties);
    written(H5Pset_link_phase_change(properties, most_in_place, least_in_heap));
}

// H5Fget_file_image of HDF5 1.10 gives superblocks with a wrong checksum (it clears a flag and
// forgets to sum up again), so the buffer is taken from the driver when it closes the file. These
// are the driver's memory functions.

/// The vector is the driver's buffer as long as the file is open.
void* resize_buffer(void*, std::size_t size, H5FD_file_image_op_t, void* user) noexcept {
    try {
        auto& content = *static_cast<std::vector<std::byte>*>(user);
        content.resize(size);
        return content.data();
    } catch (const std::bad_alloc&) { return nullptr; }
}

void* first_buffer(std::size_t size, H5FD_file_image_op_t op, void* user) noexcept {
    return resize_buffer(nullptr, size, op, user);
}

void* no_copy(void*, const void*, std::size_t, H5FD_file_image_op_t, void*) noexcept {
    return nullptr;
}

herr_t keep_buffer(void*, H5FD_file_image_op_t, void*) noexcept { return 0; }

void* same_user(void* user) noexcept { return user; }

herr_t keep_user(void*) noexcept { return 0; }

void hand_over_on_close(hid_t access, std::vector<std::byte>& content) {
    H5FD_file_image_callbacks_t functions{first_buffer, no_copy,   resize_buffer, keep_buffer,
                                          same_user,    keep_user, &content};
    written(H5Pset_file_image_callbacks(access, &functions));
}

// The same for an image that is only read: HDF5 works on the caller's bytes instead of two copies
// of its own.

void* same_bytes(std::size_t, H5FD_file_image_op_t, void* user) noexcept { return user; }

void* nothing_to_copy(void* to, const void*, std::size_t, H5FD_file_image_op_t, void*) noexcept {
    return to;
}

void* no_resize(void*, std::size_t, H5FD_file_image_op_t, void*) noexcept { return nullptr; }

void lend_image(hid_t access, std::span<const std::byte> image) {
    // Its interface lacks a const.
    auto* const bytes = const_cast<std::byte*>(image.data());
    H5FD_file_image_callbacks_t functions{same_bytes, nothing_to_copy, no_resize, keep_buffer,
                                          same_user,  keep_user,       bytes};
    written(H5Pset_file_image_callbacks(access, &functions));
    written(H5Pset_file_image(access, bytes, image.size()));
}

hdf5_handle memory_access() {
    hdf5_handle access(written(H5Pcreate(H5P_FILE_ACCESS)), H5Pclose);
    written(H5Pset_fapl_core(access.get(), memory_step, false));
    return access;
}

}  // namespace

hdf5_session::hdf5_session() : lock_(library_mutex()) {
    H5Eget_auto2(H5E_DEFAULT, &old_printer_, &old_data_);
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

hdf5_session::~hdf5_session() { H5Eset_auto2(H5E_DEFAULT, old_printer_, old_data_); }

hdf5_memory_file::hdf5_memory_file() {
    const hdf5_handle access = memory_access();
    // 1.8 is the oldest layout that allows small groups, and every HDF5 of the last fifteen years
    // reads it.
    written(H5Pset_libver_bounds(access.get(), H5F_LIBVER_V18, H5F_LIBVER_V18));
    hand_over_on_close(access.get(), content_);
    const hdf5_handle creation = file_properties();
    file_ = {written(H5Fcreate(memory_name, H5F_ACC_TRUNC, creation.get(), access.get())),
             H5Fclose};
}

std::vector<std::byte> hdf5_memory_file::finish() {
    written(H5Fflush(file_.get(), H5F_SCOPE_GLOBAL));
    file_ = {};
    return std::move(content_);
}

hdf5_handle open_hdf5_image(std::span<const std::byte> image) {
    const hdf5_handle access = memory_access();
    lend_image(access.get(), image);
    return {H5Fopen(memory_name, H5F_ACC_RDONLY, access.get()), H5Fclose};
}

hdf5_handle file_properties() {
    hdf5_handle properties(written(H5Pcreate(H5P_FILE_CREATE)), H5Pclose);
    keep_links_in_place(properties.get());
    return properties;
}

hdf5_handle group_properties() {
    hdf5_handle properties(written(H5Pcreate(H5P_GROUP_CREATE)), H5Pclose);
    keep_links_in_place(properties.get());
    return properties;
}

hdf5_handle dataset_properties() {
    hdf5_handle properties(written(H5Pcreate(H5P_DATASET_CREATE)), H5Pclose);
    keep_in_place(properties.get());
    return properties;
}

}  // namespace synfire::io
