// SPDX-License-Identifier: Apache-2.0
// Projections: integer weights back to real ones, in NIR's order of elements.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <synfire/core/error.hpp>

#include "export_nodes.hpp"
#include "layout.hpp"

namespace synfire::converters::nir {

namespace {

constexpr std::size_t most_entries = std::size_t{1} << 25;

class projection_writer {
  public:
    explicit projection_writer(const projection_part& part)
        : part_(part),
          p_(part.p),
          from_(part.net.populations[p_.source]),
          to_(part.net.populations[p_.target]),
          units_(real_units(to_, part.dialect)) {}

    node_chain write() {
        check();
        switch (p_.kind) {
        case connectivity::dense:
        case connectivity::sparse:
            add_linear();
            break;
        case connectivity::conv2d:
            add_conv();
            break;
        case connectivity::sum_pool:
            add_pool();
            break;
        case connectivity::one_to_one:
            add_scale();
            break;
        default:
            refuse(fmt::format("NIR has no {}", to_string(p_.kind)));
        }
        add_delay();
        return std::move(chain_);
    }

  private:
    [[noreturn]] void refuse(const std::string& what, const std::string& hint = "") const {
        throw bad_input({fmt::format("projection from '{}' to '{}'", from_.name, to_.name),
                         what,
                         {},
                         {},
                         hint});
    }

    void check() const {
        if (!(p_.source_channels == channel_range{0, from_.shape.channels})
            || !(p_.target_channels == channel_range{0, to_.shape.channels})) {
            refuse("NIR cannot connect a part of the channels");
        }
        if (p_.spatial_sum) { refuse("NIR has no sum over all positions in front of a layer"); }
        if (from_.kind == population_kind::input && from_.input) { check_input(*from_.input); }
    }

    void check_input(const input_encoding& how) const {
        const auto is = [](const std::vector<double>& values, double x) {
            return std::all_of(values.begin(), values.end(), [&](double v) { return v == x; });
        };
        if (!is(how.mean, 0.0) || !is(how.std, 1.0)) {
            refuse("the input has a mean or deviation, which NIR cannot say");
        }
    }

    /// Real weight of a code in target channel c.
    double real(std::size_t weight, std::size_t c) const {
        const double input = from_.is_current() ? 1.0 / from_.scale.front() : 1.0;
        return std::ldexp(static_cast<double>(p_.weights[weight]), p_.shift) * units_[c] * input;
    }

    std::size_t channels() const { return static_cast<std::size_t>(to_.shape.channels); }

    void flatten() {
        if (axes_of(from_).size() == 1) { return; }
        const auto one = [](const char* name, double value) {
            io::hdf5_value field = reals(name, {value}, {});
            field.kind = io::hdf5_kind::integers;
            return field;
        };
        std::vector<double> axes;
        for (const std::size_t n : axes_of(from_)) { axes.push_back(static_cast<double>(n)); }
        io::hdf5_value shape = reals("input_type", axes, {axes.size()});
        shape.kind = io::hdf5_kind::integers;
        chain_.push_back(typed("Flatten", {one("end_dim", -1.0), shape, one("start_dim", 0.0)}));
    }

    void add_linear() {
        if (axes_of(to_).size() != 1) {
            refuse("dense weights into a map of several positions have no NIR node");
        }
        flatten();
        const std::size_t inputs = from_.shape.neurons();
        const std::size_t outputs = to_.shape.neurons();
        if (outputs > most_entries / inputs) { refuse("there are too many weights for a Linear"); }
        const std::vector<std::size_t> order = order_of(from_.shape);
        std::vector<double> weights(inputs * outputs, 0.0);
        for (std::size_t o = 0; o < outputs; ++o) {
            if (p_.kind == connectivity::dense) {
                for (std::size_t i = 0; i < inputs; ++i) {
                    weights[o * inputs + order[i]] = real(o * inputs + i, o);
                }
                continue;
            }
            for (auto e = static_cast<std::size_t>(p_.row_ptr[o]);
                 e < static_cast<std::size_t>(p_.row_ptr[o + 1]); ++e) {
                weights[o * inputs + order[static_cast<std::size_t>(p_.column[e])]] = real(e, o);
            }
        }
        std::vector<io::hdf5_value> fields;
        if (part_.with_bias) { fields.push_back(bias()); }
        fields.push_back(reals("weight", std::move(weights), {outputs, inputs}));
        chain_.push_back(typed(part_.with_bias ? "Affine" : "Linear", std::move(fields)));
    }

    /// Per channel; vectors have a channel per neuron.
    io::hdf5_value bias() const {
        std::vector<double> values(channels(), 0.0);
        if (part_.with_bias && to_.bias_per_neuron && to_.shape.positions() > 1) {
            refuse("biases that differ between positions have no NIR node");
        }
        for (std::size_t c = 0; part_.with_bias && c < values.size(); ++c) {
            const double input = 1.0;
            values[c] = static_cast<double>(to_.bias[c]) * units_[c] * input;
        }
        return reals("bias", std::move(values), {channels()});
    }

    static io::hdf5_value pair(const char* name, std::int32_t y, std::int32_t x) {
        io::hdf5_value field = reals(name, {static_cast<double>(y), static_cast<double>(x)}, {2});
        field.kind = io::hdf5_kind::integers;
        return field;
    }

    void check_window() const {
        const auto& pads = p_.geometry.pads;
        if (pads[0] != pads[2] || pads[1] != pads[3]) {
            refuse("NIR pads both ends alike", "pads that differ come from a pool in front");
        }
        if (axes_of(from_).size() == 1 || axes_of(to_).size() == 1) {
            refuse("a window over a single position has no NIR node");
        }
    }

    void add_conv() {
        check_window();
        const kernel_geometry& g = p_.geometry;
        const auto outputs = channels();
        const std::size_t each = p_.weights.size() / outputs;
        std::vector<double> weights;
        for (std::size_t n = 0; n < p_.weights.size(); ++n) {
            weights.push_back(real(n, n / each));
        }
        const std::size_t inputs = static_cast<std::size_t>(from_.shape.channels / p_.groups);
        io::hdf5_value groups = reals("groups", {static_cast<double>(p_.groups)}, {});
        groups.kind = io::hdf5_kind::integers;
        chain_.push_back(
            typed("Conv2d",
                  {bias(), pair("dilation", g.dilation[0], g.dilation[1]), groups,
                   pair("input_shape", from_.shape.height, from_.shape.width),
                   pair("padding", g.pads[0], g.pads[1]), pair("stride", g.stride[0], g.stride[1]),
                   reals("weight", std::move(weights),
                         {outputs, inputs, static_cast<std::size_t>(g.kernel[0]),
                          static_cast<std::size_t>(g.kernel[1])})}));
    }

    void add_pool() {
        check_window();
        const kernel_geometry& g = p_.geometry;
        chain_.push_back(typed("SumPool2d", {pair("kernel_size", g.kernel[0], g.kernel[1]),
                                             pair("padding", g.pads[0], g.pads[1]),
                                             pair("stride", g.stride[0], g.stride[1])}));
        add_scale();
    }

    void add_scale() {
        std::vector<double> factors;
        for (std::size_t c = 0; c < channels(); ++c) {
            factors.insert(factors.end(), to_.shape.positions(), real(c, c));
        }
        // Counted spikes: a factor of 1 needs no node, and snnTorch knows no Scale. Of two equal
        // edges, though, readers count one.
        const auto one = [](double f) { return std::abs(f - 1.0) < 1e-12; };
        const auto beside = [&](const projection& q) {
            return q.source == p_.source && q.target == p_.target;
        };
        const auto& all = part_.net.projections;
        if (std::all_of(factors.begin(), factors.end(), one)
            && std::count_if(all.begin(), all.end(), beside) == 1) {
            return;
        }
        chain_.push_back(typed("Scale", {reals("scale", std::move(factors), axes_of(to_))}));
    }

    void add_delay() {
        if (p_.delay == 0 || (p_.delay == 1 && part_.implied)) { return; }
        std::vector<double> delays(to_.shape.neurons(), p_.delay * part_.dt);
        chain_.push_back(typed("Delay", {reals("delay", std::move(delays), axes_of(to_))}));
    }

    const projection_part& part_;
    const projection& p_;
    const population& from_;
    const population& to_;
    std::vector<double> units_;
    node_chain chain_;
};

}  // namespace

node_chain chain_of(const projection_part& part) { return projection_writer(part).write(); }

bool takes_bias(const projection& p) {
    return p.kind == connectivity::dense || p.kind == connectivity::sparse
           || p.kind == connectivity::conv2d;
}

}  // namespace synfire::converters::nir
