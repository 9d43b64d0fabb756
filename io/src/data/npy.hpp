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

/// What goes with the samples; null where there is none. `y` is labels or targets by its type.
struct answer_arrays {
    const named_array* y = nullptr;
    const named_array* labels = nullptr;   ///< integers
    const named_array* targets = nullptr;  ///< numbers of any type
};

/// Samples from an array (first axis, whatever it is called), and their answers. Throws bad_input
/// where an answer is there twice.
dataset dataset_of_arrays(const named_array& x, const answer_arrays& answers,
                          const std::string& where);

}  // namespace synfire::io
