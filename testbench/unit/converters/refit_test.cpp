// SPDX-License-Identifier: Apache-2.0
// Least-squares fits of weights, and their rounding.
#include <support/catch.hpp>

#include <random>

#include "quantise/refit.hpp"

using namespace synfire::converters;
using Catch::Matchers::WithinAbs;

namespace {

constexpr Eigen::Index columns = 7;  // bias and six weights
constexpr Eigen::Index channels = 2;

/// Rows of correlated codes with 1 in front, from a seed.
Eigen::MatrixXd some_rows(Eigen::Index count, unsigned seed) {
    std::mt19937 random(seed);
    Eigen::MatrixXd rows(columns, count);
    for (Eigen::Index r = 0; r < count; ++r) {
        const auto common = static_cast<double>(random() % 8);
        rows(0, r) = 1.0;
        for (Eigen::Index i = 1; i < columns; ++i) {
            rows(i, r) = common + static_cast<double>(random() % 8);
        }
    }
    return rows;
}

normal_equations equations(const Eigen::MatrixXd& rows, const Eigen::MatrixXd& lacking) {
    normal_equations e(columns, channels);
    e.gram = rows * rows.transpose();
    e.right = rows * lacking;
    return e;
}

}  // namespace

TEST_CASE("a fit finds the change that made the difference", "[converters][unit]") {
    Eigen::MatrixXd truth(columns, channels);
    truth << 3, -2, 1, 0, 0, 0.5, -1, 2, 0.25, 0, 0, 1, 2, -0.5;
    const Eigen::MatrixXd a = some_rows(400, 1);
    const Eigen::MatrixXd b = some_rows(400, 2);
    const auto found =
        fit(equations(a, a.transpose() * truth), equations(b, b.transpose() * truth));
    REQUIRE(found);
    // The weakest regularisation of the grid is left.
    CHECK((found->change - truth).cwiseAbs().maxCoeff() < 0.02);
}

TEST_CASE("a fit that does not carry over to other samples is refused", "[converters][unit]") {
    // What one half lacks, the other has too much of.
    const Eigen::MatrixXd a = some_rows(50, 1);
    const Eigen::MatrixXd b = some_rows(50, 2);
    const Eigen::MatrixXd truth = Eigen::MatrixXd::Ones(columns, channels);
    CHECK_FALSE(fit(equations(a, a.transpose() * truth), equations(b, -b.transpose() * truth)));
}

TEST_CASE("columns without any code are no obstacle", "[converters][unit]") {
    Eigen::MatrixXd rows = some_rows(100, 1);
    rows.row(3).setZero();
    Eigen::MatrixXd lacking = Eigen::MatrixXd::Constant(100, channels, 2.0);
    const auto found = fit(equations(rows, lacking), equations(rows, lacking));
    REQUIRE(found);
    CHECK(found->change.allFinite());
    CHECK_THAT(found->change(3, 0), WithinAbs(0.0, 1e-9));
}

TEST_CASE("rounding hands errors on to correlated weights", "[converters][unit]") {
    const Eigen::MatrixXd rows = some_rows(500, 3);
    const Eigen::MatrixXd gram = rows * rows.transpose();
    const Eigen::MatrixXd upper = gram.llt().matrixU();
    Eigen::VectorXd wanted(columns);
    wanted << 0.2, 0.45, -0.4, 1.45, 2.4, -0.45, 0.4;
    const rounded_channel found = round_channel(wanted, upper, 3.0);
    Eigen::VectorXd error = wanted;
    Eigen::VectorXd nearest = wanted;
    error(0) -= found.bias;
    for (Eigen::Index i = 1; i < columns; ++i) {
        error(i) -= found.weights[static_cast<std::size_t>(i - 1)];
        nearest(i) -= std::round(wanted(i));
    }
    nearest(0) = -nearest.tail(columns - 1).dot(gram.row(0).tail(columns - 1)) / gram(0, 0);
    CHECK(error.dot(gram * error) < 0.8 * nearest.dot(gram * nearest));
}

TEST_CASE("independent weights are rounded to the nearest within the limit", "[converters][unit]") {
    const Eigen::MatrixXd upper = Eigen::MatrixXd::Identity(columns, columns);
    Eigen::VectorXd wanted(columns);
    wanted << 0.3, 1.6, -1.4, 9.0, -9.0, 0.4, 3.2;
    const rounded_channel found = round_channel(wanted, upper, 3.0);
    CHECK(found.weights == std::vector<std::int8_t>{2, -1, 3, -3, 0, 3});
    CHECK(found.bias == 0.3);
}

TEST_CASE("a fit of kept weights is the fit where all are kept", "[converters][unit]") {
    const Eigen::MatrixXd a = some_rows(400, 1);
    const Eigen::MatrixXd b = some_rows(400, 2);
    const Eigen::MatrixXd truth = Eigen::MatrixXd::Random(columns, channels);
    const auto first = equations(a, a.transpose() * truth);
    const auto second = equations(b, b.transpose() * truth);
    const auto all = fit(first, second);
    const auto kept = fit_kept(first, second, kept_weights::Constant(columns - 1, channels, true));
    REQUIRE(all);
    REQUIRE(kept);
    CHECK((kept->change - all->change).cwiseAbs().maxCoeff() < 1e-9);
}

TEST_CASE("kept weights take over what removed ones did; those stay 0", "[converters][unit]") {
    const Eigen::MatrixXd a = some_rows(400, 1);
    const Eigen::MatrixXd b = some_rows(400, 2);
    const Eigen::MatrixXd truth = Eigen::MatrixXd::Ones(columns, channels);
    kept_weights kept = kept_weights::Constant(columns - 1, channels, true);
    kept(2, 0) = false;
    kept(4, 1) = false;
    const auto found =
        fit_kept(equations(a, a.transpose() * truth), equations(b, b.transpose() * truth), kept);
    REQUIRE(found);
    CHECK(found->change(3, 0) == 0.0);
    CHECK(found->change(5, 1) == 0.0);
    // Columns share a part, so that each of the others has to say a little more.
    CHECK(found->change(1, 0) > 1.02);
    normal_equations both = equations(a, a.transpose() * truth);
    both.add(equations(b, b.transpose() * truth));
    const rounded_channel rounded =
        round_kept(found->change.col(0), both.gram, kept.col(0), found->strength, 7.0);
    CHECK(rounded.weights[2] == 0);
    CHECK(rounded.weights[0] == 1);
}
