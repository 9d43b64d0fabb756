// SPDX-License-Identifier: Apache-2.0
#include "live_layers.hpp"

namespace synfire::converters {

std::set<std::size_t> live_layers(const model_graph& model) {
    std::set<std::size_t> live;
    std::set<value_id> needed;
    for (const graph_output& o : model.outputs) { needed.insert(o.value); }
    for (std::size_t i = model.layers.size(); i-- > 0;) {
        if (!needed.contains(model.layers[i].output)) { continue; }
        live.insert(i);
        needed.insert(model.layers[i].inputs.begin(), model.layers[i].inputs.end());
    }
    return live;
}

}  // namespace synfire::converters
