// SPDX-License-Identifier: Apache-2.0
#include <support/random_network.hpp>

#include <algorithm>
#include <cstdlib>
#include <numeric>
#include <optional>
#include <set>
#include <utility>

#include <support/random_parts.hpp>
#include <synfire/core/error.hpp>
#include <synfire/core/synapses.hpp>
#include <synfire/core/validate.hpp>
#include <synfire/core/width.hpp>

namespace synfire::test {
namespace {

constexpr std::size_t samples_per_case = 2;
constexpr std::int64_t usual_codes = 255;

/// Grows a network one population at a time; every population knows its codes, so thresholds can
/// follow them.
class builder {
  public:
    explicit builder(std::uint64_t seed) : d_(seed) {}

    random_case build(std::uint64_t seed) {
        const std::size_t inputs = d_.chance(20) ? 2 : 1;
        for (std::size_t i = 0; i < inputs; ++i) { add_input(); }
        const std::int64_t layers = d_.between(2, 4);
        for (std::int64_t i = 0; i < layers; ++i) { add_layer(); }
        add_readout();
        if (d_.chance(15)) { add_readout(); }
        const std::vector<int> widths = proven_widths(net_);
        for (std::size_t i = 0; i < widths.size(); ++i) {
            net_.populations[i].width_bits = widths[i];
        }
        validate(net_);
        return {seed, std::move(net_), std::move(samples_)};
    }

  private:
    void add_input();
    void add_layer();
    void add_readout();
    void add_convolution(std::size_t source);
    void add_transposed(std::size_t source);
    void add_dense(std::size_t source);
    void add_average(std::size_t source);
    void add_max_pool(std::size_t source);
    std::size_t add_twin(std::size_t source);
    sample_codes pooled_codes(std::size_t number) const;
    void add_residual(std::size_t source);
    void add_concat(std::size_t source);
    void add_index(std::size_t source);
    void add_sparse(std::size_t source);

    const shape& shape_of(std::size_t i) const { return net_.populations[i].shape; }
    std::int32_t channels() { return d_.pick({1, 2, 3, 4, 5, 7, 8, 9, 12, 16, 17}); }
    std::size_t add_spiking(const shape& s,
                            std::optional<std::pair<code_window, code_range>> code = {});
    projection joined(std::size_t source, std::size_t target, connectivity kind);
    void add_kernel(std::size_t source, std::size_t target, const sized_geometry& g,
                    connectivity kind);
    void add_skip(std::size_t source, std::size_t target);
    void finish(std::size_t number) { codes_.push_back(calibrate(d_, net_, number, codes_)); }
    std::size_t last_sender() const;

    dice d_;
    network net_;
    std::vector<sample_codes> codes_;
    std::vector<std::vector<sim::encoded_input>> samples_{samples_per_case};
};

input_encoder encoder_for(dice& d, const code_window& window) {
    if (window.kind == coding::rate) {
        return d.chance(50) ? input_encoder::rate : input_encoder::code;
    }
    if (window.kind == coding::ttfs) {
        return d.chance(50) ? input_encoder::latency : input_encoder::code;
    }
    return input_encoder::code;
}

/// Empty and full maps are rare in data and frequent in bugs.
std::vector<std::int32_t> random_codes(dice& d, const population& p) {
    const int density = d.chance(10) ? (d.chance(50) ? 0 : 100) : d.small(10, 70);
    std::vector<std::int32_t> codes(p.shape.neurons());
    for (std::int32_t& q : codes) { q = d.chance(density) ? d.small(p.range.lo, p.range.hi) : 0; }
    return codes;
}

void builder::add_input() {
    population p;
    p.name = "in" + std::to_string(net_.populations.size());
    p.kind = population_kind::input;
    p.shape = d_.chance(15) ? shape{d_.small(5, 40), 1, 1}
                            : shape{d_.pick({1, 2, 3, 7, 8, 9}), d_.small(3, 8), d_.small(3, 8)};
    p.input = input_encoding{};
    if (d_.chance(12)) {
        p.input->encoder = input_encoder::current;
        p.range = {d_.chance(50) ? -127 : 0, 127};
    } else {
        p.window = random_window(d_, usual_codes);
        p.range = random_range(d_, p.window);
        p.input->encoder = encoder_for(d_, p.window);
    }
    sample_codes codes;
    for (std::size_t s = 0; s < samples_per_case; ++s) {
        samples_[s].push_back(sim::encode_codes(p, random_codes(d_, p)));
        codes.push_back(samples_[s].back().codes);
    }
    net_.populations.push_back(std::move(p));
    codes_.push_back(std::move(codes));
}

std::size_t builder::last_sender() const {
    std::size_t i = net_.populations.size() - 1;
    while (net_.populations[i].kind == population_kind::readout) { --i; }
    return i;
}

void builder::add_layer() {
    const std::size_t source =
        d_.chance(70)
            ? last_sender()
            : static_cast<std::size_t>(d_.between(0, static_cast<std::int64_t>(last_sender())));
    switch (d_.between(0, 13)) {
    case 0:
        return add_transposed(source);
    case 1:
        return add_dense(source);
    case 2:
        return add_average(source);
    case 3:
    case 4:
        return add_max_pool(source);
    case 5:
    case 6:
        return add_residual(source);
    case 7:
    case 8:
        return add_concat(source);
    case 9:
        return add_index(source);
    case 10:
        return add_sparse(source);
    default:
        return add_convolution(source);
    }
}

std::size_t builder::add_spiking(const shape& s,
                                 std::optional<std::pair<code_window, code_range>> code) {
    population p;
    p.name = "layer" + std::to_string(net_.populations.size());
    p.shape = s;
    p.window = code ? code->first : random_window(d_, d_.chance(95) ? usual_codes : max_code_value);
    p.range = code ? code->second : random_range(d_, p.window);
    net_.populations.push_back(std::move(p));
    return net_.populations.size() - 1;
}

projection builder::joined(std::size_t source, std::size_t target, connectivity kind) {
    projection p;
    p.source = source;
    p.target = target;
    p.kind = kind;
    p.source_channels = {0, shape_of(source).channels};
    p.target_channels = {0, shape_of(target).channels};
    p.shift = d_.chance(70) ? 0 : d_.small(1, 4);
    return p;
}

void silence_channel(projection& p, std::size_t per_channel, std::size_t channel) {
    for (std::size_t i = 0; i < per_channel; ++i) { p.weights[channel * per_channel + i] = 0; }
}

void builder::add_kernel(std::size_t source, std::size_t target, const sized_geometry& g,
                         connectivity kind) {
    projection p = joined(source, target, kind);
    p.geometry = g.geometry;
    if (d_.chance(15) && p.source_channels.count() > 1) { p.source_channels.first = 1; }
    const std::int32_t in = p.source_channels.count();
    const std::int32_t out = p.target_channels.count();
    const std::int32_t divisor = std::gcd(in, out);
    if (d_.chance(40)) { p.groups = d_.chance(60) ? divisor : 1; }
    const auto kernel = static_cast<std::size_t>(p.geometry.kernel[0] * p.geometry.kernel[1]);
    random_weights(d_, p, static_cast<std::size_t>(in * (out / p.groups)) * kernel);
    if (kind == connectivity::conv2d && d_.chance(25)) {
        silence_channel(p, static_cast<std::size_t>(in / p.groups) * kernel,
                        static_cast<std::size_t>(d_.between(0, out - 1)));
    }
    net_.projections.push_back(std::move(p));
}

void builder::add_convolution(std::size_t source) {
    const sized_geometry g = random_convolution(d_, shape_of(source));
    const std::int32_t out = d_.chance(25) ? shape_of(source).channels : channels();
    const std::size_t target = add_spiking({out, g.height, g.width});
    add_kernel(source, target, g, connectivity::conv2d);
    finish(target);
}

void builder::add_transposed(std::size_t source) {
    const sized_geometry g = random_transposed(d_, shape_of(source));
    const std::int32_t out = d_.chance(25) ? shape_of(source).channels : channels();
    const std::size_t target = add_spiking({out, g.height, g.width});
    add_kernel(source, target, g, connectivity::conv_transpose2d);
    finish(target);
}

void builder::add_dense(std::size_t source) {
    const bool map = d_.chance(20);
    const shape to =
        map ? shape{channels(), d_.small(1, 3), d_.small(1, 3)} : shape{d_.small(3, 40), 1, 1};
    const std::size_t target = add_spiking(to);
    projection p = joined(source, target, connectivity::dense);
    if (d_.chance(20) && to.channels > 1) { p.target_channels.first = 1; }
    if (d_.chance(20) && p.source_channels.count() > 1) { p.source_channels.last -= 1; }
    p.spatial_sum = d_.chance(30);
    const std::size_t columns = static_cast<std::size_t>(p.source_channels.count())
                                * (p.spatial_sum ? 1 : shape_of(source).positions());
    random_weights(d_, p,
                   columns * to.positions() * static_cast<std::size_t>(p.target_channels.count()));
    net_.projections.push_back(std::move(p));
    finish(target);
}

void builder::add_average(std::size_t source) {
    const sized_geometry g = random_pooling(d_, shape_of(source));
    const std::size_t target = add_spiking({shape_of(source).channels, g.height, g.width});
    projection p = joined(source, target, connectivity::sum_pool);
    p.geometry = g.geometry;
    random_weights(d_, p, static_cast<std::size_t>(shape_of(source).channels));
    net_.projections.push_back(std::move(p));
    finish(target);
}

/// One source, or two with the same code on disjoint channels. Sources without a window get a layer
/// in between.
void builder::add_max_pool(std::size_t source) {
    if (net_.populations[source].is_current()) { return add_convolution(source); }
    std::vector<std::size_t> parts{source};
    if (d_.chance(40)) { parts.push_back(add_twin(source)); }
    population pool;
    pool.name = "pool" + std::to_string(net_.populations.size());
    pool.kind = population_kind::max_pool;
    pool.window = net_.populations[source].window;
    pool.range = net_.populations[source].range;
    const sized_geometry g = random_pooling(d_, shape_of(source));
    pool.shape = {0, g.height, g.width};
    const std::size_t target = net_.populations.size();
    for (const std::size_t part : parts) {
        projection p;
        p.source = part;
        p.target = target;
        p.kind = connectivity::window;
        p.geometry = g.geometry;
        p.source_channels = {0, shape_of(part).channels};
        p.target_channels = {pool.shape.channels, pool.shape.channels + shape_of(part).channels};
        pool.shape.channels = p.target_channels.last;
        net_.projections.push_back(std::move(p));
    }
    net_.populations.push_back(std::move(pool));
    codes_.push_back(pooled_codes(target));
}

/// A second population with the map and the code of the first.
std::size_t builder::add_twin(std::size_t source) {
    const population& first = net_.populations[source];
    const std::pair<code_window, code_range> code{first.window, first.range};
    const shape s = first.shape;
    const std::size_t twin = add_spiking({channels(), s.height, s.width}, code);
    add_kernel(source, twin, {{}, s.height, s.width}, connectivity::conv2d);
    finish(twin);
    return twin;
}

/// The engines are not asked, so that generation does not depend on what it tests.
sample_codes builder::pooled_codes(std::size_t number) const {
    sample_codes best(samples_per_case,
                      std::vector<std::int32_t>(shape_of(number).neurons(), -max_code_value));
    for (const projection& p : net_.projections) {
        if (p.target != number) { continue; }
        for_each_synapse(net_, p, [&](std::size_t from, std::size_t to, std::int32_t) {
            for (std::size_t s = 0; s < samples_per_case; ++s) {
                best[s][to] = std::max(best[s][to], codes_[p.source][s][from]);
            }
        });
    }
    return best;
}

/// A skip connection: weights too large for eight bits come as two parts, lo + 128 * hi.
void builder::add_skip(std::size_t source, std::size_t target) {
    projection lo = joined(source, target, connectivity::one_to_one);
    projection hi = joined(source, target, connectivity::one_to_one);
    const auto count = static_cast<std::size_t>(shape_of(source).channels);
    random_weights(d_, lo, count);
    random_weights(d_, hi, count);
    for (std::int8_t& w : lo.weights) { w = static_cast<std::int8_t>(d_.between(-64, 63)); }
    for (std::int8_t& w : hi.weights) { w = static_cast<std::int8_t>(d_.between(-3, 3)); }
    lo.shift = 0;
    hi.shift = 7;
    net_.projections.push_back(std::move(lo));
    if (d_.chance(70)) { net_.projections.push_back(std::move(hi)); }
}

void builder::add_residual(std::size_t source) {
    const shape s = shape_of(source);
    const std::size_t target = add_spiking(s);
    sized_geometry same{{{3, 3}, {1, 1}, {1, 1}, {1, 1, 1, 1}}, s.height, s.width};
    if (d_.chance(30)) { same.geometry = {}; }
    add_kernel(source, target, same, connectivity::conv2d);
    add_skip(source, target);
    finish(target);
}

/// Two sources of one map size feed one population, on the same channels or side by side.
void builder::add_concat(std::size_t source) {
    const shape s = shape_of(source);
    const std::size_t second = add_spiking({channels(), s.height, s.width});
    add_kernel(source, second, {{}, s.height, s.width}, connectivity::conv2d);
    finish(second);
    const sized_geometry g = random_convolution(d_, s);
    const std::int32_t out = d_.small(2, 12);
    const std::size_t target = add_spiking({out, g.height, g.width});
    const std::int32_t cut = d_.small(1, out - 1);
    const bool side_by_side = d_.chance(50);
    const channel_range ranges[] = {{0, side_by_side ? cut : out}, {side_by_side ? cut : 0, out}};
    for (std::size_t i = 0; i < 2; ++i) {
        projection p = joined(i == 0 ? source : second, target, connectivity::conv2d);
        p.geometry = g.geometry;
        p.target_channels = ranges[i];
        random_weights(d_, p,
                       static_cast<std::size_t>(p.source_channels.count()
                                                * p.target_channels.count() * p.geometry.kernel[0]
                                                * p.geometry.kernel[1]));
        net_.projections.push_back(std::move(p));
    }
    finish(target);
}

void builder::add_index(std::size_t source) {
    const std::size_t target = add_spiking({channels(), d_.small(1, 5), d_.small(1, 5)});
    projection p = joined(source, target, connectivity::index);
    const auto sources = static_cast<std::int32_t>(shape_of(source).neurons());
    for (std::size_t j = 0; j < shape_of(target).neurons(); ++j) {
        p.index.push_back(d_.chance(10) ? -1 : d_.small(0, sources - 1));
    }
    random_weights(d_, p, static_cast<std::size_t>(shape_of(target).channels));
    net_.projections.push_back(std::move(p));
    finish(target);
}

void builder::add_sparse(std::size_t source) {
    const std::size_t target = add_spiking({channels(), d_.small(1, 4), d_.small(1, 4)});
    projection p = joined(source, target, connectivity::sparse);
    const auto sources = static_cast<std::int32_t>(shape_of(source).neurons());
    p.row_ptr.push_back(0);
    for (std::size_t j = 0; j < shape_of(target).neurons(); ++j) {
        std::set<std::int32_t> columns;
        for (std::int64_t i = d_.between(0, 8); i > 0; --i) {
            columns.insert(d_.small(0, sources - 1));
        }
        p.column.insert(p.column.end(), columns.begin(), columns.end());
        p.row_ptr.push_back(static_cast<std::int64_t>(p.column.size()));
    }
    random_weights(d_, p, p.column.size());
    net_.projections.push_back(std::move(p));
    finish(target);
}

/// All classes get the potentials of the first: the answer is a tie.
void tie_answers(population& out, projection& p, std::size_t columns) {
    std::fill(out.bias.begin(), out.bias.end(), out.bias.front());
    for (std::size_t i = columns; i < p.weights.size(); ++i) {
        p.weights[i] = p.weights[i % columns];
    }
}

void builder::add_readout() {
    const std::size_t source = last_sender();
    population out;
    out.name = "out" + std::to_string(net_.populations.size());
    out.kind = population_kind::readout;
    out.shape = {d_.small(2, 11), 1, 1};
    for (std::int32_t c = 0; c < out.shape.channels; ++c) {
        out.bias.push_back(d_.between(-50, 50));
    }
    net_.populations.push_back(std::move(out));
    const std::size_t target = net_.populations.size() - 1;
    projection p = joined(source, target, connectivity::dense);
    p.spatial_sum = d_.chance(30);
    const std::size_t columns = p.spatial_sum ? static_cast<std::size_t>(p.source_channels.count())
                                              : shape_of(source).neurons();
    random_weights(d_, p, columns * shape_of(target).neurons());
    if (d_.chance(40)) { tie_answers(net_.populations[target], p, columns); }
    net_.projections.push_back(std::move(p));
    codes_.emplace_back(samples_per_case);  // read-outs send nothing
}

}  // namespace

random_case make_random_case(std::uint64_t seed) {
    for (std::uint64_t attempt = 0;; ++attempt) {
        try {
            return builder(seed + (attempt << 40)).build(seed);
        } catch (const bad_input& e) {
            // Wide codes, large shifts and wide fan-in meet now and then; any other refusal is a
            // bug of the builder.
            if (e.facts().what.find("needs more bits") == std::string::npos) { throw; }
        }
    }
}

std::uint64_t seed_from_environment(std::uint64_t otherwise) {
    const char* const text = std::getenv("SYNFIRE_SEED");
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

std::size_t cases_from_environment(std::size_t otherwise) {
    const char* const text = std::getenv("SYNFIRE_CASES");
    return text == nullptr ? otherwise : static_cast<std::size_t>(std::strtoull(text, nullptr, 10));
}

}  // namespace synfire::test
