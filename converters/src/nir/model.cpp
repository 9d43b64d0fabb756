// SPDX-License-Identifier: Apache-2.0
// Chains are followed backwards from each population to the populations that they come from. A
// spike crosses all populations within its step, except where that would be a loop: then it
// arrives a step later.
#include "model.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "fail.hpp"
#include "node_types.hpp"

namespace synfire::converters::nir {

namespace {

// Branches that join again multiply; more ways than this are a mistake.
constexpr std::size_t most_paths = 10'000;

class model_finder {
  public:
    model_finder(const nir_graph& graph, const nir_timing& timing)
        : graph_(graph),
          timing_(timing),
          population_of_(graph.nodes.size()) {}

    model run() {
        find_populations();
        if (!refusals_.empty()) { throw unsupported_model(graph_.where, refusals_); }
        for (std::size_t p = 0; p < found_.populations.size(); ++p) {
            if (found_.populations[p].kind == population_kind::input) { continue; }
            chain_.clear();
            follow(found_.populations[p].node, p);
        }
        order();
        return std::move(found_);
    }

  private:
    void find_populations() {
        for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
            const nir_node& node = graph_.nodes[i];
            const node_role role = role_of(node.type);
            if (node.type == "Input") {
                add(i, population_kind::input, {});
            } else if (role == node_role::neuron) {
                add(i, population_kind::spiking, dynamics_of(graph_, node, timing_));
            } else if (role == node_role::filter) {
                check_filter(i);
                add(i, population_kind::readout, dynamics_of(graph_, node, timing_));
            } else if (node.type == "Output" && !reads_filter(i)) {
                add(i, population_kind::readout, passing(value_count(node.output)));
            }
        }
    }

    void add(std::size_t i, population_kind kind, dynamics moves) {
        population_of_[i] = found_.populations.size();
        found_.populations.push_back(
            {graph_.nodes[i].name, i, kind, graph_.nodes[i].output, std::move(moves)});
    }

    bool is_filter(std::size_t node) const {
        return role_of(graph_.nodes[node].type) == node_role::filter;
    }

    /// An Output that a filter alone leads into is read from the filter itself.
    bool reads_filter(std::size_t output) const {
        std::size_t sources = 0;
        std::size_t filters = 0;
        for (const nir_edge& e : graph_.edges) {
            if (e.target != output) { continue; }
            sources += 1;
            if (is_filter(e.source)) { filters += 1; }
        }
        return sources == 1 && filters == 1;
    }

    /// Potentials that are no spikes can only leave the network.
    void check_filter(std::size_t filter) {
        bool read = false;
        for (const nir_edge& e : graph_.edges) {
            if (e.source != filter) { continue; }
            const bool out = graph_.nodes[e.target].type == "Output" && reads_filter(e.target);
            read = read || out;
            if (out) { continue; }
            const nir_node& node = graph_.nodes[filter];
            refusals_.push_back(
                {node.name, node.type,
                 fmt::format("its potential leads into '{}', but a network of spikes can only read "
                             "it out",
                             graph_.nodes[e.target].name),
                 node.type == "LI" ? "LI and LIF together are a CubaLIF"
                                   : "let it lead into an Output alone"});
            return;
        }
        if (!read) {
            refusals_.push_back({graph_.nodes[filter].name, graph_.nodes[filter].type,
                                 "nothing reads its potential", "let it lead into an Output"});
        }
    }

    /// All ways that lead into `node`; chain_ holds the nodes between it and the population,
    /// backwards.
    void follow(std::size_t node, std::size_t target) {
        for (const nir_edge& e : graph_.edges) {
            if (e.target != node) { continue; }
            if (const auto source = population_of_[e.source]) {
                add_path(*source, target);
                continue;
            }
            if (std::find(chain_.begin(), chain_.end(), e.source) != chain_.end()) {
                refuse(graph_, graph_.nodes[e.source], "is part of a loop without a neuron in it",
                       {}, {}, "such a loop has no value in a step; put a neuron into it");
            }
            chain_.push_back(e.source);
            follow(e.source, target);
            chain_.pop_back();
        }
    }

    void add_path(std::size_t source, std::size_t target) {
        if (found_.paths.size() >= most_paths) {
            throw bad_input({graph_.where,
                             "there are too many ways through nodes without state",
                             {},
                             fmt::format("at most {}", most_paths),
                             {}});
        }
        model_path path{source, target, {chain_.rbegin(), chain_.rend()}, 0};
        for (const std::size_t node : path.chain) {
            if (graph_.nodes[node].type == "Delay") { path.delay += delay_of(graph_.nodes[node]); }
        }
        found_.paths.push_back(std::move(path));
    }

    std::int32_t delay_of(const nir_node& node) {
        const double dt = timing_of(graph_, node, timing_).dt;
        const std::vector<double>& all = node.parameter("delay").values;
        const double steps = std::round(all.front() / dt);
        for (const double delay : all) {
            if (!(delay >= 0.0) || std::round(delay / dt) != steps) {
                refuse(graph_, node, "delays of a layer must be equal",
                       fmt::format("{} and {}", all.front(), delay), "one delay, not negative");
            }
        }
        if (steps > max_delay_steps) {
            refuse(graph_, node, "the delay is too long", fmt::format("{} steps", steps),
                   fmt::format("at most {}", max_delay_steps), "give a larger --dt");
        }
        if (std::abs(all.front() / dt - steps) > 1e-6 * std::max(1.0, steps)) {
            found_.deviations.push_back({node.name, fmt::format("a delay of {} steps becomes {}",
                                                                all.front() / dt, steps)});
        }
        return static_cast<std::int32_t>(steps);
    }

    /// Number of populations that a spike has to cross from the nearest input.
    std::vector<std::size_t> depths() const {
        const std::size_t far = std::numeric_limits<std::size_t>::max();
        std::vector<std::size_t> depth(found_.populations.size(), far);
        for (std::size_t p = 0; p < depth.size(); ++p) {
            if (found_.populations[p].kind == population_kind::input) { depth[p] = 0; }
        }
        for (bool changed = true; changed;) {
            changed = false;
            for (const model_path& path : found_.paths) {
                if (depth[path.source] == far || depth[path.source] + 1 >= depth[path.target]) {
                    continue;
                }
                depth[path.target] = depth[path.source] + 1;
                changed = true;
            }
        }
        return depth;
    }

    bool ready(std::size_t p, const std::vector<bool>& placed) const {
        return std::all_of(found_.paths.begin(), found_.paths.end(), [&](const model_path& path) {
            return path.target != p || path.source == p || path.delay > 0 || placed[path.source];
        });
    }

    /// Sources first; in a loop the population that is nearest to an input. What then leads back
    /// arrives a step later.
    void order() {
        const std::vector<std::size_t> depth = depths();
        const std::size_t count = found_.populations.size();
        std::vector<bool> placed(count, false);
        std::vector<std::size_t> place(count, 0);
        for (std::size_t next = 0; next < count; ++next) {
            std::optional<std::size_t> best;
            bool best_ready = false;
            for (std::size_t p = 0; p < count; ++p) {
                if (placed[p]) { continue; }
                const bool now = ready(p, placed);
                const bool nearer = best && depth[p] < depth[*best];
                if (!best || (now && !best_ready) || (now == best_ready && nearer)) {
                    best = p;
                    best_ready = now;
                }
            }
            placed[*best] = true;
            place[*best] = next;
        }
        for (model_path& path : found_.paths) {
            path.source = place[path.source];
            path.target = place[path.target];
            if (path.delay == 0 && path.source >= path.target) { path.delay = 1; }
        }
        std::vector<model_population> ordered(count);
        for (std::size_t p = 0; p < count; ++p) {
            ordered[place[p]] = std::move(found_.populations[p]);
        }
        found_.populations = std::move(ordered);
    }

    const nir_graph& graph_;
    const nir_timing& timing_;
    std::vector<std::optional<std::size_t>> population_of_;
    std::vector<std::size_t> chain_;
    std::vector<refusal> refusals_;
    model found_;
};

}  // namespace

model model_of(const nir_graph& graph, const nir_timing& timing) {
    return model_finder(graph, timing).run();
}

}  // namespace synfire::converters::nir
