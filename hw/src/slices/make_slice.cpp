// SPDX-License-Identifier: Apache-2.0
#include "make_slice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include <synfire/core/coding.hpp>
#include <synfire/core/width.hpp>
#include <synfire/hw/does_not_fit.hpp>

#include "../image/supported.hpp"
#include "cut.hpp"

namespace synfire::hw::detail {
namespace {

/// Of a window (semantics 2).
constexpr int most_digit_bits = 15;
/// Of equal projections, each a term of the program.
constexpr int most_doublings = 3;

template <class T>
std::vector<T> of_channels(const std::vector<T>& all, const channel_range& channels) {
    if (all.empty()) { return {}; }
    return {all.begin() + channels.first, all.begin() + channels.last};
}

std::vector<std::int64_t> bias_of(const population& p, const map_region& region) {
    if (!p.bias_per_neuron) { return of_channels(p.bias, region.channels); }
    std::vector<std::int64_t> some;
    for (const std::size_t n : neurons_of(region, p.shape)) { some.push_back(p.bias[n]); }
    return some;
}

population part_of(const population& p, const map_region& region) {
    population part = p;
    part.shape = shape_of(region);
    part.theta = of_channels(p.theta, region.channels);
    part.theta_neg = of_channels(p.theta_neg, region.channels);
    part.bias = bias_of(p, region);
    part.scale = of_channels(p.scale, region.channels);
    part.width_bits = 0;
    part.expected.reset();
    part.host_functions.clear();
    return part;
}

/// What is fed with codes: an input keeps its encoder, whose spikes pools do not order.
population fed_part(const population& p, const map_region& region, std::size_t number) {
    population fed = part_of(p, region);
    fed.name = fmt::format("{}: input {}", p.name, number);
    fed.kind = population_kind::input;
    fed.theta.clear();
    fed.theta_neg.clear();
    fed.bias.clear();
    fed.bias_per_neuron = false;
    fed.table.reset();
    const input_encoder encoder = p.input ? p.input->encoder : input_encoder::code;
    fed.input = input_encoding{};
    fed.input->encoder = encoder;
    fed.input->layout = data_layout::channel_last;
    fed.input->data_shape = {fed.shape.height, fed.shape.width, fed.shape.channels};
    return fed;
}

population digit_of_sums(const population& target, int bits, std::int64_t largest,
                         std::size_t number) {
    population digit;
    digit.name = fmt::format("{}: digit {} of sums", target.name, number);
    digit.kind = population_kind::input;
    digit.shape = target.shape;
    digit.window = {coding::phase, bits};
    digit.range = {0, static_cast<std::int32_t>(largest)};
    digit.input = input_encoding{};
    digit.input->layout = data_layout::channel_last;
    digit.input->data_shape = {digit.shape.height, digit.shape.width, digit.shape.channels};
    return digit;
}

/// Adds a digit times 2^places. What lanes cannot shift so far is in the weight, and beyond that in
/// equal projections.
std::vector<projection> adding(std::size_t source, const population& digit, int places,
                               const engine_config& config) {
    projection p;
    p.source = source;
    p.source_channels = {0, digit.shape.channels};
    p.target_channels = p.source_channels;
    p.kind = connectivity::one_to_one;
    const int too_far = places + digit.window.steps - 1 - config.largest_shift();
    const int in_weight = std::clamp(too_far, 0, config.weight_bits - 2);
    const int doublings = std::clamp(too_far - in_weight, 0, most_doublings);
    p.weights.assign(static_cast<std::size_t>(digit.shape.channels),
                     static_cast<std::int8_t>(1 << in_weight));
    p.shift = places - in_weight - doublings;
    return std::vector<projection>(std::size_t{1} << static_cast<unsigned>(doublings), p);
}

bool any_negative(const slice& s) {
    return std::any_of(s.net.populations.begin(), s.net.populations.end(),
                       [](const population& p) { return p.range.lo < 0; });
}

class slice_maker {
  public:
    slice_maker(const network& net, std::size_t population, const map_region& region,
                const engine_config& config)
        : net_(net),
          population_(population),
          region_(region),
          config_(config) {
        for (const projection& p : net.projections) {
            if (p.target != population) { continue; }
            for (cut_projection& c : cut_target(net, p, region)) {
                arriving_.push_back(std::move(c));
            }
        }
    }

    std::int32_t most_parts() const {
        std::int32_t most = 1;
        for (const cut_projection& c : arriving_) { most = std::max(most, detail::most_parts(c)); }
        return most;
    }

    std::vector<slice> make(std::int32_t parts) {
        std::vector<std::vector<cut_projection>> chunks;
        for (std::int32_t i = 0; i < parts; ++i) {
            std::vector<cut_projection> chunk;
            for (const cut_projection& c : arriving_) {
                if (auto some = cut_sources(c, i, parts)) { chunk.push_back(std::move(*some)); }
            }
            if (!chunk.empty()) { chunks.push_back(std::move(chunk)); }
        }
        if (chunks.empty()) { chunks.push_back({nothing()}); }
        std::vector<slice> slices;
        for (std::size_t i = 0; i < chunks.size(); ++i) {
            slices.push_back(make_one(chunks[i], i > 0, i + 1 < chunks.size()));
        }
        return slices;
    }

  private:
    const network& net_;
    std::size_t population_;
    map_region region_;
    const engine_config& config_;
    std::vector<cut_projection> arriving_{};
    sum_range so_far_{};  ///< what the slices before may have summed up

    /// A part that nothing arrives at has only its bias: the engine wants an input all the same.
    cut_projection nothing() const {
        const auto first =
            std::find_if(net_.projections.begin(), net_.projections.end(),
                         [&](const projection& p) { return p.target == population_; });
        cut_projection c;
        c.p = *first;
        c.p.kind = connectivity::sparse;
        c.p.geometry = {};
        c.p.groups = 1;
        c.p.spatial_sum = false;
        c.p.index.clear();
        c.p.column.clear();
        c.p.weights.clear();
        c.source = {
            {first->source_channels.first, first->source_channels.first + 1}, {0, 1}, {0, 1}};
        c.p.source_channels = {0, 1};
        c.p.target_channels = {0, region_.channels.count()};
        c.p.row_ptr.assign(neurons_of(region_, net_.populations[population_].shape).size() + 1, 0);
        return c;
    }

    slice make_one(const std::vector<cut_projection>& chunk, bool continues, bool partial) {
        slice s;
        s.population = population_;
        s.region = region_;
        s.partial = partial;
        for (const cut_projection& c : chunk) {
            const std::size_t number = s.net.populations.size();
            s.net.populations.push_back(fed_part(net_.populations[c.p.source], c.source, number));
            s.inputs.push_back({c.p.source, c.source});
            s.net.projections.push_back(c.p);
            s.net.projections.back().source = number;
        }
        population target = part_of(net_.populations[population_], region_);
        if (partial) { make_readout(target); }
        if (continues) { add_digits(target, s); }
        s.net.populations.push_back(std::move(target));
        for (projection& p : s.net.projections) { p.target = s.target(); }
        if (partial) { grow(s); }
        const std::vector<int> widths = proven_widths(s.net);
        for (std::size_t i = 0; i < widths.size(); ++i) {
            s.net.populations[i].width_bits = widths[i];
        }
        return s;
    }

    static void make_readout(population& p) {
        p.kind = population_kind::readout;
        p.window = {};
        p.range = {};
        p.theta.clear();
        p.theta_neg.clear();
        p.table.reset();
        p.scale.clear();
        p.bias_per_neuron = false;
        p.bias.assign(static_cast<std::size_t>(p.shape.channels), 0);
    }

    /// The sums come less the least that they can be, so that no digit has a sign. Where another
    /// input has one, all patterns of the stream do.
    void add_digits(population& target, slice& s) const {
        auto left = static_cast<std::uint64_t>(so_far_.hi - so_far_.lo);
        s.sums_from = so_far_.lo;
        s.digit_bits = std::min({config_.pattern_bits - (any_negative(s) ? 1 : 0),
                                 config_.largest_shift() + 1, most_digit_bits});
        const auto bits = static_cast<unsigned>(s.digit_bits);
        for (; left != 0; left >>= bits) {
            const std::uint64_t largest = std::min(left, (std::uint64_t{1} << bits) - 1);
            const int places = s.digit_bits * static_cast<int>(s.digits);
            population digit = digit_of_sums(target, static_cast<int>(std::bit_width(largest)),
                                             static_cast<std::int64_t>(largest), s.digits);
            for (projection& p : adding(s.net.populations.size(), digit, places, config_)) {
                s.net.projections.push_back(std::move(p));
            }
            s.net.populations.push_back(std::move(digit));
            ++s.digits;
        }
        for (std::int64_t& b : target.bias) { b += s.sums_from; }
    }

    /// By what this slice adds; its digits stand for what was there already.
    void grow(const slice& s) {
        network adds = s.net;
        adds.projections.resize(s.inputs.size());
        for (std::int64_t& b : adds.populations.back().bias) { b = 0; }
        const sum_range more = possible_sums(adds, s.target());
        so_far_ = {so_far_.lo + more.lo, so_far_.hi + more.hi};
        const int bits = bits_for(so_far_.lo, so_far_.hi);
        if (bits > config_.accumulator_bits) {
            throw does_not_fit(
                {{where_of(net_.populations[population_]), "bits of its potential",
                  fmt::format("{}", bits), fmt::format("at most {}", config_.accumulator_bits),
                  misfit_kind::lanes}});
        }
    }
};

}  // namespace

slices_of_region make_slices(const network& net, std::size_t population, const map_region& region,
                             std::int32_t parts_of_sources, const engine_config& config) {
    slice_maker maker(net, population, region, config);
    return {maker.make(parts_of_sources), maker.most_parts()};
}

}  // namespace synfire::hw::detail
