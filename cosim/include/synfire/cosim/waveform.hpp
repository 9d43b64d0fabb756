// SPDX-License-Identifier: Apache-2.0
// Files that make a waveform of the core readable in GTKWave: which signals, in which order, with
// names of populations and states in place of numbers. Writing them is the caller's
// (io::write_file), who knows what else must not be overwritten.
#pragma once

#include <string>

#include <synfire/core/network.hpp>

namespace synfire::cosim {

struct waveform_view {
    std::string path;
    std::string text;
};

struct waveform_views {
    waveform_view save;    ///< FILE.gtkw: gtkwave FILE.fst FILE.gtkw
    waveform_view layers;  ///< FILE.layers.txt: translation of trace_layer_o
    waveform_view states;  ///< FILE.states.txt: translation of trace_state_o
};

/// The three files that belong beside the waveform FILE.fst; `lanes` of the core it is of.
waveform_views views_of_waveform(const std::string& waveform, const network& net, int lanes);

}  // namespace synfire::cosim
