// SPDX-License-Identifier: Apache-2.0
// NIR graphs. HDF5's own parser is not our target (and not robust): an input is a list of edits of
// a good graph, made on its tree, so that they reach every check behind it. Anything but our own
// errors is a bug; what is accepted must run in float64, convert, and be written again or refused.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <synfire/converters/nir_export.hpp>
#include <synfire/converters/nir_model.hpp>
#include <synfire/core/error.hpp>
#include <synfire/core/validate.hpp>
#include <synfire/io/hdf5_tree.hpp>

#include "byte_source.hpp"
#include "support/nir_builder.hpp"

namespace {

using namespace synfire;
using test::byte_source;
using test::nir_builder;
using test::numbers;

io::hdf5_tree recurrent() {
    nir_builder inner;
    inner.input({2}).lif("lif", 2, 4.0).linear("w", 2, 2, {0.5, -0.5, 0.25, 1.0}).output({2});
    inner.chain({"input", "lif", "output"}).chain({"lif", "w", "lif"});
    nir_builder graph;
    graph.input({3}).linear("in", 2, 3, {1, 0, 0, 0, 1, 1}).subgraph("rec", inner);
    graph.node("wait", "Delay", {numbers("delay", {2.0, 2.0})}).li("li", 2, 8.0).output({2});
    graph.chain({"input", "in", "rec", "wait", "li", "output"});
    return graph.file();
}

io::hdf5_tree convolutional() {
    nir_builder graph;
    graph.input({1, 4, 4});
    graph.node("conv", "Conv2d",
               {numbers("weight", {1, 0.5, 0.25, -1, 1, 1, 1, 0.5}, {2, 1, 2, 2}),
                numbers("stride", {1, 1}), test::text("padding", "same"),
                numbers("dilation", {1, 1}), numbers("groups", {1}, {}),
                numbers("bias", {0.5, 0})});
    graph.node("if", "IF", {numbers("r", {1.0}, {}), numbers("v_threshold", {1.0, 2.0})});
    graph.node(
        "pool", "AvgPool2d",
        {numbers("kernel_size", {2, 2}), numbers("stride", {2, 2}), numbers("padding", {0, 0})});
    graph.node("flat", "Flatten", {numbers("start_dim", {0}, {}), numbers("end_dim", {-1}, {})});
    graph.node("scale", "Scale", {numbers("scale", {1, 2, 3, 4, 5, 6, 7, 8})});
    graph.node("cuba", "CubaLIF",
               {numbers("tau_syn", {2.0}, {}), numbers("tau_mem", {4.0}, {}),
                numbers("r", {1.0}, {}), numbers("v_leak", {0.0}, {}), numbers("w_in", {1.0}, {}),
                numbers("v_threshold", std::vector<double>(8, 1.0))});
    graph.output({8}).chain({"input", "conv", "if", "pool", "flat", "scale", "cuba", "output"});
    return graph.file();
}

/// A group of the tree, some steps down.
io::hdf5_tree& pick_group(io::hdf5_tree& root, byte_source& input) {
    io::hdf5_tree* group = &root;
    for (std::size_t depth = input.below(6); depth > 0 && !group->groups.empty(); --depth) {
        group = &group->groups[input.below(group->groups.size())];
    }
    return *group;
}

double pick_number(byte_source& input) {
    const double choices[] = {0.0,  1.0, -1.0, 2.0,   0.5,   3.0, 1e-3,
                              1e30, NAN, -0.0, 1e300, 65536, 4e9, -INFINITY};
    return input.byte() % 2 == 0 ? choices[input.below(std::size(choices))]
                                 : static_cast<double>(input.byte());
}

void edit_value(io::hdf5_tree& group, byte_source& input) {
    if (group.values.empty()) { return; }
    io::hdf5_value& value = group.values[input.below(group.values.size())];
    if (!value.texts.empty() && input.byte() % 4 != 0) {
        const char* words[] = {"LIF",    "IF",    "Conv2d", "Linear", "Output", "NIRGraph",
                               "valid",  "input", "rec",    "li",     "Scale",  "Threshold",
                               "Conv1d", "I",     "CubaLI", "output", "if",     "rec.input"};
        value.texts[input.below(value.texts.size())] = words[input.below(std::size(words))];
        return;
    }
    if (!value.numbers.empty() && input.byte() % 2 == 0) {
        value.numbers[input.below(value.numbers.size())] = pick_number(input);
        return;
    }
    // Another type or shape.
    value.kind = static_cast<io::hdf5_kind>(input.byte() % 4);
    value.extents.clear();
    std::size_t count = 1;
    for (std::size_t axes = input.below(5); axes > 0; --axes) {
        value.extents.push_back(input.below(5));
        count *= value.extents.back();
    }
    value.numbers.clear();
    value.texts.clear();
    for (std::size_t n = 0; n < count; ++n) {
        if (value.kind == io::hdf5_kind::texts) { value.texts.emplace_back("input"); }
        if (value.kind == io::hdf5_kind::reals || value.kind == io::hdf5_kind::integers) {
            value.numbers.push_back(pick_number(input));
        }
    }
}

/// Removes a member, or copies one from elsewhere.
void edit_members(io::hdf5_tree& root, io::hdf5_tree& group, byte_source& input) {
    if (input.byte() % 2 == 0) {
        if (!group.values.empty() && input.byte() % 2 == 0) {
            group.values.erase(group.values.begin()
                               + static_cast<std::ptrdiff_t>(input.below(group.values.size())));
        } else if (!group.groups.empty()) {
            group.groups.erase(group.groups.begin()
                               + static_cast<std::ptrdiff_t>(input.below(group.groups.size())));
        }
        return;
    }
    const io::hdf5_tree copy = pick_group(root, input);
    if (group.groups.size() < 12) { group.groups.push_back(copy); }
    if (!copy.values.empty() && group.values.size() < 12) {
        group.values.push_back(copy.values[input.below(copy.values.size())]);
    }
}

/// Adds an edge or turns one round.
void edit_edges(io::hdf5_tree& root, byte_source& input) {
    if (root.groups.empty()) { return; }
    for (io::hdf5_value& value : root.groups[0].values) {
        if (value.name != "edges" || value.texts.size() < 2) { continue; }
        const std::string a = value.texts[input.below(value.texts.size())];
        const std::string b = value.texts[input.below(value.texts.size())];
        value.texts.push_back(a);
        value.texts.push_back(b);
        value.extents = {value.texts.size() / 2, 2};
    }
}

void edit(io::hdf5_tree& root, byte_source& input) {
    const std::uint8_t what = input.byte() % 8;
    if (what == 7) { return edit_edges(root, input); }
    io::hdf5_tree& group = pick_group(root, input);
    if (what == 6) {
        edit_members(root, group, input);
    } else {
        edit_value(group, input);
    }
}

void use(const io::hdf5_tree& file, byte_source& input) {
    const converters::nir_graph graph = converters::nir_from_tree(file, "fuzz");
    converters::nir_conversion_options options;
    options.timing.dialect = static_cast<converters::nir_dialect>(input.byte() % 5);
    options.timing.dt = 1.0;
    options.steps = 3;
    options.encoder = input.byte() % 2 == 0 ? input_encoder::events : input_encoder::current;
    converters::nir_executor run(graph, options.timing);
    const converters::nir_conversion made = converters::convert_nir(graph, options);
    validate(made.net);
    std::vector<std::vector<double>> inputs;
    for (const population& p : made.net.populations) {
        if (p.kind == population_kind::input) { inputs.emplace_back(p.shape.neurons(), 1.0); }
    }
    for (int t = 0; t < 3; ++t) { run.step(inputs); }
    converters::nir_export_options out;
    out.dt = 1.0;
    out.soft_reset_in_metadata = true;
    const io::hdf5_tree again = converters::nir_tree(made.net, out);
    converters::nir_from_tree(io::decode_hdf5_tree(io::encode_hdf5_tree(again), "fuzz"), "fuzz");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    byte_source input(std::span(data, size));
    io::hdf5_tree file = input.byte() % 2 == 0 ? recurrent() : convolutional();
    const std::uint8_t edits = input.byte() % 5;
    for (int i = 0; i < edits && !input.empty(); ++i) { edit(file, input); }
    try {
        use(file, input);
    } catch (const error&) {
        // The expected end of most inputs.
    }
    return 0;
}
