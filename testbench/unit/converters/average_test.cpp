// SPDX-License-Identifier: Apache-2.0
// Means of windows as terms: every divisor against ONNX's rule written out here.
#include <support/catch.hpp>

#include "hand_model.hpp"
#include "passes/pending_sum.hpp"

using namespace synfire;
using namespace synfire::converters;

namespace {

average_pool pool_of(std::array<std::int32_t, 2> kernel, std::array<std::int32_t, 2> stride,
                     std::array<std::int32_t, 4> pads, bool count_pads) {
    average_pool pool;
    pool.geometry.kernel = kernel;
    pool.geometry.stride = stride;
    pool.geometry.pads = pads;
    pool.count_include_pad = count_pads;
    return pool;
}

}  // namespace

TEST_CASE("equal windows share one gain", "[converters][unit]") {
    const term t =
        average_term(0, pool_of({2, 3}, {2, 3}, {0, 0, 0, 0}, false), {2, 4, 6}, {2, 2, 2});
    const auto& pool = std::get<pool_term>(t.kind);
    REQUIRE(pool.gain.size() == 2);
    CHECK(pool.gain[0] == 1.0F / 6.0F);
    CHECK(pool.geometry.kernel == std::array<std::int32_t, 2>{2, 3});
}

TEST_CASE("counted padding keeps windows equal", "[converters][unit]") {
    const term t =
        average_term(0, pool_of({3, 3}, {1, 1}, {1, 1, 1, 1}, true), {1, 3, 3}, {1, 3, 3});
    CHECK(std::get<pool_term>(t.kind).gain == std::vector<float>{1.0F / 9.0F});
}

TEST_CASE("windows that lose elements to padding have rows of their own", "[converters][unit]") {
    const term t =
        average_term(0, pool_of({3, 3}, {1, 1}, {1, 1, 1, 1}, false), {2, 3, 3}, {2, 3, 3});
    const auto& rows = std::get<sparse_term>(t.kind);
    REQUIRE(rows.row_ptr.size() == 19);
    const std::vector<std::int64_t> sizes{4, 6, 4, 6, 9, 6, 4, 6, 4};
    for (std::size_t row = 0; row < 18; ++row) {
        const std::int64_t size = rows.row_ptr[row + 1] - rows.row_ptr[row];
        CHECK(size == sizes[row % 9]);
        for (std::int64_t k = rows.row_ptr[row]; k < rows.row_ptr[row + 1]; ++k) {
            const auto at = static_cast<std::size_t>(k);
            CHECK(rows.weights[at] == 1.0F / static_cast<float>(size));
            CHECK(rows.column[at] / 9 == static_cast<std::int32_t>(row / 9));
        }
    }
    // First row: the upper left 2 x 2 of channel 0.
    CHECK(std::vector<std::int32_t>(rows.column.begin(), rows.column.begin() + 4)
          == std::vector<std::int32_t>{0, 1, 3, 4});
}

TEST_CASE("a window that ceil_mode lets run over the end divides by what is there",
          "[converters][unit]") {
    // 5 elements, kernel 2, stride 2: the third window holds one element, whether padding counts or
    // not.
    for (const bool count_pads : {false, true}) {
        const term t = average_term(0, pool_of({1, 2}, {1, 2}, {0, 0, 0, 0}, count_pads), {1, 1, 5},
                                    {1, 1, 3});
        const auto& rows = std::get<sparse_term>(t.kind);
        CHECK(rows.weights == std::vector<float>{0.5F, 0.5F, 0.5F, 0.5F, 1.0F});
        CHECK(rows.column == std::vector<std::int32_t>{0, 1, 2, 3, 4});
    }
}

TEST_CASE("counted padding ends where the declared pads end", "[converters][unit]") {
    // 4 elements, one pad on each side, kernel 3, stride 3, ceil_mode: windows (p 0 1), (2 3 p);
    // then with 5 elements (p 0 1), (2 3 4), (p -): the last one starts in the padding and is not
    // part of the shape.
    const term even =
        average_term(0, pool_of({1, 3}, {1, 3}, {0, 1, 0, 1}, true), {1, 1, 4}, {1, 1, 2});
    CHECK(std::get<pool_term>(even.kind).gain == std::vector<float>{1.0F / 3.0F});
    // Kernel 4, stride 3: (p 0 1 2), (2 3 p) and one place beyond the pads that does not count.
    const term over =
        average_term(0, pool_of({1, 4}, {1, 3}, {0, 1, 0, 1}, true), {1, 1, 4}, {1, 1, 2});
    const auto& rows = std::get<sparse_term>(over.kind);
    CHECK(rows.row_ptr == std::vector<std::int64_t>{0, 3, 5});
    CHECK(rows.weights == std::vector<float>{0.25F, 0.25F, 0.25F, 1.0F / 3.0F, 1.0F / 3.0F});
}

TEST_CASE("padded averages convert exactly", "[converters][unit]") {
    test::hand_model m;
    const bool count_pads = GENERATE(false, true);
    const auto x = m.relu("relu", m.conv("conv", m.input({2, 4, 5}), 3, 1, 0, test::numbers(6, 1)));
    const auto y =
        m.layer("average", pool_of({3, 2}, {2, 1}, {1, 1, 1, 0}, count_pads), {x}, {3, 2, 5});
    m.output(m.linear("fc", m.flatten("flat", m.relu("relu2", y)), 2, test::numbers(60, 2)));
    const dataset data = test::pixels({2, 4, 5}, 10, 3);
    const test::hand_conversion c(m, data);
    const network& net = c.net();
    CHECK(net.projections[1].kind == (count_pads ? connectivity::sum_pool : connectivity::sparse));
    test::require_equal_levels(c, data);
}
