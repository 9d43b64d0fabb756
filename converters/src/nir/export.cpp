// SPDX-License-Identifier: Apache-2.0
// Nodes and edges of a whole network.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <utility>

#include <fmt/format.h>

#include <synfire/core/error.hpp>
#include <synfire/core/validate.hpp>
#include <synfire/io/files.hpp>

#include "export_nodes.hpp"

namespace synfire::converters {

namespace {

using namespace nir;

// What readers of today expect at least; older ones look no closer.
constexpr const char* nir_version = "1.0.8";

class nir_writer {
  public:
    nir_writer(const network& net, const nir_export_options& options)
        : net_(net),
          options_(options),
          dt_(dt_of(net, options)) {}

    io::hdf5_tree write() {
        const std::vector<std::size_t> order = topological_order(net_);
        place_.resize(order.size());
        for (std::size_t i = 0; i < order.size(); ++i) { place_[order[i]] = i; }
        for (const population& p : net_.populations) { add(p); }
        for (std::size_t p = 0; p < net_.populations.size(); ++p) { add_arrivals(p); }
        return finish();
    }

  private:
    static double dt_of(const network& net, const nir_export_options& options) {
        if (options.dt) { return *options.dt; }
        if (const auto implied = dialect_dt(options.dialect)) { return *implied; }
        const auto said = net.metadata.find("nir.dt");
        const double dt =
            said == net.metadata.end() ? 0.0 : std::strtod(said->second.c_str(), nullptr);
        if (!(dt > 0.0) || !std::isfinite(dt)) {
            throw bad_input({"network",
                             "does not say how long a step is",
                             {},
                             "--dt",
                             "NIR files hold time constants, often in seconds"});
        }
        return dt;
    }

    void add(const population& p) {
        if (p.name.find('/') != std::string::npos || p.name.empty()) {
            throw bad_input({"population '" + p.name + "'",
                             "has a name that NIR cannot hold",
                             {},
                             "a name without '/'",
                             {}});
        }
        for (io::hdf5_tree& node : node_of(p, dt_, options_)) { nodes_.push_back(std::move(node)); }
        if (p.kind != population_kind::readout) { return; }
        const bool node = !nodes_.empty() && nodes_.back().name == p.name;
        const std::string output = node ? p.name + "_output" : p.name;
        std::vector<double> axes;
        for (const std::size_t n : axes_of(p)) { axes.push_back(static_cast<double>(n)); }
        io::hdf5_value shape = reals("shape", axes, {axes.size()});
        shape.kind = io::hdf5_kind::integers;
        io::hdf5_tree made = typed("Output", {shape});
        made.name = output;
        nodes_.push_back(std::move(made));
        if (node) { edges_.emplace_back(p.name, output); }
    }

    /// All projections into a population; the first that can carries its bias.
    void add_arrivals(std::size_t target) {
        const population& to = net_.populations[target];
        bool biased =
            std::any_of(to.bias.begin(), to.bias.end(), [](std::int64_t b) { return b != 0; });
        for (const projection& p : net_.projections) {
            if (p.target != target) { continue; }
            const bool back = place_[p.source] >= place_[p.target];
            const bool carries = biased && takes_bias(p);
            biased = biased && !carries;
            add_chain(p, chain_of({net_, p, dt_, options_.dialect, carries, back}));
        }
        if (biased) {
            throw bad_input({"population '" + to.name + "'",
                             "has a bias, but no weights that NIR could add it to",
                             {},
                             {},
                             {}});
        }
    }

    void add_chain(const projection& p, node_chain chain) {
        std::string last = net_.populations[p.source].name;
        for (io::hdf5_tree& node : chain) {
            node.name = fmt::format("{}_to_{}_{}", net_.populations[p.source].name,
                                    net_.populations[p.target].name, next_++);
            edges_.emplace_back(last, node.name);
            last = node.name;
            nodes_.push_back(std::move(node));
        }
        edges_.emplace_back(last, net_.populations[p.target].name);
    }

    io::hdf5_tree finish() {
        std::sort(nodes_.begin(), nodes_.end(),
                  [](const io::hdf5_tree& a, const io::hdf5_tree& b) { return a.name < b.name; });
        for (std::size_t i = 1; i < nodes_.size(); ++i) {
            if (nodes_[i].name == nodes_[i - 1].name) {
                throw bad_input({"network",
                                 "two nodes would have one name",
                                 nodes_[i].name,
                                 {},
                                 "rename the population"});
            }
        }
        io::hdf5_value edges{"edges", io::hdf5_kind::texts, 64, {edges_.size(), 2}, {}, {}};
        for (const auto& [source, target] : edges_) {
            edges.texts.push_back(source);
            edges.texts.push_back(target);
        }
        const auto text = [](const char* name, const std::string& value) {
            return io::hdf5_value{name, io::hdf5_kind::texts, 64, {}, {}, {value}};
        };
        io::hdf5_tree nodes{"nodes", std::move(nodes_), {}};
        io::hdf5_tree top{"node", {std::move(nodes)}, {edges, text("type", "NIRGraph")}};
        return {"", {std::move(top)}, {text("version", nir_version)}};
    }

    const network& net_;
    const nir_export_options& options_;
    double dt_;
    std::vector<std::size_t> place_;
    std::vector<io::hdf5_tree> nodes_;
    std::vector<std::pair<std::string, std::string>> edges_;
    std::size_t next_ = 0;
};

}  // namespace

io::hdf5_tree nir_tree(const network& net, const nir_export_options& options) {
    validate(net);
    if (net.execution != execution::streaming) {
        throw bad_input({"network", "only streaming networks are NIR graphs",
                         std::string(to_string(net.execution)), "streaming",
                         "codes of synchronous networks have no NIR node"});
    }
    return nir_writer(net, options).write();
}

void write_nir(const network& net, const std::filesystem::path& path,
               const nir_export_options& options) {
    io::write_file(path, io::encode_hdf5_tree(nir_tree(net, options)));
}

}  // namespace synfire::converters
