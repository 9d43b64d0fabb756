// SPDX-License-Identifier: Apache-2.0
// Streaming networks: simulator == cycle model == Verilog core, step by step: spikes of every
// layer, potentials of the read-outs, counters and cycles; then hw's host with whole samples.
#include <algorithm>
#include <iostream>
#include <map>
#include <memory>
#include <string>

#include <support/catch.hpp>
#include <support/streaming_hardware.hpp>
#include <synfire/hw/cycle_model.hpp>

#include "interruption.hpp"
#include "streaming_levels.hpp"

namespace {

using namespace synfire;
using test::streaming_case;

constexpr std::uint64_t default_seed = 20260;
constexpr std::size_t default_cases = 60;

class run_of_streams {
  public:
    explicit run_of_streams(cosim::rtl_options options = {},
                            const hw::engine_config& config = hw::streaming_config())
        : config_(config),
          options_(std::move(options)) {
        renew();
    }

    void run(std::size_t cases) {
        const std::uint64_t seed = test::seed_from_environment(default_seed);
        const std::size_t wanted = test::cases_from_environment(cases);
        for (std::size_t i = 0; i < wanted; ++i) {
            // One network in five visits all words, one skips where it pays.
            const auto at_rest = static_cast<hw::words_at_rest>(std::min<std::size_t>(i % 5, 2));
            const streaming_case c(test::make_streaming_hardware_case(seed + i, config_), config_,
                                   at_rest);
            cover(c);
            check(c);
        }
        WARN(wanted << " streaming networks, " << wrong_ << " differ");
        INFO(first_);
        CHECK(wrong_ == 0);
    }

    void require(const std::string& feature) const {
        CAPTURE(feature);
        CHECK(features_.count(feature) > 0);
    }

    void print() const {
        for (const auto& [name, count] : features_) { std::cout << count << ' ' << name << '\n'; }
    }

  private:
    void renew() { bench_ = std::make_unique<test::engine_bench>(config_, options_); }

    void check(const streaming_case& c) {
        std::string d = test::difference(*bench_, c);
        const auto steps = static_cast<std::size_t>(c.net.steps);
        if (d.empty()) { d = test::interrupt_and_repeat(*bench_, c.steps, steps).difference; }
        if (d.empty()) { d = test::host_difference(*bench_, c); }
        if (d.empty()) { return; }
        if (wrong_++ == 0) { first_ = d; }
        renew();
    }

    void cover(const streaming_case& c) {
        for (const std::string& feature : c.met) { ++features_[feature]; }
        for (const hw::pass_info& pass : c.steps.image.passes) {
            const hw::pass_header& h = pass.header;
            if (pass.range.keeps == 0) { continue; }
            mark("later channel group", h.channel > 0);
            cover_rest(c, pass);
            mark("word of several positions", c.steps.image.maps[pass.population].positions > 1);
            mark("run of positions", pass.positions.step != 1 || pass.positions.first != 0);
            mark("pass of many terms", pass.terms.size() > 1);
            mark("read-out of one lane", h.kind_of() == hw::pass_kind::readout && h.lanes == 1);
            mark("bias per neuron", pass.terms.back().constant != 0);
        }
        for (const auto& counts : c.steps.counts) {
            const hw::hardware_counts all = hw::sum(counts);
            mark("waits for the fire bank", all.waiting > 0);
            mark("step without a spike", all.spikes == 0);
        }
    }

    void cover_rest(const streaming_case& c, const hw::pass_info& pass) {
        const hw::pass_header& h = pass.header;
        if (pass.range.skips == 0) { return; }
        mark(pass.range.leaks != 0 ? "leaking words rest" : "words without leak rest", true);
        mark("read-outs rest", h.kind_of() == hw::pass_kind::readout);
        mark("later channel group rests", h.channel > 0);
        mark("words of several positions rest", c.steps.image.maps[pass.population].positions > 1);
        mark("rows of several words", h.height > 1 && h.width > 1);
        mark("rows beside the source", pass.terms.front().y_first < 0);
        mark("rows at a stride", pass.terms.front().y_stride > pass.terms.front().row_bits);
    }

    void mark(const std::string& feature, bool present) {
        if (present) { ++features_[feature]; }
    }

    hw::engine_config config_;
    cosim::rtl_options options_;
    std::unique_ptr<test::engine_bench> bench_;
    std::map<std::string, std::size_t> features_;
    std::string first_;
    std::size_t wrong_ = 0;
};

bool rtl_built() {
    if (cosim::rtl_available()) { return true; }
    WARN("SKIPPED: no Verilator");
    return false;
}

TEST_CASE("simulator, cycle model and core agree on random streaming networks, step by step, which "
          "cover every feature",
          "[hardware][random][streaming]") {
    if (!rtl_built()) { return; }
    run_of_streams all;
    all.run(default_cases);
    all.print();
    if (test::cases_from_environment(default_cases) < default_cases) { return; }
    for (const char* feature : {"reset to zero",
                                "threshold subtracted",
                                "decay of 12 bits",
                                "decay of 16 bits",
                                "initial potential",
                                "lower limit met",
                                "upper limit met",
                                "negative potential kept",
                                "population that fires",
                                "answer last",
                                "answer sum",
                                "answer max",
                                "later channel group",
                                "word of several positions",
                                "run of positions",
                                "pass of many terms",
                                "read-out of one lane",
                                "bias per neuron",
                                "leaking words rest",
                                "words without leak rest",
                                "read-outs rest",
                                "later channel group rests",
                                "words of several positions rest",
                                "rows of several words",
                                "rows beside the source",
                                "rows at a stride",
                                "waits for the fire bank",
                                "step without a spike",
                                "current input"}) {
        all.require(feature);
    }
}

TEST_CASE("streaming networks do not depend on what memories hold at power-up, nor on streams that "
          "stall",
          "[hardware][random][streaming]") {
    if (!rtl_built()) { return; }
    cosim::rtl_options options;
    options.seed = 3;
    options.pressure = {0.4, 0.4, 5};
    run_of_streams all(options);
    all.run(default_cases / 4);
}

TEST_CASE(
    "streaming networks agree on engines of 4, 8, 32 and 64 lanes, and with weights of 4 bits",
    "[hardware][random][streaming]") {
    if (!rtl_built()) { return; }
    for (const hw::engine_config& config :
         {hw::streaming_config(4), hw::streaming_config(8), hw::streaming_config(32),
          hw::streaming_config(64), hw::streaming_config(16, 4)}) {
        CAPTURE(config.lanes, config.weight_bits);
        run_of_streams all({}, config);
        all.run(default_cases / 3);
    }
}

TEST_CASE("an engine that keeps potentials runs synchronous networks between streaming ones",
          "[hardware][random][streaming]") {
    if (!rtl_built()) { return; }
    const int lanes = GENERATE(16, 8);
    const hw::engine_config config = hw::streaming_config(lanes);
    test::engine_bench bench(config);
    const std::uint64_t seed = test::seed_from_environment(default_seed);
    const std::size_t cases = test::cases_from_environment(default_cases / 3);
    std::string first;
    std::size_t with_tables = 0;
    for (std::size_t i = 0; i < cases && first.empty(); ++i) {
        const streaming_case streams(test::make_streaming_hardware_case(seed + i, config), config);
        first = test::difference(bench, streams);
        if (!first.empty()) { break; }
        const test::levelled_case windows(
            test::make_hardware_case(seed + i, test::streaming_family(config)), config);
        with_tables += windows.image.tables.empty() ? 0 : 1;
        first = test::difference(bench, windows);
    }
    CHECK(first == "");
    CHECK((config.fire_tables == 0 || with_tables > 0 || cases < default_cases / 3));
}

}  // namespace
