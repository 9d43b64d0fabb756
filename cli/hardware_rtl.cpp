// SPDX-License-Identifier: Apache-2.0
#include "hardware_rtl.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <synfire/core/error.hpp>
#include <synfire/cosim/rtl_model.hpp>

#include "board_link.hpp"

#ifdef SYNFIRE_HAS_SYSTEMC
#include <synfire/cosim/systemc_link.hpp>
#endif

namespace synfire::cli {

namespace {

#ifdef SYNFIRE_HAS_SYSTEMC
constexpr bool systemc_built = true;
constexpr const char* systemc_missing = "";
#else
constexpr bool systemc_built = false;
constexpr const char* systemc_missing = SYNFIRE_SYSTEMC_MISSING;
#endif

[[noreturn]] void refuse_engine(hardware_engine engine, const char* what,
                                const std::string& missing, const char* instead) {
    throw bad_input({"--engine " + std::string(to_string(engine)), what,
                     "not found when it was configured: " + missing, instead,
                     "install what is missing, configure and build again"});
}

cosim::rtl_options rtl_options_of(const network& net, std::int32_t steps,
                                  const hardware_options& options) {
    cosim::rtl_options rtl;
    rtl.waveform.file = options.trace;
    rtl.waveform.sample = options.trace_sample;
    rtl.waveform.runs = static_cast<std::uint64_t>(std::max(steps, 1));
    if (!options.trace_layer.empty()) {
        rtl.waveform.layer = static_cast<std::uint32_t>(net.find(options.trace_layer));
    }
    return rtl;
}

/// The speed of the board's line, where its description has one.
board_options line_of(const std::optional<hw::board_description>& board) {
    board_options line;
    if (board && board->baud > 0) { line.baud = board->baud; }
    return line;
}

void require_built(const hw::engine_config& config, const hardware_options& options) {
    const std::vector<hw::engine_config> built = cosim::built_configurations();
    if (!options.board || std::find(built.begin(), built.end(), config) != built.end()) { return; }
    throw bad_input({"--board " + options.board->name,
                     "this build has no RTL model of the board's engine", "", "",
                     "--engine model computes its cycles and counts without the RTL; "
                     "cosim/CMakeLists.txt lists the engines that are built"});
}

/// The waveform counts runs of the engine, which are samples where the network runs as a whole.
void require_whole(const hw::image& image, const hardware_options& options) {
    if (image.parts.empty() || !options.trace_sample) { return; }
    throw bad_input({"--window sample=", "a sample of this network is several runs of the engine",
                     fmt::format("{} parts", image.parts.size()), "a network that fits as a whole",
                     "leave sample= out, and run fewer --samples"});
}

std::unique_ptr<hw::link> link_of(const network& net, const hw::image& image,
                                  const hardware_options& options) {
    const hw::engine_config& config = image.config;
    require_whole(image, options);
    if (options.engine == hardware_engine::board) {
        return open_board(options.port, line_of(options.board));
    }
    require_built(config, options);
    const cosim::rtl_options rtl = rtl_options_of(net, image.steps, options);
#ifdef SYNFIRE_HAS_SYSTEMC
    if (options.engine == hardware_engine::systemc) {
        return cosim::make_systemc_link(config, rtl);
    }
    if (options.engine == hardware_engine::pins) {
        return cosim::make_pin_link(rtl.patience_cycles);
    }
#endif
    return std::make_unique<cosim::rtl_model>(config, rtl);
}

std::string_view words_of(cosim::difference_kind kind) {
    switch (kind) {
    case cosim::difference_kind::spike:
        return "spike";
    case cosim::difference_kind::potential:
        return "potential";
    case cosim::difference_kind::padding:
        return "spike of a lane without a channel";
    case cosim::difference_kind::unexpected:
        return "a word that should not come";
    case cosim::difference_kind::missing:
        return "a word that did not come";
    }
    return "?";
}

std::optional<hardware_difference> difference_of(const cosim::cosimulation_result& result) {
    if (const auto& d = result.difference) {
        hardware_difference out{.layer = d->layer,
                                .what = std::string(words_of(d->kind)),
                                .neuron = d->neuron,
                                .expected = d->expected,
                                .found = d->found,
                                .note = d->note};
        if (d->step >= 0) { out.step = d->step; }
        if (d->cycle != 0) { out.cycle = d->cycle; }
        return out;
    }
    if (const auto& c = result.counter) {
        return hardware_difference{
            .layer = c->layer.empty() ? "all" : c->layer,
            .what = "counter " + c->counter,
            .expected = static_cast<std::int64_t>(c->expected),
            .found = static_cast<std::int64_t>(c->found),
            .note = "total of the sample up to there, engine against cycle model"};
    }
    return std::nullopt;
}

}  // namespace

bool is_available(hardware_engine engine) {
    switch (engine) {
    case hardware_engine::model:
    case hardware_engine::board:
        return true;
    case hardware_engine::cc:
        return cosim::rtl_available();
    case hardware_engine::systemc:
    case hardware_engine::pins:
        break;
    }
    return cosim::rtl_available() && systemc_built;
}

void require_available(hardware_engine engine) {
    if (is_available(engine)) { return; }
    if (!cosim::rtl_available()) {
        refuse_engine(engine, "this build has no RTL model of the accelerator",
                      cosim::rtl_missing(), "--engine model");
    }
    refuse_engine(engine, "this build has no SystemC modules", systemc_missing, "--engine cc");
}

hw::engine_config engine_config_of(const hardware_options& options) {
    if (options.board) { return options.board->engine; }
#ifdef SYNFIRE_HAS_SYSTEMC
    if (options.engine == hardware_engine::pins) { return cosim::pin_config(); }
#endif
    if (options.streaming) { return hw::streaming_config(options.lanes); }
    return options.arithmetic == hw::spiking_arithmetic
               ? hw::simulation_config(options.lanes)
               : hw::twin_config(options.arithmetic, options.lanes);
}

struct rtl_side::implementation {
    implementation(const network& net, const hw::image& image, const hardware_options& options)
        : link(link_of(net, image, options)),
          runner(*link, net, image, how(options)) {}

    static cosim::cosimulation_options how(const hardware_options& options) {
        cosim::cosimulation_options result;
        result.check_spikes = options.check_spikes;
        return result;
    }

    std::unique_ptr<hw::link> link;
    cosim::cosimulation runner;
};

rtl_side::rtl_side(const network& net, const hw::image& image, const hardware_options& options)
    : self_(std::make_unique<implementation>(net, image, options)) {}

rtl_side::~rtl_side() = default;

rtl_sample rtl_side::run(const sim::sample_result& expected, bool later) {
    std::vector<cosim::expected_population> records;
    for (const sim::population_record& p : expected.populations) {
        records.push_back({p.codes, p.spikes, p.potentials});
    }
    const cosim::sample_outcome outcome = self_->runner.run(records, later);
    rtl_sample sample;
    sample.total = hw::to_array(outcome.counts);
    for (const hw::hardware_counts& layer : outcome.layers) {
        sample.layers.push_back(hw::to_array(layer));
    }
    if (!outcome.equal) { sample.difference = difference_of(totals()); }
    return sample;
}

const cosim::cosimulation_result& rtl_side::totals() const { return self_->runner.result(); }

}  // namespace synfire::cli
