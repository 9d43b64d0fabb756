// SPDX-License-Identifier: Apache-2.0
// Data sets by name or path: IDX, CIFAR binary, NumPy, CSV, recordings of events. The formats are
// docs/reference/data-formats.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <synfire/core/dataset.hpp>
#include <synfire/core/network.hpp>

namespace synfire::io {

/// Whether recordings of events are taken besides samples of values.
enum class data_kind { values, any };

/// Which part of a data set that has two.
enum class dataset_part { train, test };

/// Loads a built-in data set ("digits", "fashion-mnist"), a folder with the standard MNIST or
/// CIFAR-10 file names, or a file. `:train` or `:test` behind the name overrides `part`; single
/// files have no parts and ignore it. Samples of values only: recordings of events are refused.
/// Throws bad_input naming file and row or byte.
dataset load_dataset(const std::string& name_or_path, dataset_part part = dataset_part::test);

/// The same, and recordings of events besides, for event inputs: a folder per class or a list of
/// 40-bit address events, HDF5 as the Heidelberg data sets have it, .npz with `times`.
dataset load_data(const std::string& name_or_path, dataset_part part = dataset_part::test);
/// Data for a network whose inputs have these names, in their order (dataset::further). For one
/// input, `given` is one data set as load_dataset takes it. For several it is NAME=DATA for each,
/// in any order (separate, or with commas between them), or one .npz file with an array per input,
/// called as the input is. Labels and targets come from any one of the data sets. Throws bad_input, with the names that exist, for
/// names that are unknown, missing or given twice, and for data sets that differ in length.
dataset load_inputs(const std::vector<std::string>& given, const std::vector<std::string>& names,
                    dataset_part part = dataset_part::test, data_kind kind = data_kind::values);

/// Names that load_dataset knows without a path.
std::vector<std::string> builtin_datasets();

/// Real input is (raw * scale - mean) / std; what a built-in data set was published with. Files:
/// 1/255 where 8-bit, otherwise 1.
double default_scale(const dataset& data);

/// Throws bad_input unless samples of `data` can enter a network with this input: the same kind of
/// data (8-bit or real) and the same shape. Axes of length 1 do not matter ({28, 28} fits {1, 28,
/// 28}); an input that is a vector takes any sample of that many values, in file order. `where`
/// names the network.
void check_fits(const dataset& data, const input_encoding& input, const std::string& where);

/// Throws bad_input where a label is not below `classes`.
void check_labels(const dataset& data, std::size_t classes);

/// One array of a NumPy file, in C order whatever the file's order.
struct named_array {
    using values_type =
        std::variant<std::vector<std::uint8_t>, std::vector<float>, std::vector<double>,
                     std::vector<std::int32_t>, std::vector<std::int64_t>>;

    std::string name;                 ///< entry of the .npz without ".npy"
    std::vector<std::int64_t> shape;  ///< empty: a scalar
    values_type values;               ///< dtypes u1, f4, f8, i4, i8
};

/// All arrays of an .npz file, in file order. Throws bad_input.
std::vector<named_array> read_npz(const std::filesystem::path& path);

/// The samples of a data set, raw, as the bytes of a .npy file (dtype u1 or f4, first axis:
/// samples). Labels and targets are left out.
std::vector<std::byte> npy_of_samples(const dataset& data);

/// The array of that name; throws bad_input where there is none.
const named_array& find_array(const std::vector<named_array>& arrays, std::string_view name);

}  // namespace synfire::io
