// SPDX-License-Identifier: Apache-2.0
#include <support/image_interpreter.hpp>

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

#include <support/dice.hpp>

namespace synfire::test {
namespace {

using hw::pass_header;
using hw::pass_kind;
using hw::term;

constexpr std::uint64_t garbage_seed = 20;
constexpr std::uint32_t negative_index = 1U << 20;  // beyond all patterns
constexpr std::int64_t code_address_mask = (std::int64_t{1} << 20) - 1;

std::size_t at(std::int64_t n) { return static_cast<std::size_t>(n); }

/// One active bit that a field meets.
struct met_bit {
    std::int64_t address;
    std::int64_t row;
    std::int64_t lane;  ///< diagonal terms
};

class machine {
  public:
    explicit machine(const hw::image& image)
        : image_(image),
          lanes_(image.config.lanes),
          act_(image.config.act_words()),
          code_(image.config.code_words()) {
        dice d(garbage_seed);
        for (auto* const memory : {&act_, &code_}) {
            for (std::uint32_t& word : *memory) {
                word = static_cast<std::uint32_t>(d.between(0, 0xffffffff));
            }
        }
        for (const hw::map_info& m : image.maps) {
            const bool readout = m.kind == population_kind::readout;
            result_.patterns.emplace_back(readout ? 0 : m.shape.neurons());
            result_.potentials.emplace_back(readout ? m.shape.neurons() : 0);
        }
    }

    image_result run(const std::vector<std::uint32_t>& input) {
        write_input(input);
        std::size_t pc = 0;
        for (;;) {
            header_ = hw::unpack_header(fetch<hw::header_words>(pc));
            if (header_.kind_of() == pass_kind::emit) {
                emit();
                if (header_.end != 0 && ++part_ >= image_.parts.size()) { return result_; }
                continue;
            }
            range_ = header_.ranged != 0 ? hw::unpack_range(fetch<hw::range_words>(pc))
                                         : hw::pass_range{0xffff, 0xffff, 0, 0};
            terms_.clear();
            do {
                terms_.push_back(hw::unpack_term(fetch<hw::term_words>(pc)));
            } while (terms_.back().last == 0);
            run_pass();
        }
    }

  private:
    template <std::size_t Count>
    std::array<std::uint64_t, Count> fetch(std::size_t& pc) const {
        std::array<std::uint64_t, Count> words{};
        for (std::uint64_t& word : words) { word = image_.descriptors.at(pc++); }
        return words;
    }

    void write_input(const std::vector<std::uint32_t>& input) {
        const hw::input_port& port = image_.input;
        const std::int64_t words = (port.neurons + 31) / 32;
        for (std::int64_t w = 0; w < words; ++w) { act_.at(port.act_word + at(w)) = 0; }
        for (const hw::input_port& part : image_.inputs) {
            const auto first = input.begin() + part.first;
            result_.patterns[part.population].assign(first, first + part.neurons);
        }
        const int bits = hw::pattern_bits_of(port.format);
        for (std::size_t n = 0; n < input.size(); ++n) {
            if (input[n] == 0) { continue; }
            act_.at(port.act_word + n / 32) |= 1U << (n % 32);
            put(code_.at(port.code_word + n * at(bits) / 32), static_cast<int>(n * at(bits) % 32),
                bits, input[n]);
        }
    }

    static void put(std::uint32_t& word, int lsb, int bits, std::uint32_t value) {
        const std::uint32_t mask = ((1U << bits) - 1) << lsb;
        word = (word & ~mask) | (value << lsb);
    }

    std::int8_t weight(std::int64_t row, std::int64_t lane) const {
        if (!image_.parts.empty() && at(row) >= image_.resident_rows) {
            const hw::image_part& part = image_.parts[part_];
            row -= static_cast<std::int64_t>(image_.resident_rows);
            if (row >= static_cast<std::int64_t>(part.rows)) {
                throw std::out_of_range("a row that the part does not have");
            }
            row += static_cast<std::int64_t>(part.first_row);
        }
        return image_.weights.at(at(row * lanes_ + lane));
    }

    /// Rows of one constant, which are its digits unless the adder also fires.
    std::int64_t digits() const { return header_.digits * 8 / image_.config.weight_bits; }

    std::int64_t constant(std::int64_t first_row, std::int64_t lane) const {
        const int bits = image_.config.weight_bits;
        const std::int64_t a_row = lanes_ / digits();  // lanes whose constants fill a row
        std::int64_t value = 0;
        for (std::int64_t digit = digits() - 1; digit >= 0; --digit) {
            const std::int64_t stored =
                image_.config.shared_adder
                    ? weight(first_row + lane / a_row, lane % a_row * digits() + digit)
                    : weight(first_row + digit, lane);
            const std::int64_t low = stored & ((1 << bits) - 1);
            value = (value << bits) + (digit == digits() - 1 ? stored : low);
        }
        return value;
    }

    /// Two's complement of the accumulator's width.
    std::int64_t wrap(std::int64_t value) const {
        const std::int64_t modulus = std::int64_t{1} << image_.config.accumulator_bits;
        const std::int64_t low = value & (modulus - 1);
        return low >= modulus / 2 ? low - modulus : low;
    }

    std::uint32_t pattern_of(const term& t, std::int64_t bit) const {
        const int bits = hw::pattern_bits_of(t.format);
        const std::int64_t a_word = 32 / bits;
        const std::uint32_t word = code_.at(at((t.code_base + bit / a_word) & code_address_mask));
        return (word >> (bit % a_word * bits)) & ((1U << bits) - 1);
    }

    template <class Visit>
    void visit_run(const term& t, std::int64_t tap, std::int64_t x, std::int64_t y,
                   const Visit& visit) const {
        const std::int64_t from = std::max<std::int64_t>(x, 0);
        const std::int64_t to = std::min(x + t.tap_bits, t.row_bits);
        if (y < 0 || y >= t.map_bits) { return; }
        for (std::int64_t b = t.act_base + y + from; b < t.act_base + y + to; ++b) {
            if (t.constant == 0 && ((act_.at(at(b / 32)) >> (b % 32)) & 1U) == 0) { continue; }
            const std::int64_t first = t.row + tap * t.row_step;
            const std::int64_t row = t.constant != 0   ? t.row + b
                                     : t.diagonal != 0 ? first
                                                       : first + b - (t.act_base + y + x);
            visit(met_bit{b, row, t.lane0 + b - (t.act_base + y + from)});
        }
    }

    template <class Visit>
    void visit_field(const term& t, std::int64_t oy, std::int64_t ox, const Visit& visit) const {
        for (std::int64_t ky = 0; ky < t.taps_y; ++ky) {
            for (std::int64_t kx = 0; kx < t.taps_x; ++kx) {
                visit_run(t, ky * t.taps_x + kx, t.x_first + ox * t.x_stride + kx * t.x_tap,
                          t.y_first + oy * t.y_stride + ky * t.y_tap, visit);
            }
        }
    }

    bool adds_to(const term& t, const met_bit& b, std::int64_t lane) const {
        if (((t.lane_mask >> lane) & 1) == 0) { return false; }
        if (t.diagonal != 0) { return b.lane == lane; }
        return t.constant != 0 || weight(b.row, lane) != image_.config.no_weight();
    }

    void add(const term& t, const met_bit& b, std::vector<std::int64_t>& sums) const {
        std::uint32_t pattern = t.constant != 0 ? 1 : pattern_of(t, b.address);
        const std::uint32_t sign_bit = 1U << (hw::pattern_bits_of(t.format) - 1);
        const bool negative = t.is_signed != 0 && (pattern & sign_bit) != 0;
        if (t.is_signed != 0) { pattern &= ~sign_bit; }
        for (int k = 0; k < 16; ++k) {
            if (((pattern >> k) & 1U) == 0) { continue; }
            const std::int64_t shift = t.constant != 0
                                           ? image_.config.weight_bits * (b.address % digits())
                                           : t.shift + (t.weighted != 0 ? k : 0);
            for (std::int64_t lane = 0; lane < lanes_; ++lane) {
                if (!adds_to(t, b, lane)) { continue; }
                const std::int64_t w = weight(b.row, lane);
                sums[at(lane)] += (negative ? -w : w) * (std::int64_t{1} << shift);
            }
        }
    }

    std::uint32_t fire(std::int64_t v, std::int64_t threshold, std::int64_t limit) const {
        std::int64_t pattern = 0;
        for (std::int64_t step = 0; step < header_.steps; ++step) {
            const bool fires = v >= threshold && v >= 0;
            if (fires) { v -= threshold; }
            pattern = pattern * 2 + (fires ? 1 : 0);
            if (header_.weighted != 0) { threshold /= 2; }
        }
        return static_cast<std::uint32_t>(std::min(pattern, limit >> (16 - header_.steps)));
    }

    /// The constant of that number, with its first step's value where it is a threshold.
    std::int64_t threshold(std::int64_t number, std::int64_t lane) const {
        const std::int64_t stored = constant(header_.constants + number * digits(), lane);
        const bool raised = header_.weighted != 0 && image_.config.shared_adder;
        return raised ? stored << (header_.steps - 1) : wrap(stored);
    }

    std::uint32_t fire_lane(std::int64_t x, std::int64_t lane) const {
        if (range_.is_signed == 0) { return fire(x, threshold(1, lane), range_.limit); }
        if (x >= 0) { return fire(x - threshold(3, lane), threshold(1, lane), range_.limit); }
        const std::uint32_t size =
            fire(-x - 1 - threshold(4, lane), threshold(2, lane), range_.limit_below);
        if (size == 0) { return 0; }
        return size | (range_.table != 0 ? negative_index : sign_bit(header_.format));
    }

    /// What has fired is an index; lanes that are no neuron have no entry.
    std::uint32_t entry(std::int64_t fired, std::int64_t lane) const {
        const std::int64_t positions = std::int64_t{1} << range_.spread;
        if (lane % (lanes_ / positions) >= header_.lanes / positions) { return 0; }
        const std::int64_t size = fired & ~negative_index;
        const std::int64_t index = (fired & negative_index) != 0 ? -size : size;
        const std::uint32_t found = image_.tables.at(at(range_.state + index));
        const std::uint32_t sign = 1U << (image_.config.pattern_bits - 1);
        if (range_.codes_signed == 0 || (found & sign) == 0) { return found; }
        return (found & ~sign) | sign_bit(header_.format);
    }

    static std::uint32_t sign_bit(std::int64_t format) {
        return 1U << (hw::pattern_bits_of(format) - 1);
    }

    /// Larger for larger codes; what no source has sent is the least.
    static std::int64_t order_of(std::uint32_t pattern, bool is_signed, std::int64_t format) {
        const bool negative = is_signed && (pattern & sign_bit(format)) != 0;
        return negative ? -static_cast<std::int64_t>(pattern & ~sign_bit(format)) : pattern;
    }

    std::vector<std::int64_t> gather(std::int64_t oy, std::int64_t ox) const {
        std::vector<std::int64_t> sums(at(lanes_), 0);
        std::vector<bool> met(at(lanes_), false);
        const bool pool = header_.kind_of() == pass_kind::pool;
        for (std::int64_t lane = 0; lane < lanes_ && !pool; ++lane) {
            sums[at(lane)] = constant(header_.constants, lane);
        }
        for (const term& t : terms_) {
            visit_field(t, oy, ox, [&](const met_bit& b) {
                if (!pool) { return add(t, b, sums); }
                const std::int64_t order =
                    order_of(pattern_of(t, b.address), t.is_signed != 0, t.format);
                for (std::int64_t lane = 0; lane < lanes_; ++lane) {
                    if (!adds_to(t, b, lane)) { continue; }
                    const bool first = range_.is_signed != 0 && !met[at(lane)];
                    sums[at(lane)] = first ? order : std::max(sums[at(lane)], order);
                    met[at(lane)] = true;
                }
            });
        }
        for (std::int64_t& sum : sums) {
            if (pool && sum < 0) { sum = -sum | sign_bit(header_.format); }
        }
        return sums;
    }

    void write_word(std::int64_t word, const std::vector<std::int64_t>& patterns) {
        const int bits = hw::pattern_bits_of(header_.format);
        const std::int64_t act = header_.act_out + word * header_.act_step;
        const std::int64_t code = header_.code_out + word * header_.code_step;
        const bool edge = word % header_.width == header_.width - 1;
        for (std::int64_t lane = 0; lane < lanes_; ++lane) {
            const bool beside = edge && lane >= header_.edge_end;
            const auto pattern = static_cast<std::uint32_t>(beside ? 0 : patterns[at(lane)]);
            put(act_.at(at((act + lane) / 32)), static_cast<int>((act + lane) % 32), 1,
                pattern != 0 || range_.all_active != 0 ? 1 : 0);
            put(code_.at(at(code + lane * bits / 32)), static_cast<int>(lane * bits % 32), bits,
                pattern);
            record(act, lane, pattern);
        }
    }

    /// `act`: bit address of lane 0.
    void record(std::int64_t act, std::int64_t lane, std::uint32_t pattern) {
        const hw::map_info& m = image_.maps[at(header_.layer)];
        const std::int64_t place = (act - m.act_base) / m.pitch + lane * m.positions / lanes_;
        const std::int64_t x = place % m.columns;
        const std::int64_t channel = header_.channel + lane % (lanes_ / m.positions);
        if (channel < m.shape.channels && x < m.shape.width) {
            const std::int64_t position = place / m.columns * m.shape.width + x;
            result_.patterns[at(header_.layer)].at(at(position * m.shape.channels + channel)) =
                pattern;
        } else if (pattern != 0) {
            throw std::logic_error("a padding lane fired");
        }
    }

    void run_pass() {
        for (std::int64_t position = 0; position < header_.width * header_.height; ++position) {
            std::vector<std::int64_t> values =
                gather(position / header_.width, position % header_.width);
            if (header_.kind_of() == pass_kind::readout) {
                for (std::int64_t lane = 0; lane < header_.lanes; ++lane) {
                    code_.at(at(header_.code_out + position * header_.code_step + lane)) =
                        static_cast<std::uint32_t>(wrap(values[at(lane)]));
                }
                continue;
            }
            if (header_.kind_of() == pass_kind::fire) {
                for (std::int64_t lane = 0; lane < lanes_; ++lane) {
                    values[at(lane)] = fire_lane(wrap(values[at(lane)]), lane);
                    if (range_.table != 0) { values[at(lane)] = entry(values[at(lane)], lane); }
                }
            }
            write_word(position, values);
        }
    }

    void emit() {
        if (header_.layer == static_cast<std::int64_t>(hw::part_end_population)) { return; }
        for (std::int64_t n = 0; n < header_.channel; ++n) {
            result_.potentials[at(header_.layer)].at(at(n)) =
                static_cast<std::int32_t>(code_.at(at(header_.code_out + n)));
        }
    }

    const hw::image& image_;
    std::int64_t lanes_;
    std::vector<std::uint32_t> act_;
    std::vector<std::uint32_t> code_;
    pass_header header_;
    hw::pass_range range_;
    std::vector<term> terms_;
    image_result result_;
    std::size_t part_ = 0;
};

}  // namespace

namespace {

/// What enters as a number is sent as its bits, and its sign.
std::vector<std::uint32_t> current_patterns(const hw::input_port& port,
                                            const std::vector<std::int32_t>& codes) {
    std::vector<std::uint32_t> patterns;
    for (const std::int32_t q : codes) {
        const std::uint32_t sign = q < 0 ? 1U << (hw::pattern_bits_of(port.format) - 1) : 0;
        patterns.push_back(sign | static_cast<std::uint32_t>(std::abs(q)));
    }
    return patterns;
}

}  // namespace

std::vector<std::uint32_t> input_patterns(const hw::image& image,
                                          const std::vector<sim::encoded_input>& inputs) {
    std::vector<std::uint32_t> all(at(image.input.neurons), 0);
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        const hw::input_port& port = image.inputs.at(i);
        const std::vector<std::uint32_t> part = port.encoder == input_encoder::current
                                                    ? current_patterns(port, inputs[i].codes)
                                                    : input_patterns(port, inputs[i].spikes);
        std::copy(part.begin(), part.end(), all.begin() + port.first);
    }
    return all;
}

std::vector<std::uint32_t> input_patterns(const hw::input_port& port, const spike_train& spikes) {
    std::vector<std::uint32_t> patterns(at(port.neurons), 0);
    for (const spike& s : spikes) {
        patterns.at(s.neuron) |= 1U << (port.steps - 1 - s.step);
        if (s.sign < 0) { patterns[s.neuron] |= 1U << (hw::pattern_bits_of(port.format) - 1); }
    }
    return patterns;
}

image_result interpret(const hw::image& image, const std::vector<std::uint32_t>& input) {
    return machine(image).run(input);
}

}  // namespace synfire::test
