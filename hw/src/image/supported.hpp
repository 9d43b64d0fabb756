// SPDX-License-Identifier: Apache-2.0
// What the engine cannot do, said before anything is laid out.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <synfire/core/network.hpp>
#include <synfire/hw/config.hpp>

namespace synfire::hw::detail {

std::string where_of(const population& p);
std::string where_of(const network& net, const projection& p);

/// Code range of each population as the engine sees it: signed spiking populations whose potential
/// is never negative are unsigned, and so is what pools them. Throws bad_input for a signed
/// population without that proof where the engine fires positive spikes only.
std::vector<code_range> engine_ranges(const network& net, const engine_config& config);

/// Throws bad_input for the first population that the engine cannot run.
void require_supported(const network& net, const engine_config& config,
                       const std::vector<code_range>& ranges, bool answers_codes);

/// Bits of the patterns in the stream of all inputs, sign included.
std::int32_t input_pattern_bits(const network& net, const std::vector<code_range>& ranges);

/// Number in a format field for patterns of that many bits, or of that window.
int format_for(std::int32_t bits);
int format_for(const code_window& window, bool is_signed);

}  // namespace synfire::hw::detail
