// SPDX-License-Identifier: Apache-2.0
// Network files that only a hostile or mistaken tool would write: a good one, edited through HDF5.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include <hdf5.h>

namespace synfire::test {

/// The plain HDF5 file (no seal) after `edit` has worked on it.
std::vector<std::byte> edited(const std::vector<std::byte>& sealed_file,
                              const std::function<void(hid_t file)>& edit);

/// A new HDF5 file that `fill` has written into.
std::vector<std::byte> built(const std::function<void(hid_t file)>& fill);

void remove_attribute(hid_t file, const char* object, const char* name);
void remove_member(hid_t file, const char* path);

/// Replaces or adds an attribute.
void set_integer(hid_t file, const char* object, const char* name, std::int64_t value);
void set_real(hid_t file, const char* object, const char* name, double value);
void set_text(hid_t file, const char* object, const char* name, const std::string& value,
              bool variable_length = false);

/// Replaces or adds a dataset of one axis.
void set_integers(hid_t file, const char* path, const std::vector<std::int64_t>& values,
                  hid_t type_in_file);

/// A dataset that claims `extent` values and stores none.
void set_hollow(hid_t file, const char* path, hsize_t extent, hsize_t chunk);

}  // namespace synfire::test
