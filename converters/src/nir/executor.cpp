// SPDX-License-Identifier: Apache-2.0
// Values travel along the edges of the graph, not through the composed maps that the network is
// made of: a mistake there shows as a difference.
#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include <synfire/core/error.hpp>

#include "apply.hpp"
#include "layout.hpp"
#include "model.hpp"
#include "node_types.hpp"

namespace synfire::converters {

namespace {

// A gigabyte of values that are still on their way.
constexpr std::size_t most_values = std::size_t{1} << 27;

}  // namespace

struct nir_executor::implementation {
    implementation(const nir_graph& g, const nir_timing& timing)
        : graph(g),
          parts(nir::model_of(graph, timing)),
          population_of(graph.nodes.size()) {
        for (std::size_t p = 0; p < parts.populations.size(); ++p) {
            population_of[parts.populations[p].node] = p;
        }
        std::int32_t longest = 0;
        for (const nir::model_path& path : parts.paths) { longest = std::max(longest, path.delay); }
        memory = static_cast<std::size_t>(longest) + 1;
        for (const nir_node& node : graph.nodes) {
            const bool delays = node.type == "Delay";
            explicit_delay.push_back(delays ? timing_steps(node, timing) : 0);
        }
        check_memory();
        reset();
    }

    std::int32_t timing_steps(const nir_node& node, const nir_timing& timing) const {
        const double dt = nir::timing_of(graph, node, timing).dt;
        return static_cast<std::int32_t>(std::round(node.parameter("delay").values.front() / dt));
    }

    void check_memory() const {
        std::size_t elements = 0;
        for (const nir::model_population& p : parts.populations) {
            elements += value_count(p.shape);
        }
        if (elements > most_values / memory) {
            throw bad_input(
                {graph.where,
                 "the delays need too much memory in float64",
                 std::to_string(elements) + " elements, " + std::to_string(memory - 1) + " steps",
                 {},
                 "give a larger --dt"});
        }
    }

    void reset() {
        now = 0;
        const std::size_t count = parts.populations.size();
        sent.assign(count, {});
        v.assign(count, {});
        s.assign(count, {});
        for (std::size_t p = 0; p < count; ++p) {
            const nir::model_population& part = parts.populations[p];
            const std::size_t n = value_count(part.shape);
            sent[p].assign(memory, std::vector<double>(n, 0.0));
            v[p] = part.moves.initial.empty() ? std::vector<double>(n, 0.0) : part.moves.initial;
            s[p].assign(n, 0.0);
        }
    }

    const std::vector<double>& history(std::size_t p, std::int32_t ago) const {
        const auto back = static_cast<std::size_t>(ago);
        return sent[p][(now + memory - back % memory) % memory];
    }

    /// Sum of all that leads into a node; `ago` steps are already spent in delays.
    std::vector<double> arrivals(std::size_t node, std::size_t target, std::int32_t ago) const {
        std::vector<double> sum(value_count(graph.nodes[node].input), 0.0);
        for (const nir_edge& e : graph.edges) {
            if (e.target != node) { continue; }
            const std::vector<double> part = value(e.source, target, ago);
            for (std::size_t n = 0; n < sum.size(); ++n) { sum[n] += part[n]; }
        }
        return sum;
    }

    std::vector<double> value(std::size_t node, std::size_t target, std::int32_t ago) const {
        if (const auto p = population_of[node]) {
            const bool back = ago == 0 && *p >= target;
            const std::int32_t delay = back ? 1 : ago;
            return static_cast<std::size_t>(delay) > now
                       ? std::vector<double>(value_count(graph.nodes[node].output), 0.0)
                       : history(*p, delay);
        }
        return nir::apply(graph, graph.nodes[node],
                          arrivals(node, target, ago + explicit_delay[node]));
    }

    void move(std::size_t p) {
        const nir::model_population& part = parts.populations[p];
        const nir::dynamics& d = part.moves;
        const std::vector<double> in = arrivals(part.node, p, 0);
        std::vector<double>& out = sent[p][now % memory];
        for (std::size_t n = 0; n < in.size(); ++n) {
            double i = d.gain[n] * in[n] + (d.bias.empty() ? 0.0 : d.bias[n]);
            if (!d.decay_s.empty()) {
                i += (1.0 - d.decay_s[n]) * s[p][n];
                s[p][n] = i;
            }
            double& u = v[p][n];
            u = (1.0 - d.decay_v[n]) * u + i;
            if (!d.fires()) {
                out[n] = u;
                continue;
            }
            if (d.floor) { u = std::max(u, -d.threshold[n]); }
            const bool fires = d.fires_at_threshold ? u >= d.threshold[n] : u > d.threshold[n];
            out[n] = fires ? 1.0 : 0.0;
            if (fires) { u = d.reset == reset_rule::zero ? 0.0 : u - d.threshold[n]; }
        }
    }

    void step(std::span<const std::vector<double>> inputs) {
        now += 1;
        std::size_t next = 0;
        for (std::size_t p = 0; p < parts.populations.size(); ++p) {
            if (parts.populations[p].kind != population_kind::input) { continue; }
            const bool fits = next < inputs.size()
                              && inputs[next].size() == value_count(parts.populations[p].shape);
            if (!fits) {
                throw bad_input({parts.populations[p].name,
                                 "the values of a step do not fit",
                                 {},
                                 "one value per element for each Input",
                                 {}});
            }
            sent[p][now % memory] = inputs[next++];
        }
        for (std::size_t p = 0; p < parts.populations.size(); ++p) {
            if (parts.populations[p].kind != population_kind::input) { move(p); }
        }
    }

    nir_graph graph;
    nir::model parts;
    std::vector<std::optional<std::size_t>> population_of;
    std::vector<std::int32_t> explicit_delay;
    std::size_t memory = 1;
    std::size_t now = 0;
    std::vector<std::vector<std::vector<double>>> sent;  ///< [population][step % memory]
    std::vector<std::vector<double>> v;
    std::vector<std::vector<double>> s;
};

nir_executor::nir_executor(const nir_graph& graph, const nir_timing& timing)
    : self_(std::make_unique<implementation>(graph, timing)) {}
nir_executor::~nir_executor() = default;
nir_executor::nir_executor(nir_executor&&) noexcept = default;
nir_executor& nir_executor::operator=(nir_executor&&) noexcept = default;

std::vector<std::string> nir_executor::populations() const {
    std::vector<std::string> names;
    for (const nir::model_population& p : self_->parts.populations) { names.push_back(p.name); }
    return names;
}

void nir_executor::reset() { self_->reset(); }

void nir_executor::step(std::span<const std::vector<double>> inputs) { self_->step(inputs); }

const std::vector<double>& nir_executor::sent(std::size_t population) const {
    return self_->history(population, 0);
}

std::size_t nir_executor::nir_index(std::size_t population, std::size_t neuron) const {
    const nir::model_population& p = self_->parts.populations.at(population);
    return nir::order_of(nir::layout_of(p))[neuron];
}

}  // namespace synfire::converters
