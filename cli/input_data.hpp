// SPDX-License-Identifier: Apache-2.0
// Data for networks with one input or several: the options, and what the commands do with them.
#pragma once

#include <CLI/CLI.hpp>

#include <cstdint>
#include <string>
#include <vector>

#include <synfire/core/dataset.hpp>
#include <synfire/core/network.hpp>
#include <synfire/io/dataset.hpp>
#include <synfire/sim/encode.hpp>

namespace synfire::cli {

/// What was given: a data set, or NAME=DATA for each input.
using data_names = std::vector<std::string>;

/// Adds an option that is given once, or once per input.
CLI::Option* add_data_option(CLI::App& command, const std::string& flag, data_names& to,
                             const std::string& help);

/// As it may be given again, in one option.
std::string data_text(const data_names& given);

/// `files`, and those that are named in `given`: what no output may overwrite.
std::vector<std::string> with_data(std::vector<std::string> files, const data_names& given);

/// Names of the inputs of a network, of those of a model.
std::vector<std::string> input_names(const network& net);
std::vector<std::string> input_names(const std::string& model);

/// One sample as the network's inputs take it, in their order.
std::vector<sim::encoded_input> encode_inputs(const network& net, const dataset& data,
                                              std::size_t sample, std::uint64_t seed);

/// The same sample for hw::engine_network(net), whose inputs all send spikes.
std::vector<sim::encoded_input> for_engine(const network& net,
                                           std::vector<sim::encoded_input> inputs);

/// How data become the inputs, in their order. Throws bad_input naming `where` where the network
/// does not say.
std::vector<input_encoding> encodings_of(const network& net, const std::string& where);

}  // namespace synfire::cli
