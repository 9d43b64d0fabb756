// SPDX-License-Identifier: Apache-2.0
// Networks in parts on the Verilog core: what fits as a whole must come out the same when the host
// loads it part by part. Every spike, read-outs, counters per layer and in all, and cycles.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <support/catch.hpp>
#include <support/image_parts.hpp>
#include <support/random_hardware.hpp>
#include <support/streaming_hardware.hpp>
#include <synfire/cosim/rtl_model.hpp>
#include <synfire/hw/host.hpp>
#include <synfire/hw/registers.hpp>

#include "parts_levels.hpp"
#include "streaming_levels.hpp"

namespace {

using namespace synfire;

constexpr std::uint64_t default_seed = 31000;
constexpr std::size_t default_cases = 60;

std::ptrdiff_t readouts_of(const network& net) {
    return std::count_if(net.populations.begin(), net.populations.end(),
                         [](const population& p) { return p.kind == population_kind::readout; });
}

/// Runs the networks that can be cut, and says how.
std::map<std::string, int> run_in_parts(const hw::engine_config& config,
                                        const test::hardware_family& family, std::size_t cases,
                                        const cosim::rtl_options& options = {}) {
    std::map<std::string, int> met;
    cosim::rtl_model model(config, options);
    const std::uint64_t seed = test::seed_from_environment(default_seed);
    for (std::uint64_t i = seed; i < seed + test::cases_from_environment(cases); ++i) {
        const test::random_case c = test::make_hardware_case(i, family);
        const auto image = test::image_in_parts(c.net, config, i);
        if (!image) { continue; }
        ++met["networks"];
        met["in three parts or more"] += image->parts.size() > 2 ? 1 : 0;
        met["rows that stay"] += image->resident_rows > 0 ? 1 : 0;
        met["no rows that stay"] += image->resident_rows == 0 ? 1 : 0;
        met["layer in several parts"] += test::cuts_a_layer(*image) ? 1 : 0;
        met["several read-outs"] += readouts_of(c.net) > 1 ? 1 : 0;
        if (family.tables) { met["fire tables"] += image->tables.empty() ? 0 : 1; }
        INFO("SYNFIRE_SEED=" << i << " SYNFIRE_CASES=1, lanes " << config.lanes << ", parts "
                             << image->parts.size());
        CHECK(test::parts_difference(model, c, *image) == "");
    }
    CAPTURE(config.lanes, cases);
    CHECK((met["networks"] > 5 || test::cases_from_environment(cases) < cases));
    return met;
}

void require_met(const std::map<std::string, int>& met) {
    for (const auto& [feature, count] : met) {
        INFO(feature << ": " << count);
        CHECK((count > 0 || test::cases_from_environment(default_cases) < default_cases));
    }
}

bool rtl_built() {
    if (cosim::rtl_available()) { return true; }
    WARN("SKIPPED: no Verilator");
    return false;
}

TEST_CASE(
    "networks in parts give the spikes, potentials, counters and cycles of simulator and cycle "
    "model",
    "[hardware][random][parts]") {
    if (!rtl_built()) { return; }
    const int lanes = GENERATE(8, 16, 32);
    test::hardware_family family = test::simulated_family();
    family.tables = true;
    require_met(run_in_parts(hw::simulation_config(lanes), family, default_cases));
}

TEST_CASE("networks in parts run on the iCEBreaker's engine, whatever its memories held before",
          "[hardware][random][parts]") {
    if (!rtl_built()) { return; }
    cosim::rtl_options options;
    options.seed = 5;
    run_in_parts(hw::icebreaker_config(), test::board_family(), default_cases, options);
}

TEST_CASE("networks in parts run on a dense twin and with weights of 4 bits",
          "[hardware][random][parts]") {
    if (!rtl_built()) { return; }
    run_in_parts(hw::twin_config(hw::dense_arithmetic), test::simulated_family(),
                 default_cases / 2);
    run_in_parts(hw::simulation_config(16, 4), test::short_family(4), default_cases / 2);
}

TEST_CASE("streaming networks in parts answer as the simulator, step by step",
          "[hardware][random][parts][streaming]") {
    if (!rtl_built()) { return; }
    const hw::engine_config config = hw::streaming_config();
    test::engine_bench bench(config);
    std::size_t run = 0;
    for (std::uint64_t seed = default_seed; seed < default_seed + default_cases / 2; ++seed) {
        test::streaming_case c(test::make_streaming_hardware_case(seed), config);
        const auto image = test::image_in_parts(c.net, config, seed);
        if (!image) { continue; }
        c.steps.image = *image;
        INFO("seed " << seed);
        CHECK(test::host_difference(bench, c) == "");
        ++run;
    }
    CHECK(run > 10);
}

/// A core that is reset at one of its transfers, and loses what its maps hold.
class forgetful_link final : public hw::link {
  public:
    explicit forgetful_link(cosim::rtl_model& to) : to_(to) {}
    void reset_at(std::size_t transfer) { left_ = transfer; }
    std::uint32_t read(std::uint8_t address) override { return count(), to_.read(address); }
    void write(std::uint8_t address, std::uint32_t value) override {
        count(), to_.write(address, value);
    }
    bool push(std::uint32_t word) override { return count(), to_.push(word); }
    std::optional<std::uint32_t> pop() override { return count(), to_.pop(); }
    bool has_forgotten() const { return forgotten_; }

  private:
    void count() {
        if (!left_ || (*left_)-- != 0) { return; }
        left_.reset();
        forgotten_ = true;
        to_.reset();
        for (const hw::memory m : {hw::memory::active, hw::memory::codes}) {
            to_.write(hw::address_of(hw::reg::window), hw::window_of(m, 0));
            for (int word = 0; word < 512; ++word) {
                to_.write(hw::address_of(hw::reg::data), 0x5a5a5a5a);
            }
        }
    }

    cosim::rtl_model& to_;
    std::optional<std::size_t> left_{};
    bool forgotten_ = false;
};

TEST_CASE("an engine that is reset anywhere in a sample never answers with maps that are gone",
          "[hardware][parts]") {
    if (!rtl_built()) { return; }
    const hw::engine_config config = hw::simulation_config(8);
    cosim::rtl_model model(config, {.patience_cycles = 100'000});
    const test::random_case c = test::make_hardware_case(31002, test::simulated_family());
    const auto image = test::image_in_parts(c.net, config, 31002);
    REQUIRE(image);
    std::vector<spike_train> spikes;
    for (const sim::encoded_input& in : c.samples.front()) { spikes.push_back(in.spikes); }
    const hw::sample_words words = hw::encode(*image, spikes);
    hw::host undisturbed(model);
    undisturbed.load(*image);
    const auto expected = undisturbed.run(words).readouts.front().potentials;
    std::size_t refused = 0;
    for (std::size_t at = 0;; at += 1 + at / 8) {
        INFO("reset at transfer " << at);
        hw::host(model).load(*image);
        forgetful_link link(model);
        hw::host host(link);
        REQUIRE(host.attach(*image));
        link.reset_at(at);
        bool answered = false;
        try {
            const auto found = host.run(words).readouts.front().potentials;
            CHECK(found == expected);
            answered = true;
        } catch (const error&) { ++refused; }
        if (!link.has_forgotten()) { break; }
        CHECK((!answered || !host.holds_program()));
        if (!host.holds_program()) { host.load(*image); }
        CHECK(host.run(words).readouts.front().potentials == expected);
    }
    CHECK(refused > 10);
}

}  // namespace
