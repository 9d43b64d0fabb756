// SPDX-License-Identifier: Apache-2.0
// Every network that the engine cannot run is refused by name, with what would do.
#include <functional>
#include <map>
#include <string>

#include <support/catch.hpp>
#include <support/random_hardware.hpp>
#include <synfire/core/error.hpp>
#include <synfire/hw/does_not_fit.hpp>
#include <synfire/hw/image.hpp>

#include "hand_network.hpp"

using namespace synfire;

namespace {

using change = std::function<void(network&)>;

std::string message_of(const network& net, const hw::engine_config& config) {
    try {
        hw::make_image(net, config);
    } catch (const bad_input& e) { return e.what(); }
    return "accepted";
}

std::string refused(const change& spoil,
                    const hw::engine_config& config = hw::simulation_config()) {
    network net = test::hand_network();
    spoil(net);
    return message_of(net, config);
}

/// The hand-made network with a max_pool in place of the dense layer's source.
network pooled_network(const population& source, projection window) {
    network net;
    net.populations = {source, source, test::readout_of(2)};
    net.populations[1].name = "pool";
    net.populations[1].kind = population_kind::max_pool;
    net.populations[1].input.reset();
    window.target = 1;
    window.kind = connectivity::window;
    window.source_channels = window.target_channels = {0, source.shape.channels};
    projection dense = test::joined(net, 1, 2, connectivity::dense);
    dense.weights.assign(2 * source.shape.neurons(), 1);
    net.projections = {window, dense};
    return net;
}

hw::engine_config with(const std::function<void(hw::engine_config&)>& shrink) {
    hw::engine_config config = hw::simulation_config();
    shrink(config);
    return config;
}

/// Maps and weights of hundreds of words.
void enlarge(network& n) {
    n.populations[0].shape = {8, 6, 6};
    n.populations[1] = test::spiking_of("hidden", {8, 6, 6}, {coding::phase, 3, 0, 0});
    n.projections[0].source_channels = n.projections[0].target_channels = {0, 8};
    n.projections[0].weights.assign(std::size_t{8} * 8 * 9, 1);
    n.projections[1].source_channels = {0, 8};
    n.projections[1].weights.assign(std::size_t{2} * 8 * 36, 1);
}

}  // namespace

TEST_CASE("the network that the others spoil is accepted", "[hw][unit]") {
    CHECK(refused([](network&) {}) == "accepted");
}

TEST_CASE("streaming networks are refused", "[hw][unit]") {
    CHECK_THAT(refused([](network& n) { n.execution = execution::streaming; }),
               Catch::Contains("synchronous"));
}

TEST_CASE("codes that the engine does not know are refused by population", "[hw][unit]") {
    const auto set = [](coding kind) {
        return [kind](network& n) {
            n.populations[1].window.kind = kind;
            n.populations[1].range.hi = 3;
        };
    };
    CHECK_THAT(refused(set(coding::ttfs)),
               Catch::Contains("population 'hidden'") && Catch::Contains("phase or rate"));
    CHECK_THAT(refused([](network& n) {
                   n.populations[1].window = {coding::digit, 4, 3, 2};
                   n.populations[1].range.hi = 8;
               }),
               Catch::Contains("digit"));
}

TEST_CASE("fire tables need their memory and patterns for their indices", "[hw][unit]") {
    const auto table = [](std::int32_t lo, std::int32_t hi) {
        return [lo, hi](network& n) {
            n.populations[1].table = fire_table{
                lo, hi, std::vector<std::int32_t>(static_cast<std::size_t>(hi - lo) + 1, 2)};
        };
    };
    CHECK(refused(table(-2000, 2000)) == "accepted");
    CHECK_THAT(refused(table(0, 2), with([](auto& c) { c.fire_tables = 0; })),
               Catch::Contains("population 'hidden'")
                   && Catch::Contains("no memory for fire tables"));
    CHECK_THAT(refused(table(0, 256), with([](auto& c) { c.pattern_bits = 8; })),
               Catch::Contains("index of the fire table") && Catch::Contains("9 bits"));
    CHECK_THAT(refused(table(-100, 155), with([](auto& c) { c.fire_tables = 7; })),
               Catch::Contains("entries of fire tables") && Catch::Contains("256")
                   && Catch::Contains("128"));
}

TEST_CASE("ranges are refused where the engine does not know limits", "[hw][unit]") {
    const hw::engine_config plain = with([](auto& c) { c.firing = c.fire_tables = 0; });
    const auto narrow = [](network& n) { n.populations[1].range.hi = 5; };
    CHECK(refused(narrow) == "accepted");
    CHECK_THAT(refused(narrow, plain), Catch::Contains("largest code"));
}

TEST_CASE("signed populations without a proof are refused by engines without signed codes",
          "[hw][unit]") {
    const hw::engine_config plain = with([](auto& c) { c.firing = c.fire_tables = 0; });
    const auto is_signed = [](network& n) { n.populations[1].range.lo = -7; };
    CHECK(refused(is_signed) == "accepted");
    CHECK_THAT(refused(is_signed, plain),
               Catch::Contains("population 'hidden'") && Catch::Contains("may be negative"));
}

TEST_CASE("more steps than the patterns have bits are refused", "[hw][unit]") {
    const hw::engine_config narrow = with([](auto& c) { c.pattern_bits = 8; });
    CHECK_THAT(refused(
                   [](network& n) {
                       n.populations[0].window.steps = 9;
                       n.populations[0].range.hi = 511;
                   },
                   narrow),
               Catch::Contains("too many steps") && Catch::Contains("9 bits"));
    CHECK_THAT(refused(
                   [](network& n) {
                       n.populations[0].window.steps = 8;
                       n.populations[0].range = {-255, 255};
                   },
                   narrow),
               Catch::Contains("and a sign"));
}

TEST_CASE("inputs that the engine cannot take are refused", "[hw][unit]") {
    const auto current = [](std::int32_t lowest) {
        return [lowest](network& n) {
            n.populations[0].input->encoder = input_encoder::current;
            n.populations[0].window = {};
            n.populations[0].range = {lowest, 255};
        };
    };
    const hw::engine_config narrow = with([](auto& c) { c.pattern_bits = 8; });
    CHECK(refused(current(0), narrow) == "accepted");
    CHECK(refused(current(-1)) == "accepted");
    CHECK_THAT(refused(current(-1), narrow),
               Catch::Contains("`current`") && Catch::Contains("9 bits"));
    const auto second = [](std::int32_t steps, std::int32_t lowest) {
        return [steps, lowest](network& n) {
            n.populations.push_back(n.populations[0]);
            n.populations.back().name = "other";
            n.populations.back().window.steps = steps;
            n.populations.back().range = {lowest, 1};
        };
    };
    CHECK(refused(second(15, 0)) == "accepted");
    CHECK(refused(second(4, -1)) == "accepted");
    const auto both = [&](network& n) {
        n.populations[0].window.steps = 8;
        n.populations[0].range.hi = 255;
        second(4, -1)(n);
    };
    CHECK_THAT(refused(both, with([](auto& c) { c.pattern_bits = 8; })),
               Catch::Contains("stream of several inputs") && Catch::Contains("9 bits"));
}

TEST_CASE("maps as answers are refused where the lanes fire in their accumulators", "[hw][unit]") {
    const auto map = [](network& n) {
        n.populations[2].shape = {2, 2, 2};
        n.projections[1] = test::joined(n, 1, 2, connectivity::conv2d);
        n.projections[1].geometry.kernel = {2, 2};
        n.projections[1].weights.assign(std::size_t{3} * 2 * 2 * 2, 1);
    };
    CHECK(refused(map) == "accepted");
    CHECK_THAT(refused(map, hw::icebreaker_config()),
               Catch::Contains("answer one position") && Catch::Contains("4 positions"));
}

TEST_CASE("networks without a read-out, or with too many potentials, are refused", "[hw][unit]") {
    CHECK_THAT(refused([](network& n) {
                   n.populations.pop_back();
                   n.projections.pop_back();
               }),
               Catch::Contains("no read-out"));
    CHECK_THAT(refused([](network& n) {
                   n.populations[2].shape = {2, 200, 200};
                   n.projections[1] = test::joined(n, 1, 2, connectivity::conv_transpose2d);
                   n.projections[1].geometry.kernel = {198, 198};
                   n.projections[1].weights.assign(std::size_t{3} * 2 * 198 * 198, 1);
               }),
               Catch::Contains("no room for so many potentials") && Catch::Contains("80000"));
}

TEST_CASE("synapses from everywhere need too many terms", "[hw][unit]") {
    CHECK_THAT(
        refused([](network& n) {
            n.populations[0].shape = {40, 1, 1};
            n.populations[1] = test::spiking_of("hidden", {1, 1, 1}, {coding::phase, 3, 0, 0});
            projection p = test::joined(n, 0, 1, connectivity::sparse);
            p.weights.assign(40, 1);
            for (int i = 0; i < 40; ++i) { p.column.push_back(i); }
            p.row_ptr = {0, 40};
            n.projections[0] = p;
            n.projections[1] = test::joined(n, 1, 2, connectivity::dense);
            n.projections[1].weights.assign(2, 1);
        }),
        Catch::Contains("population 'hidden'") && Catch::Contains("terms of a pass"));
}

TEST_CASE("pools of signed inputs, or of spikes without order, are refused", "[hw][unit]") {
    population in = test::input_of({2, 3, 3}, {coding::phase, 4, 0, 0}, {0, 15});
    CHECK(message_of(pooled_network(in, {}), hw::simulation_config()) == "accepted");
    in.range.lo = -15;
    CHECK_THAT(message_of(pooled_network(in, {}), hw::simulation_config()),
               Catch::Contains("population 'in'") && Catch::Contains("pool an input"));
    in.window.kind = coding::rate;
    in.range = {0, 4};
    CHECK(message_of(pooled_network(in, {}), hw::simulation_config()) == "accepted");
    in.input->encoder = input_encoder::rate;
    CHECK_THAT(message_of(pooled_network(in, {}), hw::simulation_config()),
               Catch::Contains("spike patterns"));
}

TEST_CASE("a signed population that a pool and another layer read is refused", "[hw][unit]") {
    network net = test::hand_network();
    net.populations[1].range.lo = -7;
    population pool = net.populations[1];
    pool.name = "pool";
    pool.kind = population_kind::max_pool;
    pool.theta.clear();
    pool.bias.clear();
    net.populations.insert(net.populations.begin() + 2, pool);
    net.projections[1].source = 2;
    net.projections[1].target = 3;
    projection window = test::joined(net, 1, 2, connectivity::window);
    net.projections.push_back(window);
    CHECK(message_of(net, hw::simulation_config()) == "accepted");
    projection beside = net.projections[1];
    beside.source = 1;
    net.projections.push_back(beside);
    CHECK_THAT(message_of(net, hw::simulation_config()),
               Catch::Contains("population 'hidden'") && Catch::Contains("only pools read"));
}

TEST_CASE("each memory that is too small is named with both numbers", "[hw][unit]") {
    CHECK_THAT(refused(enlarge, with([](auto& c) { c.act_address_bits = 4; })),
               Catch::Contains("active map") && Catch::Contains("at most 16"));
    CHECK_THAT(refused(enlarge, with([](auto& c) { c.code_address_bits = 6; })),
               Catch::Contains("code words") && Catch::Contains("at most 64"));
    CHECK_THAT(refused(enlarge, with([](auto& c) {
                           c.code_address_bits = 7;
                           c.act_address_bits = 7;
                           c.descriptor_address_bits = 6;
                           c.row_address_bits = 6;
                           c.fire_tables = 0;
                       })),
               Catch::Contains("weight rows") && Catch::Contains("at most 64"));
    CHECK_THAT(refused([](network&) {}, with([](auto& c) { c.descriptor_address_bits = 4; })),
               Catch::Contains("words of the program") && Catch::Contains("21"));
    CHECK_THAT(refused(enlarge, with([](auto& c) { c.accumulator_bits = 9; })),
               Catch::Contains("bits of its potential") && Catch::Contains("at most 9"));
}

TEST_CASE("everything that does not fit comes in one message", "[hw][unit]") {
    const std::string message = refused(enlarge, with([](auto& c) {
                                            c.act_address_bits = 4;
                                            c.descriptor_address_bits = 4;
                                        }));
    CHECK_THAT(message, Catch::Contains("2 things") && Catch::Contains("active map")
                            && Catch::Contains("words of the program"));
}

TEST_CASE("who catches a network that does not fit gets each item with its numbers", "[hw][unit]") {
    network net = test::hand_network();
    net.populations[1].theta[1] = 40000;
    const hw::engine_config small = with([](auto& c) {
        c.shared_adder = true, c.firing = c.fire_tables = 0;
        c.descriptor_address_bits = 4;
    });
    std::vector<hw::misfit> items;
    try {
        hw::make_image(net, small);
    } catch (const hw::does_not_fit& e) { items = e.misfits(); }
    REQUIRE(items.size() == 2);
    CHECK(items[0]
          == hw::misfit{"population 'hidden'", "threshold", "40000", "at most 32767",
                        hw::misfit_kind::lanes});
    CHECK(to_text(items[0]) == "population 'hidden': threshold: 40000 (at most 32767)");
    CHECK(items[1].where == "network");
    CHECK(to_text(items[1]) == "words of the program: " + items[1].found + " (at most 16)");
}

TEST_CASE("shifts beyond the shifter are refused by projection", "[hw][unit]") {
    const auto shifted = [](network& n) { n.projections[0].shift = 13; };
    CHECK(refused(shifted) == "accepted");
    const std::string message = refused(shifted, with([](auto& c) { c.shift_bits = 4; }));
    CHECK_THAT(message, Catch::Contains("'in' -> 'hidden'") && Catch::Contains("shift")
                            && Catch::Contains("16"));
}

TEST_CASE("biases per neuron with bytes beyond the shifter are refused by population",
          "[hw][unit]") {
    const auto biased = [](network& n) {
        population& p = n.populations[1];
        p.bias_per_neuron = true;
        p.bias.assign(27, 0);
        p.bias[3] = 1 << 20;
    };
    CHECK(refused(biased) == "accepted");
    CHECK_THAT(refused(biased, with([](auto& c) { c.shift_bits = 4; })),
               Catch::Contains("population 'hidden'") && Catch::Contains("biases per neuron"));
}

TEST_CASE("an engine for dense layers alone refuses everything else by layer", "[hw][unit]") {
    const hw::engine_config mlp = hw::icebreaker_mlp_config();
    const auto why = [&](std::uint64_t seed) -> std::string {
        try {
            hw::make_image(test::make_hardware_case(seed, test::board_family()).net, mlp);
        } catch (const bad_input& e) { return e.what(); }
        return "accepted";
    };
    std::size_t named = 0;
    std::map<std::string, std::size_t> reasons;
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        const std::string message = why(seed);
        for (const char* reason : {" positions", "several taps", "a max-pool", "skips, averages"}) {
            if (message.find(reason) != std::string::npos) { ++reasons[reason], ++named; }
        }
    }
    CHECK(named > 20);
    for (const char* reason : {" positions", "several taps", "a max-pool", "skips, averages"}) {
        CAPTURE(reason);
        CHECK(reasons[reason] > 0);
    }
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        CHECK_NOTHROW(
            hw::make_image(test::make_hardware_case(seed, test::mlp_board_family()).net, mlp));
    }
}

TEST_CASE("thresholds and biases per neuron that a shared adder cannot hold are refused",
          "[hw][unit]") {
    const hw::engine_config shared =
        with([](auto& c) { c.shared_adder = true, c.firing = c.fire_tables = 0; });
    CHECK(refused([](network&) {}, shared) == "accepted");
    CHECK_THAT(refused([](network& n) { n.populations[1].theta[1] = 40000; }, shared),
               Catch::Contains("threshold") && Catch::Contains("40000"));
    CHECK_THAT(refused(
                   [](network& n) {
                       population& p = n.populations[1];
                       p.bias_per_neuron = true;
                       p.bias.assign(27, 0);
                       p.bias[3] = 1 << 20;
                   },
                   shared),
               Catch::Contains("biases per neuron"));
}

TEST_CASE("maps with too many columns are refused by population", "[hw][unit]") {
    network net = test::hand_network();
    net.populations[0].shape = {5, 1, 1030};
    net.populations[1] = test::spiking_of("hidden", {5, 1, 1030}, {coding::phase, 3, 0, 0});
    net.projections[0] = test::joined(net, 0, 1, connectivity::one_to_one);
    net.projections[0].weights.assign(5, 1);
    net.projections[1] = test::joined(net, 1, 2, connectivity::dense);
    net.projections[1].weights.assign(2 * 5 * 1030, 1);
    CHECK_THAT(message_of(net, hw::simulation_config()),
               Catch::Contains("population 'hidden'") && Catch::Contains("words a row"));
}

TEST_CASE("offsets that the field unit cannot count are refused by population", "[hw][unit]") {
    const auto far = [](network& n) {
        projection& p = n.projections[0];
        p.geometry = {{3, 3}, {1, 1}, {200, 1}, {200, 1, 200, 1}};
    };
    CHECK(refused(far) == "accepted");
    CHECK_THAT(refused(far, with([](auto& c) { c.act_address_bits = 4; })),
               Catch::Contains("population 'hidden'") && Catch::Contains("offset"));
}

TEST_CASE("a dilation that the field unit cannot count is refused where its pad makes up for it",
          "[hw][unit]") {
    network net;
    net.populations = {test::input_of({8192, 1, 8}, {coding::phase, 4, 0, 0}, {0, 15}),
                       test::spiking_of("hidden", {1, 1, 1}, {coding::phase, 3, 0, 0}),
                       test::readout_of(2)};
    const auto dilated = [&](std::int32_t dilation) {
        projection conv = test::joined(net, 0, 1, connectivity::conv2d);
        conv.geometry = {{1, 2}, {1, 1}, {1, dilation}, {0, dilation - 7, 0, 0}};
        conv.weights.assign(2 * 8192, 1);
        projection dense = test::joined(net, 1, 2, connectivity::dense);
        dense.weights.assign(2, 1);
        net.projections = {conv, dense};
        return message_of(net, hw::simulation_config());
    };
    CHECK(dilated(15) == "accepted");
    CHECK_THAT(dilated(16),
               Catch::Contains("population 'hidden'") && Catch::Contains("dilation inside a row"));
}

TEST_CASE("more terms than the field unit holds are refused by population", "[hw][unit]") {
    network net;
    net.populations = {test::input_of({64, 2, 2}, {coding::phase, 4, 0, 0}, {0, 15}),
                       test::spiking_of("hidden", {32, 2, 2}, {coding::phase, 3, 0, 0}),
                       test::readout_of(2)};
    projection conv = test::joined(net, 0, 1, connectivity::conv2d);
    conv.groups = 32;
    conv.weights.assign(64, 1);
    projection dense = test::joined(net, 1, 2, connectivity::dense);
    dense.weights.assign(2 * 32 * 4, 1);
    net.projections.assign(32, conv);
    net.projections.push_back(dense);
    CHECK(message_of(net, hw::simulation_config(32)) == "accepted");
    net.projections.push_back(conv);
    CHECK_THAT(message_of(net, hw::simulation_config(32)),
               Catch::Contains("population 'hidden'") && Catch::Contains("terms of a pass"));
}
