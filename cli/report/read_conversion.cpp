// SPDX-License-Identifier: Apache-2.0
#include "read_parts.hpp"

namespace synfire::report {

namespace {

converted_layer read_layer(const json_value& json) {
    converted_layer layer;
    layer.name = json.text("name");
    layer.theta_min = json.number("theta_min");
    layer.theta_max = json.number("theta_max");
    layer.width_bits = json.number("width_bits");
    layer.dead_channels = json.number("dead_channels");
    if (const auto error = json.find("error")) {
        layer.error = {error->number("clip"), error->number("round"), error->number("weights")};
    }
    return layer;
}

level_check read_check(const json_value& json) {
    level_check check;
    check.data = json.text("data");
    check.samples = json.number("samples");
    check.accuracy_float = json.number("accuracy_float");
    check.accuracy_quantised = json.number("accuracy_quantised");
    check.accuracy_spiking = json.number("accuracy_spiking");
    check.lost = json.number("lost");
    check.gained = json.number("gained");
    check.neurons_compared = json.number("neurons_compared");
    check.neurons_different = json.number("neurons_different");
    check.first_difference = read_difference(json);
    return check;
}

}  // namespace

conversion read_conversion(const json_value& json) {
    conversion result;
    result.model = json.text("model");
    result.coding = json.text("coding");
    result.calibration = json.text("calibration");
    result.seed = json.number("seed");
    result.steps = json.number("steps");
    result.input_steps = json.number("input_steps");
    result.weight_bits = json.number("weight_bits");
    result.calibration_samples = json.number("calibration_samples");
    result.calibration_disagreements = json.number("calibration_disagreements");
    for (const json_value& warning : json.list("warnings")) {
        result.warnings.push_back(warning.as_text());
    }
    for (const json_value& layer : json.list("layers")) {
        result.layers.push_back(read_layer(layer));
    }
    for (const json_value& node : json.list("nodes")) {
        result.nodes.push_back(
            {node.text("name"), node.text("op"), node.text("class"), node.text("reason")});
    }
    if (const auto check = json.find("check")) { result.check = read_check(*check); }
    return result;
}

}  // namespace synfire::report
