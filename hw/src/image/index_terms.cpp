// SPDX-License-Identifier: Apache-2.0
// index projections that one pass does for a whole map: each target channel reads one source
// channel at positions that move with the target's (selections of channels, strided shortcuts,
// shifts). All others go row by row (gathered_terms.cpp).
#include <optional>

#include "term_plan.hpp"

namespace synfire::hw::detail {
namespace {

/// Source coordinate = first + stride * target coordinate.
struct axis_rule {
    std::int32_t first = 0;
    std::int32_t stride = 1;

    friend bool operator==(const axis_rule&, const axis_rule&) = default;
};

struct channel_rule {
    std::int32_t source_channel = 0;
    axis_rule y;
    axis_rule x;
};

struct point {
    std::int32_t c = 0;
    std::int32_t y = 0;
    std::int32_t x = 0;
};

class index_view {
  public:
    explicit index_view(const term_context& c)
        : c_(c),
          target_(c.net.populations[c.p.target].shape) {}

    const shape& target() const { return target_; }
    const shape& source() const { return c_.source.shape; }

    /// Source of a target neuron; channel counted in the population.
    std::optional<point> at(std::int32_t channel, std::int32_t y, std::int32_t x) const {
        const std::int64_t position = std::int64_t{y} * target_.width + x;
        const std::int64_t local =
            position * c_.p.target_channels.count() + channel - c_.p.target_channels.first;
        const std::int32_t i = c_.p.index[static_cast<std::size_t>(local)];
        if (i < 0) { return std::nullopt; }
        const std::int32_t channels = c_.p.source_channels.count();
        const std::int32_t from = i / channels;
        return point{c_.p.source_channels.first + i % channels, from / source().width,
                     from % source().width};
    }

  private:
    const term_context& c_;
    const shape& target_;
};

/// From the first connected coordinate and the next one; with one alone, the others must fall
/// outside, so the stride is the source's size.
axis_rule rule_through(std::int32_t t0, std::int32_t s0, std::optional<point> next, std::int32_t s1,
                       std::int32_t size) {
    const std::int32_t stride = next ? s1 - s0 : size;
    return {s0 - t0 * stride, stride};
}

struct found_target {
    std::int32_t y = 0;
    std::int32_t x = 0;
    point from;
};

std::optional<found_target> first_connected(const index_view& v, std::int32_t channel) {
    for (std::int32_t y = 0; y < v.target().height; ++y) {
        for (std::int32_t x = 0; x < v.target().width; ++x) {
            if (const auto from = v.at(channel, y, x)) { return found_target{y, x, *from}; }
        }
    }
    return std::nullopt;
}

/// The only rule that the channel can follow; whether it does is checked by follows().
std::optional<channel_rule> guess(const index_view& v, std::int32_t channel) {
    const auto first = first_connected(v, channel);
    if (!first) { return std::nullopt; }
    const auto [y, x, from] = *first;
    const auto below = y + 1 < v.target().height ? v.at(channel, y + 1, x) : std::nullopt;
    const auto right = x + 1 < v.target().width ? v.at(channel, y, x + 1) : std::nullopt;
    return channel_rule{from.c,
                        rule_through(y, from.y, below, below ? below->y : 0, v.source().height),
                        rule_through(x, from.x, right, right ? right->x : 0, v.source().width)};
}

bool follows(const index_view& v, std::int32_t channel, const channel_rule& rule) {
    if (rule.y.stride < 0 || rule.x.stride < 0) { return false; }
    for (std::int32_t y = 0; y < v.target().height; ++y) {
        for (std::int32_t x = 0; x < v.target().width; ++x) {
            const std::int32_t sy = rule.y.first + y * rule.y.stride;
            const std::int32_t sx = rule.x.first + x * rule.x.stride;
            const bool inside =
                sy >= 0 && sy < v.source().height && sx >= 0 && sx < v.source().width;
            const auto from = v.at(channel, y, x);
            if (inside != from.has_value()) { return false; }
            if (from && (from->c != rule.source_channel || from->y != sy || from->x != sx)) {
                return false;
            }
        }
    }
    return true;
}

void add_shared_stretch(const term_context& c, channel_range lanes, const channel_rule& rule,
                        std::vector<term_plan>& terms) {
    kernel_geometry g;
    g.stride = {rule.y.stride, rule.x.stride};
    g.pads = {-rule.y.first, -rule.x.first, 0, 0};
    const std::int32_t shift = rule.source_channel - lanes.first;
    const auto weight = [&p = c.p, shift](std::int32_t target, std::int32_t source, std::int64_t) {
        return source == target + shift
                   ? p.weights[static_cast<std::size_t>(target - p.target_channels.first)]
                   : no_synapse;
    };
    add_shared_term(c, {g, lanes, {lanes.first + shift, lanes.last + shift}, weight}, terms);
}

void add_stretch(const term_context& c, channel_range lanes, const channel_rule& rule,
                 std::vector<term_plan>& terms) {
    if (c.group.positions > 1) { return add_shared_stretch(c, lanes, rule, terms); }
    term_plan plan;
    plan.fields = diagonal_term(c, lanes, rule.source_channel);
    const std::int64_t pitch = c.source.pitch;
    const std::int64_t row = c.source.row_pitch();
    plan.fields.x_first = rule.x.first * pitch;
    plan.fields.y_first = rule.y.first * row;
    plan.fields.x_stride = rule.x.stride * pitch;
    plan.fields.y_stride = rule.y.stride * row;
    set_channel_weights(c, lanes, plan);
    terms.push_back(std::move(plan));
}

bool continues(const channel_rule& first, const channel_rule& next, std::int32_t distance) {
    return next.source_channel == first.source_channel + distance && next.y == first.y
           && next.x == first.x;
}

}  // namespace

bool index_is_regular(const term_context& c) {
    const index_view v(c);
    const channel_range lanes = c.meeting();
    for (std::int32_t channel = lanes.first; channel < lanes.last; ++channel) {
        const auto rule = guess(v, channel);
        if (rule && !follows(v, channel, *rule)) { return false; }
    }
    return true;
}

void add_index_terms(const term_context& c, std::vector<term_plan>& terms) {
    const index_view v(c);
    const channel_range lanes = c.meeting();
    for (std::int32_t channel = lanes.first; channel < lanes.last;) {
        const auto rule = guess(v, channel);
        std::int32_t last = channel + 1;
        for (; rule && last < lanes.last; ++last) {
            const auto next = guess(v, last);
            if (!next || !continues(*rule, *next, last - channel)) { break; }
        }
        if (rule) { add_stretch(c, {channel, last}, *rule, terms); }
        channel = last;
    }
}

}  // namespace synfire::hw::detail
