// SPDX-License-Identifier: Apache-2.0
#include "streaming_check.hpp"

#include <fmt/format.h>

#include <algorithm>

#include <synfire/converters/float_model.hpp>
#include <synfire/sim/simulator.hpp>

#include "input_data.hpp"

namespace synfire::cli {

namespace {

/// What the network answers; samples come in their order.
struct spiking_run {
    network_answers answers;
    std::vector<std::vector<std::vector<double>>> outputs;  ///< [output][sample]

    void add(const network& net, const sim::sample_result& sample) {
        add_answer(answering_readout(net), sample.readouts.front().potentials, answers);
        std::vector<std::vector<double>> values = real_outputs(net, sample.readouts);
        outputs.resize(values.size());
        for (std::size_t o = 0; o < values.size(); ++o) {
            outputs[o].push_back(std::move(values[o]));
        }
    }
};

spiking_run run_spiking(const streaming_check_inputs& inputs, std::size_t samples,
                        running_anytime& anytime) {
    const network& net = inputs.conversion.net;
    spiking_run run;
    sim::options options;
    options.samples = samples;
    options.keep_samples = false;
    options.record.answers = true;
    options.progress = inputs.progress;
    options.on_sample = [&](std::size_t sample, const sim::sample_result& result) {
        anytime.add(sample, result);
        run.add(net, result);
    };
    sim::run(net, inputs.data, options);
    return run;
}

void compare_classes(const std::vector<std::int32_t>& trained,
                     const std::vector<std::int32_t>& spiking, const dataset& data,
                     streaming_check& check) {
    for (std::size_t i = 0; i < spiking.size(); ++i) {
        check.different_answers += trained[i] != spiking[i] ? 1 : 0;
        if (data.labels.empty()) { continue; }
        const bool before = trained[i] == data.labels[i];
        const bool after = spiking[i] == data.labels[i];
        check.lost += before && !after ? 1 : 0;
        check.gained += !before && after ? 1 : 0;
    }
}

prediction_score quantised_score(const streaming_check_inputs& inputs, std::size_t samples) {
    network_answers answers;
    answers.classes = inputs.conversion.quantised->classify(inputs.data, samples);
    dataset labelled;  // targets need values, which only the spiking network is asked for
    labelled.labels = inputs.data.labels;
    return score_of(answers, labelled);
}

}  // namespace

streaming_check check_streaming(const streaming_check_inputs& inputs) {
    const network& net = inputs.conversion.net;
    const std::size_t all = inputs.data.size();
    const std::size_t samples = inputs.samples == 0 ? all : std::min(inputs.samples, all);
    running_anytime anytime(inputs.data, net.steps);
    const spiking_run spiking = run_spiking(inputs, samples, anytime);
    const converters::float_model trained(inputs.model, encodings_of(net, inputs.model.string()));
    const auto outputs = trained.run_outputs(inputs.data, samples);
    const network_answers answers = answers_of(net, outputs.front());
    streaming_check check;
    check.trained = score_of(answers, inputs.data);
    check.quantised = quantised_score(inputs, samples);
    check.spiking = score_of(spiking.answers, inputs.data);
    check.anytime = anytime.scores();
    check.fidelity = fidelity_of(net, spiking.outputs, outputs);
    compare_classes(answers.classes, spiking.answers.classes, inputs.data, check);
    return check;
}

void count_streaming_answers(const std::filesystem::path& model, const dataset& calibration,
                             converters::conversion& conversion) {
    const streaming_check check = check_streaming({model, conversion, calibration});
    conversion.calibration_disagreements = check.different_answers;
    if (conversion.calibration_lost) {
        conversion.calibration_lost = static_cast<int>(check.lost) - static_cast<int>(check.gained);
    }
}

void print_streaming_check(const output& out, const std::string& data,
                           const streaming_check& check) {
    const bool classes = check.spiking.accuracy.has_value();
    out.text(fmt::format("{}: trained {}", data, describe(check.trained)));
    if (classes) { out.text(fmt::format("{}: quantised {}", data, describe(check.quantised))); }
    out.text(fmt::format("{}: spiking {}{}", data, describe(check.spiking),
                         classes ? fmt::format("; lost {}, gained {}", check.lost, check.gained)
                                 : std::string()));
    if (!classes) {
        for (const std::string& line : describe(check.fidelity)) { out.text(line); }
    }
    print_anytime(out, check.anytime);
}

nlohmann::ordered_json streaming_check_json(const std::string& data, const streaming_check& check) {
    nlohmann::ordered_json json;
    json["data"] = data;
    json["samples"] = check.spiking.samples;
    const auto accuracy = [](const prediction_score& s) {
        return s.accuracy ? nlohmann::ordered_json(*s.accuracy) : nlohmann::ordered_json(nullptr);
    };
    json["accuracy_float"] = accuracy(check.trained);
    json["accuracy_quantised"] = accuracy(check.quantised);
    json["accuracy_spiking"] = accuracy(check.spiking);
    json["fidelity"] = fidelity_json(check.fidelity);
    json["different_answers"] = check.different_answers;
    json["lost"] = check.lost;
    json["gained"] = check.gained;
    add_anytime(json, check.anytime);
    return json;
}

}  // namespace synfire::cli
