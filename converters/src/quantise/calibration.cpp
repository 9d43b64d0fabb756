// SPDX-License-Identifier: Apache-2.0
#include "calibration.hpp"

#include <omp.h>

#include <algorithm>
#include <cmath>
#include <exception>
#include <numeric>

#include <synfire/core/readout.hpp>

#include "../graph/neuron_executor.hpp"

namespace synfire::converters {

namespace {

constexpr std::size_t bin_count = 4096;
constexpr std::size_t channel_bin_count = 512;
constexpr int clip_candidates = 128;

bool has_histogram(const graph_node& node) {
    if (const auto* sum = node.as_sum()) { return !sum->readout; }
    const auto* input = std::get_if<input_node>(&node.kind);
    return input != nullptr && !input->encoding.eight_bit;
}

bool has_channels(const graph_node& node) {
    return node.as_sum() != nullptr && !node.as_sum()->readout;
}

/// Inputs are measured in raw units, as their codes are.
std::vector<float> raw_values(const graph_node& node, const dataset& data, std::size_t sample) {
    const std::vector<double> raw = raw_input(node, data, sample);
    return {raw.begin(), raw.end()};
}

struct thread_state {
    explicit thread_state(const neuron_graph& graph)
        : executor(graph),
          nodes(graph.nodes.size()),
          channels(graph.nodes.size()),
          negative(graph.nodes.size(), false),
          potentials(graph.nodes.size(), 0.0) {
        for (node_id id = 0; id < graph.nodes.size(); ++id) {
            if (!has_channels(graph.nodes[id])) { continue; }
            channels[id].resize(
                static_cast<std::size_t>(population_shape(graph.nodes[id].item).channels));
        }
    }

    neuron_executor executor;
    std::vector<magnitude_histogram> nodes;
    std::vector<std::vector<magnitude_histogram>> channels;
    std::vector<bool> negative;      ///< values below 0, per input
    std::vector<double> potentials;  ///< largest magnitude, per node
};

using visitor = std::function<void(thread_state&, node_id, std::span<const float>)>;
using sample_visitor = std::function<void(thread_state&, std::size_t sample)>;

void run_all(const neuron_graph& graph, const dataset& data, std::size_t samples,
             std::vector<thread_state>& threads, const visitor& visit,
             const sample_visitor& visit_sample = {}) {
    for_each_sample(samples, [&](std::size_t sample, std::size_t thread) {
        thread_state& state = threads[thread];
        state.executor.run(real_input(graph, data, sample));
        for (node_id id = 0; id < graph.nodes.size(); ++id) {
            const graph_node& node = graph.nodes[id];
            if (!has_histogram(node)) { continue; }
            if (std::holds_alternative<input_node>(node.kind)) {
                visit(state, id, raw_values(node, data.input(id), sample));
            } else {
                visit(state, id, state.executor.value(id));
            }
        }
        if (visit_sample) { visit_sample(state, sample); }
    });
}

/// Sums of all sum nodes' channels for one sample, one after the other.
std::vector<double> channel_sums(const neuron_graph& graph, const neuron_executor& executor) {
    std::vector<double> sums;
    for (node_id id = 0; id < graph.nodes.size(); ++id) {
        const sum_node* sum = graph.nodes[id].as_sum();
        if (sum == nullptr) { continue; }
        const bool inner = sum->readout || sum->function;
        const auto values = inner ? executor.potential(id) : executor.value(id);
        const std::size_t positions = population_shape(graph.nodes[id].item).positions();
        for (std::size_t at = 0; at < values.size(); at += positions) {
            const auto channel = values.subspan(at, positions);
            sums.push_back(std::accumulate(channel.begin(), channel.end(), 0.0));
        }
    }
    return sums;
}

/// Of the host functions only relu can make values equal that were not.
std::int32_t real_answer(const sum_node& readout, std::span<const float> out) {
    std::vector<double> values(out.begin(), out.end());
    const auto& functions = readout.host_functions;
    if (std::find(functions.begin(), functions.end(), "relu") != functions.end()) {
        apply_host_functions({"relu"}, values);
    }
    return arg_max(values);
}

/// A function's table has to cover what goes in, which its values do not tell.
void keep_potential(const neuron_graph& graph, thread_state& state, node_id id) {
    const sum_node* sum = graph.nodes[id].as_sum();
    if (sum == nullptr || !sum->function) { return; }
    for (const float x : state.executor.potential(id)) {
        state.potentials[id] = std::max(state.potentials[id], std::abs(static_cast<double>(x)));
    }
}

double largest_magnitude(std::span<const float> values) {
    float largest = 0.0F;
    for (const float v : values) { largest = std::max(largest, std::abs(v)); }
    return static_cast<double>(largest);
}

void add_to_bins(magnitude_histogram& h, std::span<const float> values) {
    if (h.bins.empty()) { return; }
    const double per_bin = static_cast<double>(h.bins.size()) / h.largest;
    for (const float v : values) {
        const double magnitude = std::abs(static_cast<double>(v));
        if (magnitude == 0.0) { continue; }  // zero is code 0 whatever the step
        const auto bin = static_cast<std::size_t>(magnitude * per_bin);
        ++h.bins[std::min(bin, h.bins.size() - 1)];
    }
}

/// Calls body(histogram, its values) for the node and each of its channels.
template <typename Body>
void for_each_part(thread_state& state, node_id id, std::span<const float> values,
                   const Body& body) {
    body(state.nodes[id], values);
    std::vector<magnitude_histogram>& channels = state.channels[id];
    if (channels.empty()) { return; }
    const std::size_t positions = values.size() / channels.size();
    for (std::size_t c = 0; c < channels.size(); ++c) {
        body(channels[c], values.subspan(c * positions, positions));
    }
}

/// Ranges of all threads become one, and every thread gets empty bins over it.
void share_range(magnitude_histogram& joined, const std::vector<magnitude_histogram*>& threads,
                 std::uint64_t values, std::size_t bins) {
    for (const magnitude_histogram* h : threads) {
        joined.largest = std::max(joined.largest, h->largest);
    }
    joined.values = values;
    if (joined.largest > 0.0) { joined.bins.assign(bins, 0); }
    for (magnitude_histogram* h : threads) { *h = joined; }
}

void add_bins(magnitude_histogram& joined, const magnitude_histogram& thread) {
    for (std::size_t b = 0; b < joined.bins.size(); ++b) { joined.bins[b] += thread.bins[b]; }
}

void share_ranges(const neuron_graph& graph, std::vector<thread_state>& threads,
                  calibration& result) {
    std::vector<magnitude_histogram*> same(threads.size());
    for (node_id id = 0; id < graph.nodes.size(); ++id) {
        const auto values =
            result.samples * static_cast<std::uint64_t>(element_count(graph.nodes[id].item));
        for (std::size_t t = 0; t < threads.size(); ++t) { same[t] = &threads[t].nodes[id]; }
        share_range(result.nodes[id], same, values, bin_count);
        const std::size_t channels = threads.front().channels[id].size();
        result.channels[id].resize(channels);
        for (std::size_t c = 0; c < channels; ++c) {
            for (std::size_t t = 0; t < threads.size(); ++t) {
                same[t] = &threads[t].channels[id][c];
            }
            share_range(result.channels[id][c], same, values / channels, channel_bin_count);
        }
        for (const thread_state& t : threads) {
            result.largest_potential[id] = std::max(result.largest_potential[id], t.potentials[id]);
            result.negative_inputs[id] = result.negative_inputs[id] || t.negative[id];
        }
    }
}

}  // namespace

std::size_t worker_count() { return static_cast<std::size_t>(omp_get_max_threads()); }

void for_each_sample(std::size_t samples,
                     const std::function<void(std::size_t, std::size_t)>& body) {
    std::vector<std::exception_ptr> failures(samples);
    const auto count = static_cast<std::ptrdiff_t>(samples);
#pragma omp parallel for schedule(dynamic, 4)
    for (std::ptrdiff_t i = 0; i < count; ++i) {
        const auto sample = static_cast<std::size_t>(i);
        try {
            body(sample, static_cast<std::size_t>(omp_get_thread_num()));
        } catch (...) { failures[sample] = std::current_exception(); }
    }
    for (const std::exception_ptr& failure : failures) {
        if (failure) { std::rethrow_exception(failure); }
    }
}

calibration calibrate(const neuron_graph& graph, const dataset& data, std::size_t samples) {
    std::vector<thread_state> threads;
    threads.reserve(worker_count());
    for (std::size_t i = 0; i < worker_count(); ++i) { threads.emplace_back(graph); }

    run_all(graph, data, samples, threads,
            [&](thread_state& state, node_id id, std::span<const float> values) {
                keep_potential(graph, state, id);
                for_each_part(state, id, values,
                              [](magnitude_histogram& h, std::span<const float> part) {
                                  h.largest = std::max(h.largest, largest_magnitude(part));
                              });
                const auto below = [](float v) { return v < 0.0F; };
                const bool input = std::holds_alternative<input_node>(graph.nodes[id].kind);
                if (input && std::any_of(values.begin(), values.end(), below)) {
                    state.negative[id] = true;
                }
            });
    calibration result;
    result.samples = samples;
    result.nodes.resize(graph.nodes.size());
    result.channels.resize(graph.nodes.size());
    result.largest_potential.resize(graph.nodes.size(), 0.0);
    result.negative_inputs.resize(graph.nodes.size(), false);
    share_ranges(graph, threads, result);
    result.sums.resize(samples);
    result.answers.resize(samples);
    const node_id readout = first_readout(graph);
    run_all(
        graph, data, samples, threads,
        [](thread_state& state, node_id id, std::span<const float> values) {
            for_each_part(state, id, values, add_to_bins);
        },
        [&](thread_state& state, std::size_t sample) {
            result.sums[sample] = channel_sums(graph, state.executor);
            result.answers[sample] =
                real_answer(*graph.nodes[readout].as_sum(), state.executor.potential(readout));
        });
    for (const thread_state& t : threads) {
        for (node_id id = 0; id < graph.nodes.size(); ++id) {
            add_bins(result.nodes[id], t.nodes[id]);
            for (std::size_t c = 0; c < t.channels[id].size(); ++c) {
                add_bins(result.channels[id][c], t.channels[id][c]);
            }
        }
    }
    return result;
}

std::vector<std::int32_t> trained_answers(const neuron_graph& graph, const dataset& data,
                                          std::size_t samples) {
    const node_id readout = first_readout(graph);
    std::vector<neuron_executor> executors(worker_count(), neuron_executor(graph));
    std::vector<std::int32_t> answers(samples);
    for_each_sample(samples, [&](std::size_t sample, std::size_t thread) {
        executors[thread].run(real_input(graph, data, sample));
        answers[sample] =
            real_answer(*graph.nodes[readout].as_sum(), executors[thread].potential(readout));
    });
    return answers;
}

std::vector<std::vector<double>> channel_means(const neuron_graph& graph,
                                               const calibration& measured, std::size_t samples) {
    std::vector<std::vector<double>> means(graph.nodes.size());
    std::size_t at = 0;
    for (node_id id = 0; id < graph.nodes.size(); ++id) {
        if (graph.nodes[id].as_sum() == nullptr) { continue; }
        const shape s = population_shape(graph.nodes[id].item);
        const auto values = static_cast<double>(s.positions() * samples);
        for (std::int32_t c = 0; c < s.channels; ++c, ++at) {
            double total = 0.0;
            for (std::size_t i = 0; i < samples; ++i) { total += measured.sums[i][at]; }
            means[id].push_back(total / values);
        }
    }
    return means;
}

step_error error_of_step(const magnitude_histogram& histogram, double step, std::int32_t levels) {
    step_error error;
    const double clip = step * levels;
    for (std::size_t i = 0; i < histogram.bins.size(); ++i) {
        if (histogram.bins[i] == 0) { continue; }
        const auto count = static_cast<double>(histogram.bins[i]);
        const double x = histogram.centre(i);
        error.power += count * x * x;
        const double q = std::min(std::floor(x / step + 0.5), static_cast<double>(levels));
        const double difference = q * step - x;
        (x > clip ? error.clip : error.round) += count * difference * difference;
    }
    return error;
}

double best_step(const magnitude_histogram& histogram, std::int32_t levels,
                 const step_cost& further, double reach) {
    double best = 0.0;
    double least = 0.0;
    if (histogram.largest <= 0.0) { return best; }
    for (int i = 1; i <= static_cast<int>(clip_candidates * reach); ++i) {
        const double step = histogram.largest * i / clip_candidates / levels;
        const step_error error = error_of_step(histogram, step, levels);
        const double cost = error.clip + error.round + (further ? further(step) : 0.0);
        if (best == 0.0 || cost < least) {
            best = step;
            least = cost;
        }
    }
    return best;
}

}  // namespace synfire::converters
