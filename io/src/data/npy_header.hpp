// SPDX-License-Identifier: Apache-2.0
// The header of an .npy file: a Python dictionary literal with exactly three keys.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace synfire::io {

struct npy_header {
    std::string descr;  ///< "<f4", "|u1", ...
    bool fortran_order = false;
    std::vector<std::int64_t> shape;
    std::size_t data_offset = 0;
};

/// Throws bad_input naming the byte.
npy_header parse_npy_header(std::span<const std::byte> file, const std::string& where);

}  // namespace synfire::io
