// SPDX-License-Identifier: Apache-2.0
// The geometry of gathering, against counts from the definition of every synapse.
#include <map>
#include <set>

#include <support/catch.hpp>

#include <synfire/core/error.hpp>
#include <synfire/core/synapses.hpp>

#include "examples.hpp"
#include "field.hpp"

namespace {

using namespace synfire;
using namespace synfire::energy;

struct brute_force {
    double synapses = 0;
    double reached = 0;
    double words = 0;  ///< distinct memory words per output word
};

brute_force from_definition(const network& net, const projection& p, const field_layout& layout) {
    const auto channels = static_cast<std::size_t>(net.populations[p.target].shape.channels);
    const auto lanes = static_cast<std::size_t>(layout.lanes);
    brute_force result;
    std::set<std::pair<std::size_t, std::size_t>> reached;
    std::map<std::pair<std::size_t, std::size_t>, std::set<std::size_t>> words;
    for_each_synapse(net, p, [&](std::size_t source, std::size_t target, std::int32_t) {
        result.synapses += 1;
        reached.insert({source, target / channels});
        const auto first = source * static_cast<std::size_t>(layout.element_bits);
        words[{target / channels, target % channels / lanes}].insert(
            first / static_cast<std::size_t>(layout.word_bits));
    });
    result.reached = static_cast<double>(reached.size());
    for (const auto& [word, set] : words) { result.words += static_cast<double>(set.size()); }
    return result;
}

void compare_with_definition(const network& net, const field_layout& layout) {
    for (const projection& p : net.projections) {
        const field_facts facts = facts_of(net, p, layout);
        const brute_force expected = from_definition(net, p, layout);
        CHECK(facts.synapses == expected.synapses);
        CHECK(facts.reached == expected.reached);
        // Runs may share a word, and a dilated run holds words that are not needed.
        CHECK(facts.words >= expected.words);
        CHECK(facts.words <= 6 * expected.words);
        CHECK(facts.row_slots > 0);
    }
}

}  // namespace

TEST_CASE("synapses and reached positions of convolutions equal the definition",
          "[energy][property]") {
    const int kernel = GENERATE(1, 2, 3, 5);
    const int stride = GENERATE(1, 2);
    const int groups = GENERATE(1, 2, 4);
    const int dilation = GENERATE(1, 2);
    for (const int out_channels : {4, 8, 20}) {
        const network net = test::single_conv({.out_channels = out_channels,
                                               .size = 9,
                                               .kernel = kernel,
                                               .stride = stride,
                                               .pad = kernel / 2,
                                               .dilation = dilation,
                                               .groups = groups});
        INFO("kernel " << kernel << " stride " << stride << " groups " << groups << " out "
                       << out_channels);
        compare_with_definition(net, {.lanes = 8, .word_bits = 64, .element_bits = 1});
    }
}

TEST_CASE("the CNN example's facts equal the definition", "[energy][unit]") {
    compare_with_definition(test::small_cnn(), {.lanes = 8, .word_bits = 64, .element_bits = 1});
    compare_with_definition(test::small_cnn(), {.lanes = 3, .word_bits = 32, .element_bits = 8});
}

TEST_CASE("words of an unclipped one-row field are counted exactly", "[energy][unit]") {
    // 3x3 kernel, 64 channels of one bit: a row of three pixels is three aligned words; 16 of 36
    // positions are inside.
    const network net = test::single_conv({.in_channels = 64, .out_channels = 8});
    const field_facts facts =
        facts_of(net, net.projections[0], {.lanes = 8, .word_bits = 64, .element_bits = 1});
    CHECK(facts.words == 16 * 16);  // (3 * 6 - 2) in-bounds rows times as many columns
    CHECK(facts.output_words == 36);
    CHECK(facts.row_words == 1);
}

TEST_CASE("a fully connected field is read once for every group of lanes", "[energy][unit]") {
    const network net = test::fully_connected(100, 20);
    const field_facts facts =
        facts_of(net, net.projections[0], {.lanes = 8, .word_bits = 64, .element_bits = 1});
    CHECK(facts.output_words == 3);
    CHECK(facts.words == 3 * 2);
    CHECK(facts.row_words == 3);
    CHECK(facts.row_slots == 300);
}

TEST_CASE("index, one-to-one, sparse and transposed projections equal the definition",
          "[energy][unit]") {
    network net = test::single_conv({.in_channels = 8, .out_channels = 8, .size = 4, .kernel = 3});
    projection& p = net.projections[0];
    p.geometry = {};
    SECTION("one to one") {
        p.kind = connectivity::one_to_one;
        p.weights.assign(8, 1);
    }
    SECTION("index") {
        p.kind = connectivity::index;
        p.weights.assign(8, 1);
        for (int n = 0; n < 128; ++n) { p.index.push_back(n % 5 == 0 ? -1 : 127 - n); }
    }
    SECTION("sparse") {
        p.kind = connectivity::sparse;
        p.row_ptr.push_back(0);
        for (int n = 0; n < 128; ++n) {
            for (int k = n % 3; k < 128; k += 29) { p.column.push_back(k); }
            p.row_ptr.push_back(static_cast<std::int64_t>(p.column.size()));
        }
        p.weights.assign(p.column.size(), 1);
    }
    SECTION("transposed") {
        p.kind = connectivity::conv_transpose2d;
        p.geometry = {{2, 2}, {2, 2}, {1, 1}, {0, 0, 0, 0}};
        p.weights.assign(8 * 8 * 4, 1);
        net.populations[1].shape = {8, 8, 8};
    }
    compare_with_definition(net, {.lanes = 8, .word_bits = 64, .element_bits = 1});
}

TEST_CASE("engine widths that make no sense are refused", "[energy][unit]") {
    const network net = test::fully_connected(4, 4);
    CHECK_THROWS_AS(facts_of(net, net.projections[0], {.lanes = 0}), bad_input);
    CHECK_THROWS_AS(facts_of(net, net.projections[0], {.word_bits = 0}), bad_input);
}
