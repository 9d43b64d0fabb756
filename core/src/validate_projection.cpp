// SPDX-License-Identifier: Apache-2.0
// Rules of one projection: ends, channel ranges, weights, index tables; and of everything into a
// max_pool.
#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "synapse_walk.hpp"
#include "validate_geometry.hpp"
#include "validate_rules.hpp"

namespace synfire::detail {

std::string where_of(const network& net, const projection& p) {
    const auto name = [&](std::size_t i) {
        return i < net.populations.size() ? net.populations[i].name : "number " + std::to_string(i);
    };
    return "projection '" + name(p.source) + "' -> '" + name(p.target) + "' ("
           + std::string(to_string(p.kind)) + ")";
}

namespace {

struct rules {
    const network& net;
    const projection& p;

    const population& source() const { return net.populations[p.source]; }
    const population& target() const { return net.populations[p.target]; }
    void require_that(bool holds, const char* what, const std::string& found = "",
                      const std::string& expected = "") const {
        if (!holds) { throw bad_input({where_of(net, p), what, found, expected, ""}); }
    }
};

void check_ends(const rules& r) {
    const std::size_t count = r.net.populations.size();
    r.require_that(r.p.source < count && r.p.target < count,
                   "names a population that does not exist",
                   text(r.p.source) + " -> " + text(r.p.target), "numbers below " + text(count));
    r.require_that(r.source().kind != population_kind::readout, "a readout sends nothing");
    r.require_that(r.target().kind != population_kind::input, "an input receives nothing");
    const bool window = r.p.kind == connectivity::window;
    const bool into_pool = r.target().kind == population_kind::max_pool;
    r.require_that(window == into_pool,
                   "max_pool populations are fed by window projections, and only they are",
                   std::string(to_string(r.p.kind)) + " into "
                       + std::string(to_string(r.target().kind)));
}

void check_channels(const rules& r, const channel_range& range, const population& p,
                    const char* what) {
    r.require_that(range.first >= 0 && range.first < range.last && range.last <= p.shape.channels,
                   what, "[" + text(range.first) + ", " + text(range.last) + ")",
                   "a part of [0, " + text(p.shape.channels) + ")");
}

/// Two's complement ranges are used symmetrically; skip, pool and index weights have 8 bits
/// whatever B is.
int largest_weight(const projection& p) {
    const bool always_wide = p.kind == connectivity::one_to_one || p.kind == connectivity::index
                             || p.kind == connectivity::sum_pool;
    return (1 << ((always_wide ? 8 : p.weight_bits) - 1)) - 1;
}

void check_delay(const rules& r) {
    if (r.net.execution == execution::synchronous) {
        r.require_that(r.p.delay == 0, "synchronous networks have no delays", text(r.p.delay), "0");
        return;
    }
    r.require_that(r.p.delay >= 0 && r.p.delay <= max_delay_steps, "impossible delay",
                   text(r.p.delay), text_range(0, max_delay_steps));
    r.require_that(r.p.delay == 0 || !r.source().is_current(),
                   "a current input acts in every step and has no delay", text(r.p.delay), "0");
}

void check_numbers(const rules& r) {
    r.require_that(r.p.weight_bits >= 2 && r.p.weight_bits <= 8, "impossible number of weight bits",
                   text(r.p.weight_bits), text_range(2, 8));
    r.require_that(r.p.shift >= 0 && r.p.shift <= 31, "impossible shift", text(r.p.shift),
                   text_range(0, 31));
    check_delay(r);
    r.require_that(!r.p.spatial_sum || r.p.kind == connectivity::dense,
                   "spatial_sum belongs to dense projections");
    const bool convolution =
        r.p.kind == connectivity::conv2d || r.p.kind == connectivity::conv_transpose2d;
    r.require_that(convolution || r.p.groups == 1, "only convolutions have groups",
                   text(r.p.groups), "1");
    const int limit = largest_weight(r.p);
    for (const std::int8_t w : r.p.weights) {
        if (w >= -limit && w <= limit) { continue; }  // no words for millions that fit
        r.require_that(false, "a weight does not fit the weight bits", text(int{w}),
                       text_range(-limit, limit));
    }
}

/// Product that stops at the largest value: lengths come from files and may be absurd.
std::uint64_t product(std::initializer_list<std::uint64_t> factors) {
    constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
    std::uint64_t all = 1;
    for (const std::uint64_t f : factors) { all = f != 0 && all > most / f ? most : all * f; }
    return all;
}

std::uint64_t expected_weights(const rules& r) {
    const projection_view v(r.net, r.p);
    const std::uint64_t in = v.source.channels();
    const std::uint64_t out = v.target.channels();
    const std::uint64_t kernel =
        product({to_size(r.p.geometry.kernel[0]), to_size(r.p.geometry.kernel[1])});
    const std::uint64_t groups = to_size(r.p.groups);
    switch (r.p.kind) {
    case connectivity::dense:
        return product({v.target.neurons(), r.p.spatial_sum ? in : v.source.neurons()});
    case connectivity::conv2d:
        return product({out, in / groups, kernel});
    case connectivity::conv_transpose2d:
        return product({in, out / groups, kernel});
    case connectivity::sparse:
        return r.p.column.size();
    case connectivity::window:
        return 0;
    default:
        return out;
    }
}

void check_groups(const rules& r) {
    const std::int32_t g = r.p.groups;
    r.require_that(g >= 1 && r.p.source_channels.count() % g == 0
                       && r.p.target_channels.count() % g == 0,
                   "the number of groups must divide both channel counts", text(g),
                   "a divisor of " + text(r.p.source_channels.count()) + " and "
                       + text(r.p.target_channels.count()));
}

void check_same_channels(const rules& r) {
    r.require_that(r.p.source_channels.count() == r.p.target_channels.count(),
                   "source and target need equally many channels",
                   text(r.p.source_channels.count()) + " and " + text(r.p.target_channels.count()));
}

void check_index(const rules& r) {
    const projection_view v(r.net, r.p);
    const auto sources = static_cast<std::int64_t>(v.source.neurons());
    r.require_that(r.p.index.size() == v.target.neurons(),
                   "the index needs one entry per target neuron", text(r.p.index.size()),
                   text(v.target.neurons()));
    for (const std::int32_t i : r.p.index) {
        r.require_that(i >= -1 && i < sources,
                       "the index names a source neuron that does not exist", text(i),
                       text_range(-1, sources - 1));
    }
}

void check_rows(const rules& r) {
    const std::size_t rows = projection_view(r.net, r.p).target.neurons();
    const std::vector<std::int64_t>& ptr = r.p.row_ptr;
    r.require_that(ptr.size() == rows + 1, "row_ptr needs one entry per target neuron and one more",
                   text(ptr.size()), text(rows + 1));
    r.require_that(ptr.front() == 0 && std::is_sorted(ptr.begin(), ptr.end())
                       && ptr.back() == static_cast<std::int64_t>(r.p.column.size()),
                   "row_ptr must rise from 0 to the number of columns");
}

void check_columns(const rules& r) {
    const auto sources = static_cast<std::int64_t>(projection_view(r.net, r.p).source.neurons());
    for (std::size_t row = 0; row + 1 < r.p.row_ptr.size(); ++row) {
        std::int64_t last = -1;
        for (std::int64_t m = r.p.row_ptr[row]; m < r.p.row_ptr[row + 1]; ++m) {
            const std::int64_t column = r.p.column[to_size(m)];
            if (column > last && column < sources) {  // no words for millions that are right
                last = column;
                continue;
            }
            r.require_that(column >= 0 && column < sources,
                           "a column names a source neuron that does not exist", text(column),
                           text_range(0, sources - 1));
            r.require_that(column > last, "columns of a row must ascend without duplicates",
                           text(column), "more than " + text(last));
        }
    }
}

void check_connectivity(const rules& r) {
    switch (r.p.kind) {
    case connectivity::conv2d:
    case connectivity::conv_transpose2d:
        check_groups(r);
        break;
    case connectivity::sum_pool:
    case connectivity::window:
        check_same_channels(r);
        break;
    case connectivity::one_to_one:
        check_same_channels(r);
        r.require_that(r.source().shape.height == r.target().shape.height
                           && r.source().shape.width == r.target().shape.width,
                       "one_to_one needs equal heights and widths",
                       text_shape(r.source().shape) + " and " + text_shape(r.target().shape));
        break;
    case connectivity::index:
        check_index(r);
        break;
    case connectivity::sparse:
        check_rows(r);
        check_columns(r);
        break;
    case connectivity::dense:
        break;
    }
    validate_geometry(r.net, r.p);
    const std::uint64_t expected = expected_weights(r);
    r.require_that(r.p.weights.size() == expected, "wrong number of weights",
                   text(r.p.weights.size()), text(expected));
}

void check_pool_source(const rules& r) {
    const population& from = r.source();
    const population& to = r.target();
    r.require_that(!from.is_current(), "a current input cannot feed a max_pool");
    r.require_that(from.window == to.window,
                   "a max_pool and its sources need the same coding and steps",
                   std::string(to_string(from.window.kind)) + " " + text(from.window.steps),
                   std::string(to_string(to.window.kind)) + " " + text(to.window.steps));
    r.require_that(from.range == to.range, "a max_pool and its sources need the same code range",
                   text_range(from.range.lo, from.range.hi), text_range(to.range.lo, to.range.hi));
    if (from.scale.empty() || to.scale.empty()) { return; }
    for (std::int32_t c = 0; c < r.p.source_channels.count(); ++c) {
        const double source_scale = from.scale[to_size(r.p.source_channels.first + c)];
        const double target_scale = to.scale[to_size(r.p.target_channels.first + c)];
        // Bitwise equality is meant: the pool copies codes, so their unit must be the same number.
        const bool same = !(source_scale < target_scale) && !(source_scale > target_scale);
        r.require_that(same, "a channel of a max_pool and its source need the same scale",
                       text(source_scale), text(target_scale));
    }
}

}  // namespace

void validate_projection(const network& net, const projection& p) {
    const rules r{net, p};
    check_ends(r);
    check_channels(r, p.source_channels, r.source(), "impossible range of source channels");
    check_channels(r, p.target_channels, r.target(), "impossible range of target channels");
    check_numbers(r);
    check_connectivity(r);
}

void validate_max_pool(const network& net, std::size_t number) {
    const population& pool = net.populations[number];
    if (pool.kind != population_kind::max_pool) { return; }
    std::vector<int> feeds(to_size(pool.shape.channels), 0);
    for (const projection& p : net.projections) {
        if (p.target != number) { continue; }
        check_pool_source({net, p});
        for (std::int32_t c = p.target_channels.first; c < p.target_channels.last; ++c) {
            ++feeds[to_size(c)];
        }
    }
    for (std::size_t c = 0; c < feeds.size(); ++c) {
        require(feeds[c] == 1,
                {where_of(pool), "every channel of a max_pool needs exactly one source",
                 text(feeds[c]) + " sources of channel " + text(c), "1", ""});
    }
}

}  // namespace synfire::detail
