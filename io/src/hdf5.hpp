// SPDX-License-Identifier: Apache-2.0
// Owning handles for HDF5's C library, and the one lock under which it is called.
#pragma once

#include <cstddef>
#include <mutex>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <hdf5.h>

#include "fail.hpp"

namespace synfire::io {

/// An HDF5 identifier that is closed on every way out.
class hdf5_handle {
  public:
    using closer = herr_t (*)(hid_t);

    hdf5_handle() = default;
    hdf5_handle(hid_t id, closer close) : id_(id), close_(close) {}
    ~hdf5_handle() { reset(); }
    hdf5_handle(hdf5_handle&& other) noexcept
        : id_(std::exchange(other.id_, H5I_INVALID_HID)),
          close_(other.close_) {}
    hdf5_handle& operator=(hdf5_handle&& other) noexcept {
        if (this != &other) {
            reset();
            id_ = std::exchange(other.id_, H5I_INVALID_HID);
            close_ = other.close_;
        }
        return *this;
    }

    hid_t get() const { return id_; }
    bool valid() const { return id_ >= 0; }

  private:
    void reset() {
        if (id_ >= 0) { close_(id_); }
        id_ = H5I_INVALID_HID;
    }

    hid_t id_ = H5I_INVALID_HID;
    closer close_ = nullptr;
};

/// While it lives, HDF5 is ours alone (Debian's library is built without thread safety) and prints
/// nothing.
class hdf5_session {
  public:
    hdf5_session();
    ~hdf5_session();
    hdf5_session(const hdf5_session&) = delete;
    hdf5_session& operator=(const hdf5_session&) = delete;

  private:
    std::lock_guard<std::mutex> lock_;
    H5E_auto2_t old_printer_ = nullptr;
    void* old_data_ = nullptr;
};

/// A new file in memory: its root group has no time stamps, and small attributes are kept in place.
class hdf5_memory_file {
  public:
    hdf5_memory_file();
    hid_t id() const { return file_.get(); }

    /// Closes the file; the bytes that would be on a disk then.
    std::vector<std::byte> finish();

  private:
    std::vector<std::byte> content_;
    hdf5_handle file_;
};

/// Opens a file in memory, read only; invalid where HDF5 does not take it. HDF5 works on the bytes
/// themselves: they must stay until the file is closed.
hdf5_handle open_hdf5_image(std::span<const std::byte> image);

/// Filters that HDF5 reverses by itself, without plug-ins.
inline bool known_hdf5_filter(H5Z_filter_t filter) {
    return filter == H5Z_FILTER_DEFLATE || filter == H5Z_FILTER_SHUFFLE
           || filter == H5Z_FILTER_FLETCHER32;
}

/// Creation properties of files, groups and datasets that keep files equal byte by byte.
hdf5_handle file_properties();
hdf5_handle group_properties();
hdf5_handle dataset_properties();

/// Throws internal_error where writing to memory fails, which only our own mistakes and lack of
/// memory can cause.
inline hid_t written(hid_t id) {
    if (id < 0) { throw internal_error("HDF5 cannot build a network file in memory"); }
    return id;
}

}  // namespace synfire::io
