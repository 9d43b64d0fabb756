// SPDX-License-Identifier: Apache-2.0
// What compare says where the accelerator counted fewer samples than were asked for, or none.
#include <support/catch.hpp>

#include "compare_hardware.hpp"

using namespace synfire;

namespace {

/// Four reals that are the codes themselves, to a read-out of two.
network small_network() {
    network net;
    population in;
    in.name = "in";
    in.kind = population_kind::input;
    in.shape = {4, 1, 1};
    in.window = {coding::phase, 4};
    in.range = {0, 15};
    in.input = input_encoding{};
    in.input->eight_bit = false;
    in.input->layout = data_layout::channel_last;
    in.input->data_shape = {1, 1, 4};
    population out;
    out.name = "out";
    out.kind = population_kind::readout;
    out.shape = {2, 1, 1};
    out.bias.assign(2, 0);
    projection p;
    p.source = 0;
    p.target = 1;
    p.source_channels = {0, 4};
    p.target_channels = {0, 2};
    p.kind = connectivity::dense;
    p.weights.assign(8, 1);
    net.populations = {in, out};
    net.projections = {p};
    return net;
}

dataset five_samples() {
    dataset data;
    data.name = "made up";
    data.sample_shape = {1, 1, 4};
    data.reals.assign(5 * 4, 3.0F);
    return data;
}

}  // namespace

TEST_CASE("counting stops after the sample that reaches the limit, and says so", "[cli][unit]") {
    const cli::compared_hardware h =
        cli::count_on_hardware(small_network(), five_samples(), 5, 8, 1);
    REQUIRE(h.counted.has_value());
    CHECK(h.equal());
    CHECK(h.counted->cycles.size() == 1);
    CHECK_THAT(h.note, test::contains_text("stopped after 1 of 5 samples (at most 1 cycles)"));
}

TEST_CASE("a count of all samples needs no note about their number", "[cli][unit]") {
    const cli::compared_hardware h = cli::count_on_hardware(small_network(), five_samples(), 5, 8);
    REQUIRE(h.counted.has_value());
    CHECK(h.counted->cycles.size() == 5);
    CHECK(h.note.find("stopped") == std::string::npos);
}

TEST_CASE("what the engine cannot run is told with what it expects", "[cli][unit]") {
    network net = small_network();
    net.populations[0].window.kind = coding::ttfs;
    const cli::compared_hardware h = cli::count_on_hardware(net, five_samples(), 5, 8);
    CHECK_FALSE(h.counted.has_value());
    CHECK_THAT(h.note, test::contains_text("the engine cannot run it: "));
    CHECK_THAT(h.note, test::contains_text("; expected "));
}
