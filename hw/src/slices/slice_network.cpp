// SPDX-License-Identifier: Apache-2.0
// How many slices: what is too large says which way to cut.
#include <synfire/hw/slices.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include <synfire/core/error.hpp>
#include <synfire/core/validate.hpp>
#include <synfire/hw/does_not_fit.hpp>
#include <synfire/hw/engine_network.hpp>
#include <synfire/hw/needs.hpp>

#include "../image/supported.hpp"
#include "make_slice.hpp"

namespace synfire::hw {
namespace {

/// Numbers of parts that a population, or its sources, are cut into.
struct cuts {
    std::int32_t rows = 1;
    std::int32_t columns = 1;
    std::int32_t channels = 1;
    std::int32_t sources = 1;
};
using cut_axis = std::int32_t cuts::*;

/// Places are independent of one another, channels nearly so (they scan the same sources), and sums
/// cost digits. Weights are the same in all places,
/// but for biases of neurons and synapses that go one by one.
constexpr cut_axis axes_of_maps[] = {&cuts::rows, &cuts::columns, &cuts::channels, &cuts::sources};
constexpr cut_axis axes_of_weights[] = {&cuts::channels, &cuts::rows, &cuts::columns,
                                        &cuts::sources};

std::span<const cut_axis> order_for(std::int64_t memory_words::*memory) {
    const bool map = memory == &memory_words::act || memory == &memory_words::code;
    return map ? std::span(axes_of_maps) : std::span(axes_of_weights);
}

/// Of a row or column: what a field of the program holds.
constexpr std::int32_t most_positions = 1023;

/// Of a row or column of a kernel, the same.
constexpr std::int32_t most_taps = 255;

/// Of a population: far more than a host would wait for.
constexpr std::int64_t most_slices = 100'000;

std::int32_t groups_of(std::int32_t channels, std::int32_t lanes) {
    return (channels + lanes - 1) / lanes;
}

image_options options_of(const slice& s) {
    image_options options;
    if (s.net.populations.back().kind != population_kind::readout) {
        options.codes_of = s.target();
    }
    return options;
}

struct memory_name {
    std::int64_t memory_words::*words;
    const char* name;
};
constexpr memory_name memories[] = {{&memory_words::act, "words of the active map"},
                                    {&memory_words::code, "code words"},
                                    {&memory_words::weights, "weight rows"},
                                    {&memory_words::program, "words of the program"}};

/// What a slice lacks room for.
struct shortage {
    std::int64_t memory_words::*memory = nullptr;  ///< nothing: no cut helps
    std::int64_t needed = 0;
    std::int64_t there = 0;
    std::vector<misfit> misfits;
};

memory_words room_in(const engine_config& config, const slice_limits& limits) {
    memory_words there = memory_of(config);
    const auto limit = [](std::int64_t& words, std::int64_t most) {
        if (most != 0) { words = std::min(words, most); }
    };
    limit(there.act, limits.act);
    limit(there.code, limits.code);
    limit(there.weights, limits.weights);
    limit(there.program, limits.program);
    return there;
}

/// These stay what they are, however small a slice is.
bool is_final(const misfit& m) { return m.kind == misfit_kind::lanes; }

std::optional<shortage> shortage_of(const slice& s, const engine_config& config,
                                    const memory_words& there) {
    const network_needs needs = needs_of(s.net, config, options_of(s));
    if (needs.fits() && fits_in(needs.all, there)) { return std::nullopt; }
    shortage found;
    found.misfits = needs.misfits;
    if (std::any_of(needs.misfits.begin(), needs.misfits.end(), is_final)) { return found; }
    for (const auto& [memory, name] : memories) {
        if (needs.all.*memory <= there.*memory) { continue; }
        found.memory = memory;
        found.needed = needs.all.*memory;
        found.there = there.*memory;
        if (found.misfits.empty()) {
            found.misfits.push_back({"population '" + s.net.populations.back().name + "'", name,
                                     std::to_string(found.needed),
                                     "at most " + std::to_string(found.there)});
        }
        break;
    }
    return found;
}

class population_slicer {
  public:
    population_slicer(const network& net, std::size_t population, const engine_config& config,
                      const memory_words& there)
        : net_(net),
          population_(population),
          config_(config),
          there_(there),
          shape_(net.populations[population].shape) {
        cuts_.rows = (shape_.height + most_positions - 1) / most_positions;
        cuts_.columns = (shape_.width + most_positions - 1) / most_positions;
        for (const projection& p : net.projections) {
            if (p.target != population || p.kind != connectivity::sum_pool) { continue; }
            const std::int32_t taps = std::max(p.geometry.kernel[0], p.geometry.kernel[1]);
            cuts_.sources = std::max(cuts_.sources, (taps + most_taps - 1) / most_taps);
        }
    }

    std::vector<slice> cut() {
        for (;;) {
            std::vector<slice> slices;
            const auto short_of = fill(slices);
            if (!short_of) {
                for (slice& s : slices) { s.made = make_image(s.net, config_, options_of(s)); }
                return slices;
            }
            cut_more(*short_of);
        }
    }

  private:
    const network& net_;
    std::size_t population_;
    const engine_config& config_;
    memory_words there_;
    const shape& shape_;
    std::int32_t most_sources_ = 1;
    cuts cuts_{};

    static span_of_map share(std::int32_t all, std::int32_t i, std::int32_t n) {
        return {static_cast<std::int32_t>(std::int64_t{all} * i / n),
                static_cast<std::int32_t>(std::int64_t{all} * (i + 1) / n)};
    }

    std::int32_t regions(const cuts& c) const { return c.rows * c.columns * c.channels; }

    map_region region_of(const cuts& c, std::int32_t number) const {
        const std::int32_t place = number / c.channels;
        const span_of_map groups =
            share(groups_of(shape_.channels, config_.lanes), number % c.channels, c.channels);
        return {
            {groups.first * config_.lanes, std::min(groups.last * config_.lanes, shape_.channels)},
            share(shape_.height, place / c.columns, c.rows),
            share(shape_.width, place % c.columns, c.columns)};
    }

    /// Up to the first slice that lacks room.
    std::optional<shortage> fill(std::vector<slice>& slices) {
        for (std::int32_t i = 0; i < regions(cuts_); ++i) {
            auto made =
                detail::make_slices(net_, population_, region_of(cuts_, i), cuts_.sources, config_);
            most_sources_ = made.most_parts;
            for (slice& s : made.slices) {
                if (auto found = shortage_of(s, config_, there_)) { return found; }
                slices.push_back(std::move(s));
            }
        }
        return std::nullopt;
    }

    std::int32_t most(cut_axis axis) const {
        if (axis == &cuts::rows) { return shape_.height; }
        if (axis == &cuts::columns) { return shape_.width; }
        if (axis == &cuts::sources) { return most_sources_; }
        return groups_of(shape_.channels, config_.lanes);
    }

    /// Words that a slice in the middle takes; nothing where such slices cannot be.
    std::optional<std::int64_t> needed_with(const cuts& c,
                                            std::int64_t memory_words::*memory) const {
        std::int64_t needed = 0;
        try {
            const map_region middle = region_of(c, regions(c) / 2);
            const auto made = detail::make_slices(net_, population_, middle, c.sources, config_);
            for (const slice& s : made.slices) {
                const network_needs needs = needs_of(s.net, config_, options_of(s));
                if (std::any_of(needs.misfits.begin(), needs.misfits.end(), is_final)) {
                    return std::nullopt;
                }
                needed = std::max(needed, needs.all.*memory);
            }
        } catch (const bad_input&) { return std::nullopt; }
        return needed;
    }

    /// Sums are a read-out, of one position where lanes fire in their accumulators.
    bool can_sum() const {
        return !config_.shared_adder
               || (cuts_.rows == shape_.height && cuts_.columns == shape_.width);
    }

    struct candidate {
        cuts parts;
        std::int64_t needed = 0;  ///< of the memory that is short
    };

    /// With more parts along an axis: as many as the shortage asks for, or where that makes no
    /// room, as rounding may have it, twice as many.
    std::optional<candidate> along(cut_axis axis, const shortage& s) const {
        const std::int32_t parts = cuts_.*axis;
        if (axis == &cuts::sources && !can_sum()) { return std::nullopt; }
        const std::int64_t asked = parts * s.needed / s.there;
        std::optional<candidate> best;
        for (const std::int64_t wanted :
             {std::max<std::int64_t>(asked, parts + 1), std::int64_t{2} * parts}) {
            cuts more = cuts_;
            more.*axis = static_cast<std::int32_t>(std::min<std::int64_t>(wanted, most(axis)));
            const std::int64_t slices = std::int64_t{regions(more)} * more.sources;
            if (more.*axis <= parts || slices > most_slices) { continue; }
            const auto needed = needed_with(more, s.memory);
            if (needed && (!best || *needed < best->needed)) { best = candidate{more, *needed}; }
            if (best && best->needed < s.needed) { break; }
        }
        return best;
    }

    /// The first cut in order that makes clearly more room, else the one that makes most; where
    /// nothing makes room at once the least bad: two cuts together may.
    void cut_more(const shortage& s) {
        std::optional<candidate> best;
        for (const cut_axis axis : order_for(s.memory)) {
            if (s.memory == nullptr) { break; }
            const auto found = along(axis, s);
            if (found && (!best || found->needed < best->needed)) { best = found; }
            if (best && 10 * best->needed <= 9 * s.needed) { break; }
        }
        if (!best) {
            std::vector<misfit> misfits = s.misfits;
            std::stable_partition(misfits.begin(), misfits.end(), is_final);
            throw does_not_fit(std::move(misfits));
        }
        cuts_ = best->parts;
    }
};

/// Ranges as the engine would see them in the uncut network: what is never negative there needs no
/// sign in a slice, which cannot know it.
void narrow_ranges(network& net, const engine_config& config) {
    const std::vector<code_range> ranges = detail::engine_ranges(net, config);
    std::vector<std::int32_t> least;
    for (std::size_t i = 0; i < ranges.size(); ++i) {
        least.push_back(std::max(net.populations[i].range.lo, ranges[i].lo));
    }
    // A pool and its sources have one range, or keep theirs.
    for (bool changed = true; changed;) {
        changed = false;
        for (const projection& p : net.projections) {
            if (p.kind != connectivity::window || least[p.source] == least[p.target]) { continue; }
            for (const std::size_t i : {p.source, p.target}) {
                changed |= least[i] != net.populations[i].range.lo;
                least[i] = net.populations[i].range.lo;
            }
        }
    }
    for (std::size_t i = 0; i < least.size(); ++i) {
        if (net.populations[i].kind != population_kind::input) {
            net.populations[i].range.lo = least[i];
        }
    }
}

}  // namespace

std::size_t sliced_network::words_a_batch() const {
    std::size_t words = 0;
    for (const slice& s : slices) {
        words += 2 * s.made.descriptors.size()
                 + s.made.weight_rows() * static_cast<std::size_t>(s.made.config.row_words());
    }
    return words;
}

sliced_network slice_network(const network& net, const engine_config& config,
                             const slice_limits& limits) {
    if (net.execution == execution::streaming) {
        throw bad_input(
            {"network",
             "a streaming network cannot be cut into slices: its potentials stay in the engine",
             "streaming", "synchronous", "an engine with more room"});
    }
    validate(net);
    sliced_network cut{engine_network(net), {}};
    const memory_words there = room_in(config, limits);
    network narrowed = cut.whole;
    narrow_ranges(narrowed, config);
    for (const std::size_t i : topological_order(cut.whole)) {
        if (cut.whole.populations[i].kind == population_kind::input) { continue; }
        std::vector<slice> slices = population_slicer(narrowed, i, config, there).cut();
        std::move(slices.begin(), slices.end(), std::back_inserter(cut.slices));
    }
    return cut;
}

}  // namespace synfire::hw
