// SPDX-License-Identifier: Apache-2.0
// NIR graphs for tests, as the groups that a file would have.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <synfire/io/hdf5_tree.hpp>

namespace synfire::test {

/// A dataset of real numbers; no extents: a single value.
io::hdf5_value numbers(const std::string& name, const std::vector<double>& values,
                       const std::vector<std::size_t>& extents);

/// One axis.
io::hdf5_value numbers(const std::string& name, const std::vector<double>& values);
io::hdf5_value text(const std::string& name, const std::string& value);

class nir_builder {
  public:
    nir_builder& node(const std::string& name, const std::string& type,
                      std::vector<io::hdf5_value> fields = {});
    nir_builder& subgraph(const std::string& name, const nir_builder& inner);
    nir_builder& edge(const std::string& source, const std::string& target);
    /// Node after node, each with an edge from the one before.
    nir_builder& chain(const std::vector<std::string>& names);

    /// The group of a graph node.
    io::hdf5_tree graph() const;
    /// The root of a file.
    io::hdf5_tree file() const;

    // Nodes of n equal neurons.
    nir_builder& input(std::vector<double> shape, const std::string& name = "input");
    nir_builder& output(std::vector<double> shape, const std::string& name = "output");
    nir_builder& lif(const std::string& name, std::size_t n, double tau, double r = 1.0,
                     double threshold = 1.0);
    nir_builder& li(const std::string& name, std::size_t n, double tau, double r = 1.0);
    nir_builder& integrate(const std::string& name, std::size_t n, double r = 1.0,
                           double threshold = 1.0);
    nir_builder& linear(const std::string& name, std::size_t out, std::size_t in,
                        const std::vector<double>& weights);

  private:
    std::vector<io::hdf5_tree> nodes_;
    std::vector<std::pair<std::string, std::string>> edges_;
};

}  // namespace synfire::test
