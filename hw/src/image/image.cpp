// SPDX-License-Identifier: Apache-2.0
// Plan, check that everything fits, then write program and weights.
#include <synfire/hw/image.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include <synfire/core/error.hpp>
#include <synfire/core/validate.hpp>
#include <synfire/core/width.hpp>
#include <synfire/hw/engine_network.hpp>
#include <synfire/hw/streaming.hpp>

#include "plan_image.hpp"
#include "positions.hpp"
#include "streaming.hpp"
#include "supported.hpp"
#include "tables.hpp"
#include "vectors.hpp"

namespace synfire::hw {
namespace {

using detail::misfits;
using detail::pass_plan;
using detail::where_of;

std::vector<pass_plan> plan_program(const network& net, const std::vector<map_info>& maps,
                                    const engine_config& config,
                                    std::optional<std::size_t> codes_of, bool bands = true) {
    std::vector<pass_plan> program;
    const std::vector<std::size_t> order = topological_order(net);
    const auto append = [&](std::vector<pass_plan> passes) {
        std::move(passes.begin(), passes.end(), std::back_inserter(program));
    };
    for (const std::size_t number : order) {
        if (net.populations[number].kind != population_kind::input) {
            append(detail::plan_passes(net, number, maps, config, bands));
        }
    }
    append(detail::plan_emits(net, order, maps, codes_of));
    detail::share_rows(program, config.lanes);
    return program;
}

std::vector<int> widths_of(const network& net) {
    const bool known =
        std::all_of(net.populations.begin(), net.populations.end(),
                    [](const population& p) { return !p.has_potential() || p.width_bits != 0; });
    if (!known) { return proven_widths(net); }
    std::vector<int> widths;
    for (const population& p : net.populations) { widths.push_back(p.width_bits); }
    return widths;
}

/// Bits by which the largest spike of a window, or where codes are multiplied the largest code,
/// exceeds one bit.
int largest_plane(const code_window& window, const engine_config& config) {
    if (window.kind == coding::phase) { return window.steps - 1; }
    const auto largest_code = static_cast<unsigned>(window.steps);
    return config.multiplies() ? std::bit_width(largest_code) - 1 : 0;
}

/// `step`: the network as a run of the program sees it, which has other windows.
void check_potentials(const network& net, const network& step, const engine_config& config,
                      misfits& found) {
    const std::vector<int> widths = widths_of(net);
    for (std::size_t i = 0; i < widths.size(); ++i) {
        found.require(where_of(net.populations[i]), "bits of its potential", widths[i],
                      config.accumulator_bits, misfit_kind::lanes);
    }
    for (const projection& p : net.projections) {
        found.require(where_of(net, p), "shift of its weights, largest spike included",
                      p.shift + largest_plane(step.populations[p.source].window, config),
                      config.largest_shift(), misfit_kind::lanes);
    }
}

/// What the lanes cannot hold: a digit of a bias per neuron is shifted like a weight, and an adder
/// that also fires has short thresholds.
void check_constants(const pass_plan& pass, const std::string& where, const engine_config& config,
                     misfits& found) {
    const int most_digits = config.largest_shift() / config.weight_bits + 1;
    const std::string digits = config.weight_bits == 8 ? "bytes" : "digits";
    found.require(where, digits + " of its biases per neuron", pass.constants.term_digits,
                  most_digits);
    if (!config.shared_adder) { return; }
    const std::int64_t largest_theta = (std::int64_t{1} << (config.theta_bits() - 1)) - 1;
    for (const std::int64_t theta : pass.constants.theta) {
        found.require(where, "threshold", theta, largest_theta, misfit_kind::lanes);
    }
}

constexpr std::int64_t most_places = 1023;  // of a row or column: a field of the header

constexpr std::int64_t most_terms = 32;  // row addresses that the field unit holds

/// The field unit counts in signed numbers of one bit more than a bit address.
void check_offsets(const pass_plan& pass, const term& t, const std::string& where,
                   const engine_config& config, misfits& found) {
    const std::int64_t reach = std::int64_t{1} << (config.act_address_bits + 5);
    const auto check_axis = [&](const char* what, std::int64_t first, std::int64_t step) {
        found.require(where, what, first, -reach, reach - 1);
        found.require(where, what, first + step, -reach, reach - 1);
    };
    const auto check_step = [&](const char* what, bool used, std::int64_t step) {
        if (used) { found.require(where, what, step, -reach, reach - 1); }
    };
    const pass_header& h = pass.header;
    check_step("stride inside a row of the source (bits)", h.width > 1, t.x_stride);
    check_step("stride between rows of the source (bits)", h.height > 1, t.y_stride);
    check_step("dilation inside a row of the source (bits)", t.taps_x > 1, t.x_tap);
    check_step("dilation between rows of the source (bits)", t.taps_y > 1, t.y_tap);
    check_step("bits of a tap", true, t.tap_bits);
    check_step("bits of a row", true, t.row_bits);
    check_axis("offset inside a row of the source (bits)", t.x_first,
               (h.width - 1) * t.x_stride + (t.taps_x - 1) * t.x_tap + t.tap_bits);
    check_axis("offset of a row of the source (bits)", t.y_first,
               (h.height - 1) * t.y_stride + (t.taps_y - 1) * t.y_tap + t.row_bits);
    found.require(where, t.constant != 0 ? "digits of its biases" : "bits of a source map",
                  t.map_bits, reach - 1);
}

std::int64_t rows_of(const std::vector<pass_plan>& program) {
    std::int64_t rows = 0;
    for (const pass_plan& pass : program) { rows += pass.own_rows(); }
    return rows;
}

std::int64_t words_of(const std::vector<pass_plan>& program) {
    std::int64_t words = 0;
    for (const pass_plan& pass : program) { words += pass.words(); }
    return words;
}

part_limits limits_of(const engine_config& config, const image_options& options) {
    const part_limits& asked = options.largest_part;
    return {asked.rows != 0 ? asked.rows : static_cast<std::int64_t>(config.weight_rows()),
            asked.words != 0 ? asked.words : static_cast<std::int64_t>(config.descriptor_words())};
}

/// Passes for rows of biases that repeat cost program words: not where only the plain program fits.
std::vector<pass_plan> fitting_program(const network& net, const std::vector<map_info>& maps,
                                       const engine_config& config,
                                       std::optional<std::size_t> codes_of) {
    std::vector<pass_plan> program = plan_program(net, maps, config, codes_of);
    const auto most_words = static_cast<std::int64_t>(config.descriptor_words());
    if (words_of(program) <= most_words) { return program; }
    std::vector<pass_plan> plain = plan_program(net, maps, config, codes_of, false);
    const bool fits = words_of(plain) <= most_words
                      && rows_of(plain) <= static_cast<std::int64_t>(config.weight_rows());
    return fits ? plain : program;
}

/// In parts where that is asked for, and where the program does not fit as it is.
void check_size(const network& net, const engine_config& config, const image_options& options,
                detail::planned_image& plan) {
    const std::int64_t rows = rows_of(plan.program);
    const std::int64_t words = words_of(plan.program);
    const part_limits most = limits_of(config, options);
    if (options.parts && (rows > most.rows || words > most.words)) {
        plan.parts = detail::plan_parts(net, plan.program, config, most, plan.found);
        return;
    }
    plan.found.require("network", "weight rows", rows, most.rows);
    plan.found.require("network", "words of the program", words, most.words);
}

void check_program(const network& net, const std::vector<pass_plan>& program,
                   const engine_config& config, misfits& found) {
    for (const pass_plan& pass : program) {
        const std::string where = where_of(net.populations[pass.population]);
        found.require(where, "terms of a pass", static_cast<std::int64_t>(pass.terms.size()),
                      most_terms);
        found.require(where, "words a row", pass.header.width, most_places);
        found.require(where, "rows of words", pass.header.height, most_places);
        check_constants(pass, where, config, found);
        for (const detail::term_plan& t : pass.terms) {
            check_offsets(pass, t.fields, where, config, found);
        }
    }
}

template <std::size_t Count>
void append(std::vector<std::uint64_t>& words, const std::array<std::uint64_t, Count>& more) {
    words.insert(words.end(), more.begin(), more.end());
}

/// `row`: where its rows begin in the weight memory, `offset` rows before their place in the image.
void write_pass(const pass_plan& plan, std::int64_t row, std::int64_t offset, image& made) {
    pass_info pass{plan.population, plan.header, {}, {}, plan.positions, plan.range, offset};
    for (const detail::term_plan& planned : plan.terms) {
        term t = planned.fields;
        t.row = planned.rows != 0 ? row : 0;
        if (planned.fill) { planned.fill({made.weights, row + offset, made.config.lanes}); }
        row += planned.rows;
        pass.terms.push_back(t);
        pass.sources.push_back(planned.source);
    }
    if (plan.constants.digits != 0) {
        pass.header.constants = row;
        plan.constants.fill({made.weights, row + offset, made.config.lanes});
    }
    append(made.descriptors, pack(pass.header));
    if (pass.header.ranged != 0) { append(made.descriptors, pack(pass.range)); }
    for (const term& t : pass.terms) { append(made.descriptors, pack(t)); }
    made.passes.push_back(std::move(pass));
}

/// Writes passes one after the other, and the rows of those that bring any.
class program_writer {
  public:
    program_writer(const network& net, const detail::planned_image& plan, image& made)
        : net_(net),
          plan_(plan),
          made_(made),
          rows_(plan.program.size(), nowhere) {
        const detail::part_plan& parts = plan.parts;
        const std::int64_t rows = parts.parts.empty() ? rows_of(plan.program)
                                                      : parts.resident_rows + parts.rows_a_sample();
        made.weights.assign(static_cast<std::size_t>(rows * made.config.lanes), 0);
    }

    void write_all() {
        for (std::size_t i = 0; i < plan_.program.size(); ++i) { write(i); }
    }

    void write_parts() {
        const detail::part_plan& parts = plan_.parts;
        place_residents();
        made_.resident_rows = static_cast<std::size_t>(parts.resident_rows);
        std::int64_t next = parts.resident_rows;  // row of the image
        for (const detail::planned_part& part : parts.parts) {
            row_ = parts.resident_rows;
            offset_ = next - row_;
            std::fill(rows_.begin() + static_cast<std::ptrdiff_t>(parts.residents), rows_.end(),
                      nowhere);
            const std::size_t first_word = made_.descriptors.size();
            for (std::size_t i = part.first; i < part.first + part.count; ++i) { write(i); }
            if (&part != &parts.parts.back()) {
                append(made_.descriptors, pack(detail::part_end()));
            }
            made_.parts.push_back({first_word, made_.descriptors.size() - first_word,
                                   static_cast<std::size_t>(next),
                                   static_cast<std::size_t>(part.rows), part.first, part.count});
            next += part.rows;
        }
    }

  private:
    static constexpr std::int64_t nowhere = -1;

    void place_residents() {
        for (std::size_t i = 0; i < plan_.parts.residents; ++i) {
            if (plan_.program[i].rows_of) { continue; }
            rows_[i] = row_;
            row_ += plan_.program[i].rows();
        }
    }

    void write(std::size_t number) {
        const pass_plan& pass = plan_.program[number];
        const std::size_t owner = pass.rows_of.value_or(number);
        if (rows_[owner] == nowhere) {
            rows_[owner] = row_;
            row_ += pass.rows();
        }
        try {
            write_pass(pass, rows_[owner], owner < plan_.parts.residents ? 0 : offset_, made_);
        } catch (const bad_input& e) {
            error_facts facts = e.facts();
            facts.where = where_of(net_.populations[pass.population]);
            throw bad_input(facts);
        }
    }

    const network& net_;
    const detail::planned_image& plan_;
    image& made_;
    std::vector<std::int64_t> rows_;  ///< by pass: in the weight memory, now
    std::int64_t row_ = 0;            ///< of the weight memory, the next free one
    std::int64_t offset_ = 0;
};

input_port port_of(const population& p, std::size_t number, const map_info& m) {
    input_port port;
    port.population = number;
    port.act_word = static_cast<std::uint32_t>(m.act_base / 32);
    port.code_word = static_cast<std::uint32_t>(m.code_base);
    port.neurons = static_cast<std::int64_t>(p.shape.neurons());
    port.format = m.format;
    port.steps = m.steps;
    port.is_signed = m.is_signed;
    port.weighted = m.weighted;
    port.encoder = p.input ? p.input->encoder : input_encoder::code;
    port.range = p.range;
    return port;
}

std::vector<input_port> ports_of(const network& net, const std::vector<map_info>& maps) {
    std::vector<input_port> ports;
    for (std::size_t i = 0; i < net.populations.size(); ++i) {
        if (net.populations[i].kind != population_kind::input) { continue; }
        ports.push_back(port_of(net.populations[i], i, maps[i]));
        ports.back().first = maps[i].act_base - maps[ports.front().population].act_base;
    }
    return ports;
}

/// What the input writer is told: one population that holds them all.
input_port stream_of(const std::vector<input_port>& ports) {
    input_port all = ports.front();
    all.neurons = ports.back().first + ports.back().neurons;
    for (const input_port& port : ports) {
        all.steps = std::max(all.steps, port.steps);
        all.is_signed = all.is_signed || port.is_signed;
    }
    return all;
}

class fnv1a {
  public:
    void add(std::uint64_t value, int bytes) {
        for (int i = 0; i < bytes; ++i) {
            hash_ = (hash_ ^ (static_cast<std::uint32_t>(value >> (8 * i)) & 0xffU)) * 16777619U;
        }
    }
    std::uint32_t value() const { return hash_; }

  private:
    std::uint32_t hash_ = 2166136261U;
};

std::uint32_t identity_of(const image& made) {
    fnv1a hash;
    const capability_words caps = to_capabilities(made.config);
    hash.add(caps.caps0, 4);
    hash.add(caps.caps1, 4);
    hash.add(caps.caps2, 4);
    hash.add(made.input.act_word, 4);
    hash.add(made.input.code_word, 4);
    hash.add(static_cast<std::uint64_t>(made.input.neurons), 8);
    hash.add(static_cast<std::uint64_t>(made.input.format), 1);
    hash.add(static_cast<std::uint64_t>(made.input.steps), 1);
    hash.add(made.input.is_signed ? 1 : 0, 1);
    for (const std::uint64_t word : made.descriptors) { hash.add(word, 8); }
    for (const std::int8_t weight : made.weights) {
        hash.add(static_cast<std::uint8_t>(weight), 1);
    }
    for (const std::uint16_t entry : made.tables) { hash.add(entry, 2); }
    return hash.value();
}

}  // namespace

detail::planned_image detail::plan_image(const network& given, const engine_config& config,
                                         const image_options& options) {
    check(config);
    const bool streaming = given.execution == execution::streaming;
    if (streaming) { require_streaming(given, config); }
    validate(given);
    planned_image plan;
    if (streaming || has_current(given)) {
        plan.step = std::make_shared<const network>(streaming ? step_network(given)
                                                              : with_current_windows(given));
    }
    const network& net = plan.step ? *plan.step : given;
    const std::vector<code_range> ranges = engine_ranges(net, config);
    require_supported(net, config, ranges, options.codes_of.has_value());
    memory_map& map = plan.map;
    misfits& found = plan.found;
    std::vector<map_info> maps =
        options.share_words ? shared_maps(net, ranges, config) : plain_maps(net, ranges, config);
    if (rows_of(plan_program(net, maps, config, options.codes_of))
        > static_cast<std::int64_t>(config.weight_rows())) {
        maps = plain_maps(net, ranges, config);
    }
    map = place_maps(net, std::move(maps), config.lanes, options.reuse_buffers);
    plan.program = fitting_program(net, map.maps, config, options.codes_of);
    if (config.vectors) { require_vectors(net, plan.program); }
    const bool visits = options.reuse_buffers || config.lanes > most_lanes_that_skip;
    choose_skips(net, visits ? words_at_rest::visited : options.at_rest, plan.program);
    plan.state_words = place_states(plan.program);
    plan.tables = place_tables(net, config, plan.program);
    // No memories that pruning advice or tables of `estimate` know.
    found.require("table memory", "entries of fire tables",
                  static_cast<std::int64_t>(plan.tables.size()),
                  static_cast<std::int64_t>(config.table_entries()), misfit_kind::tables);
    found.require("state memory", "words of potentials that are kept", plan.state_words,
                  static_cast<std::int64_t>(config.state_words()));
    found.require("network", "words of the active map", map.act_words,
                  static_cast<std::int64_t>(config.act_words()));
    found.require("network", "code words", map.code_words,
                  static_cast<std::int64_t>(config.code_words()));
    check_potentials(given, net, config, found);
    check_program(net, plan.program, config, found);
    check_size(net, config, options, plan);
    return plan;
}

image make_image(const network& net, const engine_config& config, const image_options& options) {
    detail::planned_image plan = detail::plan_image(net, config, options);
    plan.found.report();

    image made;
    made.config = config;
    made.maps = std::move(plan.map.maps);
    made.act_words = plan.map.act_words;
    made.code_words = plan.map.code_words;
    made.state_words = plan.state_words;
    made.steps = net.steps;
    for (const population& p : net.populations) {
        if (made.steps == 0) { break; }
        made.answers.push_back(p.streaming ? p.streaming->answer : readout_rule::last);
    }
    program_writer writer(net, plan, made);
    plan.parts.parts.empty() ? writer.write_all() : writer.write_parts();
    std::replace(made.weights.begin(), made.weights.end(), detail::no_synapse, config.no_weight());
    made.inputs = ports_of(plan.step ? *plan.step : net, made.maps);
    made.input = stream_of(made.inputs);
    made.tables = std::move(plan.tables);
    made.identity = identity_of(made);
    return made;
}

}  // namespace synfire::hw
