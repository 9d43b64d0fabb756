// SPDX-License-Identifier: Apache-2.0
#include <synfire/converters/nir_graph.hpp>

#include <synfire/core/error.hpp>
#include <synfire/io/hdf5_tree.hpp>

#include "read_graph.hpp"
#include "shapes.hpp"

namespace synfire::converters {

std::size_t value_count(const nir_shape& shape) {
    std::size_t count = 1;
    for (const std::int64_t side : shape) { count *= static_cast<std::size_t>(side); }
    return count;
}

const nir_tensor& nir_node::parameter(std::string_view field) const {
    const auto found = numbers.find(std::string(field));
    if (found == numbers.end()) {
        throw bad_input({"node '" + name + "' (" + type + ")",
                         "'" + std::string(field) + "' is missing, or is not a number",
                         {},
                         {},
                         {}});
    }
    return found->second;
}

nir_graph nir_from_tree(const io::hdf5_tree& root, const std::string& where, nir_rules rules) {
    nir_graph graph = nir::read_graph(root, where);
    nir::work_out_shapes(graph);
    if (rules == nir_rules::strict && !graph.deviations.empty()) {
        std::vector<refusal> refusals;
        for (const nir_deviation& d : graph.deviations) {
            refusals.push_back({d.node, "deviation", d.what, "--lenient takes it"});
        }
        throw unsupported_model(where, refusals);
    }
    return graph;
}

nir_graph read_nir(const std::filesystem::path& path, nir_rules rules) {
    return nir_from_tree(io::read_hdf5_tree(path), path.string(), rules);
}

}  // namespace synfire::converters
