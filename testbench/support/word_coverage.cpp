// SPDX-License-Identifier: Apache-2.0
// What the words of random networks cover: several positions a word, and several groups of a
// convolution in one term.
#include <algorithm>

#include <fmt/format.h>

#include <support/random_hardware.hpp>

namespace synfire::test {
namespace {

std::string shared(std::string_view what) { return fmt::format("several positions: {}", what); }

/// All rows of the pass read one row of biases.
bool repeats_rows(const hw::pass_info& pass, const hw::term& t) {
    return t.constant != 0 && t.y_stride == 0 && pass.header.height > 1;
}

}  // namespace

void hardware_coverage::add_words(const network& net, const hw::image& image) {
    for (const hw::pass_info& pass : image.passes) {
        add_bands(pass);
        const hw::map_info& m = image.maps[pass.population];
        if (m.positions == 1) {
            add_groups(net, pass);
            continue;
        }
        mark("2 positions a word", m.positions == 2);
        mark("4 positions a word or more", m.positions >= 4);
        mark("word at the edge of a map", pass.header.edge_lanes != pass.header.lanes);
        mark("padding between the positions of a word", m.pitch != m.shape.channels);
        mark(shared("many terms"), pass.terms.size() > 1);
        for (const hw::term& t : pass.terms) {
            mark(shared("one run along the lanes"), t.diagonal != 0);
            mark(shared("bias per neuron"), t.constant != 0);
            mark(shared("rows of biases repeat"), repeats_rows(pass, t));
        }
    }
    for (const projection& p : net.projections) {
        mark("dense layer on words of several positions",
             p.kind == connectivity::dense && image.maps[p.source].positions > 1);
        if (image.maps[p.target].positions == 1) { continue; }
        mark(shared(to_string(p.kind)));
        mark(shared("groups"), p.groups > 1);
        mark(shared("stride"), p.geometry.stride[1] > 1);
        mark(shared("dilation"), p.geometry.dilation[1] > 1);
        mark(shared("part of the channels"),
             p.target_channels.count() < image.maps[p.target].shape.channels);
    }
}

/// Passes over the rows of a map whose biases repeat, and over those above and below.
void hardware_coverage::add_bands(const hw::pass_info& pass) {
    for (const hw::term& t : pass.terms) {
        if (t.constant == 0) { continue; }
        const std::int64_t row = pass.positions.first * t.tap_bits / t.row_bits;
        mark("rows of biases repeat", repeats_rows(pass, t));
        mark("rows of biases repeat below others", repeats_rows(pass, t) && row > 0);
        mark("row of biases below those that repeat",
             t.y_stride != 0 && t.y_first / t.row_bits < row);
    }
}

/// A grouped convolution whose pass has one term, though it meets several groups.
void hardware_coverage::add_groups(const network& net, const hw::pass_info& pass) {
    const hw::term& t = pass.terms.empty() ? hw::term{} : pass.terms.front();
    if (pass.terms.size() != 1 || t.diagonal != 0 || t.constant != 0) { return; }
    for (const projection& p : net.projections) {
        const bool grouped = p.target == pass.population && p.groups > 1;
        const std::int32_t out = p.target_channels.count() / std::max(p.groups, 1);
        mark("groups of a convolution in one term", grouped && t.mask_count > out);
    }
}

std::vector<std::string> hardware_coverage::required_words() {
    std::vector<std::string> names{"2 positions a word",
                                   "4 positions a word or more",
                                   "word at the edge of a map",
                                   "padding between the positions of a word",
                                   "dense layer on words of several positions",
                                   "groups of a convolution in one term",
                                   "rows of biases repeat",
                                   "rows of biases repeat below others",
                                   "row of biases below those that repeat"};
    for (const char* what :
         {"many terms", "one run along the lanes", "bias per neuron", "rows of biases repeat",
          "groups", "stride", "dilation", "part of the channels", "conv2d", "sum_pool", "window",
          "one_to_one", "index"}) {
        names.push_back(shared(what));
    }
    return names;
}

}  // namespace synfire::test
