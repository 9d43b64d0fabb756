// SPDX-License-Identifier: Apache-2.0
// The node types of NIR: which fields each has, and what becomes of it.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace synfire::converters::nir {

enum class node_role : std::uint8_t {
    port,    ///< Input, Output
    map,     ///< no state: weights, pools, shapes
    delay,   ///< passes on what it gets, later
    neuron,  ///< has state and fires
    filter,  ///< has state and does not fire
};

struct field_rule {
    std::string_view name;
    bool required = true;
};

struct node_type {
    std::string_view name;
    node_role role;
    std::vector<field_rule> fields;
    std::string_view treatment;
    std::string_view notes;
};

/// Null for a type that NIR does not have.
const node_type* find_type(std::string_view name);

/// Role of a type that was found before.
node_role role_of(std::string_view type);

}  // namespace synfire::converters::nir
