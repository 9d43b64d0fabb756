// SPDX-License-Identifier: Apache-2.0
// synfire compare: what the spikes cost against the multiplications that they replaced.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <synfire/converters/float_model.hpp>
#include <synfire/core/error.hpp>
#include <synfire/energy/compare.hpp>
#include <synfire/io/dataset.hpp>
#include <synfire/io/files.hpp>
#include <synfire/io/network_file.hpp>
#include <synfire/sim/simulator.hpp>

#include "accuracy.hpp"
#include "bill_counts.hpp"
#include "command.hpp"
#include "compare_engines.hpp"
#include "compare_hardware.hpp"
#include "compare_json.hpp"
#include "counts_json.hpp"
#include "input_data.hpp"
#include "paths.hpp"
#include "progress.hpp"
#include "regression.hpp"

namespace synfire::cli {

namespace {

struct compare_arguments {
    std::string network;
    std::string model;
    data_names data;
    std::size_t samples = 0;
    std::string technology{energy::default_technology};
    std::string task = "auto";
    int lanes = 8;
    std::size_t hardware_samples = 16;
    std::string json;
};

energy::dense_kind kind_of(const std::string& kind) {
    if (kind == "conv") { return energy::dense_kind::convolution; }
    return kind == "depthwise" ? energy::dense_kind::depthwise
                               : energy::dense_kind::fully_connected;
}

bool has_weights(const projection& p) {
    return p.kind == connectivity::conv2d || p.kind == connectivity::dense
           || p.kind == connectivity::sparse || p.kind == connectivity::conv_transpose2d;
}

/// Multiplications of the twin that reads the spiking network's codes: one per active source and
/// synapse.
projection_activity code_work(const network& net, const activity& counts,
                              const std::string& population) {
    projection_activity work;
    for (std::size_t i = 0; i < net.projections.size(); ++i) {
        const projection& p = net.projections[i];
        if (has_weights(p) && net.populations[p.target].name == population) {
            work += counts.projections[i];
        }
    }
    return work;
}

energy::dense_layer_counts to_counts(const converters::dense_layer& layer, const network& net,
                                     const activity& counts) {
    energy::dense_layer_counts out;
    out.name = layer.population;
    out.kind = kind_of(layer.kind);
    out.macs = layer.macs;
    out.macs_nonzero_float = layer.macs_nonzero;
    out.macs_active_float = layer.macs_active;
    const projection_activity codes = code_work(net, counts, layer.population);
    // Behind a folded global average the twin multiplies once per channel, not once per position.
    out.macs_nonzero_code = layer.spatial_sum ? layer.macs_nonzero : codes.active_synapses_nonzero;
    out.macs_active_code = layer.spatial_sum ? layer.macs_active : codes.active_synapses;
    out.weights = layer.weights;
    out.input_neurons = layer.input_neurons;
    out.output_neurons = layer.output_neurons;
    out.positions = layer.positions;
    out.out_channels = layer.out_channels;
    out.groups = layer.groups;
    out.fan_in = layer.fan_in;
    out.field_rows = layer.field_rows;
    out.readout = net.populations[net.find(layer.population)].kind == population_kind::readout;
    return out;
}

/// Two convolutions that meet in one population (a projection shortcut) are one layer of the bill.
void join(energy::dense_layer_counts& to, const energy::dense_layer_counts& from) {
    to.macs += from.macs;
    to.macs_nonzero_float += from.macs_nonzero_float;
    to.macs_active_float = to.macs_active_float.value_or(0) + from.macs_active_float.value_or(0);
    to.weights += from.weights;
    to.input_neurons += from.input_neurons;
    to.fan_in += from.fan_in;
    to.field_rows += from.field_rows;
}

energy::dense_counts dense_counts_of(const std::vector<converters::dense_layer>& layers,
                                     const network& net, const activity& counts) {
    energy::dense_counts dense;
    dense.samples = counts.samples;
    for (const converters::dense_layer& layer : layers) {
        const bool known =
            std::any_of(net.populations.begin(), net.populations.end(),
                        [&](const population& p) { return p.name == layer.population; });
        if (!known) {
            throw bad_input({layer.population, "the network was not converted from this model",
                             "no population of that name", "",
                             "give the .onnx file that was converted"});
        }
        const energy::dense_layer_counts next = to_counts(layer, net, counts);
        const auto same =
            std::find_if(dense.layers.begin(), dense.layers.end(),
                         [&](const energy::dense_layer_counts& d) { return d.name == next.name; });
        if (same == dense.layers.end()) {
            dense.layers.push_back(next);
        } else {
            join(*same, next);
        }
    }
    return dense;
}

/// The prices are those of an engine that runs window by window.
void check_execution(const network& net, const std::string& where) {
    if (net.execution == execution::synchronous) { return; }
    throw bad_input({where, "energy is compared for synchronous networks only by this version",
                     std::string(to_string(net.execution)), "synchronous",
                     "`synfire simulate` counts the activity of streaming networks"});
}

/// The file that convert read left its hash in the network.
void check_origin(const network& net, const compare_arguments& arguments) {
    const auto known = net.metadata.find("source_sha256");
    if (known == net.metadata.end()) { return; }
    const std::string found = io::content_hash(io::read_file(arguments.model));
    if (found == known->second) { return; }
    throw bad_input({arguments.model, "is not the model that " + arguments.network + " came from",
                     "SHA-256 " + found, known->second, "convert this model, or give the other"});
}

sim::run_result simulated(const network& net, const dataset& data, std::size_t samples) {
    progress bar("compare");
    sim::options options;
    options.samples = samples;
    options.progress = [&](std::size_t done, std::size_t all) { bar.update(done, all); };
    return sim::run(net, data, options);
}

nlohmann::ordered_json or_null(const std::optional<double>& value) {
    return value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json(nullptr);
}

/// Errors against targets, and how near the two networks are.
void add_regression(nlohmann::ordered_json& json, const prediction_score& snn,
                    const prediction_score& dense, const std::vector<output_fidelity>& fidelity) {
    json["mean_squared_error_snn"] = or_null(snn.mean_squared_error);
    json["mean_squared_error_dense"] = or_null(dense.mean_squared_error);
    json["r2_snn"] = or_null(snn.r2);
    json["r2_dense"] = or_null(dense.r2);
    json["fidelity"] = fidelity_json(fidelity);
}

void print_regression(const output& out, const prediction_score& snn, const prediction_score& dense,
                      const std::vector<output_fidelity>& fidelity) {
    if (snn.mean_squared_error) {
        out.text("trained network against targets: " + describe(dense));
        out.text("spiking network against targets: " + describe(snn));
    }
    for (const std::string& line : describe(fidelity)) { out.text(line); }
}

void print(const output& out, const std::vector<std::string>& lines) {
    for (const std::string& line : lines) { out.text(line); }
}

int compare(const compare_arguments& arguments) {
    const result_header header("compare");
    const output out(arguments.json);
    check_outputs({arguments.json},
                  with_data({arguments.network, arguments.model}, arguments.data));
    const network net = io::read_network(arguments.network);
    check_execution(net, arguments.network);
    check_origin(net, arguments);
    dataset data = io::load_inputs(arguments.data, input_names(net));
    apply_task(data, answer_kind_of(arguments.task), answering_readout(net).shape.neurons());
    check_data_fits(net, data, arguments.network);
    const energy::cost_table table = energy::technology(arguments.technology);
    const sim::run_result spiking = simulated(net, data, arguments.samples);
    const auto samples = static_cast<std::size_t>(spiking.counts.samples);
    const converters::float_model model(arguments.model, encodings_of(net, arguments.network));
    const auto trained = model.run_outputs(data, samples);
    const prediction_score dense_score = score_of(answers_of(net, trained.front()), data);
    const prediction_score snn_score = score_of(answers_of(net, spiking.samples), data);
    const std::vector<output_fidelity> fidelity = fidelity_of(net, spiking.samples, trained);

    const compared_hardware hardware = count_on_hardware(
        net, data, std::min(arguments.hardware_samples, samples), arguments.lanes);
    const bill_counts bill = count_for_bill(net, data, spiking.counts, hardware);
    energy::compare_options how;
    how.counted = bill.counts;
    how.engine.lanes = arguments.lanes;
    how.accuracy_snn = snn_score.accuracy;
    how.accuracy_dense = dense_score.accuracy;
    const energy::dense_counts dense =
        dense_counts_of(model.count_dense(data, samples), net, spiking.counts);
    const energy::comparison result = energy::compare(net, spiking.counts, dense, table, how);

    nlohmann::ordered_json json = header.start(arguments.network, io::network_hash(net));
    json["model"] = arguments.model;
    json["data"] = data_text(arguments.data);
    json["samples"] = samples;
    json["hardware_samples"] = arguments.hardware_samples;
    json["technology"] = arguments.technology;
    json["lanes"] = arguments.lanes;
    json["accuracy_snn"] = or_null(snn_score.accuracy);
    json["accuracy_dense"] = or_null(dense_score.accuracy);
    add_regression(json, snn_score, dense_score, fidelity);
    add_dense_counts(json, dense);
    add_counts(json["activity"], net, spiking.counts);
    add_comparison(json, result);
    const energy::engine_options engine = energy::compared_engine(how);
    add_cycles(json, net, spiking.counts, engine);
    add_bill_counts(json, bill, result, engine);
    add_compared_hardware(json, net, hardware);
    const engine_bills engines = bill_engines(net, data, hardware, table);
    add_engines(json, net, engines);
    if (data.labels.empty()) { print_regression(out, snn_score, dense_score, fidelity); }
    print(out, describe(result, arguments.technology));
    print(out, describe(bill, json));
    print(out, describe(net, hardware));
    print(out, describe(net, engines));
    out.json(json);
    return hardware.equal() ? status_ok : status_check_failed;
}

}  // namespace

void add_compare(CLI::App& app, command_body& chosen) {
    auto arguments = std::make_shared<compare_arguments>();
    CLI::App* command = app.add_subcommand(
        "compare", "Energy of the spikes against the dense network, with a verdict per layer");
    command->add_option("network", arguments->network, "network file (.snn)")->required();
    command->add_option("model", arguments->model, "the trained network that it came from (.onnx)")
        ->required();
    add_data_option(*command, "--data", arguments->data, "data set: built-in name or path")
        ->required();
    command->add_option("--samples", arguments->samples, "first N samples only (0: all)")
        ->check(CLI::NonNegativeNumber);
    command->add_option("--technology", arguments->technology, "price table of tier T1")
        ->check(CLI::IsMember(energy::technology_names()))
        ->capture_default_str();
    command
        ->add_option("--lanes", arguments->lanes,
                     "adders of the spiking, multipliers of the dense engine")
        ->check(CLI::Range(1, 1024))
        ->capture_default_str();
    command
        ->add_option("--hardware-samples", arguments->hardware_samples,
                     "first N samples on the accelerator's RTL too (0: none); it stops after the "
                     "sample that reaches 25 million cycles")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    add_task_option(*command, arguments->task);
    command->add_option("--json", arguments->json, "write the result as JSON (-: standard output)");
    command->callback(
        [arguments, &chosen] { chosen = [arguments] { return compare(*arguments); }; });
}

}  // namespace synfire::cli
