// SPDX-License-Identifier: Apache-2.0
// A network laid out for the event-driven engine: rows of weights, tables instead of arithmetic.
// Built once, shared by all threads, never changed.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include <boost/container/vector.hpp>

#include <synfire/core/network.hpp>

#include "code_tables.hpp"
#include "fan_table.hpp"
#include "kernels.hpp"

namespace synfire::sim {

/// May grow without setting what is overwritten anyway.
template <class T>
using unset_vector = boost::container::vector<T>;

/// Active neurons of one position (all channels of one y, x): entries [first, last) of the active
/// set.
struct active_position {
    std::uint32_t position = 0;
    std::uint32_t first = 0;
    std::uint32_t last = 0;
};

/// Neurons with q != 0, ascending, also grouped by position. Deliveries say what they need of it;
/// what none needs stays empty.
struct active_set {
    unset_vector<std::uint32_t> neurons;
    std::vector<std::int32_t> codes;
    std::vector<active_position> positions;
    unset_vector<std::uint8_t> codes8;  ///< codes 0 .. 255; gather_padding entries more
    std::vector<std::int16_t> codes16;  ///< gather_padding entries more
    std::vector<std::uint32_t> starts;  ///< per position its first entry; one more for the end

    void clear() {
        neurons.clear();
        codes.clear();
        positions.clear();
        codes8.clear();
        codes16.clear();
        starts.clear();
    }
};

/// What of an active_set.
struct active_needs {
    bool positions = false;  ///< and neurons and codes
    bool codes8 = false;     ///< and neurons
    bool codes16 = false;    ///< and neurons
    bool starts = false;

    bool entries() const { return positions || codes8 || codes16; }

    active_needs& operator|=(const active_needs& other) {
        positions |= other.positions;
        codes8 |= other.codes8;
        codes16 |= other.codes16;
        starts |= other.starts;
        return *this;
    }
};

/// Buffers of one thread; contents do not outlive one delivery.
struct delivery_scratch {
    std::vector<const std::int8_t*> rows;
    std::vector<std::uint32_t> gains;
    std::vector<std::int32_t> products;
    std::vector<std::vector<gather_run>> runs;  ///< per thread
    active_set in_range;
    std::vector<std::uint8_t> plane;
    std::vector<std::int16_t> wide_plane;

    void clear_rows() {
        rows.clear();
        gains.clear();
    }
    void add_row(const std::int8_t* row, std::int32_t code, int shift) {
        rows.push_back(row);
        gains.push_back(static_cast<std::uint32_t>(code) << shift);
    }
};

/// Whether the codes of a range fit a byte.
inline bool fits_byte(const code_range& range) { return range.lo >= 0 && range.hi <= 255; }

/// Codes of all neurons of a population: bytes where its range fits them.
struct code_view {
    const std::int32_t* wide = nullptr;
    const std::uint8_t* bytes = nullptr;

    explicit operator bool() const { return wide != nullptr || bytes != nullptr; }
    std::int32_t operator[](std::size_t neuron) const {
        return bytes != nullptr ? std::int32_t{bytes[neuron]} : wide[neuron];
    }
};

/// Everything that a delivery works on.
struct delivery_task {
    const active_set& active;
    code_view codes;      ///< of the source population; streaming has none
    std::uint32_t* sums;  ///< potentials of the target population
    const kernel_table& kernels;
    delivery_scratch& scratch;
    std::size_t active_count = 0;  ///< synchronous only
    int threads = 1;               ///< that may share the lines of target positions
};

/// One projection: adds the codes of the active sources to the potentials of the targets.
class delivery {
  public:
    delivery() = default;
    delivery(const delivery&) = delete;
    delivery& operator=(const delivery&) = delete;
    virtual ~delivery() = default;
    virtual void deliver(const delivery_task& task) const = 0;
    /// With so many active neurons in the source population.
    virtual active_needs needs(std::size_t active) const {
        static_cast<void>(active);
        return {true, false, false, false};
    }

    /// Marks the blocks of 64 target neurons that deliver() reaches; too many is right but slow.
    virtual void touch(const active_set& active, std::span<std::uint8_t> blocks) const {
        static_cast<void>(active);
        std::fill(blocks.begin(), blocks.end(), std::uint8_t{1});
    }
};

/// Marks the blocks that hold targets first .. last, both included.
inline void touch_targets(std::span<std::uint8_t> blocks, std::size_t first, std::size_t last) {
    for (std::size_t b = first / block_neurons; b <= last / block_neurons; ++b) { blocks[b] = 1; }
}

std::unique_ptr<delivery> plan_dense(const network& net, const projection& p);
std::unique_ptr<delivery> plan_spatial_sum(const network& net, const projection& p);
std::unique_ptr<delivery> plan_kernel(const network& net, const projection& p);
std::unique_ptr<delivery> plan_elementwise(const network& net, const projection& p);
std::unique_ptr<delivery> plan_list(const network& net, const projection& p);
/// Precondition: can_gather.
std::unique_ptr<delivery> plan_gather(const network& net, const projection& p);
bool can_gather(const network& net, const projection& p);
/// Depthwise convolutions and everything else that joins each channel to one channel, by position.
bool is_elementwise(const projection& p);

/// Largest codes of windows. Gathers: a maximum has no use for events.
class pool_gather {
  public:
    pool_gather(const network& net, const projection& p);
    /// One of the two targets, like the source.
    void gather(const code_view& source, std::int32_t* wide, std::uint8_t* bytes,
                const kernel_table& kernels) const;

  private:
    /// Windows next to each other in a line that take equally many sources each.
    struct stretch {
        std::size_t target = 0;  ///< offset of the first channel
        std::size_t source = 0;  ///< the same
        std::size_t windows = 0;
        std::size_t lines = 0;  ///< inside the map
        std::size_t taps = 0;   ///< inside the map
    };
    void add_line(const kernel_geometry& g, const shape& from, const shape& to, std::int32_t y);
    template <class Code, class Maximum>
    void gather_codes(const Code* source, Code* target, Maximum maximum) const;

    std::size_t channels_;
    std::size_t source_stride_;  ///< of positions
    std::size_t target_stride_;
    std::size_t first_source_;  ///< channel
    std::size_t first_target_;
    std::size_t window_stride_;
    std::size_t line_stride_;
    std::size_t tap_stride_;
    std::vector<stretch> stretches_;
};

struct projection_plan {
    std::size_t number = 0;
    std::size_t target = 0;
    std::unique_ptr<delivery> how;  ///< empty for `window`
    std::unique_ptr<pool_gather> pool;
    std::vector<source_fan> fans;  ///< empty for `window`, and once they are in a fan_table
};

projection_plan plan_projection(const network& net, std::size_t number);

/// Per-channel parameters repeated up to a tile of many neurons, so that the fire loops stay long
/// for few channels.
struct fire_tile {
    std::size_t size = 0;
    std::vector<double> start[2];  ///< positive, negative
    std::vector<double> inverse[2];
    double top[2] = {0.5, 0.5};
    std::vector<float> short_start;  ///< empty where single precision is not exact
    std::vector<float> short_inverse;
};

struct population_plan {
    std::vector<std::uint32_t> bias;  ///< per neuron, or of a tile that repeats
    fire_tile tile;                   ///< spiking only
    code_tables codes;
    std::vector<std::size_t> incoming_pools;  ///< numbers of projections
    std::vector<std::size_t> incoming;        ///< numbers of projections with synapses
    std::vector<std::size_t> outgoing;        ///< the same
    fan_table fans;                           ///< of the outgoing projections
};

struct event_plan {
    event_plan(std::shared_ptr<const network> network_to_run, const kernel_table& table);

    std::shared_ptr<const network> net;
    const kernel_table& kernels;
    std::vector<std::size_t> order;
    std::vector<population_plan> populations;
    std::vector<projection_plan> projections;
};

}  // namespace synfire::sim
