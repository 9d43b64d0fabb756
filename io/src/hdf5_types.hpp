// SPDX-License-Identifier: Apache-2.0
// HDF5 types of our fields: little endian in the file, whatever the machine; native in memory.
#pragma once

#include <concepts>
#include <cstdint>

#include <hdf5.h>

namespace synfire::io {

/// Numbers that a network file holds.
template <class T>
concept file_number = std::same_as<T, std::int8_t> || std::same_as<T, std::int32_t> || std::same_as<
    T, std::int64_t> || std::same_as<T, double>;

template <file_number T>
hid_t type_in_file() {
    if constexpr (std::same_as<T, std::int8_t>) {
        return H5T_STD_I8LE;
    } else if constexpr (std::same_as<T, std::int32_t>) {
        return H5T_STD_I32LE;
    } else if constexpr (std::same_as<T, std::int64_t>) {
        return H5T_STD_I64LE;
    } else {
        return H5T_IEEE_F64LE;
    }
}

template <file_number T>
hid_t type_in_memory() {
    if constexpr (std::same_as<T, std::int8_t>) {
        return H5T_NATIVE_INT8;
    } else if constexpr (std::same_as<T, std::int32_t>) {
        return H5T_NATIVE_INT32;
    } else if constexpr (std::same_as<T, std::int64_t>) {
        return H5T_NATIVE_INT64;
    } else {
        return H5T_NATIVE_DOUBLE;
    }
}

}  // namespace synfire::io
