// SPDX-License-Identifier: Apache-2.0
// Weights fitted by least squares to what the trained network computes, on the codes that the
// quantised network really gets; then rounded one after the other, each making up for those
// before (nearest plane: Babai 1986; the same arithmetic as GPTQ, Frantar et al. 2022).
#pragma once

#include <Eigen/Dense>

#include <cstdint>
#include <optional>
#include <vector>

namespace synfire::converters {

/// Sums over rows (x, r): x is 1 for the bias, then the codes that one output position multiplies;
/// r what its channels lack. All entries are integers in double, so that sums are exact and their
/// order does not matter.
struct normal_equations {
    Eigen::MatrixXd gram;   ///< [columns][columns], sums of x x'
    Eigen::MatrixXd right;  ///< [columns][channels], sums of x r

    normal_equations(std::size_t columns, std::size_t channels);
    void add(const normal_equations& other);
};

/// Change of bias (first row) and weights that a fit asks for, [columns][channels] in units of the
/// weights.
struct fit_result {
    Eigen::MatrixXd change;
    Eigen::MatrixXd upper;  ///< Cholesky factor of the regularised gram matrix
};

/// Ridge regression; its strength is the one that predicts each half of the samples best from the
/// other. None where no strength predicts better than no change.
std::optional<fit_result> fit(const normal_equations& first, const normal_equations& second);

/// Rounds one channel's weights into -limit..limit, last column first; each error is handed on to
/// the columns before it and in the end to the bias, which stays real.
struct rounded_channel {
    std::vector<std::int8_t> weights;
    double bias = 0.0;
};
rounded_channel round_channel(const Eigen::VectorXd& wanted, const Eigen::MatrixXd& upper,
                              double limit);

}  // namespace synfire::converters
