// SPDX-License-Identifier: Apache-2.0
#include "memory_map.hpp"

#include <algorithm>
#include <cstddef>
#include <map>
#include <utility>

#include "supported.hpp"

namespace synfire::hw::detail {
namespace {

std::int64_t round_up(std::int64_t n, std::int64_t to) { return (n + to - 1) / to * to; }

/// First fit; holes are merged.
class words {
  public:
    /// From a multiple of `step` on.
    std::int64_t take(std::int64_t count, std::int64_t step = 1) {
        for (auto hole = holes_.begin(); hole != holes_.end(); ++hole) {
            const auto [begin, length] = *hole;
            const std::int64_t first = round_up(begin, step);
            const std::int64_t rest = begin + length - first - count;
            if (rest < 0) { continue; }
            holes_.erase(hole);
            if (first > begin) { holes_[begin] = first - begin; }
            if (rest > 0) { holes_[first + count] = rest; }
            return first;
        }
        const std::int64_t first = round_up(end_, step);
        if (first > end_) { holes_[end_] = first - end_; }
        end_ = first + count;
        return first;
    }
    void release(std::int64_t first, std::int64_t count) {
        if (count == 0) { return; }
        auto next = holes_.emplace(first, count).first;
        const auto after = std::next(next);
        if (after != holes_.end() && first + count == after->first) {
            next->second += after->second;
            holes_.erase(after);
        }
        if (next == holes_.begin()) { return; }
        const auto before = std::prev(next);
        if (before->first + before->second == first) {
            before->second += next->second;
            holes_.erase(next);
        }
    }
    std::int64_t used() const { return end_; }

  private:
    std::map<std::int64_t, std::int64_t> holes_;  ///< first word -> length
    std::int64_t end_ = 0;
};

/// For each population, the place in `order` of the one that reads it last (or its own).
std::vector<std::size_t> last_readers(const network& net, const std::vector<std::size_t>& order) {
    std::vector<std::size_t> place(order.size());
    for (std::size_t i = 0; i < order.size(); ++i) { place[order[i]] = i; }
    std::vector<std::size_t> last = place;
    for (const projection& p : net.projections) {
        last[p.source] = std::max(last[p.source], place[p.target]);
    }
    return last;
}

class placer {
  public:
    explicit placer(int lanes) : act_step_(std::max(lanes / 32, 1)) {}
    void place(map_info& m) {
        const bool readout = m.kind == population_kind::readout;
        m.act_base = readout ? 0 : act_.take(m.act_words(), act_step_) * 32;
        m.code_base =
            code_.take(readout ? static_cast<std::int64_t>(m.shape.neurons()) : m.code_words());
    }
    /// Behind each other, each one from a word of the active map on: the stream numbers them so.
    void place_inputs(std::vector<map_info>& maps) {
        std::vector<map_info*> inputs;
        for (map_info& m : maps) {
            if (m.kind == population_kind::input) { inputs.push_back(&m); }
        }
        std::int64_t words =
            0;  // of the active map; each has one code word for each bit of a pattern
        std::int64_t codes = 0;
        for (map_info* m : inputs) {
            m->act_base = words * 32;
            m->code_base = words * pattern_bits_of(m->format);
            codes = m->code_base + m->code_words();
            words += m->act_words();
        }
        const std::int64_t act_first = act_.take(words);
        const std::int64_t code_first = code_.take(codes);
        for (map_info* m : inputs) {
            m->act_base += act_first * 32;
            m->code_base += code_first;
        }
    }
    void release(const map_info& m) {
        if (m.kind == population_kind::readout) { return; }
        act_.release(m.act_base / 32, m.act_words());
        code_.release(m.code_base, m.code_words());
    }
    std::int64_t act_words() const { return act_.used(); }
    std::int64_t code_words() const { return code_.used(); }

  private:
    words act_;
    words code_;
    std::int64_t
        act_step_;  ///< words of the active map that lanes write at once, from a multiple on
};

}  // namespace

map_info describe_map(const population& p, const code_range& range, int lanes, int positions) {
    map_info m;
    m.kind = p.kind;
    m.shape = p.shape;
    m.columns = p.shape.width;
    if (p.kind == population_kind::readout) { return m; }
    m.pitch = p.shape.channels;
    if (p.kind != population_kind::input) {
        m.positions = positions;
        m.pitch = round_up(m.pitch, lanes / positions);
        m.columns = round_up(m.columns, positions);
    }
    m.is_signed = range.is_signed();
    m.format = format_for(p.window, m.is_signed);
    // A word of the lanes' patterns is a code word at least.
    while (p.kind != population_kind::input && lanes * pattern_bits_of(m.format) < 32) {
        ++m.format;
    }
    m.steps = p.window.steps;
    m.weighted = p.window.kind == coding::phase;
    return m;
}

std::vector<map_info> describe_maps(const network& net, const std::vector<code_range>& ranges,
                                    int lanes) {
    std::vector<map_info> maps;
    for (std::size_t i = 0; i < net.populations.size(); ++i) {
        maps.push_back(describe_map(net.populations[i], ranges[i], lanes, 1));
    }
    for (const projection& p : net.projections) {
        map_info& source = maps[p.source];
        if (p.kind == connectivity::window && source.is_signed) { source.all_active = true; }
    }
    const int input_format = format_for(input_pattern_bits(net, ranges));
    for (map_info& m : maps) {
        if (m.kind == population_kind::input) { m.format = input_format; }
    }
    return maps;
}

memory_map place_maps(const network& net, std::vector<map_info> maps, int lanes, bool reuse) {
    memory_map all;
    all.maps = std::move(maps);
    const std::vector<std::size_t> order = topological_order(net);
    const std::vector<std::size_t> last = last_readers(net, order);
    placer places(lanes);
    places.place_inputs(all.maps);  // first, for their base has few bits in a register
    for (std::size_t i = 0; i < order.size(); ++i) {
        map_info& m = all.maps[order[i]];
        if (m.kind != population_kind::input) { places.place(m); }
        for (std::size_t j = 0; reuse && j <= i; ++j) {
            if (last[order[j]] == i) { places.release(all.maps[order[j]]); }
        }
    }
    all.act_words = places.act_words();
    all.code_words = places.code_words();
    return all;
}

}  // namespace synfire::hw::detail
