// SPDX-License-Identifier: Apache-2.0
// The whole platform says what the plain model says, however slow its consumer is.
#include <synfire/core/error.hpp>

#include "cosim/simulated.hpp"
#include "platform.hpp"

#include "cosim/rtl_fixture.hpp"

using namespace synfire;
using namespace synfire::test;

namespace {

std::vector<hw::sample_words> words_of(const simulated_case& s) {
    std::vector<hw::sample_words> all;
    for (const cosim::sample_record& record : s.records) {
        const auto spikes = record[s.image.input.population].spikes;
        all.push_back(hw::encode(s.image.input, spike_train(spikes.begin(), spikes.end())));
    }
    return all;
}

struct outcome {
    std::vector<std::uint32_t> words;
    hw::hardware_counts counts;
};

/// The plain model, with counters over all samples.
outcome run_plainly(const simulated_case& s, const std::vector<hw::sample_words>& samples) {
    cosim::rtl_model model(s.image.config);
    hw::host host(model);
    host.load(s.image);
    host.clear_counters();
    outcome out;
    for (const hw::sample_words& sample : samples) {
        for (const std::uint32_t word : sample) REQUIRE(model.push(word));
        const auto heard = answers(model);
        out.words.insert(out.words.end(), heard.begin(), heard.end());
    }
    out.counts = host.counters();
    return out;
}

struct system {
    cosim::accelerator engine;
    memory_model memory{"memory"};
    processor cpu{"cpu"};
    watcher watch{"watch"};
    consumer sink{"sink"};
    sc_core::sc_fifo<std::uint32_t> to{"to", 16};
    sc_core::sc_fifo<std::uint32_t> from{"from", 2};

    explicit system(const hw::engine_config& config) : engine("engine", config) {
        cpu.memory.bind(memory.socket);
        cpu.engine.bind(bus_.first.socket);
        watch.engine.bind(bus_.second.socket);
        bus_.way.bind(engine.socket);
        cpu.stream(to);
        engine.input(to);
        engine.output(from);
        sink.stream(from);
        watch.done = [this] { return sink.done; };
    }

  private:
    /// Passes transfers of two masters on to the one target.
    struct junction final : sc_core::sc_module {
        struct entry final : sc_core::sc_module {
            tlm_utils::simple_target_socket<entry> socket{"socket"};
            junction* to = nullptr;
            explicit entry(sc_core::sc_module_name name) : sc_module(name) {
                socket.register_b_transport(this, &entry::pass);
            }
            void pass(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
                to->way->b_transport(payload, delay);
            }
        };
        entry first{"first"};
        entry second{"second"};
        tlm_utils::simple_initiator_socket<junction> way{"way"};
        explicit junction(sc_core::sc_module_name name) : sc_module(name) {
            first.to = this;
            second.to = this;
        }
    };
    junction bus_{"bus"};
};

/// How fast others are.
struct pace {
    sc_core::sc_time quantum{10, sc_core::SC_US};
    sc_core::sc_time consumer_pause = sc_core::SC_ZERO_TIME;
    sc_core::sc_time poll_interval{1, sc_core::SC_US};
};

/// The second master saw the engine at work, and its last look what everybody else sees.
void check_watcher(const watcher& watch, const outcome& expected) {
    CHECK(watch.polls_while_running > 0);
    CHECK(watch.polls_while_running < watch.polls);
    CHECK_FALSE(watch.cycles_fell);
    CHECK(watch.last_cycles == expected.counts.cycles);
}

/// The engine runs at most a slice ahead of the clock; all its other cycles take their time.
void check_time(const system& platform, const pace& p, const outcome& expected) {
    const cosim::accelerator_options defaults;
    const auto slice = static_cast<double>(defaults.quantum_cycles);
    REQUIRE(expected.counts.cycles > 4 * defaults.quantum_cycles);
    const double computing = static_cast<double>(expected.counts.cycles) - slice;
    const sc_core::sc_time spent = sc_core::sc_time_stamp() - platform.cpu.loaded;
    CHECK(spent + p.quantum >= computing * defaults.period);
    // Two words are in the FIFO, and the engine computes the next sample when the last of an
    // answer's four is there.
    const auto held_up = static_cast<double>(expected.words.size()) / 2;
    CHECK(spent + p.quantum >= computing * defaults.period + held_up * p.consumer_pause);
}

void check_platform(const pace& p) {
    const auto made = simulate_cases(100, 1, hw::simulation_config(8));
    REQUIRE(made.size() == 1);
    const simulated_case& s = made.front();
    const auto samples = words_of(s);
    const outcome expected = run_plainly(s, samples);
    tlm::tlm_global_quantum::instance().set(p.quantum);
    system platform(s.image.config);
    platform.cpu.program = put_into(platform.memory, s.image);
    platform.cpu.samples = samples;
    platform.sink.samples = samples.size();
    platform.sink.pause = p.consumer_pause;
    platform.watch.interval = p.poll_interval;
    sc_core::sc_start();
    CHECK(platform.sink.words == expected.words);
    hw::host host(platform.engine.model());
    CHECK(host.counters() == expected.counts);
    check_watcher(platform.watch, expected);
    check_time(platform, p, expected);
    if (p.consumer_pause > sc_core::SC_ZERO_TIME) CHECK(platform.watch.polls_while_waiting > 0);
}

}  // namespace

TEST_CASE("memory, processor, watcher and engine together give the plain model's answer",
          "[systemc][platform]") {
    check_platform({});
}

TEST_CASE("a slow consumer holds the engine back and changes nothing", "[systemc][platform]") {
    check_platform({.consumer_pause = sc_core::sc_time(5, sc_core::SC_US)});
}

TEST_CASE("without a quantum, time goes in step and the answer is the same",
          "[systemc][platform]") {
    check_platform({.quantum = sc_core::SC_ZERO_TIME});
}

TEST_CASE("polling the engine in every other cycle does not make it faster",
          "[systemc][platform]") {
    check_platform({.poll_interval = sc_core::sc_time(20, sc_core::SC_NS)});
}
