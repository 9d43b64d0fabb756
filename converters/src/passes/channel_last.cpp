// SPDX-License-Identifier: Apache-2.0
#include "channel_last.hpp"

namespace synfire::converters {

namespace {

bool turns_channel_first(const index_map& map, const dims& from) {
    const auto positions = static_cast<std::size_t>(from[0] * from[1]);
    for (std::size_t e = 0; e < map.index.size(); ++e) {
        const std::size_t expected =
            e % positions * static_cast<std::size_t>(from[2]) + e / positions;
        if (map.index[e] < 0 || static_cast<std::size_t>(map.index[e]) != expected) {
            return false;
        }
    }
    return true;
}

}  // namespace

std::optional<value_id> channel_first_image(const model_graph& model, value_id input) {
    const dims& from = model.values[input].shape;
    if (from.size() != 3) { return std::nullopt; }
    const layer* reader = nullptr;
    for (const layer& l : model.layers) {
        for (const value_id v : l.inputs) {
            if (v != input) { continue; }
            if (reader != nullptr) { return std::nullopt; }
            reader = &l;
        }
    }
    const auto* map = reader == nullptr ? nullptr : std::get_if<index_map>(&reader->op);
    if (map == nullptr || model.values[reader->output].shape != dims{from[2], from[0], from[1]}) {
        return std::nullopt;
    }
    // With one channel both layouts are the same bytes; channel first is the simpler reading.
    if (from[2] == 1 || !turns_channel_first(*map, from)) { return std::nullopt; }
    return reader->output;
}

}  // namespace synfire::converters
