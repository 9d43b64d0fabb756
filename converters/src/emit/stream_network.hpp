// SPDX-License-Identifier: Apache-2.0
// A network with rate codes becomes a streaming one: the same weights, spikes that travel step by
// step (docs/reference/semantics.md, "Trained networks").
#pragma once

#include <cstdint>
#include <string>

#include <synfire/core/network.hpp>

namespace synfire::converters {

struct stream_options {
    std::int32_t steps = 0;  ///< T: codes of the network go up to T
    input_encoder input = input_encoder::current;
};

/// `net` is what `assemble_network` made of a quantised graph with `rate` codes of T steps. Throws
/// unsupported_model, naming `source` and all populations at once, for what has no streaming form;
/// bad_input where a population would need more than 32 bits. The result is valid.
network stream_network(network net, const stream_options& options, const std::string& source);

}  // namespace synfire::converters
