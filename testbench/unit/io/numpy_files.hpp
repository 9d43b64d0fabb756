// SPDX-License-Identifier: Apache-2.0
// .npy and .npz files for tests.
#pragma once

#include <cstring>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <zip.h>

namespace synfire::test {

/// A file of version 1.0 with this header text, padded as NumPy does, and these data.
inline std::string npy_with_header(std::string header, const std::string& data) {
    while ((10 + header.size() + 1) % 64 != 0) { header += ' '; }
    header += '\n';
    std::string file("\x93NUMPY\x01\x00", 8);
    file += static_cast<char>(header.size() & 0xff);
    file += static_cast<char>(header.size() >> 8);
    return file + header + data;
}

inline std::string npy(const std::string& descr, const std::string& shape, const std::string& data,
                       bool fortran = false) {
    return npy_with_header("{'descr': '" + descr + "', 'fortran_order': "
                               + (fortran ? "True" : "False") + ", 'shape': " + shape + ", }",
                           data);
}

template <class T>
std::string raw(const std::vector<T>& values) {
    std::string bytes(values.size() * sizeof(T), '\0');
    if (!values.empty()) { std::memcpy(bytes.data(), values.data(), bytes.size()); }
    return bytes;
}

/// Names with their content, deflated.
inline std::string zip_of(const std::vector<std::pair<std::string, std::string>>& entries) {
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t* out = zip_source_buffer_create(nullptr, 0, 0, &error);
    zip_t* archive = zip_open_from_source(out, ZIP_TRUNCATE, &error);
    if (archive == nullptr) { throw std::runtime_error("no zip archive"); }
    zip_source_keep(out);
    for (const auto& [name, content] : entries) {
        zip_source_t* source = zip_source_buffer(archive, content.data(), content.size(), 0);
        zip_file_add(archive, name.c_str(), source, ZIP_FL_ENC_UTF_8);
    }
    if (zip_close(archive) != 0) { throw std::runtime_error("the zip archive was not written"); }
    zip_stat_t status;
    zip_stat_init(&status);
    zip_source_stat(out, &status);
    std::string file(status.size, '\0');
    zip_source_open(out);
    zip_source_read(out, file.data(), file.size());
    zip_source_close(out);
    zip_source_free(out);
    return file;
}

}  // namespace synfire::test
