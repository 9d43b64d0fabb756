// SPDX-License-Identifier: Apache-2.0
// A streaming network as a NIR graph, in the dialect of the tool that will read it.
#pragma once

#include <filesystem>
#include <optional>

#include <synfire/core/network.hpp>

#include <synfire/converters/nir_model.hpp>

namespace synfire::converters {

struct nir_export_options {
    nir_dialect dialect = nir_dialect::plain;
    /// Of a step; absent: what the network's metadata say, or the dialect.
    std::optional<double> dt{};
    /// NIR itself knows no subtractive reset. `plain` may carry it in the metadata of the nodes,
    /// which other tools do not read.
    bool soft_reset_in_metadata = false;
};

/// The groups of a file. Thresholds become 1, weights real numbers in units of them. Throws
/// bad_input where the graph would be another network: what NIR or the dialect cannot say is named.
io::hdf5_tree nir_tree(const network& net, const nir_export_options& options);

/// Writes the file, atomically.
void write_nir(const network& net, const std::filesystem::path& path,
               const nir_export_options& options);

}  // namespace synfire::converters
