// SPDX-License-Identifier: Apache-2.0
// A random network for the accelerator while it grows, one population at a time. Every population
// knows its codes, so that thresholds can follow them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <support/random_hardware.hpp>
#include <support/random_parts.hpp>

namespace synfire::test {

struct growing_network {
    growing_network(std::uint64_t seed, const hardware_family& f) : d(seed), family(f) {}

    dice d;
    hardware_family family;
    network net;
    std::vector<sample_codes> codes;
    std::vector<std::vector<sim::encoded_input>> samples;
    /// Passes of a group of channels for populations whose positions have no common rule.
    std::map<std::size_t, std::size_t> runs;

    const population& at(std::size_t i) const { return net.populations[i]; }
    const shape& shape_of(std::size_t i) const { return net.populations[i].shape; }
    std::int32_t channels();
    /// `phase` or `rate`, with at most `largest` steps.
    code_window window(std::int32_t largest);

    /// A random window where none is given; a range that uses all of it, or where the family's
    /// engines stop at limits now and then a part of it, with or without a sign.
    std::size_t add_spiking(const shape& s, std::optional<code_window> window = {});
    /// Whether a pool of signed codes reads it: nothing else can then.
    bool is_taken(std::size_t i) const;
    projection joined(std::size_t source, std::size_t target, connectivity kind);
    /// Takes the projection; weights of 2 to 8 bits, some of them zero.
    void connect(projection p, std::size_t weights);
    void connect_convolution(projection p);
    /// Bias, thresholds and codes, once all projections are there.
    void finish(std::size_t number);
    /// The last population that sends.
    std::size_t last_sender() const;
    bool is_map(std::size_t i) const { return shape_of(i).positions() > 1; }
};

/// A layer of a random kind on `source`. Pools where the source cannot be pooled become
/// convolutions.
void grow_layer(growing_network& g, std::size_t source);

void grow_convolution(growing_network& g, std::size_t source);
void grow_dense(growing_network& g, std::size_t source);
void grow_average(growing_network& g, std::size_t source);
void grow_max_pool(growing_network& g, std::size_t source);
void grow_residual(growing_network& g, std::size_t source);
void grow_concat(growing_network& g, std::size_t source);
void grow_index(growing_network& g, std::size_t source);
void grow_readout(growing_network& g, std::size_t source);

// In runs of positions (growing_rows.cpp).
void grow_transposed(growing_network& g, std::size_t source);
void grow_wide_transposed(growing_network& g, std::size_t source);
/// Of all positions.
void grow_global_average(growing_network& g, std::size_t source);
void grow_selection(growing_network& g, std::size_t source);
void grow_sparse(growing_network& g, std::size_t source);
void grow_dense_map(growing_network& g, std::size_t source);
/// A dense layer that reads them all.
void grow_meeting(growing_network& g, const std::vector<std::size_t>& sources);

}  // namespace synfire::test
