// SPDX-License-Identifier: Apache-2.0
// Co-simulation finds equality where there is equality, and planted faults where they are.
#include <functional>

#include <synfire/core/error.hpp>

#include "rtl_fixture.hpp"
#include "simulated.hpp"

using namespace synfire;
using namespace synfire::test;

namespace {

constexpr std::uint64_t first_seed = 100;

void check_equal(hw::link& link, const simulated_case& s) {
    INFO("SYNFIRE_SEED=" << s.c.seed);
    const auto result = cosim::cosimulate(link, s.c.net, s.image, s.records);
    if (result.difference) FAIL_CHECK(cosim::to_text(*result.difference));
    if (result.counter) FAIL_CHECK(cosim::to_text(*result.counter));
    CHECK(result.equal_samples == s.records.size());
}

/// A copy of a sample's records that can be spoilt.
struct spoilt_sample {
    std::vector<sim::population_record> populations;
    explicit spoilt_sample(const simulated_case& s) : populations(s.results.front().populations) {}
    cosim::sample_record views() const {
        cosim::sample_record record;
        for (const sim::population_record& p : populations)
            record.push_back({p.codes, p.spikes, p.potentials});
        return record;
    }
};

/// A link to a core whose counters are not connected to its trace port.
class blind_link final : public cosim::traced_link, private cosim::observer {
  public:
    explicit blind_link(cosim::traced_link& to) : to_(to) {}
    std::uint32_t read(std::uint8_t address) override { return to_.read(address); }
    void write(std::uint8_t address, std::uint32_t value) override { to_.write(address, value); }
    bool push(std::uint32_t word) override { return to_.push(word); }
    std::optional<std::uint32_t> pop() override { return to_.pop(); }
    std::uint64_t cycle() const override { return to_.cycle(); }
    void reset() override { to_.reset(); }
    void set_observer(cosim::observer* seen_by) override {
        seen_by_ = seen_by;
        to_.set_observer(seen_by ? this : nullptr);
    }

  private:
    void word(const cosim::trace_word& seen) override { seen_by_->word(seen); }
    void potential(const cosim::trace_potential& seen) override { seen_by_->potential(seen); }
    void layer_end(const cosim::trace_layer_end& seen) override {
        seen_by_->layer_end({.layer = seen.layer, .counters = {}, .cycle = seen.cycle});
    }

    cosim::traced_link& to_;
    cosim::observer* seen_by_ = nullptr;
};

/// The first spiking population of the program that spiked.
std::size_t active_population(const simulated_case& s) {
    for (const hw::pass_info& pass : s.image.passes)
        if (!s.results.front().populations[pass.population].spikes.empty()) return pass.population;
    return s.c.net.populations.size();
}

}  // namespace

TEST_CASE("spikes, potentials and counters of random networks are equal on every engine",
          "[cosim][equality]") {
    if (!rtl_built()) return;
    for (const hw::engine_config& config : cosim::built_configurations()) {
        INFO("lanes " << config.lanes << ", pattern bits " << config.pattern_bits);
        cosim::rtl_model model(config);
        for (const simulated_case& s : simulate_cases(first_seed, 12, config))
            check_equal(model, s);
    }
}

TEST_CASE("stalled streams change nothing", "[cosim][equality]") {
    if (!rtl_built()) return;
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        cosim::rtl_options options;
        options.pressure = {.input = 0.5, .output = 0.7, .seed = seed};
        cosim::rtl_model model(hw::simulation_config(8), options);
        for (const simulated_case& s : simulate_cases(first_seed + 50 * seed, 3, model.config()))
            check_equal(model, s);
    }
}

TEST_CASE("random contents at power-up change nothing", "[cosim][equality]") {
    if (!rtl_built()) return;
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        cosim::rtl_options options;
        options.seed = seed;
        cosim::rtl_model model(hw::simulation_config(8), options);
        for (const simulated_case& s : simulate_cases(first_seed + 50 * seed, 3, model.config()))
            check_equal(model, s);
    }
}

TEST_CASE("a reset in mid-inference leaves an engine that works", "[cosim][equality]") {
    if (!rtl_built()) return;
    cosim::rtl_model model(hw::simulation_config(8));
    const auto cases = simulate_cases(first_seed, 1, model.config());
    REQUIRE(cases.size() == 1);
    const simulated_case& s = cases.front();
    check_equal(model, s);
    const auto input = s.records.front()[s.image.input.population].spikes;
    const auto words = hw::encode(s.image.input, spike_train(input.begin(), input.end()));
    for (std::uint64_t cycles = 1; cycles < 2000; cycles = cycles * 3 / 2 + 1) {
        INFO("reset after " << cycles << " cycles");
        hw::host host(model);
        host.load(s.image);
        for (const std::uint32_t word : words) REQUIRE(model.push(word));
        model.run(cycles);
        model.reset();
        CHECK(read(model, hw::reg::status) == 0);
        check_equal(model, s);
    }
}

TEST_CASE("a spike that the simulator has not is found with its layer, neuron and step",
          "[cosim][checker]") {
    if (!rtl_built()) return;
    cosim::rtl_model model(hw::simulation_config(8));
    for (const simulated_case& s : simulate_cases(first_seed, 6, model.config())) {
        const std::size_t where = active_population(s);
        if (where == s.c.net.populations.size()) continue;
        spoilt_sample spoilt(s);
        const spike lost = spoilt.populations[where].spikes.back();
        spoilt.populations[where].spikes.pop_back();
        cosim::cosimulation runner(model, s.c.net, s.image);
        CHECK_FALSE(runner.run(spoilt.views()).equal);
        const auto& found = runner.result().difference;
        REQUIRE(found.has_value());
        CHECK(found->kind == cosim::difference_kind::spike);
        CHECK(found->layer == s.c.net.populations[where].name);
        CHECK(found->neuron == lost.neuron);
        CHECK(found->step == lost.step);
        CHECK(found->expected == 0);
        CHECK(found->found == 1);
        // The engine was stopped in the middle and can still run the true sample.
        CHECK(runner.run(s.records.front()).equal);
    }
}

TEST_CASE("a potential that differs is found with its neuron and both values", "[cosim][checker]") {
    if (!rtl_built()) return;
    cosim::rtl_model model(hw::simulation_config(8));
    const auto cases = simulate_cases(first_seed, 3, model.config());
    for (const simulated_case& s : cases) {
        const std::size_t where = s.results.front().readouts.front().population;
        spoilt_sample spoilt(s);
        std::int64_t& potential = spoilt.populations[where].potentials.back();
        const std::int64_t true_value = potential++;
        for (const bool watched : {true, false}) {
            cosim::cosimulation_options options;
            options.check_spikes = watched;
            cosim::cosimulation runner(model, s.c.net, s.image, options);
            CHECK_FALSE(runner.run(spoilt.views()).equal);
            const auto& found = runner.result().difference;
            REQUIRE(found.has_value());
            CHECK(found->kind == cosim::difference_kind::potential);
            CHECK(found->neuron == spoilt.populations[where].potentials.size() - 1);
            CHECK(found->step == -1);
            CHECK(found->expected == true_value + 1);
            CHECK(found->found == true_value);
        }
    }
}

TEST_CASE("counters that the trace port does not show are a difference", "[cosim][checker]") {
    if (!rtl_built()) return;
    cosim::rtl_model model(hw::simulation_config(8));
    blind_link blind(model);
    const auto cases = simulate_cases(first_seed, 1, model.config());
    REQUIRE(cases.size() == 1);
    const simulated_case& s = cases.front();
    const auto result = cosim::cosimulate(blind, s.c.net, s.image, s.records);
    CHECK_FALSE(result.difference);
    REQUIRE(result.counter.has_value());
    CHECK_FALSE(result.counter->layer.empty());
    CHECK(result.counter->found == 0);
}

TEST_CASE("words that come twice, do not come, or come from nowhere are found",
          "[cosim][checker]") {
    const auto made = simulate_cases(first_seed, 1, hw::simulation_config(8));
    REQUIRE(made.size() == 1);
    const simulated_case& s = made.front();
    const auto layer = static_cast<std::uint32_t>(s.image.passes.front().population);
    const std::vector<std::uint16_t> silent(8, 0);
    spoilt_sample quiet(s);
    for (auto& p : quiet.populations) p.spikes.clear();
    const auto views = quiet.views();
    cosim::spike_checker checker(s.c.net);
    const auto kind_of = [&](const std::function<void()>& act) {
        checker.begin(views);
        CHECK_THROWS_AS(act(), cosim::difference_found);
        return checker.first_difference().value().kind;
    };
    const cosim::trace_word word{.layer = layer, .patterns = silent};
    using kind = cosim::difference_kind;
    CHECK(kind_of([&] {
              checker.word(word);
              checker.word(word);
          })
          == kind::unexpected);
    CHECK(kind_of([&] { checker.layer_end({.layer = layer}); }) == kind::missing);
    CHECK(kind_of([&] { checker.finish(); }) == kind::missing);
    CHECK(kind_of([&] { checker.word({.layer = 999, .patterns = silent}); }) == kind::unexpected);
    CHECK(kind_of([&] { checker.potential({.layer = layer, .channel = 1U << 20}); })
          == kind::unexpected);
}

TEST_CASE("a spike in a lane without a channel is found", "[cosim][checker]") {
    const auto made = simulate_cases(first_seed, 20, hw::simulation_config(32));
    for (const simulated_case& s : made) {
        const auto layer = static_cast<std::uint32_t>(s.image.passes.front().population);
        if (s.c.net.populations[layer].kind == population_kind::readout) continue;
        spoilt_sample quiet(s);
        for (auto& p : quiet.populations) p.spikes.clear();
        const auto views = quiet.views();
        std::vector<std::uint16_t> patterns(32, 0);
        patterns.back() = 1;
        cosim::spike_checker checker(s.c.net);
        checker.begin(views);
        CHECK_THROWS_AS(checker.word({.layer = layer, .patterns = patterns}),
                        cosim::difference_found);
        CHECK(checker.first_difference()->kind == cosim::difference_kind::padding);
    }
}

TEST_CASE("records with spikes that the population cannot have say which", "[cosim][checker]") {
    const auto made = simulate_cases(first_seed, 1, hw::simulation_config(8));
    const simulated_case& s = made.front();
    const population& in = s.c.net.populations[s.image.input.population];
    const auto message_of = [&](const spike& bad) -> std::string {
        spoilt_sample spoilt(s);
        spoilt.populations[s.image.input.population].spikes = {bad};
        const auto views = spoilt.views();
        cosim::spike_checker checker(s.c.net);
        try {
            checker.begin(views);
        } catch (const bad_input& e) { return e.what(); }
        return "accepted";
    };
    const auto beyond = static_cast<std::uint32_t>(in.shape.neurons());
    CHECK_THAT(message_of({0, beyond}),
               Catch::Contains("neuron " + std::to_string(beyond)) && Catch::Contains("below"));
    CHECK_THAT(message_of({in.window.steps, 0}),
               Catch::Contains("step " + std::to_string(in.window.steps))
                   && Catch::Contains("0 .. " + std::to_string(in.window.steps - 1)));
}

TEST_CASE("records of another network are refused", "[cosim][checker]") {
    const auto made = simulate_cases(first_seed, 1, hw::simulation_config(8));
    cosim::spike_checker checker(made.front().c.net);
    CHECK_THROWS_AS(checker.begin({}), bad_input);
    cosim::sample_record empty(made.front().c.net.populations.size());
    CHECK_THROWS_AS(checker.begin(empty), bad_input);
}
