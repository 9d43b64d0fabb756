// SPDX-License-Identifier: Apache-2.0
// How many slices: what is too large says which way to cut.
#include <synfire/hw/slices.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include <synfire/core/error.hpp>
#include <synfire/core/validate.hpp>
#include <synfire/hw/does_not_fit.hpp>
#include <synfire/hw/engine_network.hpp>
#include <synfire/hw/needs.hpp>

#include "cut.hpp"
#include "make_slice.hpp"

namespace synfire::hw {
namespace {

/// Numbers of parts that a population, or its sources, are cut into.
struct cuts {
    std::int32_t rows = 1;
    std::int32_t channels = 1;
    std::int32_t sources = 1;
};

constexpr std::int32_t most_parts_of_sources = 4096;

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
    bool maps = false;     ///< or weights and program
    bool sources = false;  ///< of maps: more than half of them are inputs
    std::int64_t needed = 0;
    std::int64_t there = 0;
    std::vector<misfit> misfits;
};

std::int64_t input_words(const slice& s, const network_needs& needs,
                         std::int64_t memory_words::*memory) {
    std::int64_t words = 0;
    for (std::size_t i = 0; i < s.target(); ++i) { words += needs.layers[i].words.*memory; }
    return words;
}

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

std::optional<shortage> shortage_of(const slice& s, const engine_config& config,
                                    const memory_words& there) {
    const network_needs needs = needs_of(s.net, config, options_of(s));
    if (needs.fits() && fits_in(needs.all, there)) { return std::nullopt; }
    shortage found;
    found.misfits = needs.misfits;
    for (const auto& [memory, name] : memories) {
        if (needs.all.*memory <= there.*memory) { continue; }
        const bool map = memory == &memory_words::act || memory == &memory_words::code;
        found.maps = map;
        found.sources = map && 2 * input_words(s, needs, memory) > needs.all.*memory;
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
          shape_(net.populations[population].shape),
          has_sums_(
              std::any_of(net.projections.begin(), net.projections.end(), [&](const projection& p) {
                  return p.target == population && detail::has_sums(p);
              })) {}

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
    bool has_sums_;
    cuts cuts_{};

    map_region region_of(std::int32_t row_part, std::int32_t channel_part) const {
        const std::int32_t groups = groups_of(shape_.channels, config_.lanes);
        const auto channel = [&](std::int32_t part) {
            return std::min(groups * part / cuts_.channels * config_.lanes, shape_.channels);
        };
        const auto row = [&](std::int32_t part) { return shape_.height * part / cuts_.rows; };
        return {
            {channel(channel_part), channel(channel_part + 1)}, row(row_part), row(row_part + 1)};
    }

    /// Up to the first slice that lacks room.
    std::optional<shortage> fill(std::vector<slice>& slices) const {
        for (std::int32_t part = 0; part < cuts_.rows * cuts_.channels; ++part) {
            const map_region region = region_of(part / cuts_.channels, part % cuts_.channels);
            for (slice& s :
                 detail::make_slices(net_, population_, region, cuts_.sources, config_)) {
                if (auto found = shortage_of(s, config_, there_)) { return found; }
                slices.push_back(std::move(s));
            }
        }
        return std::nullopt;
    }

    static bool more(std::int32_t& parts, std::int32_t most, const shortage& s) {
        if (parts >= most) { return false; }
        const std::int64_t wanted = parts * s.needed / s.there;
        parts = static_cast<std::int32_t>(std::clamp<std::int64_t>(wanted, parts + 1, most));
        return true;
    }

    void cut_more(const shortage& s) {
        const bool done = s.needed > 0 && (s.maps ? cut_maps(s) : cut_weights(s));
        if (!done) { throw does_not_fit(s.misfits); }
    }

    bool more_rows(const shortage& s) { return more(cuts_.rows, shape_.height, s); }
    bool more_channels(const shortage& s) {
        return more(cuts_.channels, groups_of(shape_.channels, config_.lanes), s);
    }
    bool more_sources(const shortage& s) {
        return has_sums_ && more(cuts_.sources, most_parts_of_sources, s);
    }

    bool cut_maps(const shortage& s) {
        if (more_rows(s)) { return true; }
        return s.sources ? more_sources(s) || more_channels(s)
                         : more_channels(s) || more_sources(s);
    }
    bool cut_weights(const shortage& s) {
        return more_channels(s) || more_sources(s) || more_rows(s);
    }
};

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
    for (const std::size_t i : topological_order(cut.whole)) {
        if (cut.whole.populations[i].kind == population_kind::input) { continue; }
        std::vector<slice> slices = population_slicer(cut.whole, i, config, there).cut();
        std::move(slices.begin(), slices.end(), std::back_inserter(cut.slices));
    }
    return cut;
}

}  // namespace synfire::hw
