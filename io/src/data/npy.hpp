// SPDX-License-Identifier: Apache-2.0
// NumPy arrays: the .npy format, and .npz, a zip of them.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <synfire/io/dataset.hpp>

namespace synfire::io {

/// Throws bad_input for every header that NumPy would not write, other dtypes and a length that
/// does not fit.
named_array parse_npy(std::span<const std::byte> file, const std::string& where);

/// All arrays of a zip file, or only those called `only`.
std::vector<named_array> parse_npz(std::span<const std::byte> file, const std::string& where,
                                   const std::vector<std::string>& only = {});

/// Samples from an array (first axis) and, where given, labels (integers) or targets (real) from
/// another.
dataset dataset_of_arrays(const named_array& x, const named_array* y, const std::string& where);

}  // namespace synfire::io
