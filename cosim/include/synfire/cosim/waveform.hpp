// SPDX-License-Identifier: Apache-2.0
// Files that make a waveform of the core readable in GTKWave: which signals, in which order, with
// names of populations and states in place of numbers.
#pragma once

#include <string>

#include <synfire/core/network.hpp>

namespace synfire::cosim {

struct waveform_views {
    std::string save;    ///< FILE.gtkw: gtkwave FILE.fst FILE.gtkw
    std::string layers;  ///< FILE.layers.txt: translation of trace_layer_o
    std::string states;  ///< FILE.states.txt: translation of trace_state_o
};

/// Writes the three files beside the waveform FILE.fst and says where; `lanes` of the core it is
/// of. Throws bad_input where one cannot be written.
waveform_views write_waveform_views(const std::string& waveform, const network& net, int lanes = 8);

}  // namespace synfire::cosim
