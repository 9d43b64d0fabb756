// SPDX-License-Identifier: Apache-2.0
// The bill of the dense twin: products in place of additions, everything else as counted.
#include <algorithm>

#include <support/catch.hpp>

#include <synfire/energy/dense_baseline.hpp>
#include <synfire/energy/twin.hpp>

#include "examples.hpp"

namespace {

using namespace synfire;
using namespace synfire::energy;
using Catch::Matchers::WithinRel;

const term* term_of(const layer_estimate& layer, const std::string& name) {
    const auto found = std::find_if(layer.terms.begin(), layer.terms.end(),
                                    [&](const term& t) { return t.name == name; });
    return found == layer.terms.end() ? nullptr : &*found;
}

struct example {
    network net = test::small_cnn();
    activity counts = test::random_activity(net, 0.25, 2, 11);
    hardware_activity hardware{.by = counter::cycle_model, .populations = {}};

    example() {
        hardware.populations.resize(4);
        hardware.populations[1] = {.weight_reads = 500, .adds = 4000, .spike_words_read = 100};
    }
    layer_estimate spiking() const {
        return counted_estimate(net, counts, hardware, test::round_prices(), engine()).layers[1];
    }
    layer_estimate twin() const {
        return twin_estimate(net, counts, hardware, test::round_prices(), engine()).layers[1];
    }
    static engine_options engine() { return as_built(engine_options{}); }
};

}  // namespace

TEST_CASE("a product is an addition and a multiplication by the bits of its code",
          "[energy][unit]") {
    const example e;
    const layer_estimate twin = e.twin();
    CHECK(term_of(twin, "synaptic additions") == nullptr);
    const term* sums = term_of(twin, "accumulations");
    const term* products = term_of(twin, "multiplications");
    REQUIRE(sums != nullptr);
    REQUIRE(products != nullptr);
    CHECK(sums->count == interval::exact(4000));
    CHECK(products->count == interval::exact(4000));
    CHECK(products->by == counter::cycle_model);
    const int bits = twin_bits(static_cast<std::uint64_t>(e.net.populations[0].range.hi));
    const price multiply = test::round_prices().operation("int8_mul").value();
    CHECK_THAT(products->unit.value().pj.nominal, WithinRel(multiply.pj.nominal * bits / 8, 1e-12));
    const double more = twin.total_pj().value().nominal - e.spiking().total_pj().value().nominal;
    CHECK_THAT(more, WithinRel(products->energy_pj().value().nominal, 1e-9));
}

TEST_CASE("an engine that takes every code finds none in a map", "[energy][unit]") {
    example e;
    const double finding = e.twin().total_pj().value().nominal;
    e.hardware.populations[1].finds_sources = false;
    CHECK(e.twin().total_pj().value().nominal < finding);
}
