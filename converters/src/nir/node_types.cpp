// SPDX-License-Identifier: Apache-2.0
#include "node_types.hpp"

#include <algorithm>

#include <synfire/converters/nir_graph.hpp>
#include <synfire/core/error.hpp>

namespace synfire::converters {

namespace nir {

namespace {

constexpr bool optional = false;

const std::vector<field_rule>& conv_fields() {
    static const std::vector<field_rule> fields{
        {"input_shape", optional}, {"weight"}, {"stride"}, {"padding"}, {"dilation"}, {"groups"},
        {"bias", optional}};
    return fields;
}

const std::vector<field_rule>& pool_fields() {
    static const std::vector<field_rule> fields{{"kernel_size"}, {"stride"}, {"padding"}};
    return fields;
}

std::vector<node_type> without_state() {
    const std::string_view pool = "sum_pool projection, or part of the next layer's weights";
    return {
        {"Affine",
         node_role::map,
         {{"weight"}, {"bias"}},
         "dense projection and bias",
         "weights with two axes"},
        {"AvgPool2d", node_role::map, pool_fields(), pool, "padding counts as zeros"},
        {"Conv1d", node_role::map, conv_fields(), "conv2d projection of height 1",
         "padding by number, `same` or `valid`"},
        {"Conv2d", node_role::map, conv_fields(), "conv2d projection",
         "padding by numbers, `same` or `valid`; any groups"},
        {"Delay",
         node_role::delay,
         {{"delay"}},
         "delay of the projection",
         "one delay for all elements; not behind real-valued inputs"},
        {"Flatten",
         node_role::map,
         {{"start_dim"}, {"end_dim"}, {"input_type", optional}},
         "order of the next layer's weights",
         ""},
        {"Input", node_role::port, {{"shape"}}, "input population", "one to three axes"},
        {"Linear", node_role::map, {{"weight"}}, "dense projection", "weights with two axes"},
        {"Output", node_role::port, {{"shape"}}, "readout", "of spikes: their number"},
        {"Scale", node_role::map, {{"scale"}}, "part of the weights, or one_to_one projection", ""},
        {"SumPool2d", node_role::map, pool_fields(), pool, ""},
    };
}

std::vector<node_type> with_state() {
    const std::string_view last = "in front of Outputs only";
    return {
        {"CubaLI",
         node_role::filter,
         {{"tau_syn"}, {"tau_mem"}, {"r"}, {"v_leak"}, {"w_in", optional}},
         "readout with leak and synaptic current",
         last},
        {"CubaLIF",
         node_role::neuron,
         {{"tau_syn"},
          {"tau_mem"},
          {"r"},
          {"v_leak"},
          {"w_in", optional},
          {"v_threshold"},
          {"v_reset", optional}},
         "spiking population with leak and synaptic current",
         "v_leak equals v_reset; subtractive reset: v_leak 0"},
        {"I", node_role::filter, {{"r"}}, "readout without leak", last},
        {"IF",
         node_role::neuron,
         {{"r"}, {"v_threshold"}, {"v_reset", optional}},
         "spiking population without leak",
         ""},
        {"LI", node_role::filter, {{"tau"}, {"r"}, {"v_leak"}}, "readout with leak", last},
        {"LIF",
         node_role::neuron,
         {{"tau"}, {"r"}, {"v_leak"}, {"v_threshold"}, {"v_reset", optional}},
         "spiking population with leak",
         "v_leak other than v_reset becomes a bias"},
        {"Threshold",
         node_role::neuron,
         {{"threshold"}},
         "spiking population that keeps nothing from step to step",
         ""},
    };
}

const std::vector<node_type>& types() {
    static const std::vector<node_type> table = [] {
        std::vector<node_type> all = without_state();
        for (const node_type& type : with_state()) { all.push_back(type); }
        std::sort(all.begin(), all.end(),
                  [](const node_type& a, const node_type& b) { return a.name < b.name; });
        return all;
    }();
    return table;
}

}  // namespace

const node_type* find_type(std::string_view name) {
    const std::vector<node_type>& all = types();
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const node_type& t) { return t.name == name; });
    return found == all.end() ? nullptr : &*found;
}

node_role role_of(std::string_view type) {
    const node_type* found = find_type(type);
    if (found == nullptr) { throw internal_error("a NIR node of unknown type was let through"); }
    return found->role;
}

}  // namespace nir

std::vector<nir_type_info> nir_types() {
    std::vector<nir_type_info> all;
    for (const nir::node_type& type : nir::types()) {
        std::string fields;
        for (const nir::field_rule& field : type.fields) {
            fields += fields.empty() ? "" : ", ";
            fields += std::string(field.name) + (field.required ? "" : "?");
        }
        all.push_back(
            {std::string(type.name), fields, std::string(type.treatment), std::string(type.notes)});
    }
    return all;
}

}  // namespace synfire::converters
