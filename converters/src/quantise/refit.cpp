// SPDX-License-Identifier: Apache-2.0
#include "refit.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace synfire::converters {

namespace {

constexpr std::array<double, 6> strengths{1e-4, 1e-3, 1e-2, 1e-1, 1.0, 10.0};
// Columns that never carry a code would make the matrix singular.
constexpr double least_strength = 1e-9;

/// The gram matrix with `strength` of its own diagonal on top; the bias is left free.
Eigen::MatrixXd regularised(const normal_equations& e, double strength) {
    Eigen::MatrixXd matrix = e.gram;
    const double floor = std::max(1.0, e.gram.diagonal().mean()) * least_strength;
    matrix(0, 0) += floor;
    for (Eigen::Index i = 1; i < matrix.rows(); ++i) {
        matrix(i, i) += strength * e.gram(i, i) + floor;
    }
    return matrix;
}

/// Squared error on other rows against no change: below 0 is better.
double gain_on(const normal_equations& e, const Eigen::MatrixXd& change) {
    return (change.array() * (e.gram * change - 2.0 * e.right).array()).sum();
}

}  // namespace

normal_equations::normal_equations(std::size_t columns, std::size_t channels)
    : gram(Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(columns),
                                 static_cast<Eigen::Index>(columns))),
      right(Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(columns),
                                  static_cast<Eigen::Index>(channels))) {}

void normal_equations::add(const normal_equations& other) {
    gram += other.gram;
    right += other.right;
}

std::optional<fit_result> fit(const normal_equations& first, const normal_equations& second) {
    double best = 0.0;
    double strength = 0.0;
    for (const double s : strengths) {
        const Eigen::MatrixXd a = regularised(first, s).llt().solve(first.right);
        const Eigen::MatrixXd b = regularised(second, s).llt().solve(second.right);
        const double error = gain_on(second, a) + gain_on(first, b);
        if (error < best) {
            best = error;
            strength = s;
        }
    }
    if (strength == 0.0) { return std::nullopt; }
    normal_equations both = first;
    both.add(second);
    const Eigen::LLT<Eigen::MatrixXd> factor(regularised(both, strength));
    return fit_result{factor.solve(both.right), factor.matrixU()};
}

rounded_channel round_channel(const Eigen::VectorXd& wanted, const Eigen::MatrixXd& upper,
                              double limit) {
    const Eigen::Index columns = wanted.size();
    const auto carried = [&](const Eigen::VectorXd& error, Eigen::Index i) {
        const Eigen::Index behind = columns - 1 - i;
        return upper.row(i).tail(behind).dot(error.tail(behind)) / upper(i, i);
    };
    rounded_channel result;
    result.weights.resize(static_cast<std::size_t>(columns - 1));
    Eigen::VectorXd error = Eigen::VectorXd::Zero(columns);
    for (Eigen::Index i = columns - 1; i >= 1; --i) {
        const double target = wanted(i) + carried(error, i);
        const double rounded = std::clamp(std::round(target), -limit, limit);
        result.weights[static_cast<std::size_t>(i - 1)] = static_cast<std::int8_t>(rounded);
        error(i) = wanted(i) - rounded;
    }
    result.bias = wanted(0) + carried(error, 0);
    return result;
}

}  // namespace synfire::converters
