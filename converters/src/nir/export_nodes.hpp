// SPDX-License-Identifier: Apache-2.0
// Populations and projections of a network as NIR nodes.
#pragma once

#include <string>
#include <vector>

#include <synfire/converters/nir_export.hpp>
#include <synfire/io/hdf5_tree.hpp>

namespace synfire::converters::nir {

/// Real value of one unit of potential, per channel: thresholds become 1.
std::vector<double> real_units(const population& p, nir_dialect dialect);

/// Axes of a population's values in NIR: one for a vector, otherwise three.
std::vector<std::size_t> axes_of(const population& p);

/// Nodes that values pass one after the other.
using node_chain = std::vector<io::hdf5_tree>;

/// The node of an input, a spiking population or a readout; none for a readout that keeps nothing
/// from step to step. Throws bad_input for what NIR or the dialect cannot say.
node_chain node_of(const population& p, double dt, const nir_export_options& options);

/// The nodes between the two ends of a projection; `with_bias`: they add the target's bias.
/// `implied`: the delay of one step that feedback has anyway.
struct projection_part {
    const network& net;
    const projection& p;
    double dt = 0.0;
    nir_dialect dialect = nir_dialect::plain;
    bool with_bias = false;
    bool implied = false;
};
node_chain chain_of(const projection_part& part);

/// Whether a projection's nodes can add a bias.
bool takes_bias(const projection& p);

/// A group with its type; fields are added to it.
io::hdf5_tree typed(const std::string& type, std::vector<io::hdf5_value> fields);
io::hdf5_value reals(const std::string& name, std::vector<double> values,
                     std::vector<std::size_t> extents);

}  // namespace synfire::converters::nir
