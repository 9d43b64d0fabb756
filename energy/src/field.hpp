// SPDX-License-Identifier: Apache-2.0
// Geometry of gathering: which memory words an output-stationary engine touches to compute one
// population. An output word is one position and up to N neighbouring channels; it reads the
// receptive field once.
#pragma once

#include <synfire/core/network.hpp>

namespace synfire::energy {

struct field_layout {
    int lanes = 8;
    int word_bits = 64;
    int element_bits = 1;  ///< of one source neuron in its memory
};

/// Static facts of one projection; everything per inference.
struct field_facts {
    double output_words = 0;  ///< positions times groups of N channels
    double words = 0;         ///< memory words of the field, over all output words
    double row_words = 1;     ///< rows of N weights that one active source needs at one position
    double row_slots =
        0;  ///< distinct weight rows there are to read; bounds reads where lanes share rows
    double synapses = 0;       ///< in-bounds (source, target) pairs; window: taps
    double reached = 0;        ///< in-bounds (source, target position) pairs
    bool shared_rows = false;  ///< one row serves several sources (depthwise, pooling, one to one)
};

field_facts facts_of(const network& net, const projection& p, const field_layout& layout);

}  // namespace synfire::energy
