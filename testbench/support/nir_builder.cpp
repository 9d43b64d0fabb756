// SPDX-License-Identifier: Apache-2.0
#include "support/nir_builder.hpp"

#include <algorithm>

namespace synfire::test {

using io::hdf5_kind;
using io::hdf5_tree;
using io::hdf5_value;

namespace {

hdf5_value full(const std::string& name, std::size_t n, double value) {
    return numbers(name, std::vector<double>(n, value));
}

}  // namespace

hdf5_value numbers(const std::string& name, const std::vector<double>& values,
                   const std::vector<std::size_t>& extents) {
    return {name, hdf5_kind::reals, 64, extents, values, {}};
}

hdf5_value numbers(const std::string& name, const std::vector<double>& values) {
    return numbers(name, values, {values.size()});
}

hdf5_value text(const std::string& name, const std::string& value) {
    return {name, hdf5_kind::texts, 64, {}, {}, {value}};
}

nir_builder& nir_builder::node(const std::string& name, const std::string& type,
                               std::vector<hdf5_value> fields) {
    fields.push_back(text("type", type));
    nodes_.push_back({name, {}, std::move(fields)});
    return *this;
}

nir_builder& nir_builder::subgraph(const std::string& name, const nir_builder& inner) {
    hdf5_tree group = inner.graph();
    group.name = name;
    nodes_.push_back(std::move(group));
    return *this;
}

nir_builder& nir_builder::edge(const std::string& source, const std::string& target) {
    edges_.emplace_back(source, target);
    return *this;
}

nir_builder& nir_builder::chain(const std::vector<std::string>& names) {
    for (std::size_t i = 1; i < names.size(); ++i) { edge(names[i - 1], names[i]); }
    return *this;
}

hdf5_tree nir_builder::graph() const {
    hdf5_tree nodes{"nodes", nodes_, {}};
    std::sort(nodes.groups.begin(), nodes.groups.end(),
              [](const hdf5_tree& a, const hdf5_tree& b) { return a.name < b.name; });
    hdf5_value edges{"edges", hdf5_kind::texts, 64, {edges_.size(), 2}, {}, {}};
    for (const auto& [source, target] : edges_) {
        edges.texts.push_back(source);
        edges.texts.push_back(target);
    }
    return {"", {std::move(nodes)}, {std::move(edges), text("type", "NIRGraph")}};
}

hdf5_tree nir_builder::file() const {
    hdf5_tree top = graph();
    top.name = "node";
    return {"", {std::move(top)}, {text("version", "1.0.8")}};
}

nir_builder& nir_builder::input(std::vector<double> shape, const std::string& name) {
    return node(name, "Input", {numbers("shape", shape)});
}

nir_builder& nir_builder::output(std::vector<double> shape, const std::string& name) {
    return node(name, "Output", {numbers("shape", shape)});
}

nir_builder& nir_builder::lif(const std::string& name, std::size_t n, double tau, double r,
                              double threshold) {
    return node(name, "LIF",
                {full("tau", n, tau), full("r", n, r), full("v_leak", n, 0.0),
                 full("v_threshold", n, threshold), full("v_reset", n, 0.0)});
}

nir_builder& nir_builder::li(const std::string& name, std::size_t n, double tau, double r) {
    return node(name, "LI", {full("tau", n, tau), full("r", n, r), full("v_leak", n, 0.0)});
}

nir_builder& nir_builder::integrate(const std::string& name, std::size_t n, double r,
                                    double threshold) {
    return node(name, "IF",
                {full("r", n, r), full("v_threshold", n, threshold), full("v_reset", n, 0.0)});
}

nir_builder& nir_builder::linear(const std::string& name, std::size_t out, std::size_t in,
                                 const std::vector<double>& weights) {
    return node(name, "Linear", {numbers("weight", weights, {out, in})});
}

}  // namespace synfire::test
