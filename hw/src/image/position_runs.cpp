// SPDX-License-Identifier: Apache-2.0
#include "position_runs.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

namespace synfire::hw::detail {
namespace {

constexpr std::int32_t longest_step = 8;  ///< tried: blocks of DepthToSpace, factors of Resize

bool is_unit_stride(const kernel_geometry& g) { return g.stride[0] == 1 && g.stride[1] == 1; }

}  // namespace

position_runs::position_runs(const network& net, std::size_t number,
                             const std::vector<map_info>& maps)
    : net_(net),
      target_(net.populations[number]),
      maps_(maps) {
    bool regular = true;
    for (const projection& p : net.projections) {
        if (p.target != number || is_regular(p)) { continue; }
        regular = false;
        if (p.kind == connectivity::conv_transpose2d) {
            stride_ = std::lcm(stride_, p.geometry.stride[1]);
        } else if (p.kind == connectivity::dense) {
            one_by_one_ = true;
        } else {
            gathered_.try_emplace(&p, net, p);
        }
    }
    if (regular) { return; }
    if (one_by_one_ || stride_ >= target_.shape.width) {
        runs_ = split(target_.shape.width);
        return;
    }
    for (std::int32_t step = stride_; step <= std::max(longest_step, stride_); step += stride_) {
        if (step > target_.shape.width) { break; }
        std::vector<position_run> runs = split(step);
        if (runs_.empty() || runs.size() < runs_.size()) { runs_ = std::move(runs); }
    }
}

bool position_runs::is_regular(const projection& p) const {
    const bool single = target_.shape.positions() == 1;
    switch (p.kind) {
    case connectivity::conv_transpose2d:
        return single || is_unit_stride(p.geometry);
    case connectivity::dense:
        return single;
    case connectivity::sparse:
        return false;
    case connectivity::index:
        return index_is_regular({net_, p, maps_[p.source], {0, target_.shape.channels}});
    default:
        return true;
    }
}

std::int32_t position_runs::regular_count(const position_run& run) const {
    std::int32_t count = (target_.shape.width - run.x + run.step - 1) / run.step;
    for (const auto& [p, sources] : gathered_) {
        count = std::min(count, sources.regular_count(run));
    }
    return count;
}

std::vector<position_run> position_runs::split(std::int32_t step) const {
    std::vector<position_run> runs;
    for (std::int32_t y = 0; y < target_.shape.height; ++y) {
        for (std::int32_t phase = 0; phase < step; ++phase) {
            for (position_run run{y, phase, step, 0}; run.x < target_.shape.width;
                 run.x += run.count * step) {
                run.count = regular_count(run);
                runs.push_back(run);
            }
        }
    }
    return runs;
}

void position_runs::add_terms(const term_context& c, const position_run& run,
                              std::vector<term_plan>& terms) const {
    const channel_range lanes = c.meeting();
    if (lanes.first >= lanes.last) { return; }
    if (const auto found = gathered_.find(&c.p); found != gathered_.end()) {
        return found->second.add_terms(c, run, terms);
    }
    if (c.p.kind == connectivity::conv_transpose2d) { return add_transposed_terms(c, run, terms); }
    if (c.p.kind == connectivity::dense) {
        return add_dense(c, lanes, std::int64_t{run.y} * target_.shape.width + run.x, terms);
    }
    const std::size_t before = terms.size();
    detail::add_terms(c, terms);
    for (std::size_t i = before; i < terms.size(); ++i) { restrict_to(run, terms[i].fields); }
}

void restrict_to(const position_run& run, term& t) {
    t.x_first += run.x * t.x_stride;
    t.y_first += run.y * t.y_stride;
    t.x_stride *= run.step;
}

}  // namespace synfire::hw::detail
