// SPDX-License-Identifier: Apache-2.0
// Weights fitted by least squares to what the trained network computes, on the codes that the
// quantised network really gets; then rounded one after the other, each making up for those
// before (nearest plane: Babai 1986; the same arithmetic as GPTQ, Frantar et al. 2022).
#pragma once

#include <Eigen/Dense>

#include <cstdint>
#include <optional>
#include <span>
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
    /// Adds rows: codes [row][column without bias], lacking [row][channel].
    void add_rows(std::span<const std::int32_t> codes, const Eigen::MatrixXd& lacking);
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

/// Weights that may change, [column without bias][channel]; the others stay 0. Channels with the
/// same ones share the work.
using kept_weights = Eigen::Array<bool, Eigen::Dynamic, Eigen::Dynamic>;

/// Where every channel has weights of its own, a fit costs this many multiplications.
double work_of_fit(const kept_weights& kept);

/// A ridge regression on the kept weights alone.
struct kept_fit {
    Eigen::MatrixXd change;  ///< [columns][channels]; 0 where not kept
    double strength = 0.0;   ///< of the regularisation
};

/// As `fit`, on the kept weights of each channel. Where channels differ in them, the strength is
/// chosen on some of them, evenly spread.
std::optional<kept_fit> fit_kept(const normal_equations& first, const normal_equations& second,
                                 const kept_weights& kept);

/// Rounds one channel's weights into -limit..limit, last column first; each error is handed on to
/// the columns before it and in the end to the bias, which stays real.
struct rounded_channel {
    std::vector<std::int8_t> weights;
    double bias = 0.0;
};
rounded_channel round_channel(const Eigen::VectorXd& wanted, const Eigen::MatrixXd& upper,
                              double limit);

/// The same for a channel of which only some weights are kept; the others become 0. `gram` is that
/// of all rows, `wanted` has entries for all columns.
rounded_channel round_kept(const Eigen::VectorXd& wanted, const Eigen::MatrixXd& gram,
                           const Eigen::Array<bool, Eigen::Dynamic, 1>& kept, double strength,
                           double limit);

}  // namespace synfire::converters
