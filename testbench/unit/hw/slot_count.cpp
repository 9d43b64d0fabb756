// SPDX-License-Identifier: Apache-2.0
#include "slot_count.hpp"

#include <cstdlib>
#include <set>

#include "engine_timing.hpp"
#include <synfire/hw/cycle_model.hpp>

namespace synfire::test {
namespace {

namespace timing = hw::timing;
using hw::pass_kind;

int spikes_of(const hw::map_info& m, std::int32_t code) {
    const int size = std::abs(code);
    return m.weighted ? __builtin_popcount(static_cast<unsigned>(size)) : size;
}

class counter {
  public:
    counter(const hw::image& image, const std::vector<std::vector<std::int32_t>>& codes)
        : image_(image),
          codes_(codes),
          lanes_(image.config.lanes),
          every_(image.config.reads_every_code()) {}

    hw::hardware_counts count() {
        for (std::size_t i = 0; i < image_.maps.size(); ++i) { count_neurons(i); }
        for (const hw::pass_info& pass : image_.passes) {
            if (pass.header.kind_of() != pass_kind::emit) { count_pass(pass); }
        }
        c_.cycles += hw::program_cycles * image_.runs();
        return c_;
    }

  private:
    void count_neurons(std::size_t number) {
        const hw::map_info& m = image_.maps[number];
        std::set<std::size_t> code_words;
        for (std::size_t n = 0; n < codes_[number].size(); ++n) {
            const auto spikes = static_cast<std::uint64_t>(spikes_of(m, codes_[number][n]));
            if (spikes == 0) { continue; }
            c_.spikes += spikes;
            c_.active_sources += 1;
            if (m.kind == population_kind::spiking) { c_.reset_adds += spikes; }
            code_words.insert(n * static_cast<std::size_t>(hw::pattern_bits_of(m.format)) / 32);
        }
        if (m.kind == population_kind::input) {
            // One stream writes all inputs, and the words between two of them.
            const auto bits = static_cast<std::size_t>(hw::pattern_bits_of(m.format));
            const bool last = number == image_.inputs.back().population;
            const std::size_t neurons = codes_[number].size();
            const std::size_t all = last ? (neurons * bits + 31) / 32 : (neurons + 31) / 32 * bits;
            c_.spike_words_written +=
                (codes_[number].size() + 31) / 32 + (every_ ? all : code_words.size());
        }
    }

    /// Code of the neuron at a bit address; 0 where no neuron is.
    std::int32_t code_at(std::size_t source, std::int64_t bit) const {
        const hw::map_info& m = image_.maps[source];
        const std::int64_t channel = (bit - m.act_base) % m.pitch;
        const std::int64_t x = (bit - m.act_base) / m.pitch % m.columns;
        const std::int64_t y = (bit - m.act_base) / m.pitch / m.columns;
        if (channel >= m.shape.channels || x >= m.shape.width) { return 0; }
        const std::int64_t position = y * m.shape.width + x;
        return codes_[source].at(static_cast<std::size_t>(position * m.shape.channels + channel));
    }

    /// Lanes of the word that is gathered to which a spike of a row adds.
    std::uint64_t lanes_of(const hw::term& t, std::int64_t row) const {
        if (t.diagonal != 0) { return 1; }
        std::uint64_t lanes = 0;
        for (std::int64_t lane = 0; lane < live_lanes_; ++lane) {
            const bool in_mask = ((t.lane_mask >> lane) & 1) != 0;
            const auto at = static_cast<std::size_t>(row * lanes_ + lane);
            lanes += in_mask && image_.weights.at(at) != image_.config.no_weight() ? 1 : 0;
        }
        return lanes;
    }

    std::uint64_t slots_of_source(std::int32_t code, const hw::term& t, std::size_t source,
                                  std::int64_t row) {
        const int spikes = image_.config.multiplies() ? 1 : spikes_of(image_.maps[source], code);
        if (!every_) { c_.spike_words_read += 1; }
        if (!pool_ || t.diagonal == 0) { c_.weight_reads += 1; }
        if (pool_) {
            c_.adding += 1;
            return 1;
        }
        std::uint64_t slots = 0;
        for (int i = 0; i < spikes; ++i) {
            c_.adds += lanes_of(t, row);
            c_.adding += 1;
            slots += 1;
        }
        return slots;
    }

    std::uint64_t bubble() {
        c_.scanning += 1;
        return 1;
    }

    /// Nothing is skipped: every code has its slot, and every code word of the run is read once.
    std::uint64_t slots_of_all(const hw::term& t, std::size_t source, std::int64_t begin,
                               std::int64_t end, std::int64_t row) {
        std::set<std::int64_t> code_words;
        std::uint64_t slots = 0;
        for (std::int64_t bit = begin; bit < end; ++bit) {
            slots += slots_of_source(code_at(source, bit), t, source, row + bit);
            code_words.insert(bit * hw::pattern_bits_of(t.format) / 32);
        }
        c_.spike_words_read += code_words.size();
        return slots;
    }

    /// `row`: of bit 0 of the active map.
    std::uint64_t slots_of_run(const hw::term& t, std::size_t source, std::int64_t begin,
                               std::int64_t end, std::int64_t row) {
        std::uint64_t slots = 0;
        if (every_) { return slots_of_all(t, source, begin, end, row); }
        for (std::int64_t word = begin / 32; word <= (end - 1) / 32; ++word) {
            c_.spike_words_read += 1;
            std::uint64_t of_word = 0;
            for (std::int64_t bit = word * 32; bit < word * 32 + 32; ++bit) {
                const bool inside = bit >= begin && bit < end;
                const std::int32_t code = inside ? code_at(source, bit) : 0;
                if (code != 0 || (inside && image_.maps[source].all_active)) {
                    of_word += slots_of_source(code, t, source, row + bit);
                }
            }
            slots += of_word == 0 ? bubble() : of_word;
        }
        return slots;
    }

    std::uint64_t slots_of_term(const hw::pass_info& pass, std::size_t number, std::int64_t oy,
                                std::int64_t ox) {
        const hw::term& t = pass.terms[number];
        live_lanes_ = ox + 1 == pass.header.width ? pass.header.edge_end : lanes_;
        if (t.constant != 0) {
            const auto digits = static_cast<std::uint64_t>(t.tap_bits);
            c_.adding += digits;
            c_.weight_reads += digits;
            c_.bias_adds += digits * neurons_of(pass.header, ox);
            return digits;
        }
        std::uint64_t slots = 0;
        for (std::int64_t ky = 0; ky < t.taps_y; ++ky) {
            for (std::int64_t kx = 0; kx < t.taps_x; ++kx) {
                const std::int64_t x = t.x_first + ox * t.x_stride + kx * t.x_tap;
                const std::int64_t y = t.y_first + oy * t.y_stride + ky * t.y_tap;
                const std::int64_t from = x < 0 ? 0 : x;
                const std::int64_t to = x + t.tap_bits > t.row_bits ? t.row_bits : x + t.tap_bits;
                const bool null = y < 0 || y >= t.map_bits || to <= from;
                const std::int64_t row = t.row + offset_ + (ky * t.taps_x + kx) * t.row_step;
                slots += null ? bubble()
                              : slots_of_run(t, pass.sources[number], t.act_base + y + from,
                                             t.act_base + y + to, row - (t.act_base + y + x));
            }
        }
        return slots;
    }

    static std::uint64_t neurons_of(const hw::pass_header& h, std::int64_t ox) {
        return static_cast<std::uint64_t>(ox + 1 == h.width ? h.edge_lanes : h.lanes);
    }

    std::uint64_t held_reads() const { return image_.config.shared_adder ? 0 : timing::held_reads; }

    std::uint64_t field_cost(const hw::pass_info& pass, std::int64_t oy, std::int64_t ox) {
        std::uint64_t cost = 0;
        for (std::size_t i = 0; i < pass.terms.size(); ++i) {
            cost += slots_of_term(pass, i, oy, ox);
            if (pass.terms.size() > 1) { cost += timing::many_term + held_reads(); }
        }
        if (pass.terms.size() == 1) { return cost; }
        return cost + (pool_ ? timing::many_pool_field : timing::many_field);
    }

    void count_pass(const hw::pass_info& pass) {
        offset_ = pass.row_offset;
        const hw::pass_header& h = pass.header;
        pool_ = h.kind_of() == pass_kind::pool;
        const bool fires = h.kind_of() == pass_kind::fire;
        const auto lanes = static_cast<std::uint64_t>(h.lanes);
        const auto steps = static_cast<std::uint64_t>(h.steps);
        const auto writes = static_cast<std::uint64_t>(lanes_ * hw::pattern_bits_of(h.format) / 32);
        const bool is_signed = fires && pass.range.is_signed != 0;
        const std::uint64_t constants = is_signed ? 5 : fires ? 2 : 1;
        const std::uint64_t rows = static_cast<std::uint64_t>(h.digits) * constants;
        const std::uint64_t sign = is_signed ? timing::signed_fire : 0;
        const std::uint64_t bank = fires ? sign + steps + writes : lanes;
        c_.weight_reads += rows;
        c_.cycles += h.ranged != 0 ? timing::range_word : 0;
        c_.cycles +=
            rows
            + (pass.terms.size() > 1 ? (pool_ ? timing::many_pool_pass : timing::many_pass)
                                     : (pool_ ? timing::single_pool_pass : timing::single_pass));
        const bool many = pass.terms.size() > 1;
        if (!image_.config.shared_adder && !(many && pool_)) { c_.cycles += timing::held_codes; }
        if (!many) { c_.cycles += held_reads(); }
        std::uint64_t now = 0;        // the adder has finished the last field
        std::uint64_t bank_free = 0;  // the fire bank has written the last word
        bool kept = false;            // the last word was its bias, too, and had as many lanes
        bool edge_before = false;
        const bool shared = image_.config.shared_adder;
        for (std::int64_t i = 0; i < h.width * h.height; ++i) {
            const std::uint64_t adding = c_.adding;
            now += field_cost(pass, i / h.width, i % h.width);
            const bool empty = c_.adding == adding;
            const bool edge = i % h.width == h.width - 1 && h.edge_lanes != h.lanes;
            const bool again =
                fires && pass.range.is_signed == 0 && empty && kept && edge == edge_before;
            kept = empty;
            edge_before = edge;
            if (pool_) {
                now += writes - 1;
                c_.waiting += writes - 1;
            } else if (shared) {
                const std::uint64_t pause = fires ? steps + timing::shared_fire : lanes;
                now += pause;
                c_.waiting += pause;
            } else {
                c_.waiting += now < bank_free ? bank_free - now : 0;
                now = now < bank_free ? bank_free : now;
                bank_free = now + bank - (again ? steps : 0);
            }
            if (!pool_) { c_.bias_adds += neurons_of(h, i % h.width); }
            if (fires) { c_.neuron_updates += neurons_of(h, i % h.width) * steps; }
            if (fires || pool_) { c_.spike_words_written += 1 + writes; }
        }
        if (shared && !pool_ && pass.terms.size() > 1) { now += timing::shared_many_end; }
        if (shared && pass.terms.size() == 1 && fires) { now += writes - 1; }
        c_.cycles += pool_ || shared ? now : bank_free;
    }

    const hw::image& image_;
    const std::vector<std::vector<std::int32_t>>& codes_;
    int lanes_;
    std::int64_t live_lanes_ = 0;  ///< of the word that is gathered: the others lie beside the map
    std::int64_t offset_ = 0;      ///< of a pass's rows in the image
    bool every_;                   ///< codes of silent sources too
    bool pool_ = false;
    hw::hardware_counts c_;
};

}  // namespace

hw::hardware_counts count_slots(const hw::image& image,
                                const std::vector<std::vector<std::int32_t>>& codes) {
    return counter(image, codes).count();
}

}  // namespace synfire::test
