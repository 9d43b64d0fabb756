// SPDX-License-Identifier: Apache-2.0
#include "board_estimate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <synfire/core/error.hpp>
#include <synfire/hw/config.hpp>
#include <synfire/hw/cycle_model.hpp>
#include <synfire/hw/image.hpp>
#include <synfire/hw/slices.hpp>

#include "slice_counts.hpp"

namespace synfire::cli {

namespace {

using hw::memory_words;
using hw::network_needs;

struct memory_name {
    const char* name;
    std::int64_t memory_words::*words;
};
constexpr memory_name memories[] = {{"words of the active map", &memory_words::act},
                                    {"code words", &memory_words::code},
                                    {"weight rows", &memory_words::weights},
                                    {"words of the program", &memory_words::program}};

/// The layer that takes most of a memory.
std::size_t largest_layer(const network_needs& needs, std::int64_t memory_words::*words) {
    const auto most = std::max_element(needs.layers.begin(), needs.layers.end(),
                                       [&](const hw::layer_needs& a, const hw::layer_needs& b) {
                                           return a.words.*words < b.words.*words;
                                       });
    return static_cast<std::size_t>(most - needs.layers.begin());
}

void add_memory_misfits(const network& net, board_estimate& e) {
    const memory_words there = hw::memory_of(e.board.engine);
    for (const memory_name& m : memories) {
        const std::int64_t needed = e.needs->all.*m.words;
        const bool loaded_in_turn =
            m.words == &memory_words::weights || m.words == &memory_words::program;
        if (needed <= there.*m.words || (e.parts() > 0 && loaded_in_turn)) { continue; }
        const std::size_t layer = largest_layer(*e.needs, m.words);
        e.too_large.push_back(
            fmt::format("{}: {} of {}; most of them, {}, for '{}'", m.name, needed, there.*m.words,
                        e.needs->layers[layer].words.*m.words, net.populations[layer].name));
    }
    for (const hw::misfit& m : e.needs->misfits) {
        if (m.where != "network") { e.too_large.push_back(hw::to_text(m)); }
    }
}

/// What the engine takes of the chip has nothing to do with the network.
void add_chip_misfits(board_estimate& e) {
    if (!e.logic) { return; }
    const hw::chip_resources& chip = e.board.resources;
    const double most = e.board.largest_share_of_logic * static_cast<double>(chip.logic_cells);
    if (e.logic->logic_cells > most) {
        e.too_large.push_back(
            fmt::format("the engine's logic, about {:.0f} cells: at most {:.0f} of {} may be used",
                        e.logic->logic_cells, most, chip.logic_cells));
    }
    const auto check = [&](const char* what, std::int64_t needed, std::int64_t there) {
        if (needed <= there) { return; }
        e.too_large.push_back(fmt::format("the engine's {}: {} of {}", what, needed, there));
    };
    check("block RAMs", e.logic->block_rams, chip.block_rams);
    check("SPRAMs", e.logic->sprams, chip.sprams);
    check("DSP blocks", e.logic->dsps, chip.dsps);
    if (!e.too_large.empty()) {
        e.remedies.emplace_back("a smaller engine in the board's description");
    }
}

std::string pruning_text(const network& net, const hw::pruned_layers& pruned) {
    std::string text = pruned.populations.size() == 1 ? "" : "together: ";
    for (std::size_t i = 0; i < pruned.populations.size(); ++i) {
        const population& p = net.populations[pruned.populations[i]];
        text += fmt::format("{}'{}' from {} to {}", i == 0 ? "" : ", ", p.name, p.shape.channels,
                            pruned.channels[i]);
    }
    return "prune channels and train again: " + text;
}

/// Weights of half the bits are twice as many rows of the same memory; constants have twice the
/// digits then.
void add_weight_bits(const network& net, board_estimate& e) {
    hw::engine_config narrow = e.board.engine;
    const memory_words there = hw::memory_of(narrow);
    if (narrow.weight_bits != 8 || e.needs->all.weights <= there.weights) { return; }
    narrow.weight_bits = 4;
    try {
        hw::check(narrow);
    } catch (const bad_input&) { return; }  // no such engine
    std::int64_t rows = e.needs->all.weights;
    for (const hw::layer_needs& l : e.needs->layers) { rows += l.constant_rows; }
    if (rows > 2 * there.weights) { return; }
    const bool wide = std::any_of(net.projections.begin(), net.projections.end(),
                                  [](const projection& p) { return p.weight_bits > 4; });
    e.remedies.push_back(fmt::format(
        "an engine with \"weight_bits\": 4{}: {} of {} rows in the same memory",
        wide ? " and weights of 4 bits (convert --weight-bits 4)" : "", rows, 2 * there.weights));
}

/// Address bits for so many words, not fewer than there are.
int address_bits(std::int64_t words, int there) {
    return std::max(there, static_cast<int>(std::bit_width(static_cast<std::uint64_t>(words - 1))));
}

/// The engine with memories for this network.
hw::engine_config enlarged(const hw::engine_config& engine, const memory_words& needed) {
    constexpr std::int64_t rows_at_once = 512;  // of a block RAM at its widest
    hw::engine_config larger = engine;
    larger.act_address_bits = address_bits(needed.act, engine.act_address_bits);
    larger.code_address_bits = address_bits(needed.code, engine.code_address_bits);
    larger.descriptor_address_bits = address_bits(needed.program, engine.descriptor_address_bits);
    if (needed.weights > hw::memory_of(engine).weights) {
        const std::int64_t rows = (needed.weights + rows_at_once - 1) / rows_at_once * rows_at_once;
        larger.row_address_bits = address_bits(rows, engine.row_address_bits);
        larger.counted_rows = static_cast<std::size_t>(rows);
        if (rows == std::int64_t{1} << larger.row_address_bits) { larger.counted_rows = 0; }
    }
    return larger;
}

std::string changes_text(const hw::engine_config& from, const hw::engine_config& to) {
    std::string text;
    const auto add = [&](const char* key, auto before, auto after) {
        if (before == after) { return; }
        text += fmt::format("{}\"{}\": {}", text.empty() ? "" : ", ", key, after);
    };
    add("act_address_bits", from.act_address_bits, to.act_address_bits);
    add("code_address_bits", from.code_address_bits, to.code_address_bits);
    add("row_address_bits", from.row_address_bits, to.row_address_bits);
    add("weight_rows", from.weight_rows(), to.weight_rows());
    add("descriptor_address_bits", from.descriptor_address_bits, to.descriptor_address_bits);
    return text;
}

/// Larger memories, where the chip has blocks left.
void add_larger_engine(const network& net, board_estimate& e) {
    board_estimate larger{e.board};
    hw::engine_config& engine = larger.board.engine;
    engine = enlarged(e.board.engine, e.needs->all);
    try {
        hw::check(engine);
        if (!hw::needs_of(net, engine, {.reuse_buffers = true}).fits()) { return; }
    } catch (const bad_input&) { return; }  // no such engine
    larger.logic = hw::estimate_logic(larger.board);
    add_chip_misfits(larger);
    if (!larger.logic || !larger.too_large.empty()) { return; }
    e.remedies.push_back(fmt::format("a larger engine in the board's description: {} ({} of {} "
                                     "block RAMs)",
                                     changes_text(e.board.engine, engine), larger.logic->block_rams,
                                     e.board.resources.block_rams));
}

bool lacks(const network_needs& needs, hw::misfit_kind kind) {
    return std::any_of(needs.misfits.begin(), needs.misfits.end(),
                       [&](const hw::misfit& m) { return m.kind == kind; });
}

void add_remedies(const network& net, board_estimate& e) {
    add_larger_engine(net, e);
    add_weight_bits(net, e);
    if (const auto pruned = hw::pruning_that_fits(net, e.board.engine, {.reuse_buffers = true})) {
        e.remedies.push_back(pruning_text(net, *pruned));
    }
    if (lacks(*e.needs, hw::misfit_kind::lanes)) {
        e.remedies.emplace_back("fewer steps or weight bits (convert --steps, --weight-bits): "
                                "smaller potentials, shifts and thresholds");
    }
    if (lacks(*e.needs, hw::misfit_kind::tables)) {
        e.remedies.emplace_back("a larger \"fire_tables\" in the board's description");
    }
}

/// Of samples, each with the cycles of its populations and of the whole run.
class cycle_sums {
  public:
    explicit cycle_sums(std::size_t populations) { all_.layers.resize(populations); }
    void add(std::size_t population, std::uint64_t cycles) {
        all_.layers[population] += static_cast<double>(cycles);
    }
    void end(std::uint64_t cycles) {
        all_.least = count_ == 0 ? cycles : std::min(all_.least, cycles);
        all_.most = std::max(all_.most, cycles);
        all_.mean += static_cast<double>(cycles);
        ++count_;
    }
    estimated_cycles means() {
        all_.mean /= static_cast<double>(count_);
        for (double& layer : all_.layers) { layer /= static_cast<double>(count_); }
        return std::move(all_);
    }

  private:
    estimated_cycles all_;
    std::size_t count_ = 0;
};

estimated_cycles count_cycles(const network& net, const hw::image& image,
                              const std::vector<sample_runs>& samples) {
    const hw::cycle_model model(net, image);
    cycle_sums sums(net.populations.size());
    for (const sample_runs& runs : samples) {
        std::uint64_t cycles = 0;
        const hw::step_end* before = nullptr;
        for (const hw::step_end& run : runs) {
            const std::vector<hw::hardware_counts> counts =
                before == nullptr ? model.run(run.codes) : model.run(run.codes, *before);
            before = &run;
            for (std::size_t i = 0; i < counts.size(); ++i) { sums.add(i, counts[i].cycles); }
            cycles += hw::sum(counts, image.runs()).cycles;
        }
        sums.end(cycles);
    }
    return sums.means();
}

estimated_cycles count_cycles(const hw::sliced_network& cut,
                              const std::vector<sample_runs>& samples) {
    std::vector<slice_counter> counters;
    for (const hw::slice& s : cut.slices) { counters.emplace_back(s); }
    cycle_sums sums(cut.whole.populations.size());
    for (const sample_runs& runs : samples) {
        std::uint64_t all = 0;
        const std::vector<std::uint64_t> cycles = sliced_cycles(cut, counters, runs.front().codes);
        for (std::size_t i = 0; i < cycles.size(); ++i) {
            sums.add(i, cycles[i]);
            all += cycles[i];
        }
        sums.end(all);
    }
    return sums.means();
}

/// Where the host can run it slice by slice; where it cannot, the reasons are those of the whole.
void add_slices(const network& net, const std::vector<sample_runs>& samples, board_estimate& e) {
    if (net.execution == execution::streaming) { return; }
    try {
        const hw::sliced_network cut = hw::slice_network(net, e.board.engine);
        std::vector<std::size_t> slices(net.populations.size(), 0);
        for (const hw::slice& s : cut.slices) { ++slices[s.population]; }
        e.slices = {cut.slices.size(), 4 * cut.words_a_batch(), {}};
        for (std::size_t i = 0; i < slices.size(); ++i) {
            if (slices[i] > 1) { e.slices->layers.push_back(i); }
        }
        if (!samples.empty()) { e.cycles = count_cycles(cut, samples); }
    } catch (const hw::does_not_fit& obstacle) {
        e.uncut = hw::to_text(obstacle.misfits().front());
    } catch (const bad_input& obstacle) {
        e.uncut = obstacle.facts().where + ": " + obstacle.facts().what;
    }
}

}  // namespace

double board_estimate::part_seconds() const {
    constexpr double bits_a_byte = 10;  // on the line
    if (board.baud == 0 || parts() == 0) { return 0; }
    return bits_a_byte * static_cast<double>(part_bytes()) / board.baud;
}

board_estimate estimate_on(const network& net, const hw::board_description& board,
                           const std::vector<sample_runs>& samples, bool try_slices) {
    board_estimate e{board};
    e.logic = hw::estimate_logic(board);
    add_chip_misfits(e);
    hw::image_options options;
    try {
        e.needs = hw::needs_of(net, board.engine);
        if (!e.needs->fits()) {
            options = hw::fitting_options(net, board.engine);
            // What is too large is told of the network that takes least.
            e.needs = hw::needs_of(net, board.engine, options);
            e.reuses_buffers = options.reuse_buffers && e.needs->fits();
        }
    } catch (const bad_input& refusal) {
        e.refused = refusal.what();
        return e;
    }
    add_memory_misfits(net, e);
    if (!e.needs->fits() || e.parts() > 0) { add_remedies(net, e); }
    if (e.needs->fits() && !samples.empty()) {
        e.cycles = count_cycles(net, hw::make_image(net, board.engine, options), samples);
    }
    if (try_slices && !e.needs->fits()) { add_slices(net, samples, e); }
    return e;
}

void add_other_boards(std::vector<board_estimate>& all) {
    std::string names;
    for (const board_estimate& e : all) {
        if (e.fits() && e.parts() == 0) { names += (names.empty() ? "" : ", ") + e.board.name; }
    }
    if (names.empty()) { return; }
    for (board_estimate& e : all) {
        if (!e.fits() || e.parts() > 0) {
            e.remedies.push_back("a board that holds it as it is: " + names);
        }
    }
}

}  // namespace synfire::cli
