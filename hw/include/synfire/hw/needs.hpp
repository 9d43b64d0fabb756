// SPDX-License-Identifier: Apache-2.0
// What a network takes of an engine's memories, layer by layer, whether the engine has it or not,
// and what would make it fit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <synfire/core/network.hpp>
#include <synfire/hw/does_not_fit.hpp>
#include <synfire/hw/image.hpp>

namespace synfire::hw {

/// Words of each of an engine's four memories.
struct memory_words {
    std::int64_t act = 0;      ///< of the active map
    std::int64_t code = 0;     ///< of spike patterns and potentials
    std::int64_t weights = 0;  ///< rows
    std::int64_t program = 0;

    friend bool operator==(const memory_words&, const memory_words&) = default;
};

/// What an engine has.
memory_words memory_of(const engine_config& config);
bool fits_in(const memory_words& needed, const memory_words& there);

struct layer_needs {
    memory_words words;
    std::int64_t constant_rows = 0;  ///< of the weight rows, those of biases and thresholds
};

/// What it takes to run a network in parts (image.hpp).
struct part_needs {
    std::size_t parts = 0;  ///< 0: it fits as it is, or not even so
    std::int64_t resident_rows = 0;
    /// Loaded for each sample, in all its steps.
    std::int64_t rows = 0;
    std::int64_t words = 0;          ///< of programs
    std::int64_t steps = 1;          ///< in each of which all parts are loaded
    std::vector<std::size_t> cut{};  ///< populations that do not lie in one part
};
/// Bytes that a serial line carries to load all parts for one sample.
std::int64_t serial_bytes(const part_needs& parts, const engine_config& config);

struct network_needs {
    std::vector<layer_needs> layers;  ///< one per population, in file order
    memory_words all;                 ///< with reused buffers less than the sum over the layers
    std::vector<misfit> misfits;      ///< everything that is too large for the engine
    part_needs in_parts;              ///< where the options ask for parts

    bool fits() const { return misfits.empty(); }
};

/// Throws bad_input where the engine cannot run the network at all, naming population or
/// projection.
network_needs needs_of(const network& net, const engine_config& config,
                       const image_options& options = {});

/// The options with which a network fits an engine: those given as they are, else with reused
/// buffers, else in parts, else both. Where nothing helps, both: what is too large is told of the
/// network that takes least.
image_options fitting_options(const network& net, const engine_config& config,
                              const image_options& options = {});

/// make_image() with fitting_options().
image make_fitting_image(const network& net, const engine_config& config);

/// Channels that layers may keep so that the network fits the engine's memories.
struct pruned_layers {
    std::vector<std::size_t> populations;  ///< that have to be pruned alike
    std::vector<std::int32_t> channels;    ///< that each of them keeps
};

/// By a closed form: in one layer alone (with those that must have its channels) where half of them
/// or more may stay, else in all hidden layers alike. Nothing where the network fits, where even
/// one channel in 16 is too many, or where other things than memories are too small.
std::optional<pruned_layers> pruning_that_fits(const network& net, const engine_config& config,
                                               const image_options& options = {});

}  // namespace synfire::hw
