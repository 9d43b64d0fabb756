// SPDX-License-Identifier: Apache-2.0
// Convolutions and dense projections, gathered for each target position: its sums stay in
// registers while the active sources under its kernel are added. One line of a kernel is one run
// of the list of active sources, because rows of weights lie in the order of the sources.
#include <optional>

#include "../channels.hpp"
#include "../lines.hpp"
#include "../plan.hpp"
#include "gather_axis.hpp"
#include "gather_weights.hpp"
#include "stroke_weights.hpp"
#include "window_weights.hpp"

namespace synfire::sim {
namespace {

/// The active sources of a channel range, numbered within it; the population's own list where the
/// range is all of it.
const active_set& in_range(const delivery_task& task, const channel_view& view) {
    if (view.whole()) { return task.active; }
    const active_set& all = task.active;
    active_set& some = task.scratch.in_range;
    some.clear();
    for (std::size_t position = 0; position < view.positions; ++position) {
        some.starts.push_back(static_cast<std::uint32_t>(some.neurons.size()));
        const std::size_t base = view.offset(position);
        for (std::size_t e = all.starts[position]; e < all.starts[position + 1]; ++e) {
            const std::size_t neuron = all.neurons[e];
            if (neuron < base || neuron >= base + view.count) { continue; }
            some.neurons.push_back(
                static_cast<std::uint32_t>(position * view.count + neuron - base));
            if (!all.codes8.empty()) { some.codes8.push_back(all.codes8[e]); }
            if (!all.codes16.empty()) { some.codes16.push_back(all.codes16[e]); }
        }
    }
    some.starts.push_back(static_cast<std::uint32_t>(some.neurons.size()));
    some.codes8.resize(some.codes8.size() + gather_padding);
    some.codes16.resize(some.codes16.size() + gather_padding);
    return some;
}

channel_range group_of(const channel_range& range, std::int32_t groups, std::int32_t group) {
    const std::int32_t count = range.count() / groups;
    return {range.first + group * count, range.first + (group + 1) * count};
}

/// Rows are [ky][kx][source channel of the group].
class gather_kernel final : public delivery {
  public:
    gather_kernel(const network& net, const projection& p)
        : shift_(p.shift),
          neurons_(net.populations[p.source].shape.neurons()),
          synapses_(p.weights.size() * net.populations[p.target].shape.positions()),
          rows_(axis_of(net, p, 0)),
          columns_(axis_of(net, p, 1)),
          kernel_columns_(to_size(p.geometry.kernel[1])),
          taps_(to_size(p.geometry.kernel[0]) * kernel_columns_),
          has_weights_(std::any_of(p.weights.begin(), p.weights.end(),
                                   [](std::int8_t w) { return w != 0; })) {
        for (std::int32_t g = 0; g < p.groups; ++g) { groups_.push_back(make_group(net, p, g)); }
    }

    active_needs needs(std::size_t active) const override {
        active_needs all;
        if (!has_weights_) { return all; }
        for (const group& g : groups_) {
            if (takes_all(g, active)) { continue; }
            all |= g.weights.needs();
            all.starts = true;
        }
        return all;
    }

    void deliver(const delivery_task& task) const override {
        if (!has_weights_) { return; }
        const int threads = synapses_ < synapses_worth_a_thread ? 1 : task.threads;
        for (const group& g : groups_) {
            if (threads == 1 && strokes_pay(g, task.active_count)) {
                g.strokes->deliver(task);
                continue;
            }
            if (takes_all(g, task.active_count)) {
                g.windows->deliver(task, shift_, threads);
                continue;
            }
            const active_set& active = in_range(task, g.source);
            if (active.neurons.empty()) { continue; }
            reserve_runs(threads, task.scratch);
            for (std::size_t b = 0; b < g.weights.blocks(); ++b) {
                for_each_line(rows_.targets(), threads, [&](std::size_t y, std::size_t thread) {
                    gather_line(task, g, active, b, y, thread);
                });
            }
        }
    }

  private:
    using run_list = std::vector<gather_run>;

    struct group {
        channel_view source;
        channel_view target;
        gather_weights weights;
        std::optional<window_weights> windows{};  ///< for many active sources, where possible
        std::optional<stroke_weights> strokes{};  ///< where windows and strokes are possible
    };

    bool strokes_pay(const group& g, std::size_t active) const {
        return g.strokes && stroke_weights::pays(active, neurons_);
    }

    bool takes_all(const group& g, std::size_t active) const {
        return strokes_pay(g, active) || (g.windows && g.windows->pays(active, neurons_));
    }

    group make_group(const network& net, const projection& p, std::int32_t number) const {
        const channel_view source(net.populations[p.source],
                                  group_of(p.source_channels, p.groups, number));
        const channel_view target(net.populations[p.target],
                                  group_of(p.target_channels, p.groups, number));
        const bool transposed = p.kind == connectivity::conv_transpose2d;
        const auto weight = [&, taps = taps_, from = to_size(number) * source.count,
                             to = to_size(number) * target.count](std::size_t row,
                                                                  std::size_t output) {
            const std::size_t tap = row / source.count;
            const std::size_t in = row % source.count;
            const std::size_t filter = transposed ? (from + in) * target.count + output
                                                  : (to + output) * source.count + in;
            return p.weights[filter * taps + tap];
        };
        const code_range codes = net.populations[p.source].range;
        group g{source, target, {taps_ * source.count, target.count, codes, weight}};
        if (window_weights::possible(net, p)) {
            g.windows.emplace(net, p, source, target, weight);
            if (stroke_weights::possible(net, p)) { g.strokes.emplace(net, p, weight); }
        }
        return g;
    }

    /// Lines allocate nothing: they may be part of a parallel region.
    void reserve_runs(int threads, delivery_scratch& scratch) const {
        scratch.runs.resize(std::max(scratch.runs.size(), to_size(threads)));
        for (run_list& runs : scratch.runs) { runs.reserve(taps_); }
    }

    void gather_line(const delivery_task& task, const group& g, const active_set& active,
                     std::size_t block, std::size_t y, std::size_t thread) const {
        run_list& runs = task.scratch.runs[thread];
        for (std::size_t x = 0; x < columns_.targets(); ++x) {
            runs.clear();
            for (const gather_span& line : rows_.spans(y)) {
                for (std::int32_t i = 0; i < line.count; ++i) {
                    add_runs(g, active, {line.source + i, line.tap + i, 1}, x, runs);
                }
            }
            if (runs.empty()) { continue; }
            const std::size_t place = y * g.target.width + x;
            g.weights.gather(task.kernels, block, active, {runs.data(), runs.size()}, shift_,
                             task.sums + g.target.offset(place));
        }
    }

    void add_runs(const group& g, const active_set& active, const gather_span& line, std::size_t x,
                  run_list& runs) const {
        for (const gather_span& span : columns_.spans(x)) {
            const std::size_t position =
                to_size(line.source) * g.source.width + to_size(span.source);
            const std::uint32_t first = active.starts[position];
            const std::uint32_t last = active.starts[position + to_size(span.count)];
            if (first == last) { continue; }
            const std::size_t tap = to_size(line.tap) * kernel_columns_ + to_size(span.tap);
            const auto row =
                static_cast<std::ptrdiff_t>(tap) - static_cast<std::ptrdiff_t>(position);
            runs.push_back({first, last, row * static_cast<std::ptrdiff_t>(g.source.count)});
        }
    }

    int shift_;
    std::size_t neurons_;  ///< of the source population
    std::size_t synapses_;
    gather_axis rows_;
    gather_axis columns_;
    std::size_t kernel_columns_;
    std::size_t taps_;
    /// Without any weight but 0 nothing bounds the shift, which must not be carried out.
    bool has_weights_;
    std::vector<group> groups_;
};

/// One run of all sources; rows in their order.
class gather_dense final : public delivery {
  public:
    gather_dense(const network& net, const projection& p)
        : shift_(p.shift),
          source_(net.populations[p.source], p.source_channels),
          target_(net.populations[p.target], p.target_channels),
          weights_(source_.neurons(), target_.neurons(), net.populations[p.source].range,
                   [&](std::size_t row, std::size_t output) {
                       return p.weights[output * source_.neurons() + row];
                   }) {}

    active_needs needs(std::size_t active) const override {
        static_cast<void>(active);
        active_needs all = weights_.needs();
        all.starts = !source_.whole();
        return all;
    }

    void deliver(const delivery_task& task) const override {
        const active_set& active = in_range(task, source_);
        if (active.neurons.empty()) { return; }
        const gather_run all{0, static_cast<std::uint32_t>(active.neurons.size()), 0};
        for (std::size_t b = 0; b < weights_.blocks(); ++b) {
            weights_.gather(task.kernels, b, active, {&all, 1}, shift_, task.sums + target_.first);
        }
    }

  private:
    int shift_;
    channel_view source_;
    channel_view target_;
    gather_weights weights_;
};

}  // namespace

std::unique_ptr<delivery> plan_gather(const network& net, const projection& p) {
    if (p.kind == connectivity::dense) { return std::make_unique<gather_dense>(net, p); }
    return std::make_unique<gather_kernel>(net, p);
}

bool can_gather(const network& net, const projection& p) {
    if (p.kind != connectivity::dense) {
        return p.kind == connectivity::conv2d || p.kind == connectivity::conv_transpose2d;
    }
    const channel_view target(net.populations[p.target], p.target_channels);
    return !p.spatial_sum && (target.whole() || target.positions == 1);
}

}  // namespace synfire::sim
