// SPDX-License-Identifier: Apache-2.0
#include <support/catch.hpp>

#include <functional>

#include <synfire/core/error.hpp>
#include <synfire/core/validate.hpp>

#include "tiny_network.hpp"

namespace {

using namespace synfire;

void check_refused(const char* expected, const std::function<void(network&)>& make) {
    network net = test::tiny_network();
    make(net);
    CAPTURE(expected);
    try {
        validate(net);
        FAIL("not refused");
    } catch (const bad_input& e) { CHECK_THAT(e.what(), test::contains_text(expected)); }
}

/// hidden -> out without the pool in between, of the given kind.
void direct(network& n, connectivity kind, std::vector<std::int8_t> weights) {
    n.populations[3].shape = {3, 4, 4};
    n.populations[3].bias = {0, 0, 0};
    projection& p = n.projections[2];
    p.source = 1;
    p.kind = kind;
    p.target_channels = {0, 3};
    p.weights = std::move(weights);
}

TEST_CASE("ends of a projection are checked", "[core][unit]") {
    check_refused("does not exist", [](network& n) { n.projections[0].target = 9; });
    check_refused("projection 'out' -> 'hidden' (conv2d): a readout sends nothing",
                  [](network& n) { n.projections[0].source = 3; });
    check_refused("an input receives nothing", [](network& n) { n.projections[0].target = 0; });
    check_refused("fed by window projections",
                  [](network& n) { n.projections[1].kind = connectivity::dense; });
    check_refused("fed by window projections",
                  [](network& n) { n.projections[0].kind = connectivity::window; });
    check_refused("source channels", [](network& n) { n.projections[0].source_channels = {0, 3}; });
    check_refused("target channels", [](network& n) { n.projections[0].target_channels = {2, 2}; });
    check_refused("cycle", [](network& n) {
        direct(n, connectivity::one_to_one, {1, 1, 1});
        n.projections[2].target = 1;
    });
}

TEST_CASE("weights are counted and fit their bits", "[core][unit]") {
    check_refused("wrong number of weights",
                  [](network& n) { n.projections[0].weights.pop_back(); });
    check_refused("wrong number of weights",
                  [](network& n) { n.projections[2].weights.push_back(0); });
    check_refused("does not fit the weight bits",
                  [](network& n) { n.projections[0].weights[3] = -128; });
    check_refused("does not fit the weight bits", [](network& n) {
        n.projections[0].weight_bits = 4;
        n.projections[0].weights[3] = 8;
    });
    check_refused("number of weight bits", [](network& n) { n.projections[0].weight_bits = 9; });
    check_refused("impossible shift", [](network& n) { n.projections[0].shift = 32; });
    check_refused("no delays", [](network& n) { n.projections[0].delay = 1; });
    check_refused("spatial_sum", [](network& n) { n.projections[0].spatial_sum = true; });
}

TEST_CASE("skip weights have eight bits whatever the projection says", "[core][unit]") {
    network net = test::tiny_network();
    direct(net, connectivity::one_to_one, {127, -127, 1});
    net.projections[2].weight_bits = 2;
    CHECK_NOTHROW(validate(net));
}

TEST_CASE("geometry has to give the target's size", "[core][unit]") {
    check_refused("(rows)", [](network& n) { n.projections[0].geometry.pads = {0, 1, 1, 1}; });
    check_refused("(columns)", [](network& n) { n.projections[0].geometry.dilation = {1, 2}; });
    check_refused("impossible kernel", [](network& n) {
        n.projections[0].geometry.stride = {0, 1};
    });
    check_refused("impossible kernel", [](network& n) {
        n.projections[0].geometry.pads = {-1, 1, 1, 1};
    });
    check_refused("groups must divide", [](network& n) { n.projections[0].groups = 2; });
    check_refused("only convolutions have groups", [](network& n) { n.projections[1].groups = 3; });
    check_refused("wholly in the padding", [](network& n) {
        n.populations[2].shape = {3, 4, 2};
        n.projections[1].geometry = {{2, 2}, {2, 2}, {1, 1}, {2, 0, 2, 0}};
    });
}

TEST_CASE("a transposed convolution may have output padding below its stride", "[core][unit]") {
    network net = test::tiny_network();
    direct(net, connectivity::conv_transpose2d, std::vector<std::int8_t>(3 * 3 * 4, 1));
    net.projections[2].geometry = {{2, 2}, {2, 2}, {1, 1}, {0, 0, 0, 0}};
    for (const std::int32_t size : {7, 8, 9, 10}) {
        CAPTURE(size);
        net.populations[3].shape = {3, size, 8};
        if (size == 8 || size == 9) {
            CHECK_NOTHROW(validate(net));
        } else {
            CHECK_THROWS_AS(validate(net), bad_input);
        }
    }
}

TEST_CASE("a pooling window may stick out but not start in the end padding", "[core][unit]") {
    network net = test::tiny_network();
    net.projections[1].geometry = {{3, 3}, {2, 2}, {1, 1}, {0, 0, 0, 0}};
    CHECK_NOTHROW(validate(net));  // ceil_mode: windows start at 0 and 2 of 4
    net.populations[2].shape = {3, 3, 3};
    CHECK_THROWS_AS(validate(net), bad_input);
}

TEST_CASE("index tables stay inside their source", "[core][unit]") {
    check_refused("one entry per target neuron", [](network& n) {
        direct(n, connectivity::index, {1, 1, 1});
        n.projections[2].index.assign(47, 0);
    });
    check_refused("does not exist", [](network& n) {
        direct(n, connectivity::index, {1, 1, 1});
        n.projections[2].index.assign(48, 48);
    });
    check_refused("equal heights", [](network& n) {
        direct(n, connectivity::one_to_one, {1, 1, 1});
        n.populations[3].shape = {3, 2, 8};
    });
}

TEST_CASE("sparse rows ascend without duplicates", "[core][unit]") {
    const auto sparse = [](std::vector<std::int32_t> column) {
        return [column](network& n) {
            direct(n, connectivity::sparse, std::vector<std::int8_t>(column.size(), 1));
            n.projections[2].column = column;
            n.projections[2].row_ptr.assign(49, 2);
            n.projections[2].row_ptr[0] = 0;
        };
    };
    network good = test::tiny_network();
    sparse({3, 7})(good);
    CHECK_NOTHROW(validate(good));
    check_refused("ascend", sparse({7, 3}));
    check_refused("ascend", sparse({3, 3}));
    check_refused("does not exist", sparse({3, 48}));
    check_refused("row_ptr must rise", sparse({1, 2, 3}));
    check_refused("row_ptr needs", [&](network& n) {
        sparse({1, 2})(n);
        n.projections[2].row_ptr.pop_back();
    });
}

TEST_CASE("a max pool copies the code of its sources", "[core][unit]") {
    check_refused("same coding", [](network& n) { n.populations[2].window = {coding::rate, 7}; });
    check_refused("same code range", [](network& n) { n.populations[2].range.hi = 6; });
    check_refused("same scale", [](network& n) {
        n.populations[1].scale = {1.0, 2.0, 3.0};
        n.populations[2].scale = {1.0, 2.5, 3.0};
    });
    check_refused("exactly one source", [](network& n) {
        n.projections[1].source_channels = {0, 2};
        n.projections[1].target_channels = {0, 2};
    });
    check_refused("exactly one source",
                  [](network& n) { n.projections.push_back(n.projections[1]); });
    check_refused("equally many channels", [](network& n) {
        n.projections[1].source_channels = {0, 2};
    });
}

}  // namespace
