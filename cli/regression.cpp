// SPDX-License-Identifier: Apache-2.0
#include "regression.hpp"

#include <fmt/format.h>

#include <synfire/core/error.hpp>
#include <synfire/core/readout.hpp>

#include "accuracy.hpp"

namespace synfire::cli {

namespace {

using sample_values = std::vector<std::vector<double>>;

std::vector<double> means_of(const sample_values& targets) {
    std::vector<double> means(targets.front().size(), 0.0);
    for (const std::vector<double>& sample : targets) {
        for (std::size_t i = 0; i < means.size(); ++i) { means[i] += sample[i]; }
    }
    for (double& m : means) { m /= static_cast<double>(targets.size()); }
    return means;
}

double squared_distance(const std::vector<double>& a, const std::vector<double>& b) {
    double sum = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i) { sum += (a[i] - b[i]) * (a[i] - b[i]); }
    return sum;
}

}  // namespace

void add_task_option(CLI::App& command, std::string& task) {
    command
        .add_option("--task", task,
                    "what an answer is: a class, or numbers (auto: labels say classification, "
                    "targets regression)")
        ->check(CLI::IsMember({"auto", "classification", "regression"}))
        ->capture_default_str();
}

answer_kind answer_kind_of(const std::string& task) {
    if (task == "classification") { return answer_kind::classification; }
    return task == "regression" ? answer_kind::regression : answer_kind::automatic;
}

void apply_task(dataset& data, answer_kind kind, std::size_t outputs) {
    if (kind == answer_kind::classification) {
        if (data.labels.empty() && data.target_size != 0) {
            throw bad_input({data.name, "has targets, which are no classes",
                             fmt::format("{} real numbers per sample", data.target_size),
                             "integer labels", "save labels as integers, or --task regression"});
        }
        data.targets.clear();
        data.target_size = 0;
    }
    if (kind != answer_kind::regression) { return; }
    if (data.target_size == 0 && outputs == 1) {
        data.targets.assign(data.labels.begin(), data.labels.end());
        data.target_size = data.labels.empty() ? 0 : 1;
    }
    data.labels.clear();
}

bool is_regression(const dataset& data, answer_kind kind) {
    return kind == answer_kind::regression || (data.labels.empty() && data.target_size != 0);
}

regression_fit fit_of(const sample_values& values, const sample_values& targets) {
    const std::vector<double> means = means_of(targets);
    double error = 0.0;
    double spread = 0.0;
    for (std::size_t i = 0; i < targets.size(); ++i) {
        error += squared_distance(values[i], targets[i]);
        spread += squared_distance(targets[i], means);
    }
    regression_fit fit;
    fit.mean_squared_error = error / static_cast<double>(targets.size() * means.size());
    if (spread > 0.0) { fit.r2 = 1.0 - error / spread; }
    return fit;
}

sample_values targets_of(const dataset& data, std::size_t samples) {
    sample_values targets;
    for (std::size_t i = 0; i < samples; ++i) {
        const auto first = data.targets.begin() + static_cast<std::ptrdiff_t>(i * data.target_size);
        targets.emplace_back(first, first + static_cast<std::ptrdiff_t>(data.target_size));
    }
    return targets;
}

std::vector<const population*> readouts_of(const network& net) {
    std::vector<const population*> readouts;
    for (const population& p : net.populations) {
        if (p.kind == population_kind::readout) { readouts.push_back(&p); }
    }
    return readouts;
}

sample_values real_outputs(const network& net, const std::vector<sim::readout_result>& readouts) {
    sample_values outputs;
    for (const sim::readout_result& r : readouts) {
        network_answers answer;
        add_answer(net.populations[r.population], r.potentials, answer);
        outputs.push_back(std::move(answer.values.front()));
    }
    return outputs;
}

std::vector<output_fidelity>
fidelity_of(const network& net, const std::vector<sample_values>& found,
            const std::vector<std::vector<std::vector<float>>>& trained) {
    std::vector<output_fidelity> fidelity;
    const std::vector<const population*> readouts = readouts_of(net);
    for (std::size_t r = 0; r < readouts.size(); ++r) {
        sample_values wanted;
        for (const std::vector<float>& sample : trained[r]) {
            wanted.emplace_back(sample.begin(), sample.end());
            apply_host_functions(readouts[r]->host_functions, wanted.back());
        }
        fidelity.push_back(
            {readouts[r]->name, readouts[r]->shape.neurons(), fit_of(found[r], wanted)});
    }
    return fidelity;
}

std::vector<output_fidelity>
fidelity_of(const network& net, const std::vector<sim::sample_result>& found,
            const std::vector<std::vector<std::vector<float>>>& trained) {
    std::vector<sample_values> outputs(trained.size());
    for (const sim::sample_result& sample : found) {
        sample_values values = real_outputs(net, sample.readouts);
        for (std::size_t o = 0; o < outputs.size(); ++o) {
            outputs[o].push_back(std::move(values.at(o)));
        }
    }
    return fidelity_of(net, outputs, trained);
}

std::string outputs_header(const network& net) {
    std::string text;
    for (const population* p : readouts_of(net)) {
        for (std::size_t i = 0; i < p->shape.neurons(); ++i) {
            text += fmt::format("{}{}[{}]", text.empty() ? "" : ",", p->name, i);
        }
    }
    return text + "\n";
}

std::string outputs_row(const network& net, const sim::sample_result& sample) {
    std::string text;
    for (const std::vector<double>& output : real_outputs(net, sample.readouts)) {
        for (const double value : output) {
            text += fmt::format("{}{:.9g}", text.empty() ? "" : ",", value);
        }
    }
    return text + "\n";
}

nlohmann::ordered_json fidelity_json(const std::vector<output_fidelity>& fidelity) {
    nlohmann::ordered_json json = nlohmann::ordered_json::array();
    for (const output_fidelity& f : fidelity) {
        json.push_back({{"output", f.output},
                        {"values", f.values},
                        {"mean_squared_error", f.fit.mean_squared_error},
                        {"r2", nullptr}});
        if (f.fit.r2) { json.back()["r2"] = *f.fit.r2; }
    }
    return json;
}

std::vector<std::string> describe(const std::vector<output_fidelity>& fidelity) {
    std::vector<std::string> lines;
    lines.reserve(fidelity.size());
    for (const output_fidelity& f : fidelity) {
        lines.push_back(fmt::format("output {}: spiking against trained network: {}", f.output,
                                    describe(f.fit)));
    }
    return lines;
}

std::string describe(const regression_fit& fit) {
    return fmt::format("mean squared error {:.6g}, R2 {}", fit.mean_squared_error,
                       fit.r2 ? fmt::format("{:.6f}", *fit.r2) : "unknown (targets never vary)");
}

}  // namespace synfire::cli
