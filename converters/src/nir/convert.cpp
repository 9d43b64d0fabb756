// SPDX-License-Identifier: Apache-2.0
// The integer network of a graph: one population per neuron or filter, one projection per path.
#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include <synfire/core/error.hpp>
#include <synfire/core/validate.hpp>
#include <synfire/core/width.hpp>

#include "constants.hpp"
#include "fail.hpp"
#include "layout.hpp"
#include "quantise.hpp"

namespace synfire::converters {

namespace {

using namespace nir;

constexpr int widest_potential = 32;
// Below, rounding of weights and potentials moves spikes.
constexpr std::int32_t coarse_theta = 64;
constexpr std::int32_t largest_byte = 255;
constexpr std::int32_t largest_real_code = 127;

void refuse_option(const std::string& what, const std::string& found, const std::string& expected) {
    throw bad_input({"conversion options", what, found, expected, {}});
}

void check_options(const nir_conversion_options& o) {
    if (o.steps < 1 || o.steps > max_streaming_steps) {
        refuse_option("impossible number of steps", fmt::format("{}", o.steps),
                      fmt::format("1 to {}", max_streaming_steps));
    }
    if (o.weight_bits < 2 || o.weight_bits > 8) {
        refuse_option("impossible weight bits", fmt::format("{}", o.weight_bits), "2 to 8");
    }
    if (o.decay_bits != 12 && o.decay_bits != 16) {
        refuse_option("impossible decay bits", fmt::format("{}", o.decay_bits), "12 or 16");
    }
    if (o.state_bits < 20 || o.state_bits > 30) {
        refuse_option("impossible state bits", fmt::format("{}", o.state_bits), "20 to 30");
    }
    const double scale = o.input_step.value_or(o.input_scale);
    if (!(scale > 0.0) || !std::isfinite(scale)) {
        refuse_option("the input scale must be positive", fmt::format("{}", scale), "");
    }
    if (o.encoder == input_encoder::code) {
        refuse_option("the input of a NIR graph has no codes", "code",
                      "current, rate, poisson, latency or events");
    }
}

/// Microseconds of a step, where dt is whole microseconds of less than a second; otherwise 0:
/// whoever runs the network says. Sinabs counts steps, and a dt of 1 or more is hardly one of
/// seconds.
std::int32_t step_us(const nir_timing& timing) {
    const double dt = timing.dt ? *timing.dt : dialect_dt(timing.dialect).value_or(1.0);
    const double us = dt * 1e6;
    const bool whole = std::abs(us - std::round(us)) < 1e-6 * us;
    const bool seconds = timing.dialect != nir_dialect::sinabs && dt < 1.0;
    return seconds && whole && us >= 0.5 ? static_cast<std::int32_t>(std::lround(us)) : 0;
}

population input_population(const model_population& part, const nir_conversion_options& o) {
    population p;
    p.name = part.name;
    p.kind = population_kind::input;
    p.shape = network_shape(part.shape);
    input_encoding how;
    how.encoder = o.encoder;
    how.data_shape = part.shape;
    how.eight_bit = !o.input_step;
    if (o.encoder == input_encoder::current) {
        how.scale = o.input_step ? 1.0 : o.input_scale;
        how.code_step = o.input_step.value_or(1.0);
        p.window = {coding::rate, 0};
        p.range = o.input_step ? code_range{-largest_real_code, largest_real_code}
                               : code_range{0, largest_byte};
    } else {
        if (o.encoder == input_encoder::events) { how.event_step_us = step_us(o.timing); }
        p.window = {o.encoder == input_encoder::latency ? coding::ttfs : coding::rate, o.steps};
        p.range = {0, o.steps};
    }
    p.scale.assign(static_cast<std::size_t>(p.shape.channels),
                   p.is_current() || o.encoder == input_encoder::current
                       ? o.input_step.value_or(o.input_scale)
                       : 1.0);
    p.input = how;
    return p;
}

class nir_converter {
  public:
    nir_converter(const nir_graph& graph, const nir_conversion_options& options)
        : graph_(graph),
          options_(options),
          parts_(model_of(graph, options.timing)) {}

    nir_conversion run() {
        made_.net.execution = execution::streaming;
        made_.net.steps = options_.steps;
        made_.deviations = graph_.deviations;
        for (const nir_deviation& d : parts_.deviations) { made_.deviations.push_back(d); }
        for (std::size_t p = 0; p < parts_.populations.size(); ++p) { add(p); }
        add_metadata();
        prove_widths();
        validate(made_.net);
        return std::move(made_);
    }

  private:
    void add(std::size_t p) {
        const model_population& part = parts_.populations[p];
        if (part.kind == population_kind::input) {
            made_.net.populations.push_back(input_population(part, options_));
            return;
        }
        const real_layer layer = real(p);
        const shape layout = layout_of(part);
        const std::vector<double> units = units_of(layer, layout, options_);
        made_.net.populations.push_back(quantised(layer, layout, units, options_));
        const weight_error error = add_projections(p, layer, units);
        report(p, layer, error);
    }

    weight_error add_projections(std::size_t p, const real_layer& layer,
                                 const std::vector<double>& units) {
        weight_error error;
        const shape& to = made_.net.populations[p].shape;
        for (const real_path& path : layer.paths) {
            const shape from = layout_of(parts_.populations[path.source]);
            projection made = projection_of(path, {from, to, units, options_.weight_bits}, error);
            made.target = p;
            made_.net.projections.push_back(std::move(made));
        }
        return error;
    }

    /// Paths and biases in units of the potential.
    real_layer real(std::size_t p) {
        const model_population& part = parts_.populations[p];
        real_layer layer{part, {}, constant_arrivals(graph_, parts_, part.node)};
        const std::vector<double>& gain = part.moves.gain;
        for (std::size_t n = 0; n < layer.bias.size(); ++n) {
            layer.bias[n] *= gain[n];
            if (!part.moves.bias.empty()) { layer.bias[n] += part.moves.bias[n]; }
        }
        for (const model_path& path : parts_.paths) {
            if (path.target == p) { layer.paths.push_back(real(path, gain)); }
        }
        return layer;
    }

    real_path real(const model_path& path, const std::vector<double>& gain) const {
        const model_population& source = parts_.populations[path.source];
        const std::string where = fmt::format("{}, from '{}' to '{}'", graph_.where, source.name,
                                              parts_.populations[path.target].name);
        linear_map map = identity(source.shape);
        for (const std::size_t node : path.chain) {
            map = compose(map, map_of(graph_, graph_.nodes[node]), where);
        }
        const bool current =
            source.kind == population_kind::input && options_.encoder == input_encoder::current;
        if (current && path.delay > 0) {
            throw bad_input({where, "inputs that act in every step have no delay",
                             fmt::format("{} steps", path.delay), "no Delay behind this Input",
                             "with --input events or rate it can have one"});
        }
        const double unit = current ? options_.input_step.value_or(options_.input_scale) : 1.0;
        std::vector<double> factors = gain;
        for (double& f : factors) { f *= unit; }
        const double code = options_.input_step ? largest_real_code : largest_byte;
        return {path.source, scaled(map, factors, where), path.delay, current ? code : 1.0};
    }

    void report(std::size_t p, const real_layer& layer, const weight_error& error) {
        const population& made = made_.net.populations[p];
        nir_layer_report r;
        r.name = made.name;
        r.type = graph_.nodes[layer.part.node].type;
        for (const real_path& path : layer.paths) {
            r.longest_delay = std::max(r.longest_delay, path.delay);
        }
        r.weight_error = error.weight > 0.0 ? std::sqrt(error.error / error.weight) : 0.0;
        if (!made.theta.empty()) {
            const auto [least, most] = std::minmax_element(made.theta.begin(), made.theta.end());
            r.theta_min = *least;
            r.theta_max = *most;
            if (*least < coarse_theta) {
                made_.deviations.push_back(
                    {made.name, fmt::format("a threshold is only {} units: so much can arrive in a "
                                            "step that finer ones do not fit",
                                            *least)});
            }
        }
        r.decay_error = decay_error(layer.part.moves, *made.streaming);
        if (r.decay_error >= 1.0) {
            made_.deviations.push_back(
                {made.name, fmt::format("a step is so short beside a time constant that its decay "
                                        "rounds to 0 of {} bits: nothing is lost from step to step",
                                        made.streaming->decay_bits)});
        }
        made_.layers.push_back(std::move(r));
    }

    /// Largest relative change of a decay by rounding.
    static double decay_error(const dynamics& d, const streaming_neuron& s) {
        double largest = 0.0;
        for (const std::vector<double>* decay : {&d.decay_v, &d.decay_s}) {
            for (const double x : *decay) {
                if (x == 0.0) { continue; }
                const double rounded =
                    std::ldexp(std::round(std::ldexp(x, s.decay_bits)), -s.decay_bits);
                largest = std::max(largest, std::abs(rounded - x) / x);
            }
        }
        return largest;
    }

    void add_metadata() {
        auto& metadata = made_.net.metadata;
        metadata["nir.version"] = graph_.version;
        metadata["nir.dialect"] = to_text(options_.timing.dialect);
        const std::optional<double> dt =
            options_.timing.dt ? options_.timing.dt : dialect_dt(options_.timing.dialect);
        metadata["nir.dt"] = fmt::format("{}", dt.value_or(0.0));
    }

    void prove_widths() {
        const std::vector<int> widths = proven_widths(made_.net);
        for (std::size_t i = 0; i < widths.size(); ++i) {
            population& p = made_.net.populations[i];
            if (widths[i] > widest_potential) {
                throw bad_input({p.name, "the potential could overflow",
                                 fmt::format("{} bits in the worst case", widths[i]),
                                 fmt::format("at most {}", widest_potential),
                                 "fewer weight bits or state bits make it narrower"});
            }
            p.width_bits = widths[i];
        }
        for (nir_layer_report& layer : made_.layers) {
            layer.width_bits = made_.net.populations[made_.net.find(layer.name)].width_bits;
        }
    }

    const nir_graph& graph_;
    const nir_conversion_options& options_;
    model parts_;
    nir_conversion made_;
};

}  // namespace

nir_conversion convert_nir(const nir_graph& graph, const nir_conversion_options& options) {
    check_options(options);
    return nir_converter(graph, options).run();
}

}  // namespace synfire::converters
