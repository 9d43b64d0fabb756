// SPDX-License-Identifier: Apache-2.0
// The upper rungs of the ladder: trained against folded network, folded against quantised one.
#include "diverge.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "graph/float_executor.hpp"
#include "graph/neuron_executor.hpp"
#include "onnx/reader.hpp"
#include "output_distance.hpp"
#include "passes/lower.hpp"
#include "quantise/calibration.hpp"
#include "quantised_state.hpp"

namespace synfire::converters {

namespace {

neuron_place place_of(const shape& s, std::size_t element) {
    const auto width = static_cast<std::size_t>(s.width);
    const std::size_t position = element % s.positions();
    return {static_cast<std::int32_t>(element / s.positions()),
            static_cast<std::int32_t>(position / width),
            static_cast<std::int32_t>(position % width)};
}

/// Where two layers are farthest apart, and by how much of the largest upper value.
struct distance {
    double largest = 0.0;
    double scale = 0.0;  ///< largest upper value
    std::size_t element = 0;

    double relative() const { return scale > 0.0 ? largest / scale : largest; }
};

template <typename Upper, typename Lower>
distance farthest(const Upper& upper, const Lower& lower) {
    distance found;
    for (std::size_t e = 0; e < upper.size(); ++e) {
        const auto a = static_cast<double>(upper[e]);
        double difference = std::abs(a - static_cast<double>(lower[e]));
        // A value that is no number is as far off as can be.
        if (std::isnan(difference)) { difference = std::numeric_limits<double>::infinity(); }
        found.scale = std::max(found.scale, std::abs(a));
        if (difference > found.largest) {
            found.largest = difference;
            found.element = e;
        }
    }
    return found;
}

/// The model's values at a node of the folded graph. Max-pooling and ReLU may have changed places,
/// so that the node has the ReLU already.
std::vector<float> model_values(const float_executor& trained, value_id value,
                                const graph_node& node) {
    const auto v = trained.value(value);
    std::vector<float> values(v.begin(), v.end());
    const sum_node* sum = node.as_sum();
    if (sum != nullptr && sum->relu && !sum->function) { activate(*sum, values); }
    return values;
}

}  // namespace

std::optional<level_divergence> diverge_folded(const std::filesystem::path& path,
                                               const preprocessing& input, const dataset& data,
                                               std::size_t samples) {
    const model_graph model = import_onnx(path).graph;
    check_data(model, data);
    const std::vector<input_encoding> encodings = resolve_encodings(model, input, data);
    const neuron_graph graph = lower_encoded(model, encodings);
    return diverge_graphs({model, encodings, graph}, data, samples);
}

std::optional<level_divergence> diverge_graphs(const folded_model& both, const dataset& data,
                                               std::size_t samples) {
    const neuron_graph& graph = both.graph;
    std::vector<float_executor> trained(worker_count(), float_executor(both.model));
    std::vector<neuron_executor> folded(worker_count(), neuron_executor(graph));
    std::vector<std::optional<level_divergence>> found(samples);
    for_each_sample(samples, [&](std::size_t sample, std::size_t thread) {
        trained[thread].run(model_input(both.model, both.encodings, data, sample));
        folded[thread].run(real_input(graph, data, sample));
        for (node_id id = input_count(graph); id < graph.nodes.size() && !found[sample]; ++id) {
            const graph_node& node = graph.nodes[id];
            if (!node.model_value || node.is_view()) { continue; }
            const std::vector<float> upper = model_values(trained[thread], *node.model_value, node);
            const auto value = folded[thread].value(id);
            std::vector<double> lower(value.begin(), value.end());
            if (node.as_sum() != nullptr && node.as_sum()->readout) {
                lower = output_values(*node.as_sum(), value);
            }
            const distance d = farthest(upper, lower);
            if (d.relative() <= folding_tolerance) { continue; }
            found[sample] = level_divergence{
                sample,           node.name,   place_of(population_shape(node.item), d.element),
                "value",          {},          static_cast<double>(upper[d.element]),
                lower[d.element], d.relative()};
        }
    });
    const auto first = std::find_if(found.begin(), found.end(), [](const auto& f) { return !!f; });
    return first == found.end() ? std::nullopt : *first;
}

namespace {

/// Per layer and sample.
struct layer_distance {
    double error = 0.0;
    double signal = 0.0;
    distance far;
    double upper = 0.0;
    double lower = 0.0;
};

layer_distance compare_layer(const quantised_graph& quantised, node_id id,
                             const neuron_executor& trained, const integer_executor& integers) {
    const auto upper = trained.value(id);
    const std::vector<double> lower = real_values(quantised, id, integers);
    layer_distance d{squared_distance(upper, lower), squared_sum(upper), farthest(upper, lower),
                     0.0, 0.0};
    d.upper = static_cast<double>(upper[d.far.element]);
    d.lower = lower[d.far.element];
    return d;
}

}  // namespace

std::optional<level_divergence> diverge_quantised(const conversion& converted, const dataset& data,
                                                  std::size_t samples, double bound) {
    const quantised_state& state = converted.quantised->state();
    const neuron_graph& graph = state.graph;
    std::vector<neuron_executor> trained(worker_count(), neuron_executor(graph));
    std::vector<integer_executor> integers(worker_count(), integer_executor(state.quantised));
    std::vector<std::vector<layer_distance>> all(samples);
    for_each_sample(samples, [&](std::size_t sample, std::size_t thread) {
        trained[thread].run(real_input(graph, data, sample));
        integers[thread].run(input_codes(state.quantised, data, sample));
        all[sample].resize(graph.nodes.size());
        for (node_id id = 0; id < graph.nodes.size(); ++id) {
            if (graph.nodes[id].is_view()) { continue; }
            all[sample][id] = compare_layer(state.quantised, id, trained[thread], integers[thread]);
        }
    });
    for (node_id id = 0; id < graph.nodes.size(); ++id) {
        double error = 0.0;
        double signal = 0.0;
        std::size_t worst = 0;
        for (std::size_t i = 0; i < samples; ++i) {
            error += all[i][id].error;
            signal += all[i][id].signal;
            if (all[i][id].far.largest > all[worst][id].far.largest) { worst = i; }
        }
        const double relative = signal > 0.0 ? std::sqrt(error / signal) : 0.0;
        if (relative <= bound) { continue; }
        const layer_distance& d = all[worst][id];
        return level_divergence{worst,
                                graph.nodes[id].name,
                                place_of(population_shape(graph.nodes[id].item), d.far.element),
                                "value",
                                {},
                                d.upper,
                                d.lower,
                                relative};
    }
    return std::nullopt;
}

}  // namespace synfire::converters
