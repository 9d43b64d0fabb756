// SPDX-License-Identifier: Apache-2.0
#include <synfire/hw/needs.hpp>

#include "plan_image.hpp"

namespace synfire::hw {
namespace {

void add_pass(const detail::pass_plan& pass, layer_needs& layer) {
    layer.words.program += static_cast<std::int64_t>(header_words + term_words * pass.terms.size());
    layer.words.program += pass.header.ranged != 0 ? range_words : 0;
    layer.words.weights += pass.own_rows();
    layer.constant_rows += pass.rows_of ? 0 : pass.constants.rows();
}

}  // namespace

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
    return needs;
}

image make_fitting_image(const network& net, const engine_config& config) {
    try {
        return make_image(net, config);
    } catch (const does_not_fit&) { return make_image(net, config, {.reuse_buffers = true}); }
}

}  // namespace synfire::hw
