// SPDX-License-Identifier: Apache-2.0
// A spiking network as NIR files hold it: nodes with real parameters, joined by edges. Subgraphs
// are dissolved and shapes worked out; what a node means in steps of time is nir_model.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace synfire::io {
struct hdf5_tree;
}

namespace synfire::converters {

/// Sizes of the axes of a value, without batch and time: {N}, {C, L} or {C, H, W}.
using nir_shape = std::vector<std::int64_t>;

std::size_t value_count(const nir_shape& shape);

/// Numbers in row-major order; `shape` is empty for a single value.
struct nir_tensor {
    nir_shape shape{};
    std::vector<double> values{};
};

struct nir_node {
    std::string name;  ///< with the names of its subgraphs in front: "outer.inner"
    std::string type;  ///< "LIF", "Conv2d", ...
    std::map<std::string, nir_tensor> numbers{};
    std::map<std::string, std::string> texts{};
    std::map<std::string, std::string> metadata{};  ///< single texts and numbers only
    nir_shape input{};                              ///< shape of what arrives
    nir_shape output{};                             ///< shape of what leaves

    /// Values of a parameter that the node type requires.
    const nir_tensor& parameter(std::string_view field) const;
};

struct nir_edge {
    std::size_t source = 0;  ///< node numbers
    std::size_t target = 0;

    friend auto operator<=>(const nir_edge&, const nir_edge&) = default;
};

/// Something that the NIR specification does not have, and what was made of it.
struct nir_deviation {
    std::string node;
    std::string what;
};

struct nir_graph {
    std::string where;    ///< file, for messages
    std::string version;  ///< of the NIR library that wrote it
    std::vector<nir_node> nodes{};
    std::vector<nir_edge> edges{};
    std::map<std::string, std::string> metadata{};
    std::vector<nir_deviation> deviations{};
};

/// Lenient takes what has one sensible reading, and lists it as a deviation; strict refuses it.
enum class nir_rules : std::uint8_t { lenient, strict };

/// Reads a graph with all its shapes. Throws bad_input for what is not a sound NIR file, and
/// unsupported_model with all nodes that are of no known type or, where rules are strict, deviate.
nir_graph read_nir(const std::filesystem::path& path, nir_rules rules = nir_rules::lenient);

/// The same of a file's content; `where` names the origin in messages.
nir_graph nir_from_tree(const io::hdf5_tree& root, const std::string& where,
                        nir_rules rules = nir_rules::lenient);

/// What a node type becomes; docs/reference/nir.md is made of this table.
struct nir_type_info {
    std::string type;
    std::string fields;  ///< a question mark behind those that may be absent
    std::string treatment;
    std::string notes;
};

/// All node types that are read, sorted by name.
std::vector<nir_type_info> nir_types();

}  // namespace synfire::converters
