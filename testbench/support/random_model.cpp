// SPDX-License-Identifier: Apache-2.0
#include "random_model.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "dice.hpp"

namespace synfire::test {

namespace {

using converters::dims;
using converters::layer;
using converters::model_graph;
using converters::operation;
using converters::value_id;

/// With the draws that models need.
class model_dice : public dice {
  public:
    using dice::dice;

    std::int32_t between(std::int32_t low, std::int32_t high) { return small(low, high); }
    float real(double scale) {
        double sum = 0.0;  // twelve uniforms make a good enough bell
        for (int i = 0; i < 12; ++i) { sum += between(0, 1 << 20) / static_cast<double>(1 << 20); }
        return static_cast<float>((sum - 6.0) * scale);
    }
};

class model_builder {
  public:
    explicit model_builder(std::uint64_t seed) : dice_(seed) {}

    random_model run() {
        model_.graph.source = "random";
        const dims image{dice_.between(1, 4), dice_.between(3, 9), dice_.between(3, 9)};
        value_id x = add_input(image);
        if (dice_.chance(15)) { x = normalise(x); }
        if (dice_.chance(25)) { x = join_image(x); }
        const int blocks = dice_.between(1, 4);
        for (int i = 0; i < blocks; ++i) { x = block(x); }
        x = head(x);
        model_.graph.outputs = {{x, "out", {}}};
        choose_options();
        model_.calibration = random_data(12, 128);
        model_.data = random_data(2, 255);
        return std::move(model_);
    }

  private:
    const dims& item(value_id v) const { return model_.graph.values[v].shape; }

    value_id add_value(dims shape) {
        model_.graph.values.push_back(
            {"v" + std::to_string(model_.graph.values.size()), std::move(shape)});
        return model_.graph.values.size() - 1;
    }

    value_id add(const char* name, operation op, std::vector<value_id> inputs, dims out) {
        const value_id v = add_value(std::move(out));
        model_.graph.layers.push_back({name + std::to_string(model_.graph.layers.size()), name,
                                       std::move(op), std::move(inputs), v});
        return v;
    }

    value_id add_input(dims shape) {
        model_.graph.inputs.push_back(add_value(std::move(shape)));
        return model_.graph.inputs.back();
    }

    static converters::index_map in_order(const dims& shape) {
        converters::index_map map;
        map.index.resize(static_cast<std::size_t>(converters::element_count(shape)));
        std::iota(map.index.begin(), map.index.end(), 0);
        return map;
    }

    value_id join(value_id a, value_id b) {
        dims joined = item(a);
        joined[0] += item(b)[0];
        return add("Concat", in_order(joined), {a, b}, joined);
    }

    /// A second image, which meets the first as it is or behind a layer each.
    value_id join_image(value_id x) {
        const bool add_up = dice_.chance(50);
        const std::int64_t channels = add_up ? item(x)[0] : dice_.between(1, 3);
        value_id y = add_input({channels, item(x)[1], item(x)[2]});
        if (dice_.chance(50)) {
            const std::int32_t width = dice_.between(1, 6);
            x = relu(same_size(x, width));
            y = relu(same_size(y, width));
        }
        return add_up ? add("Add", converters::sum{}, {x, y}, item(x)) : join(x, y);
    }

    /// A vector that meets the features of the image.
    value_id join_vector(value_id x) {
        const value_id y = add_input({dice_.between(1, 12)});
        if (dice_.chance(40)) { return join(x, y); }
        const auto width = static_cast<std::int32_t>(item(x)[0]);
        return add("Add", converters::sum{}, {x, dense(y, width)}, item(x));
    }

    value_id block(value_id x) {
        switch (dice_.between(0, 11)) {
        case 0:
            return pool(x);
        case 1:
            return residual(x);
        case 2:
            return concat(x);
        case 3:
            return average(x);
        case 4:
            return rearranged(x);
        case 5:
            return dice_.chance(50) ? lone_affine(x) : relu(x);
        case 6:
            return activated(convolve_transposed(x), x);
        case 7:
            return activated(convolve(mixed(x), 0), x);
        default:
            return activated(convolve(x, 0), x);
        }
    }

    /// Mostly ReLU, sometimes pooling before it, sometimes nothing: a signed population.
    value_id activated(value_id y, value_id) {
        if (dice_.chance(30)) { y = batch_norm(y); }
        if (dice_.chance(10)) { return y; }
        if (dice_.chance(10)) { return leaky(y); }
        if (dice_.chance(10)) { return by_table(y); }
        return dice_.chance(15) ? relu(pool(y)) : relu(y);
    }

    /// Mostly without an upper bound.
    value_id relu(value_id x) {
        converters::relu op;
        if (dice_.chance(15)) { op.upper = static_cast<float>(dice_.between(2, 8)) / 8.0F; }
        return add("Relu", op, {x}, item(x));
    }

    value_id leaky(value_id x) {
        converters::leaky_relu op;
        const std::int64_t slopes = dice_.chance(50) ? 1 : item(x)[0];
        for (std::int64_t i = 0; i < slopes; ++i) {
            op.slope.push_back(static_cast<float>(dice_.between(1, 40)) / 32.0F);
        }
        return add("PRelu", op, {x}, item(x));
    }

    /// x * sigmoid(x), tanh, sigmoid or a slope below zero, with a factor in the table now and
    /// then.
    value_id by_table(value_id x) {
        using converters::curve;
        using converters::curve_op;
        const curve sigmoid = converters::then(curve{}, {curve_op::sigmoid});
        const curve functions[] = {converters::joined(curve{}, sigmoid, curve_op::product), sigmoid,
                                   converters::then(curve{}, {curve_op::tanh}),
                                   converters::then(curve{}, {curve_op::leaky, -0.25F})};
        const value_id y =
            add("Curve", functions[static_cast<std::size_t>(dice_.between(0, 3))], {x}, item(x));
        return dice_.chance(30) ? normalise(y) : y;
    }

    value_id convolve_transposed(value_id x) {
        const dims from = item(x);
        converters::transposed_convolution op;
        op.in_channels = static_cast<std::int32_t>(from[0]);
        op.groups = dice_.chance(30) ? op.in_channels : 1;
        op.out_channels = op.groups * dice_.between(1, 3);
        dims to{op.out_channels, 0, 0};
        for (std::size_t axis = 0; axis < 2; ++axis) {
            kernel_geometry& g = op.geometry;
            g.kernel[axis] = dice_.between(1, 3);
            g.stride[axis] = dice_.between(1, 2);
            g.dilation[axis] = dice_.chance(80) ? 1 : 2;
            g.pads[axis] = g.kernel[axis] > 1 ? dice_.between(0, 1) : 0;
            const std::int32_t extra = dice_.between(0, g.stride[axis] - 1);
            to[axis + 1] = (from[axis + 1] - 1) * g.stride[axis] + extra - g.pads[axis]
                           + (g.kernel[axis] - 1) * g.dilation[axis] + 1;
        }
        const auto row = static_cast<std::size_t>(op.out_channels / op.groups)
                         * static_cast<std::size_t>(op.geometry.kernel[0])
                         * static_cast<std::size_t>(op.geometry.kernel[1]);
        op.weights = weights(static_cast<std::size_t>(op.in_channels), row);
        op.bias = biases(static_cast<std::size_t>(op.out_channels), 0.1);
        return add("ConvTranspose", op, {x}, to);
    }

    /// Twice the width, by repeating elements or by mixing neighbours.
    value_id mixed(value_id x) {
        const dims from = item(x);
        const dims to{from[0], from[1], from[2] * 2};
        converters::index_map repeat;
        converters::sparse_map mix;
        mix.row_ptr.push_back(0);
        const std::int64_t count = converters::element_count(to);
        for (std::int64_t e = 0; e < count; ++e) {
            const auto at = static_cast<std::int32_t>(e / 2);
            repeat.index.push_back(at);
            const bool last = e % to[2] + 1 == to[2];
            mix.column.push_back(at);
            mix.weights.push_back(last || e % 2 == 0 ? 1.0F : 0.5F);
            if (!last && e % 2 == 1) {
                mix.column.push_back(at + 1);
                mix.weights.push_back(0.5F);
            }
            mix.row_ptr.push_back(static_cast<std::int64_t>(mix.column.size()));
        }
        return dice_.chance(50) ? add("Upsample", repeat, {x}, to) : add("Resize", mix, {x}, to);
    }

    value_id normalise(value_id x) {
        converters::affine fold{{dice_.real(0.1) + 1.0F}, {dice_.real(0.2)}};
        fold.scale.front() = std::max(fold.scale.front(), 0.25F);
        return add("Mul", fold, {x}, item(x));
    }

    converters::affine channel_affine(value_id x) {
        converters::affine fold;
        for (std::int64_t c = 0; c < item(x).front(); ++c) {
            fold.scale.push_back(1.0F + dice_.real(0.4));
            fold.offset.push_back(dice_.real(0.1));
        }
        return fold;
    }

    value_id batch_norm(value_id x) {
        return add("BatchNormalization", channel_affine(x), {x}, item(x));
    }
    value_id lone_affine(value_id x) { return batch_norm(relu(batch_norm(x))); }

    /// A geometry whose window fits the padded input in one axis.
    void choose_axis(kernel_geometry& g, std::size_t axis, std::int32_t size,
                     std::int32_t largest_kernel) {
        g.stride[axis] = dice_.chance(70) ? 1 : 2;
        g.dilation[axis] = dice_.chance(85) ? 1 : 2;
        g.pads[axis] = dice_.chance(50) ? 0 : dice_.between(0, 2);
        g.pads[axis + 2] = dice_.chance(50) ? g.pads[axis] : dice_.between(0, 2);
        g.kernel[axis] = dice_.between(1, largest_kernel);
        const auto extent = [&] { return (g.kernel[axis] - 1) * g.dilation[axis] + 1; };
        while (extent() > size + g.pads[axis] + g.pads[axis + 2]) { --g.kernel[axis]; }
    }

    static std::int64_t outputs(const kernel_geometry& g, std::size_t axis, std::int64_t size) {
        const std::int64_t extent = (g.kernel[axis] - 1) * g.dilation[axis] + 1;
        return (size + g.pads[axis] + g.pads[axis + 2] - extent) / g.stride[axis] + 1;
    }

    kernel_geometry geometry(value_id x, std::int32_t largest_kernel) {
        kernel_geometry g;
        choose_axis(g, 0, static_cast<std::int32_t>(item(x)[1]), largest_kernel);
        choose_axis(g, 1, static_cast<std::int32_t>(item(x)[2]), largest_kernel);
        return g;
    }

    std::vector<float> weights(std::size_t rows, std::size_t row) {
        std::vector<float> w;
        for (std::size_t r = 0; r < rows; ++r) {
            const bool dead = dice_.chance(4);
            for (std::size_t i = 0; i < row; ++i) {
                const float value = dice_.real(1.2 / std::sqrt(static_cast<double>(row)));
                w.push_back(dead || dice_.chance(8) ? 0.0F : value);
            }
        }
        return w;
    }

    std::vector<float> biases(std::size_t count, double scale) {
        std::vector<float> b;
        for (std::size_t i = 0; i < count; ++i) { b.push_back(dice_.real(scale)); }
        return b;
    }

    /// out_channels 0: chosen here, below, equal to, above and no multiple of usual lane counts.
    value_id convolve(value_id x, std::int32_t out_channels) {
        const auto in = static_cast<std::int32_t>(item(x)[0]);
        converters::convolution conv;
        conv.geometry = geometry(x, 5);
        return add_convolution(x, conv, out_channels == 0 ? dice_.between(1, 11) : out_channels,
                               dice_.chance(15) ? in : 1);
    }

    value_id add_convolution(value_id x, converters::convolution conv, std::int32_t out,
                             std::int32_t groups) {
        const dims& from = item(x);
        conv.in_channels = static_cast<std::int32_t>(from[0]);
        conv.groups = groups;
        conv.out_channels = out % groups == 0 ? out : groups;
        const auto taps = static_cast<std::size_t>(
            conv.in_channels / groups * conv.geometry.kernel[0] * conv.geometry.kernel[1]);
        conv.weights = weights(static_cast<std::size_t>(conv.out_channels), taps);
        conv.bias =
            biases(static_cast<std::size_t>(conv.out_channels), dice_.chance(70) ? 0.1 : 0.0);
        const dims to{conv.out_channels, outputs(conv.geometry, 0, from[1]),
                      outputs(conv.geometry, 1, from[2])};
        return add("Conv", conv, {x}, to);
    }

    value_id same_size(value_id x, std::int32_t out_channels) {
        converters::convolution conv;
        const std::int32_t k = dice_.between(0, 1) * 2 + 1;
        conv.geometry.kernel = {k, k};
        conv.geometry.pads = {k / 2, k / 2, k / 2, k / 2};
        return add_convolution(x, conv, out_channels, 1);
    }

    /// x + f(x), or with a shortcut that drops or adds channels by Slice and Pad, as option A of
    /// ResNets does.
    value_id residual(value_id x) {
        const auto channels = static_cast<std::int32_t>(item(x)[0]);
        if (dice_.chance(60)) {
            const value_id y = same_size(x, channels);
            return relu(add("Add", converters::sum{}, {y, x}, item(x)));
        }
        const std::int32_t more = channels + dice_.between(1, 4);
        const std::int32_t before = dice_.between(0, more - channels);
        const value_id y = same_size(x, more);
        converters::index_map pad;
        const std::int64_t positions = item(x)[1] * item(x)[2];
        for (std::int64_t e = 0; e < more * positions; ++e) {
            const std::int64_t from = e - before * positions;
            pad.index.push_back(
                from < 0 || from >= channels * positions ? -1 : static_cast<std::int32_t>(from));
        }
        const value_id shortcut = add("Pad", pad, {x}, item(y));
        return relu(add("Add", converters::sum{}, {y, shortcut}, item(y)));
    }

    value_id concat(value_id x) {
        const value_id a = relu(same_size(x, dice_.between(1, 6)));
        const value_id b = dice_.chance(30) ? x : relu(same_size(x, dice_.between(1, 6)));
        return join(a, b);
    }

    value_id pool(value_id x) {
        converters::max_pool pool;
        pool.geometry = pool_geometry(x);
        return add("MaxPool", pool, {x},
                   {item(x)[0], outputs(pool.geometry, 0, item(x)[1]),
                    outputs(pool.geometry, 1, item(x)[2])});
    }

    /// No window may lie wholly in padding.
    kernel_geometry pool_geometry(value_id x) {
        kernel_geometry g = geometry(x, 3);
        g.dilation = {1, 1};
        for (std::size_t axis = 0; axis < 2; ++axis) {
            g.kernel[axis] = std::min(g.kernel[axis], static_cast<std::int32_t>(item(x)[axis + 1]));
            g.pads[axis] = std::min(g.pads[axis], (g.kernel[axis] - 1) / 2);
            g.pads[axis + 2] = std::min(g.pads[axis + 2], (g.kernel[axis] - 1) / 2);
        }
        return g;
    }

    value_id average(value_id x) {
        converters::average_pool pool;
        pool.geometry = pool_geometry(x);
        pool.count_include_pad = dice_.chance(50);
        return add("AveragePool", pool, {x},
                   {item(x)[0], outputs(pool.geometry, 0, item(x)[1]),
                    outputs(pool.geometry, 1, item(x)[2])});
    }

    /// Slice, zero frame or transposition before a convolution.
    value_id rearranged(value_id x) {
        const dims from = item(x);
        converters::index_map map;
        dims to = from;
        const int kind = dice_.between(0, 2);
        const std::int64_t frame = dice_.between(1, 2);
        if (kind == 0) { to[0] = dice_.between(1, static_cast<std::int32_t>(from[0])); }
        if (kind == 1) { to = {from[0], from[1] + frame, from[2] + frame}; }
        if (kind == 2) { to = {from[0], from[2], from[1]}; }
        for (std::int64_t c = 0; c < to[0]; ++c) {
            for (std::int64_t y = 0; y < to[1]; ++y) {
                for (std::int64_t z = 0; z < to[2]; ++z) {
                    const std::int64_t sy = kind == 2 ? z : y - (kind == 1 ? 1 : 0);
                    const std::int64_t sx = kind == 2 ? y : z - (kind == 1 ? 1 : 0);
                    const bool inside = sy >= 0 && sy < from[1] && sx >= 0 && sx < from[2];
                    map.index.push_back(
                        inside ? static_cast<std::int32_t>((c * from[1] + sy) * from[2] + sx) : -1);
                }
            }
        }
        const value_id view = add("Slice", map, {x}, to);
        return activated(dice_.chance(30) ? pool(view) : convolve(view, 0), x);
    }

    value_id flatten(value_id x) {
        return add("Flatten", in_order(item(x)), {x}, {converters::element_count(item(x))});
    }

    value_id dense(value_id x, std::int32_t out) {
        converters::linear fc;
        fc.in_features = static_cast<std::int32_t>(item(x)[0]);
        fc.out_features = out;
        fc.weights =
            weights(static_cast<std::size_t>(out), static_cast<std::size_t>(fc.in_features));
        fc.bias = biases(static_cast<std::size_t>(out), 0.1);
        return add("Gemm", fc, {x}, {out});
    }

    value_id head(value_id x) {
        if (dice_.chance(40)) {
            converters::average_pool global;
            global.global = true;
            global.geometry.kernel = {static_cast<std::int32_t>(item(x)[1]),
                                      static_cast<std::int32_t>(item(x)[2])};
            x = add("GlobalAveragePool", global, {x}, {item(x)[0], 1, 1});
        }
        x = flatten(x);
        if (dice_.chance(15)) { x = join_vector(x); }
        if (dice_.chance(40)) { x = relu(dense(x, dice_.between(2, 17))); }
        return dense(x, dice_.between(2, 6));
    }

    void choose_options() {
        for (const value_id v : model_.graph.inputs) { choose_encoding(v); }
        choose_window();
        model_.options.input_steps = dice_.between(1, 8);
        model_.options.weight_bits = dice_.between(2, 8);
        model_.options.thresholds.per_channel = dice_.chance(60);
        if (dice_.chance(20)) { model_.options.thresholds.spike_price = 0.01; }
        model_.correction.biases = dice_.chance(50);
        model_.correction.reconstruct = dice_.chance(30);
        if (dice_.chance(40)) { model_.skip_steps = dice_.between(3, 9); }
        model_.given_steps = dice_.chance(20);
        if (dice_.chance(20)) { model_.bits_price = 0.05; }
        if (dice_.chance(25)) { model_.prune.weights_percent = dice_.between(10, 90); }
        if (dice_.chance(25)) { model_.prune.channels_percent = dice_.between(10, 60); }
    }

    /// The first input holds bytes, as images do; others also real numbers, some below 0.
    void choose_encoding(value_id v) {
        input_encoding& input = model_.inputs.emplace_back();
        input.eight_bit = model_.inputs.size() == 1 || dice_.chance(50);
        input.scale = input.eight_bit ? 1.0 / 255.0 : 1.0;
        if (dice_.chance(30)) {
            input.mean = {0.25};
            input.std = {0.5};
        }
        if (model_.inputs.size() > 1 && dice_.chance(50)) {
            model_.options.input_steps_of[model_.graph.values[v].name] = dice_.between(1, 8);
        }
    }

    void choose_window() {
        converters::quantise_options& o = model_.options;
        const std::array codes{coding::phase, coding::phase, coding::phase,
                               coding::rate,  coding::ttfs,  coding::digit};
        o.code = codes[static_cast<std::size_t>(dice_.between(0, 5))];
        o.steps = o.code == coding::phase ? dice_.between(1, 8) : dice_.between(1, 16);
        o.digit_base = dice_.between(2, 9);
        o.digits = dice_.between(1, std::min(15, max_window_steps / (o.digit_base - 1)));
        model_.choose_codes = o.code == coding::phase && dice_.chance(50);
        if (o.code == coding::phase && dice_.chance(20)) { model_.steps_price = 0.05; }
    }

    dataset random_data(std::size_t samples, std::int32_t brightest) {
        dataset all;
        for (std::size_t i = 0; i < model_.inputs.size(); ++i) {
            dataset data;
            data.name = "random";
            data.sample_shape = item(model_.graph.inputs[i]);
            fill(data, samples * data.sample_size(), brightest, model_.inputs[i].eight_bit);
            i == 0 ? all = std::move(data) : all.further.emplace_back(std::move(data));
        }
        return all;
    }

    void fill(dataset& data, std::size_t size, std::int32_t brightest, bool eight_bit) {
        const bool empty = dice_.chance(3);
        const std::int32_t darkest = !eight_bit && dice_.chance(50) ? -brightest : 0;
        for (std::size_t i = 0; i < size; ++i) {
            const std::int32_t drawn = dice_.chance(60) ? dice_.between(darkest, brightest) : 0;
            const std::int32_t pixel = empty ? 0 : drawn;
            if (eight_bit) {
                data.bytes.push_back(static_cast<std::uint8_t>(pixel));
            } else {
                data.reals.push_back(static_cast<float>(pixel) / 255.0F);
            }
        }
    }

    model_dice dice_;
    random_model model_;
};

}  // namespace

random_model make_random_model(std::uint64_t seed) { return model_builder(seed).run(); }

}  // namespace synfire::test
