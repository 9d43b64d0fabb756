// SPDX-License-Identifier: Apache-2.0
#include <synfire/hw/needs.hpp>

#include "plan_image.hpp"

namespace synfire::hw {
namespace {

void add_pass(const detail::pass_plan& pass, layer_needs& layer) {
    layer.words.program += pass.words();
    layer.words.weights += pass.own_rows();
    layer.constant_rows += pass.rows_of ? 0 : pass.constants.rows();
}

part_needs needs_of_parts(const detail::planned_image& plan) {
    const std::vector<detail::planned_part>& parts = plan.parts.parts;
    part_needs needs{parts.size(), plan.parts.resident_rows, plan.parts.rows_a_sample(),
                     plan.parts.words_a_sample()};
    for (std::size_t i = 1; i < parts.size(); ++i) {
        const std::size_t before = plan.program[parts[i].first - 1].population;
        const detail::pass_plan& first = plan.program[parts[i].first];
        const bool is_cut = first.population == before && first.header.kind_of() != pass_kind::emit;
        if (is_cut && (needs.cut.empty() || needs.cut.back() != before)) {
            needs.cut.push_back(before);
        }
    }
    return needs;
}

}  // namespace

/// Frames of up to 255 words with two bytes before and two of answer; a part takes five registers
/// and the questions for its end.
std::int64_t serial_bytes(const part_needs& parts, const engine_config& config) {
    constexpr std::int64_t frame = 255;
    constexpr std::int64_t of_frame = 4;
    constexpr std::int64_t of_part = 76;
    const std::int64_t words = parts.rows * config.row_words() + 2 * parts.words;
    const std::int64_t count = static_cast<std::int64_t>(parts.parts) * parts.steps;
    return 4 * words + of_frame * (words / frame + 2 * count) + of_part * count;
}

memory_words memory_of(const engine_config& config) {
    return {static_cast<std::int64_t>(config.act_words()),
            static_cast<std::int64_t>(config.code_words()),
            static_cast<std::int64_t>(config.weight_rows()),
            static_cast<std::int64_t>(config.descriptor_words())};
}

bool fits_in(const memory_words& needed, const memory_words& there) {
    return needed.act <= there.act && needed.code <= there.code && needed.weights <= there.weights
           && needed.program <= there.program;
}

network_needs needs_of(const network& net, const engine_config& config,
                       const image_options& options) {
    const detail::planned_image plan = detail::plan_image(net, config, options);
    network_needs needs;
    needs.layers.resize(net.populations.size());
    for (std::size_t i = 0; i < needs.layers.size(); ++i) {
        const map_info& m = plan.map.maps[i];
        const bool readout = m.kind == population_kind::readout;
        needs.layers[i].words.act = readout ? 0 : m.act_words();
        needs.layers[i].words.code =
            readout ? static_cast<std::int64_t>(m.shape.neurons()) : m.code_words();
    }
    for (const detail::pass_plan& pass : plan.program) {
        add_pass(pass, needs.layers[pass.population]);
    }
    for (const layer_needs& layer : needs.layers) {
        needs.all.weights += layer.words.weights;
        needs.all.program += layer.words.program;
    }
    needs.all.act = plan.map.act_words;
    needs.all.code = plan.map.code_words;
    needs.misfits = plan.found.all();
    needs.in_parts = needs_of_parts(plan);
    if (net.execution == execution::streaming) {
        needs.in_parts.steps = net.steps;
        needs.in_parts.rows *= net.steps;
        needs.in_parts.words *= net.steps;
    }
    return needs;
}

image_options fitting_options(const network& net, const engine_config& config,
                              const image_options& options) {
    image_options tried = options;
    for (const bool parts : {false, true}) {
        for (const bool reuse : {false, true}) {
            tried.parts = options.parts || parts;
            tried.reuse_buffers = options.reuse_buffers || reuse;
            if (detail::plan_image(net, config, tried).found.all().empty()) { return tried; }
        }
    }
    return tried;
}

image make_fitting_image(const network& net, const engine_config& config) {
    return make_image(net, config, fitting_options(net, config));
}

}  // namespace synfire::hw
