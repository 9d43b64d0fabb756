// SPDX-License-Identifier: Apache-2.0
// Maps without state between populations, and chains of them as one map. Indices are NIR's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <synfire/converters/nir_graph.hpp>

#include "shapes.hpp"

namespace synfire::converters::nir {

enum class map_form : std::uint8_t {
    diagonal,  ///< one value per element
    dense,     ///< [output][input]
    conv,      ///< [output channel][input channel of its group][ky][kx]
    pool,      ///< one value per channel, times the sum over the window
    sparse     ///< rows of outputs
};

struct linear_map {
    map_form form = map_form::diagonal;
    nir_shape input;  ///< of conv and pool: with their axes, whatever the neighbours make of it
    nir_shape output;
    std::vector<double> values{};
    window taps{};                        ///< conv, pool
    std::vector<std::size_t> row_ptr{};   ///< sparse
    std::vector<std::uint32_t> column{};  ///< sparse, ascending within a row

    std::size_t inputs() const { return value_count(input); }
    std::size_t outputs() const { return value_count(output); }
};

/// The map of one node, without its bias.
linear_map map_of(const nir_graph& graph, const nir_node& node);

/// Does nothing to values of a shape.
linear_map identity(const nir_shape& shape);

/// `first`, then `second`. A pool with a convolution behind it stays a convolution where that is
/// exact; other chains become sparse or dense. Throws bad_input (naming `where`) for maps too
/// large.
linear_map compose(const linear_map& first, const linear_map& second, const std::string& where);

linear_map to_sparse(const linear_map& map, const std::string& where);

/// Multiplies what leaves, element by element. Throws as compose.
linear_map scaled(const linear_map& map, const std::vector<double>& factors,
                  const std::string& where);

}  // namespace synfire::converters::nir
