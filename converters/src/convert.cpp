// SPDX-License-Identifier: Apache-2.0
// The pipeline, one screen: import, lower, calibrate, quantise, emit, report.
#include <synfire/converters/convert.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <memory>
#include <utility>

#include <synfire/core/error.hpp>
#include <synfire/core/readout.hpp>
#include <synfire/core/width.hpp>

#include <synfire/converters/float_model.hpp>

#include "answers.hpp"
#include "check_folding.hpp"
#include "code_choice.hpp"
#include "distilled_model.hpp"
#include "emit/emit_network.hpp"
#include "emit/stream_network.hpp"
#include "encoding.hpp"
#include "expected_activity.hpp"
#include "import/import_integers.hpp"
#include "layer_errors.hpp"
#include "onnx/reader.hpp"
#include "passes/lower.hpp"
#include "passes/split_skips.hpp"
#include "prune/prune.hpp"
#include "quantise/bias_correction.hpp"
#include "quantise/equalise.hpp"
#include "quantise/quantise.hpp"
#include "quantised_state.hpp"
#include "search_choices.hpp"

namespace synfire::converters {

namespace {

std::vector<std::string> split_labels(const model_graph& model) {
    const auto found = model.metadata.find("synfire.labels");
    std::vector<std::string> labels;
    if (found == model.metadata.end()) { return labels; }
    std::string label;
    for (const char c : found->second + ",") {
        if (c != ',') {
            label += c;
        } else {
            labels.push_back(label);
            label.clear();
        }
    }
    return labels;
}

double largest_raw(const dataset& data) {
    double largest = 0.0;
    for (const std::uint8_t byte : data.bytes) {
        largest = std::max(largest, static_cast<double>(byte));
    }
    for (const float real : data.reals) {
        if (std::isfinite(real)) {
            largest = std::max(largest, std::abs(static_cast<double>(real)));
        }
    }
    return largest;
}

/// Images under the default scale should use about 0..1; a scale of the user's own, or real data,
/// are doubted only where no training would have worked.
void warn_about_range(const dataset& data, const input_encoding& encoding,
                      const preprocessing& given, std::vector<std::string>& warnings) {
    const bool own_scale = given.scale
                           || std::any_of(given.named.begin(), given.named.end(),
                                          [](const auto& own) { return !!own.scale; });
    const bool strict = data.eight_bit() && !own_scale;
    const double least = strict ? 0.25 : 1e-3;
    const double most = strict ? 4.0 : 1e3;
    const double raw = largest_raw(data);
    const double real = raw * encoding.scale;
    if (real < least || real > most) {
        warnings.push_back(
            fmt::format("the largest raw value of {} is {:.6g}, {:.3g} after scaling by "
                        "{:.6g}: is the scale right (--scale)?",
                        data.name, raw, real, encoding.scale));
    }
}

/// Rates of 8-bit data stand for 0..255, whatever of it the data use.
void warn_about_rates(const dataset& data, const convert_options& options,
                      std::vector<std::string>& warnings) {
    const bool rates =
        options.execution == execution::streaming && options.stream_input != input_encoder::current;
    const double raw = largest_raw(data);
    if (!rates || !data.eight_bit() || raw >= 128.0) { return; }
    warnings.push_back(fmt::format(
        "the largest raw value of {} is {:.6g} of 255, so that inputs send {:.1f} spikes in {} "
        "steps at most: --input current has no such limit",
        data.name, raw, raw * options.steps / 255.0, options.steps));
}

/// The data's own preprocessing, as told: what lowering folded into the input stays in the graph.
/// Inputs are the first populations.
void keep_encodings(network& net, const std::vector<input_encoding>& told) {
    for (std::size_t i = 0; i < told.size(); ++i) {
        input_encoding& kept = *net.populations[i].input;
        kept.scale = told[i].scale;
        kept.mean = told[i].mean;
        kept.std = told[i].std;
    }
}

/// Layers that calibration never saw active have thresholds that are guesses.
void warn_about_silence(const neuron_graph& graph, const calibration& measured,
                        std::vector<std::string>& warnings) {
    for (node_id id = 0; id < graph.nodes.size(); ++id) {
        const sum_node* sum = graph.nodes[id].as_sum();
        if (sum == nullptr || sum->readout || measured.nodes[id].largest > 0.0) { continue; }
        warnings.push_back(fmt::format(
            "layer {} was never active in calibration; its threshold is a guess: are the "
            "calibration data those that the network was trained for?",
            graph.nodes[id].name));
    }
}

void keep_provenance(network& net, const model_graph& model, const convert_options& options,
                     std::size_t samples) {
    net.metadata["source"] = std::filesystem::path(model.source).filename().string();
    net.metadata["calibration_samples"] = std::to_string(samples);
    net.metadata["coding"] = options.choose_codes ? "auto" : std::string(to_string(options.code));
    net.metadata["steps"] = std::to_string(options.steps);
    net.metadata["execution"] = to_string(options.execution);
    const bool mixed = options.mixed_steps_drop || options.chosen_steps_drop;
    net.metadata["mixed_steps"] = mixed ? "yes" : "no";
    net.metadata["skip_steps"] = std::to_string(options.skip_steps);
    net.metadata["mixed_bits"] = options.mixed_bits_drop ? "yes" : "no";
    net.metadata["pruned"] = fmt::format("{}", options.prune);
    net.metadata["pruned_channels"] = fmt::format("{}", options.prune_channels);
    net.metadata["input_steps"] = std::to_string(options.input_steps);
    for (const auto& [input, steps] : options.input_steps_of) {
        net.metadata["input_steps." + input] = std::to_string(steps);
    }
    net.metadata["weight_bits"] = std::to_string(options.weight_bits);
    net.metadata["thresholds"] = options.thresholds == threshold_rule::percentile
                                     ? fmt::format("percentile {}", options.percentile)
                                     : std::string(to_text(options.thresholds));
    net.metadata["steps_per"] = options.per_channel ? "channel" : "layer";
    net.metadata["spike_price"] = fmt::format("{}", options.spike_price);
    net.metadata["equalised"] = options.equalise ? "yes" : "no";
    net.metadata["reconstructed"] = options.reconstruct ? "yes" : "no";
    net.metadata["bias_correction"] = options.bias_correction ? "yes" : "no";
}

/// What the options say of steps and biases does not hold: both came with the file.
void keep_distilled_provenance(network& net) {
    net.metadata["distilled"] = "yes";
    net.metadata["thresholds"] = "given";
    net.metadata["steps_per"] = "given";
    net.metadata["bias_correction"] = "no";
}

/// What each layer loses by itself is measured without what bias correction made of all the others.
void keep_plain_biases(quantised_state& state) {
    for (const quantised_node& q : state.quantised.nodes) { state.plain_biases.push_back(q.bias); }
}

/// What makes no sense for rates.
void check_streaming(const convert_options& options) {
    if (options.execution == execution::synchronous) { return; }
    const auto refuse = [](const char* option) {
        throw bad_input({option, "does not go with a streaming network", "",
                         "rates over the same steps everywhere", "leave it out"});
    };
    if (options.code != coding::rate || options.choose_codes) { refuse("--coding"); }
    if (options.input_steps != 8 || !options.input_steps_of.empty()) { refuse("--input-steps"); }
    if (options.mixed_steps_drop || options.chosen_steps_drop) { refuse("--mixed-steps"); }
    if (options.skip_steps != 0) { refuse("--skip-steps"); }
    const input_encoder in = options.stream_input;
    if (in != input_encoder::current && in != input_encoder::rate && in != input_encoder::poisson) {
        throw bad_input({"--input", "does not carry the values of a trained network",
                         std::string(to_string(in)), "current, rate or poisson", ""});
    }
}

/// Options that would change integers which the file has fixed already.
void refuse_choices(const convert_options& options) {
    const convert_options untouched;
    const auto refuse = [](const char* option) {
        throw bad_input({option, "does not apply to a model that is quantised already", "",
                         "the file's own scales and integers", "leave it out"});
    };
    if (options.code != untouched.code || options.choose_codes) { refuse("--coding"); }
    if (options.steps != untouched.steps) { refuse("--steps"); }
    if (options.input_steps != untouched.input_steps || !options.input_steps_of.empty()) {
        refuse("--input-steps");
    }
    if (options.weight_bits != untouched.weight_bits) { refuse("--weight-bits"); }
    if (options.largest_theta != untouched.largest_theta) { refuse("--largest-threshold"); }
    if (options.thresholds != untouched.thresholds) { refuse("--thresholds"); }
    if (options.spike_price != untouched.spike_price) { refuse("--spike-price"); }
    if (options.equalise) { refuse("--equalise"); }
    if (options.reconstruct) { refuse("--reconstruct"); }
    if (options.mixed_steps_drop) { refuse("--mixed-steps"); }
    if (options.skip_steps != untouched.skip_steps) { refuse("--skip-steps"); }
    if (options.mixed_bits_drop) { refuse("--mixed-bits"); }
    if (options.execution != untouched.execution) { refuse("--execution"); }
    if (options.prune != untouched.prune) { refuse("--prune"); }
    if (options.prune_channels != untouched.prune_channels) { refuse("--prune-channels"); }
}

void keep_import_provenance(network& net, const model_graph& model,
                            const std::vector<imported_layer>& layers) {
    std::size_t ties = 0;
    std::size_t different = 0;
    for (const imported_layer& l : layers) {
        ties += l.ties;
        different += l.different;
    }
    net.metadata["source"] = std::filesystem::path(model.source).filename().string();
    net.metadata["integers"] = "imported";
    net.metadata["ties"] = std::to_string(ties);
    net.metadata["different_codes"] = std::to_string(different);
}

/// Skips get codes of their own, which must be finer than those of the layers behind them.
void refine_skips(neuron_graph& graph, const convert_options& options, conversion& result) {
    quantise_options finest = quantise_options_of(options);
    if (options.chosen_steps_drop) { finest.steps = most_chosen_steps; }
    const std::int64_t hidden = max_code(hidden_window(finest));
    const std::int64_t fine = max_code({coding::phase, options.skip_steps, 0, 0});
    if (fine < hidden) {
        throw bad_input({"--skip-steps", "skips would be coarser than the layers behind them",
                         fmt::format("{} (codes up to {})", options.skip_steps, fine),
                         fmt::format("phase codes up to {} or more", hidden),
                         fmt::format("--skip-steps {} or more",
                                     std::bit_width(static_cast<std::uint64_t>(hidden)))});
    }
    result.fine_skips = split_skips(graph, options.skip_steps);
    if (result.fine_skips == 0) {
        result.warnings.push_back("--skip-steps has no effect: the network has no skip connection");
    }
}

void warn_about_pruning(const convert_options& options, const pruning_report& report,
                        std::vector<std::string>& warnings) {
    const double left = static_cast<double>(report.multiplications_left)
                        / static_cast<double>(std::max<std::uint64_t>(1, report.multiplications));
    if (options.prune_channels > 0.0 && left > 1.01 - options.prune_channels / 100.0) {
        warnings.push_back(fmt::format(
            "--prune-channels {:g} left {:.1f} % of the multiplications: no channel may leave that "
            "is the last of its layer, or that a reader cannot do without",
            options.prune_channels, 100.0 * left));
    }
}

network emitted(const quantised_graph& quantised, const convert_options& options) {
    if (options.execution == execution::synchronous) { return emit_network(quantised).net; }
    return stream_network(assemble_network(quantised).net, {options.steps, options.stream_input},
                          quantised.graph->source);
}

/// Thresholds from the values of the samples, weights and biases from thresholds. Biases that were
/// trained on codes are kept. Returns the answers of the trained network.
std::vector<std::int32_t> quantise_by_calibration(quantised_state& state, const dataset& data,
                                                  const convert_options& options,
                                                  conversion& result) {
    if (options.equalise) { result.equalised_pairs = equalise(state.graph); }
    calibration measured = calibrate(state.graph, data, data.size());
    if (options.prune > 0.0 || options.prune_channels > 0.0) {
        pruned_graph pruned =
            prune(state.graph, data, data.size(), {options.prune, options.prune_channels});
        measured = calibrate_pruned(pruned, measured, data);
        state.unpruned = std::exchange(state.graph, std::move(pruned.graph));
        result.pruning = std::move(pruned.report);
        warn_about_pruning(options, *result.pruning, result.warnings);
    }
    const quantise_options chosen = search_choices(state, measured, data, options);
    state.quantised = quantise(state.graph, measured, chosen);
    result.layers =
        report_layers(state.quantised, measured, data);  // before biases move on purpose
    if (!result.distilled) {
        if (options.bias_correction && !options.reconstruct) { keep_plain_biases(state); }
        const correction_result corrected = correct_layers(
            state.quantised, measured, data, {options.reconstruct, options.bias_correction});
        for (const node_id id : corrected.unfitted) {
            result.unfitted.push_back(state.graph.nodes[id].name);
        }
    }
    result.net = emitted(state.quantised, options);
    warn_about_silence(state.graph, measured, result.warnings);
    return measured.answers;
}

/// Of the weights that a layer was trained with; 0 for pools, skips and the like.
int weight_bits_of(const network& net, const std::string& layer) {
    const std::size_t number = net.find(layer);
    for (const projection& p : net.projections) {
        const bool trained = p.kind == connectivity::dense || p.kind == connectivity::conv2d
                             || p.kind == connectivity::conv_transpose2d
                             || p.kind == connectivity::sparse;
        if (p.target == number && trained) { return p.weight_bits; }
    }
    return 0;
}

/// The integers of the file, where it has them: no calibration, no choice.
void import_file_integers(quantised_state& state, conversion& result) {
    imported_integers imported = import_integers(state.graph);
    state.quantised = std::move(imported.quantised);
    result.imported = std::move(imported.layers);
    result.net = emit_network(state.quantised).net;
    for (const imported_layer& l : result.imported) {
        layer_report layer;
        layer.name = l.name;
        layer.theta_min = l.theta_min;
        layer.theta_max = l.theta_max;
        result.layers.push_back(std::move(layer));
    }
}

/// What the populations have become.
void describe_layers(conversion& result) {
    for (layer_report& layer : result.layers) {
        const population& p = result.net.populations[result.net.find(layer.name)];
        layer.width_bits = p.width_bits;
        layer.steps = p.window.steps;
        layer.weight_bits = weight_bits_of(result.net, layer.name);
        if (!p.streaming || p.theta.empty()) { continue; }
        layer.steps = result.net.steps;
        layer.theta_min = *std::min_element(p.theta.begin(), p.theta.end());
        layer.theta_max = *std::max_element(p.theta.begin(), p.theta.end());
    }
}

/// Answers of the quantised network. Only synchronous spikes follow from its codes.
std::vector<std::int32_t> answers_of(conversion& result, const dataset& data, std::size_t samples) {
    return result.net.execution == execution::streaming
               ? result.quantised->classify(data, samples)
               : expect_activity(result.net, *result.quantised, data, samples);
}

}  // namespace

conversion convert_onnx(const std::filesystem::path& path, const dataset& data,
                        const convert_options& options) {
    import_result imported = import_onnx(path);
    const model_graph& model = imported.graph;
    const std::vector<input_encoding> encodings = resolve_encodings(model, options.input, data);
    for (const auto& [input, steps] : options.input_steps_of) {
        check_input_name(model, "--input-steps", input);
    }
    check_streaming(options);
    const bool integers = is_quantised(model);
    if (!integers || !is_nothing(data)) { check_data(model, data); }
    if (integers) { refuse_choices(options); }
    const std::size_t samples = data.size();

    conversion result;
    result.nodes = std::move(imported.nodes);
    result.calibration_samples = samples;
    for (std::size_t i = 0; samples > 0 && i < data.inputs(); ++i) {
        warn_about_range(data.input(i), encodings[i], options.input, result.warnings);
        warn_about_rates(data.input(i), options, result.warnings);
    }

    auto state = std::make_shared<quantised_state>();
    state->graph = lower_encoded(model, encodings);
    state->graph.labels = split_labels(model);
    std::vector<std::int32_t> trained;
    if (integers) {
        import_file_integers(*state, result);
        keep_import_provenance(result.net, model, result.imported);
        trained = trained_answers(state->graph, data, samples);
    } else {
        if (options.skip_steps > 0) { refine_skips(state->graph, options, result); }
        check_folding(model, encodings, state->graph, data);
        result.distilled = use_given_steps(model, state->graph, options, result.warnings);
        trained = quantise_by_calibration(*state, data, options, result);
        keep_provenance(result.net, model, options, samples);
        if (result.distilled) { keep_distilled_provenance(result.net); }
    }
    keep_encodings(result.net, encodings);

    result.quantised.emplace(state);
    if (options.choose_codes) {
        choose_codes(result.net, count_codes(result.net, *result.quantised, data, samples),
                     samples);
    }
    describe_layers(result);
    if (samples > 0) { compare_answers(trained, answers_of(result, data, samples), data, result); }
    return result;
}

}  // namespace synfire::converters
