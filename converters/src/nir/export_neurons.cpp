// SPDX-License-Identifier: Apache-2.0
// Neurons: coefficients of the difference equations back to time constants.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <synfire/core/error.hpp>

#include "export_nodes.hpp"

namespace synfire::converters::nir {

namespace {

[[noreturn]] void refuse(const population& p, const std::string& what, const std::string& hint) {
    throw bad_input({"population '" + p.name + "'", what, {}, {}, hint});
}

bool any(const std::vector<std::int32_t>& values) {
    return std::any_of(values.begin(), values.end(), [](std::int32_t v) { return v != 0; });
}

/// One value per element, from one per channel, in NIR's order.
std::vector<double> spread(const population& p, const std::vector<double>& per_channel) {
    std::vector<double> all;
    for (const double v : per_channel) { all.insert(all.end(), p.shape.positions(), v); }
    return all;
}

bool from_threshold(nir_dialect dialect) {
    return dialect == nir_dialect::sinabs || dialect == nir_dialect::spikingjelly;
}

class neuron_writer {
  public:
    neuron_writer(const population& p, double dt, const nir_export_options& options)
        : p_(p),
          s_(*p.streaming),
          dt_(dt),
          options_(options),
          units_(real_units(p, options.dialect)) {}

    node_chain write() {
        const bool fires = p_.kind == population_kind::spiking;
        check();
        if (!fires && forgets()) { return {}; }
        const bool leaks = any(s_.decay_v);
        if (s_.has_current()) {
            if (!leaks) { refuse(p_, "NIR has no neuron with synaptic current but no leak", ""); }
            add_current();
        } else if (leaks) {
            add_leak();
        } else {
            const bool unit = options_.dialect == nir_dialect::sinabs
                              || options_.dialect == nir_dialect::snntorch;
            add("r", std::vector<double>(units_.size(), unit ? 1.0 : 1.0 / dt_));
            type_ = fires ? "IF" : "I";
        }
        if (fires) { add_threshold(); }
        io::hdf5_tree node = typed(fires ? type_ : silent(), std::move(fields_));
        node.groups.push_back(metadata(fires));
        node.name = p_.name;
        return {std::move(node)};
    }

  private:
    bool forgets() const {
        return !s_.has_current() && !s_.decay_v.empty()
               && std::all_of(s_.decay_v.begin(), s_.decay_v.end(),
                              [&](std::int32_t d) { return d == 1 << s_.decay_bits; });
    }

    std::string silent() const {
        return type_ == "LIF" ? "LI" : type_ == "CubaLIF" ? "CubaLI" : type_;
    }

    void check() const {
        if (s_.refractory > 0) { refuse(p_, "NIR has no refractory time", ""); }
        if (p_.kind != population_kind::spiking) {
            if (any(s_.initial_v)) { refuse(p_, "NIR has no initial potential", ""); }
            return;
        }
        check_reset();
        check_origin();
        if (options_.dialect == nir_dialect::sinabs && s_.has_current()) {
            refuse(p_, "Sinabs reads no CubaLIF", "choose another --dialect");
        }
    }

    /// A reset that the reader would take for another one is refused.
    void check_reset() const {
        const bool subtract = s_.reset == reset_rule::subtract;
        const bool integrates = !any(s_.decay_v);
        switch (options_.dialect) {
        case nir_dialect::plain:
            if (subtract && !options_.soft_reset_in_metadata) {
                refuse(p_, "the subtractive reset would be lost: NIR has no word for it",
                       "--dialect sinabs, or --soft-reset-in-metadata for readers that look there");
            }
            return;
        case nir_dialect::sinabs:
            if (!subtract) {
                refuse(p_, "the reset to zero would be lost: Sinabs subtracts",
                       "another --dialect");
            }
            return;
        case nir_dialect::snntorch:
            if (subtract != integrates) {
                refuse(p_,
                       integrates ? "the reset to zero would be lost: snnTorch reads IF with a "
                                    "subtractive reset"
                                  : "the subtractive reset would be lost: snnTorch reads neurons "
                                    "with leak with a reset to zero",
                       "another --dialect");
            }
            return;
        default:
            if (subtract) {
                refuse(p_,
                       fmt::format("the subtractive reset would be lost: {} resets to v_reset",
                                   to_text(options_.dialect)),
                       "--dialect sinabs");
            }
        }
    }

    /// Readers that take 0 for every potential after a reset.
    void check_origin() const {
        const bool read =
            options_.dialect != nir_dialect::norse && options_.dialect != nir_dialect::snntorch;
        if (read || s_.reset != reset_rule::zero || !any(s_.initial_v)) { return; }
        refuse(p_, fmt::format("v_reset would be lost: {} resets to 0", to_text(options_.dialect)),
               "--dialect plain or spikingjelly");
    }

    std::vector<double> decays(const std::vector<std::int32_t>& codes) const {
        std::vector<double> all;
        for (const std::int32_t d : codes) {
            all.push_back(std::ldexp(static_cast<double>(d), -s_.decay_bits));
        }
        return all;
    }

    /// Time constants of a decay.
    std::vector<double> taus(const std::vector<double>& decay) const {
        std::vector<double> all;
        for (const double d : decay) {
            const bool exponential = options_.dialect == nir_dialect::sinabs;
            if (d == 0.0 || (exponential && d == 1.0)) {
                refuse(p_, "a channel without leak, or that keeps nothing, has no time constant",
                       "");
            }
            all.push_back(exponential ? -dt_ / std::log1p(-d) : dt_ / d);
        }
        return all;
    }

    static std::vector<double> inverse(std::vector<double> values) {
        for (double& v : values) { v = 1.0 / v; }
        return values;
    }

    void add_leak() {
        const std::vector<double> d = decays(s_.decay_v);
        type_ = "LIF";
        add("tau", taus(d));
        const bool unit = options_.dialect == nir_dialect::sinabs;
        add("r", unit ? std::vector<double>(d.size(), 1.0) : inverse(d));
        add("v_leak", origin());
    }

    void add_current() {
        const std::vector<double> v = decays(s_.decay_v);
        const std::vector<double> s = decays(s_.decay_s);
        type_ = "CubaLIF";
        add("tau_mem", taus(v));
        add("tau_syn", taus(s));
        add("r", inverse(v));
        add("w_in", inverse(s));
        add("v_leak", origin());
    }

    /// A unit less at the start, without leak and with a subtractive reset: v > theta.
    bool starts_below() const {
        return !any(s_.decay_v) && s_.reset == reset_rule::subtract && !s_.initial_v.empty()
               && std::all_of(s_.initial_v.begin(), s_.initial_v.end(),
                              [](std::int32_t v) { return v == -1; });
    }

    /// The network's 0 is v_reset; a potential of 0 at the start is then above or below it.
    std::vector<double> origin() const {
        std::vector<double> all(units_.size(), 0.0);
        if (s_.initial_v.empty() || starts_below()) { return all; }
        if (s_.reset == reset_rule::subtract && any(s_.initial_v)) {
            refuse(p_, "NIR has no initial potential", "");
        }
        for (std::size_t c = 0; c < all.size(); ++c) { all[c] = -s_.initial_v[c] * units_[c]; }
        return all;
    }

    /// One number for all neurons, to the last bit: snnTorch and SpikingJelly read no other.
    void add_threshold() {
        const std::vector<double> zero = origin();
        std::vector<double> threshold = zero;
        for (double& t : threshold) { t += 1.0; }
        add("v_threshold", threshold);
        add("v_reset", zero);
    }

    io::hdf5_tree metadata(bool fires) const {
        const auto text = [](const char* name, const std::string& value) {
            return io::hdf5_value{name, io::hdf5_kind::texts, 64, {}, {}, {value}};
        };
        io::hdf5_tree data{"metadata", {}, {}};
        data.values = {
            text("decay", options_.dialect == nir_dialect::sinabs ? "exponential" : "euler"),
            reals("dt", {dt_}, {}), reals("decay_bits", {double(s_.decay_bits)}, {}),
            text("source", "synfire")};
        if (!fires) { return data; }
        const bool above =
            s_.reset == reset_rule::zero ? !from_threshold(options_.dialect) : starts_below();
        data.values.push_back(text("comparison", above ? ">" : ">="));
        data.values.push_back(text("reset", std::string(to_string(s_.reset))));
        return data;
    }

    void add(const char* name, const std::vector<double>& per_channel) {
        const bool one =
            options_.dialect == nir_dialect::spikingjelly && p_.kind == population_kind::spiking;
        const auto differs = [&](double v) { return v != per_channel.front(); };
        if (one && std::any_of(per_channel.begin(), per_channel.end(), differs)) {
            refuse(p_, fmt::format("'{}' differs between channels, SpikingJelly reads one", name),
                   "another --dialect");
        }
        fields_.push_back(reals(name, spread(p_, per_channel), axes_of(p_)));
    }

    const population& p_;
    const streaming_neuron& s_;
    double dt_;
    const nir_export_options& options_;
    std::vector<double> units_;
    std::string type_;
    std::vector<io::hdf5_value> fields_;
};

}  // namespace

std::vector<double> real_units(const population& p, nir_dialect dialect) {
    std::vector<double> units = p.scale;
    if (p.kind != population_kind::spiking) { return units; }
    units.clear();
    // A network fires from theta on. Above half a unit less is the same for integers.
    const bool half = p.streaming->reset == reset_rule::zero && !from_threshold(dialect);
    for (const std::int32_t theta : p.theta) {
        units.push_back(1.0 / (theta - (half ? 0.5 : 0.0)));
    }
    return units;
}

std::vector<std::size_t> axes_of(const population& p) {
    const auto side = [](std::int32_t n) { return static_cast<std::size_t>(n); };
    if (p.shape.positions() == 1) { return {side(p.shape.channels)}; }
    return {side(p.shape.channels), side(p.shape.height), side(p.shape.width)};
}

io::hdf5_tree typed(const std::string& type, std::vector<io::hdf5_value> fields) {
    fields.push_back({"type", io::hdf5_kind::texts, 64, {}, {}, {type}});
    return {"", {}, std::move(fields)};
}

io::hdf5_value reals(const std::string& name, std::vector<double> values,
                     std::vector<std::size_t> extents) {
    return {name, io::hdf5_kind::reals, 64, std::move(extents), std::move(values), {}};
}

node_chain node_of(const population& p, double dt, const nir_export_options& options) {
    if (p.kind != population_kind::input) { return neuron_writer(p, dt, options).write(); }
    std::vector<double> axes;
    for (const std::size_t n : axes_of(p)) { axes.push_back(static_cast<double>(n)); }
    io::hdf5_value shape = reals("shape", axes, {axes.size()});
    shape.kind = io::hdf5_kind::integers;
    io::hdf5_tree node = typed("Input", {shape});
    node.name = p.name;
    return {std::move(node)};
}

}  // namespace synfire::converters::nir
