// SPDX-License-Identifier: Apache-2.0
// L4 == L5 == L6: event-driven engine, cycle model and Verilog core on random networks; every spike
// of every layer, read-outs, counters per layer and cycles. SYNFIRE_SEED and SYNFIRE_CASES repeat
// or lengthen a run.
#include <iostream>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <support/catch.hpp>
#include <support/random_hardware.hpp>
#include <synfire/hw/cycle_model.hpp>
#include <synfire/hw/lane_work.hpp>

#include "interruption.hpp"
#include "levels.hpp"

namespace {

using namespace synfire;
using test::engine_bench;
using test::levelled_case;

constexpr std::uint64_t default_seed = 20260;
constexpr std::size_t default_cases = 120;  ///< enough to meet every feature
constexpr std::size_t few_cases = 60;

bool rtl_built() {
    if (cosim::rtl_available()) { return true; }
    WARN("SKIPPED: no Verilator");
    return false;
}

/// Runs a case on a bench that others used before, and counts what differs.
class run_of_cases {
  public:
    run_of_cases(const hw::engine_config& config, const test::hardware_family& family,
                 cosim::rtl_options options = {})
        : config_(config),
          family_(family),
          options_(std::move(options)) {
        family_.currents = true;
        family_.tables = config.fire_tables != 0;
        renew();
    }

    void run(std::size_t cases) {
        const std::uint64_t seed = test::seed_from_environment(default_seed);
        const std::size_t wanted = test::cases_from_environment(cases);
        for (std::size_t i = 0; i < wanted; ++i) {
            levelled_case c(test::make_hardware_case(seed + i, family_), config_);
            cover(c);
            check(c);
        }
        WARN(wanted << " networks, " << wrong_ << " differ");
        INFO(first_);
        CHECK(wrong_ == 0);
    }

    /// Unless SYNFIRE_CASES shortens the run.
    void require(std::size_t cases, const std::vector<const char*>& features) const {
        if (covered.count("networks") < cases) { return; }
        for (const char* const feature : features) {
            CAPTURE(feature);
            CHECK(covered.count(feature) > 0);
        }
    }

    test::hardware_coverage covered;

  private:
    void renew() {
        bench_ = std::make_unique<engine_bench>(config_, options_);
        cover_contents();
    }

    void check(const levelled_case& c) {
        std::string d = test::difference(*bench_, c);
        if (d.empty()) {
            const test::interruption made = test::interrupt_and_repeat(*bench_, c);
            d = made.difference;
            covered.mark(made.kind);
        }
        if (d.empty()) { return; }
        if (wrong_++ == 0) { first_ = d; }
        renew();  // so that one difference is one
    }

    void cover(const levelled_case& c) {
        covered.add(c.c, c.simulated);
        covered.add_words(c.c.net, c.image);
        covered.mark("current input", c.currents);
        covered.mark("signed current input", c.currents && c.image.input.is_signed);
        for (const hw::pass_info& pass : c.image.passes) {
            covered.mark("pass of many terms", pass.terms.size() > 1);
            covered.mark("pass of more than 8 terms", pass.terms.size() > 8);
            covered.mark("later channel group", pass.header.channel > 0);
            cover_table(c, pass);
        }
        if (config_.multiplies()) { cover_products(c); }
        for (const auto& sample : c.counts) {
            covered.mark("waits for the fire bank", hw::sum(sample).waiting > 0);
            for (const hw::pass_info& pass : c.image.passes) {
                const bool adds = pass.header.kind_of() == hw::pass_kind::fire;
                covered.mark("layer without spikes to add",
                             adds && sample[pass.population].adds == 0);
                covered.mark("word that fires what the last one fired",
                             adds && sample[pass.population].adding == 0
                                 && pass.header.width * pass.header.height > 1);
            }
        }
        const bool pressed = options_.pressure.input > 0 || options_.pressure.output > 0;
        if (pressed && covered.count("back-pressure") < 5) { cover_stalls(c); }
    }

    void cover_table(const levelled_case& c, const hw::pass_info& pass) {
        const hw::pass_range& range = pass.range;
        if (range.table == 0) { return; }
        covered.mark("table");
        covered.mark("table of signed indices", range.is_signed != 0);
        covered.mark("table of indices from 0 on", range.is_signed == 0);
        covered.mark("table of signed codes", range.codes_signed != 0);
        covered.mark("table in a word of several positions", range.spread > 0);
        covered.mark("table beside the map",
                     pass.header.edge_end < c.image.config.lanes && range.spread > 0);
        const auto& t = *c.c.net.populations[pass.population].table;
        covered.mark("table with an entry of silence",
                     t.table[static_cast<std::size_t>(-t.k_lo)] != 0);
        covered.mark("table behind another", range.state + t.k_lo > 0);
        covered.mark("table of `rate` codes",
                     c.c.net.populations[pass.population].window.kind == coding::rate);
    }

    void cover_products(const levelled_case& c) {
        const hw::lane_work active(c.c.net, hw::skipping_arithmetic);
        for (std::size_t s = 0; s < c.counts.size(); ++s) {
            const hw::hardware_counts all = hw::sum(c.counts[s]);
            covered.mark("product with a silent source",
                         all.adds > active.of(c.simulated[s].counts));
            covered.mark("several products from one code word",
                         config_.reads_every_code() && all.spike_words_read < all.weight_reads);
        }
        for (const hw::pass_info& pass : c.image.passes) {
            for (const hw::term& t : pass.terms) {
                const bool multiplies = pass.header.kind_of() != hw::pass_kind::pool;
                covered.mark("signed code multiplied", multiplies && t.is_signed != 0);
                covered.mark("code of a rate window multiplied",
                             multiplies && t.weighted == 0 && t.constant == 0);
                covered.mark("shifted code multiplied", multiplies && t.shift != 0);
                covered.mark("codes of 4 bits multiplied", multiplies && t.format == 0);
                covered.mark("codes of 16 bits multiplied", multiplies && t.format == 2);
            }
        }
    }

    /// The same sample without back-pressure is through earlier.
    void cover_stalls(const levelled_case& c) {
        engine_bench smooth(config_);
        covered.mark("back-pressure", clock_cycles(*bench_, c) > clock_cycles(smooth, c));
    }

    static std::uint64_t clock_cycles(engine_bench& bench, const levelled_case& c) {
        bench.load(c.image);
        const std::uint64_t before = bench.model().cycle();
        test::core_difference(bench, c, 0);
        return bench.model().cycle() - before;
    }

    /// Weights that nobody has written yet.
    void cover_contents() {
        cosim::rtl_model& model = bench_->model();
        model.write(hw::address_of(hw::reg::window), hw::window_of(hw::memory::weights, 0));
        std::set<std::uint32_t> found;
        for (int word = 0; word < 16; ++word) {
            found.insert(model.read(hw::address_of(hw::reg::data)));
        }
        covered.mark("random power-up contents", found.size() > 8);
    }

    hw::engine_config config_;
    test::hardware_family family_;
    cosim::rtl_options options_;
    std::unique_ptr<engine_bench> bench_;
    std::string first_;
    std::size_t wrong_ = 0;
};

/// `words`: the engine has words of several positions; twins that multiply have not. `rare`: what
/// its networks may miss.
void require_coverage(const test::hardware_coverage& covered, bool words = true,
                      const std::set<std::string>& rare = {}) {
    if (covered.count("networks") < default_cases) { return; }  // a run that SYNFIRE_CASES shortens
    CHECK(covered.active_share() >= 0.05);
    CHECK(covered.active_share() <= 0.60);
    CHECK(covered.saturated_share() >= 0.05);
    std::vector<std::string> required = test::hardware_coverage::required();
    for (const char* feature :
         {"pass of many terms", "pass of more than 8 terms", "later channel group",
          "waits for the fire bank", "layer without spikes to add", "current input",
          "signed current input", "table", "table of signed indices", "table of indices from 0 on",
          "table of signed codes", "table with an entry of silence", "table behind another",
          "table of `rate` codes", "word that fires what the last one fired"}) {
        required.emplace_back(feature);
    }
    for (const char* feature : {"table in a word of several positions", "table beside the map"}) {
        if (words) { required.emplace_back(feature); }
    }
    for (const std::string& kind : test::interruption_kinds()) { required.push_back(kind); }
    for (const std::string& feature : test::hardware_coverage::required_words()) {
        if (words) { required.push_back(feature); }
    }
    for (const std::string& feature : required) {
        if (rare.count(feature) > 0) { continue; }
        CAPTURE(feature);
        CHECK(covered.count(feature) > 0);
    }
}

TEST_CASE("simulator, cycle model and core of 8 lanes agree on random networks, which cover every "
          "feature",
          "[hardware][random]") {
    if (!rtl_built()) { return; }
    run_of_cases all(hw::simulation_config(8), test::simulated_family());
    all.run(default_cases);
    std::cout << all.covered.histogram();
    require_coverage(all.covered);
}

TEST_CASE("simulator, cycle model and core of 16 lanes agree on random networks",
          "[hardware][random]") {
    if (!rtl_built()) { return; }
    run_of_cases all(hw::simulation_config(16), test::simulated_family());
    all.run(default_cases);
    require_coverage(all.covered);
}

TEST_CASE("simulator, cycle model and core of 4 lanes agree on random networks",
          "[hardware][random]") {
    if (!rtl_built()) { return; }
    run_of_cases all(hw::simulation_config(4), test::simulated_family(4));
    all.run(default_cases);
    // Words of so few lanes seldom hold several positions.
    require_coverage(all.covered, true,
                     {"selection that enlarges several columns", "several positions: groups",
                      "several positions: dilation"});
}

TEST_CASE("simulator, cycle model and core of 64 lanes agree on random networks",
          "[hardware][random]") {
    if (!rtl_built()) { return; }
    run_of_cases all(hw::simulation_config(64), test::simulated_family(64));
    all.run(default_cases);
    require_coverage(all.covered);
}

TEST_CASE("simulator, cycle model and core of 32 lanes agree on random networks",
          "[hardware][random]") {
    if (!rtl_built()) { return; }
    run_of_cases all(hw::simulation_config(32), test::simulated_family());
    all.run(few_cases);
}

TEST_CASE("simulator, cycle model and core of the iCEBreaker agree on random networks that fit it",
          "[hardware][random]") {
    if (!rtl_built()) { return; }
    run_of_cases all(hw::icebreaker_config(), test::board_family());
    all.run(default_cases);
}

/// What a dense twin meets beside the features of every engine.
void require_products(const test::hardware_coverage& covered, bool every_code) {
    if (covered.count("networks") < default_cases) { return; }
    for (const char* feature :
         {"signed code multiplied", "code of a rate window multiplied", "shifted code multiplied",
          "codes of 4 bits multiplied", "codes of 16 bits multiplied"}) {
        CAPTURE(feature);
        CHECK(covered.count(feature) > 0);
    }
    for (const char* feature :
         {"product with a silent source", "several products from one code word"}) {
        CAPTURE(feature);
        CHECK((covered.count(feature) > 0) == every_code);
    }
}

TEST_CASE("simulator, cycle model and the dense twin that multiplies every code agree on random "
          "networks",
          "[hardware][random][twin]") {
    if (!rtl_built()) { return; }
    run_of_cases all(hw::twin_config(hw::dense_arithmetic), test::simulated_family());
    all.run(default_cases);
    require_coverage(all.covered, false);
    require_products(all.covered, true);
}

TEST_CASE("simulator, cycle model and the dense twin that skips zeros agree on random networks",
          "[hardware][random][twin]") {
    if (!rtl_built()) { return; }
    run_of_cases all(hw::twin_config(hw::skipping_arithmetic), test::simulated_family());
    all.run(default_cases);
    require_coverage(all.covered, false);
    require_products(all.covered, false);
}

TEST_CASE("the dense twin multiplies nothing that a memory held before, and streams may stall",
          "[hardware][random][twin]") {
    if (!rtl_built()) { return; }
    cosim::rtl_options options;
    options.seed = 7;
    options.pressure = {0.4, 0.4, 5};
    run_of_cases all(hw::twin_config(hw::dense_arithmetic), test::simulated_family(), options);
    all.run(few_cases / 2);
    CHECK(all.covered.count("random power-up contents") > 0);
}

TEST_CASE("simulator, cycle model and core with weights of 4 and 2 bits agree on random networks",
          "[hardware][random]") {
    if (!rtl_built()) { return; }
    const int bits = GENERATE(4, 2);
    run_of_cases all(hw::simulation_config(16, bits), test::short_family(bits));
    all.run(few_cases);
    all.require(few_cases, {"bias per neuron", bits == 4 ? "weight bits 4" : "weight bits 2"});
}

TEST_CASE(
    "simulator, cycle model and core of the iCEBreaker with 16 lanes agree on random networks "
    "that fit it",
    "[hardware][random]") {
    if (!rtl_built()) { return; }
    run_of_cases all(hw::icebreaker_int4_config(), test::int4_board_family());
    all.run(default_cases);
    all.require(default_cases, {"bias per neuron", "later channel group"});
}

TEST_CASE("simulator, cycle model and the engines for dense layers alone agree on random networks",
          "[hardware][random][vectors]") {
    if (!rtl_built()) { return; }
    const bool short_weights = GENERATE(false, true);
    cosim::rtl_options options;
    options.seed = 3;
    run_of_cases all(short_weights ? hw::icebreaker_mlp_int4_config() : hw::icebreaker_mlp_config(),
                     short_weights ? test::mlp_int4_board_family() : test::mlp_board_family(),
                     options);
    all.run(default_cases);
    all.require(default_cases, {"later channel group", "pass of many terms"});
}

TEST_CASE("streams that stall at random change no result and no counter", "[hardware][random]") {
    if (!rtl_built()) { return; }
    const double often = GENERATE(0.3, 0.9);
    cosim::rtl_options options;
    options.pressure = {often, often, 11};
    run_of_cases all(hw::simulation_config(8), test::simulated_family(), options);
    all.run(few_cases);
    CHECK(all.covered.count("back-pressure") > 0);
}

TEST_CASE("what registers and memories hold at power-up changes nothing", "[hardware][random]") {
    if (!rtl_built()) { return; }
    const std::uint64_t seed = GENERATE(1, 2, 3);
    const bool board = GENERATE(false, true);
    cosim::rtl_options options;
    options.seed = seed;
    run_of_cases all(board ? hw::icebreaker_config() : hw::simulation_config(16),
                     board ? test::board_family() : test::simulated_family(), options);
    all.run(few_cases / 3);
    CHECK(all.covered.count("random power-up contents") > 0);
}

}  // namespace
