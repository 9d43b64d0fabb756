// SPDX-License-Identifier: Apache-2.0
#include "stream_network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>
#include <vector>

#include <synfire/core/error.hpp>
#include <synfire/core/validate.hpp>
#include <synfire/core/width.hpp>

#include "emit_network.hpp"
#include "signed_pairs.hpp"
#include "spiking_max.hpp"

namespace synfire::converters {

namespace {

/// At least 4, as the semantics say; from log2(T) on, the rounded biases of T steps are together
/// no further off than half a unit of the synchronous network.
constexpr int least_raise = 4;

/// An accumulator has 32 bits, and a step's input needs one more than the state that it is added
/// to.
constexpr int widest_state = 31;

class streaming {
  public:
    streaming(network net, const stream_options& options)
        : net_(std::move(net)),
          options_(options),
          raise_(std::max(least_raise, static_cast<int>(std::bit_width(
                                           static_cast<std::uint32_t>(options.steps - 1))))) {}

    network run(const std::string& source) {
        refuse_what_has_no_form(source);
        join_pairs();
        for (std::size_t i = 0; i < net_.populations.size(); ++i) { start(i); }
        spike_max_pools(net_);
        net_.execution = execution::streaming;
        net_.steps = options_.steps;
        widen_states();
        prove_widths(net_);
        validate(net_);
        return std::move(net_);
    }

  private:
    bool graded(std::size_t i) const {
        return net_.populations[i].kind == population_kind::input
               && options_.input == input_encoder::current;
    }

    static bool fires(const population& p) {
        return p.kind == population_kind::spiking || p.kind == population_kind::max_pool;
    }

    void refuse_what_has_no_form(const std::string& source) const {
        std::vector<refusal> refusals;
        for (std::size_t i = 0; i < net_.populations.size(); ++i) {
            const population& p = net_.populations[i];
            const auto refuse = [&](const char* op, std::string reason, std::string hint) {
                refusals.push_back({p.name, op, std::move(reason), std::move(hint)});
            };
            if (p.kind == population_kind::max_pool && p.range.lo < 0) {
                refuse("MaxPool",
                       "the largest of signed values cannot be told from spikes, which "
                       "have no sign",
                       "pool behind a Relu, or convert without --execution streaming");
            } else if (p.table) {
                refuse("a function by table", "a streaming neuron fires by its threshold alone",
                       "train with Relu or LeakyRelu, or convert without --execution streaming");
            } else if (fires(p) && p.range.hi != options_.steps) {
                refuse("a copy of the input",
                       "graded values are no spikes, and rates would lose "
                       "their range",
                       "--input rate");
            } else if (mixes(i)) {
                refuse("a sum with the input",
                       "graded values and spikes share one grid here only "
                       "where the number of steps is a power of two",
                       fmt::format("--steps {}, or --input rate",
                                   std::bit_ceil(static_cast<std::uint32_t>(options_.steps))));
            }
        }
        if (!refusals.empty()) { throw unsupported_model(source, refusals); }
    }

    /// Reads spikes (those of its other half among them) as well as a `current` input whose weights
    /// would have to be divided by a number of steps that is no power of two.
    bool mixes(std::size_t i) const {
        return reads(i, true) && (reads(i, false) || net_.populations[i].range.lo < 0)
               && !std::has_single_bit(static_cast<std::uint32_t>(options_.steps));
    }

    bool reads(std::size_t i, bool graded_ones) const {
        return std::any_of(
            net_.projections.begin(), net_.projections.end(),
            [&](const projection& p) { return p.target == i && graded(p.source) == graded_ones; });
    }

    /// What weights of spikes, thresholds and biases of T steps are multiplied by. Weights of
    /// graded values, which come in each of the T steps, stay as they are where nothing else comes.
    std::int64_t factor(std::size_t i) const {
        return reads(i, true) && !reads(i, false) ? options_.steps : std::int64_t{1} << raise_;
    }

    void join_pairs() {
        factors_.clear();
        negative_ = pair_signed(net_);
        for (std::size_t i = 0; i < net_.populations.size(); ++i) { factors_.push_back(factor(i)); }
        for (projection& p : net_.projections) { raise(p); }
    }

    void raise(projection& p) const {
        if (p.kind == connectivity::window) { return; }
        const auto all = static_cast<std::uint64_t>(factors_[p.target]);
        const auto steps = static_cast<std::uint64_t>(options_.steps);
        if (!graded(p.source)) {
            p.shift += std::countr_zero(all);
        } else if (all != steps) {
            p.shift += std::countr_zero(all) - std::countr_zero(steps);
        }
    }

    void start(std::size_t i) {
        population& p = net_.populations[i];
        if (p.kind == population_kind::input) { return start_input(p); }
        if (p.kind == population_kind::max_pool) { return; }
        const std::int64_t by = factors_[i];
        for (std::int64_t& b : p.bias) {
            b = std::llround(static_cast<double>(b) * static_cast<double>(by)
                             / static_cast<double>(options_.steps));
        }
        p.window = {};
        p.range = {};
        p.streaming.emplace();
        const bool second = std::find(negative_.begin(), negative_.end(), i) != negative_.end();
        const int below = second ? 1 : 0;
        for (std::int32_t& theta : p.theta) {
            const std::int64_t raised = theta * by;
            if (raised >= std::int64_t{1} << (widest_state - 1)) {
                throw bad_input({p.name, "the threshold is too large for so many steps",
                                 std::to_string(raised), "30 bits", "fewer --steps"});
            }
            theta = static_cast<std::int32_t>(raised);
            p.streaming->initial_v.push_back((theta >> 1) - below);
        }
        if (p.kind == population_kind::spiking) { return; }
        for (double& unit : p.scale) { unit /= static_cast<double>(by); }
    }

    void start_input(population& p) const {
        p.input->encoder = options_.input;
        if (options_.input == input_encoder::current) { p.window = {}; }
    }

    /// State ranges that T steps cannot leave, as far as 32 bits hold them.
    void widen_states() {
        for (population& p : net_.populations) {
            if (p.streaming) { p.streaming->v_range = {0, 0}; }
        }
        const std::vector<int> of_a_step = proven_widths(net_);
        const int more = std::bit_width(static_cast<std::uint32_t>(options_.steps));
        for (std::size_t i = 0; i < net_.populations.size(); ++i) {
            population& p = net_.populations[i];
            if (!p.streaming) { continue; }
            const int bits = std::min(widest_state, of_a_step[i] + more);
            const auto most = static_cast<std::int32_t>((std::int64_t{1} << (bits - 1)) - 1);
            p.streaming->v_range = {-most - 1, most};
        }
    }

    network net_;
    stream_options options_;
    int raise_;
    std::vector<std::int64_t> factors_;  ///< per population
    std::vector<std::size_t> negative_;  ///< second halves of signed populations
};

}  // namespace

network stream_network(network net, const stream_options& options, const std::string& source) {
    return streaming(std::move(net), options).run(source);
}

}  // namespace synfire::converters
