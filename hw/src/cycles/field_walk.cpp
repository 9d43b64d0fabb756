// SPDX-License-Identifier: Apache-2.0
#include "field_walk.hpp"

#include <algorithm>
#include <utility>

#include "../engine_timing.hpp"
#include "term_rows.hpp"

namespace synfire::hw::detail {
namespace {

/// A term where its fields are walked.
struct walked_term {
    term_rows rows;
    std::uint64_t constant_slots = 0;
};

walked_term walk_of(const pass_info& pass, std::size_t i, const std::vector<map_info>& places,
                    const std::vector<map_sums>& maps, bool every) {
    const term& t = pass.terms[i];
    const std::size_t source = pass.sources[i];
    if (t.constant != 0) { return {term_rows(0), static_cast<std::uint64_t>(t.tap_bits)}; }
    if (source == no_source) { return {term_rows(1), 0}; }  // never meets a source: one null tap
    const map_info& m = places[source];
    const std::int64_t base = t.act_base - m.act_base;
    return {term_rows({t, maps[source], base, m.pitch, m.row_pitch(), every}, pass.header), 0};
}

std::uint64_t slots_of(const field_counts& field, bool pool) {
    return std::uint64_t{pool ? field.active : field.spikes} + field.bubbles;
}

/// What a field costs besides its slots.
std::uint64_t fixed_cycles(const pass_info& pass, const engine_config& config) {
    if (pass.header.many == 0) { return 0; }
    const bool pool = pass.header.kind_of() == pass_kind::pool;
    const std::uint64_t held = config.shared_adder ? 0 : timing::held_reads;
    return pass.terms.size() * (timing::many_term + held)
           + (pool ? timing::many_pool_field : timing::many_field);
}

/// Where a term reads, and with which kernel: all but weights and lanes.
bool same_runs(const term& a, const term& b) {
    term like_b = a;
    like_b.row = b.row;
    like_b.row_step = b.row_step;
    like_b.lane0 = b.lane0;
    like_b.shift = b.shift;
    like_b.mask_count = b.mask_count;
    like_b.lane_mask = b.lane_mask;
    return like_b == b;
}

std::uint64_t look_ups(const pass_info& pass, int lanes) {
    return pass.range.table != 0 ? static_cast<std::uint64_t>(lanes) + timing::table_end : 0;
}

/// Cycles in which the fire bank is busy with one word.
std::uint64_t fire_bank_cycles(const pass_info& pass, int lanes) {
    const pass_header& h = pass.header;
    const std::uint64_t state = pass.range.keeps != 0 ? timing::state_cycles : 0;
    if (h.kind_of() == pass_kind::readout) { return state + static_cast<std::uint64_t>(h.lanes); }
    const std::uint64_t sign = pass.range.is_signed != 0 ? timing::signed_fire : 0;
    return state + sign + static_cast<std::uint64_t>(h.steps) + look_ups(pass, lanes)
           + code_words_a_word(h, lanes);
}

/// Adds up fields in the order in which the pipeline takes them.
class field_line {
  public:
    field_line(const pass_info& pass, const engine_config& config)
        : serial_(config.shared_adder || pass.header.kind_of() == pass_kind::pool),
          same_words_(pass.header.edge_lanes == pass.header.lanes),
          last_column_(pass.header.width - 1),
          bank_(fire_bank_cycles(pass, config.lanes)) {
        const pass_header& h = pass.header;
        if (!serial_ && h.kind_of() == pass_kind::fire && pass.range.is_signed == 0
            && pass.range.keeps == 0) {
            skips_ = static_cast<std::uint64_t>(h.steps) + look_ups(pass, config.lanes);
        }
        const std::uint64_t writes = code_words_a_word(h, config.lanes);
        if (h.kind_of() == pass_kind::pool) {
            pause_ = writes - 1;
        } else if (h.kind_of() == pass_kind::readout) {
            pause_ = static_cast<std::uint64_t>(h.lanes);
        } else {
            pause_ = static_cast<std::uint64_t>(h.steps) + timing::shared_fire;
            tail_ = writes - 1;
            least_ = config.shared_adder ? writes - 1 : 0;
        }
        if (!config.shared_adder || h.kind_of() == pass_kind::pool) {
            tail_ = 0;
        } else if (h.many != 0) {
            tail_ = std::max(timing::shared_many_end, least_);
        }
    }

    /// `empty`: nothing is added, so the word is its bias.
    void add(std::uint64_t cost, bool empty, std::int64_t column, pass_fields& all) {
        const std::uint64_t gathered = first_ ? cost : std::max(cost, serial_ ? least_ : busy_);
        const std::uint64_t taken = serial_ ? gathered + pause_ : gathered;
        first_ = false;
        all.cycles += taken;
        all.waiting += taken - cost;
        // What the last empty word has fired is still there.
        const bool edge = !same_words_ && column == last_column_;
        busy_ = empty && kept_ && edge == edge_ ? bank_ - skips_ : bank_;
        kept_ = empty;
        edge_ = edge;
    }
    /// The last word fires, and is written, while nothing is gathered.
    void end(pass_fields& all) const { all.cycles += serial_ ? tail_ : busy_; }

  private:
    bool serial_;      ///< gathering stops while a word is fired or written
    bool same_words_;  ///< no lane lies beside the map
    bool first_ = true;
    bool kept_ = false;
    bool edge_ = false;
    std::int64_t last_column_;
    std::uint64_t bank_;
    std::uint64_t skips_ = 0;  ///< that a word does not take which fires what the last one fired
    std::uint64_t busy_ = 0;   ///< with the last word
    std::uint64_t pause_ = 0;
    std::uint64_t tail_ = 0;   ///< serial passes: what the next field would hide
    std::uint64_t least_ = 0;  ///< of a later field, for it hides the writes of the one before
};

/// Words that are passed over in a pass that skips those at rest, and what finding them costs.
class rest_line {
  public:
    rest_line(const pass_info& pass, std::span<const std::uint8_t> awake)
        : pass_(pass),
          awake_(awake) {}

    void begin_row(pass_fields& all) {
        if (awake_.empty()) { return; }
        spend(static_cast<std::uint64_t>(pass_.terms.front().taps_y) + timing::look_rows, all);
    }

    /// The last word of a pass is visited, whatever it does.
    bool skips(std::int64_t oy, std::int64_t ox, const term_rows& rows, pass_fields& all) {
        const pass_header& h = pass_.header;
        const std::int64_t word = oy * h.width + ox;
        if (awake_.empty() || word + 1 == h.width * h.height) { return false; }
        if (awake_[static_cast<std::size_t>(word)] != 0 || rows.field(oy, ox).active != 0) {
            return false;
        }
        spend(1, all);
        ++all.skipped_words;
        all.skipped_neurons +=
            static_cast<std::uint64_t>(ox + 1 == h.width ? h.edge_lanes : h.lanes);
        return true;
    }

    /// Cycles since the last word that was visited.
    std::uint64_t passed() { return std::exchange(passed_, 0); }

  private:
    /// They are slots without a spike, in front of the next word's.
    void spend(std::uint64_t cycles, pass_fields& all) {
        passed_ += cycles;
        all.terms.front().bubbles += cycles;
    }

    const pass_info& pass_;
    std::span<const std::uint8_t> awake_;
    std::uint64_t passed_ = 0;
};

}  // namespace

bool same_fields(const pass_info& a, const pass_info& b) {
    // A read-out's last group may have fewer lanes to write.
    const bool same_bank =
        a.header.kind_of() != pass_kind::readout || a.header.lanes == b.header.lanes;
    return same_bank && a.range.skips == b.range.skips && a.header.kind == b.header.kind
           && a.header.digits == b.header.digits && a.header.width == b.header.width
           && a.header.height == b.header.height && a.sources == b.sources
           && std::equal(a.terms.begin(), a.terms.end(), b.terms.begin(), b.terms.end(), same_runs);
}

std::uint64_t code_words_a_word(const pass_header& h, int lanes) {
    return static_cast<std::uint64_t>(lanes) * static_cast<std::uint64_t>(pattern_bits_of(h.format))
           / 32;
}

pass_fields walk_fields(const pass_info& pass, const engine_config& config,
                        const std::vector<map_info>& places, const std::vector<map_sums>& maps,
                        std::span<const std::uint8_t> awake) {
    std::vector<walked_term> terms;
    for (std::size_t i = 0; i < pass.terms.size(); ++i) {
        terms.push_back(walk_of(pass, i, places, maps, config.reads_every_code()));
    }
    const std::uint64_t fixed = fixed_cycles(pass, config);
    const bool pool = pass.header.kind_of() == pass_kind::pool;
    pass_fields all;
    all.terms.resize(terms.size());
    field_line line(pass, config);
    rest_line rest(pass, awake);
    for (std::int64_t oy = 0; oy < pass.header.height; ++oy) {
        rest.begin_row(all);
        for (std::int64_t ox = 0; ox < pass.header.width; ++ox) {
            if (rest.skips(oy, ox, terms.front().rows, all)) { continue; }
            std::uint64_t cost = fixed + rest.passed();
            bool empty = true;
            for (std::size_t i = 0; i < terms.size(); ++i) {
                field_counts field = terms[i].rows.field(oy, ox);
                if (config.multiplies()) { field.spikes = field.active; }  // one product a source
                all.terms[i] += field;
                cost += slots_of(field, pool) + terms[i].constant_slots;
                empty = empty && field.active == 0 && terms[i].constant_slots == 0;
            }
            line.add(cost, empty, ox, all);
        }
    }
    line.end(all);
    return all;
}

}  // namespace synfire::hw::detail
