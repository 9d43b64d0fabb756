// SPDX-License-Identifier: Apache-2.0
#include "imported_layers.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace synfire::cli {

namespace {

constexpr std::int32_t widest_hardware_theta = 32767;

struct totals {
    std::size_t boundaries = 0;
    std::size_t ties = 0;
    std::size_t different = 0;
    std::int32_t theta = 0;
};

totals sum_of(const std::vector<converters::imported_layer>& layers) {
    totals all;
    for (const converters::imported_layer& l : layers) {
        all.boundaries += l.boundaries;
        all.ties += l.ties;
        all.different += l.different;
        all.theta = std::max(all.theta, l.theta_max);
    }
    return all;
}

nlohmann::ordered_json listed_json(const converters::imported_layer& layer) {
    nlohmann::ordered_json listed = nlohmann::ordered_json::array();
    for (const converters::rounding_difference& d : layer.listed) {
        listed.push_back({{"channel", d.channel},
                          {"accumulator", d.accumulator},
                          {"model", d.model},
                          {"network", d.network},
                          {"tie", d.tie}});
    }
    return listed;
}

}  // namespace

void print_imported(const output& out, const converters::conversion& conversion) {
    out.text(fmt::format("{:<28} {:>11} {:>9} {:>6} {:>9} {:>9} {:>9} {:>5}", "layer", "checked by",
                         "checked", "ties", "different", "theta", "max", "bits"));
    for (std::size_t i = 0; i < conversion.imported.size(); ++i) {
        const converters::imported_layer& l = conversion.imported[i];
        out.text(fmt::format("{:<28} {:>11} {:>9} {:>6} {:>9} {:>9} {:>9} {:>5}{}", l.name,
                             l.method, l.boundaries, l.ties, l.different, l.theta_min, l.theta_max,
                             conversion.layers[i].width_bits,
                             l.own_factors ? "  factors per channel" : ""));
    }
    const totals all = sum_of(conversion.imported);
    out.text(
        fmt::format("integers of the file: {} code boundaries checked; {} accumulators halfway "
                    "between two codes and {} others round differently",
                    all.boundaries, all.ties, all.different));
    if (all.theta > widest_hardware_theta) {
        out.text(fmt::format("thresholds reach {}: lanes that fire in their accumulators, as the "
                             "iCEBreaker's do, hold {} at most",
                             all.theta, widest_hardware_theta));
    }
    if (conversion.calibration_samples > 0) {
        out.text(fmt::format("{} of {} samples answer differently from the model's own rounding in "
                             "single precision",
                             conversion.calibration_disagreements, conversion.calibration_samples));
    }
}

nlohmann::ordered_json imported_json(const std::vector<converters::imported_layer>& layers) {
    const totals all = sum_of(layers);
    nlohmann::ordered_json json;
    json["boundaries"] = all.boundaries;
    json["ties"] = all.ties;
    json["different"] = all.different;
    json["theta_max"] = all.theta;
    json["fits_hardware_thresholds"] = all.theta <= widest_hardware_theta;
    json["layers"] = nlohmann::ordered_json::array();
    for (const converters::imported_layer& l : layers) {
        json["layers"].push_back({{"name", l.name},
                                  {"method", l.method},
                                  {"boundaries", l.boundaries},
                                  {"ties", l.ties},
                                  {"different", l.different},
                                  {"factor", l.factor},
                                  {"own_factors", l.own_factors},
                                  {"theta_min", l.theta_min},
                                  {"theta_max", l.theta_max},
                                  {"listed", listed_json(l)}});
    }
    return json;
}

}  // namespace synfire::cli
