// SPDX-License-Identifier: Apache-2.0
#include "refit.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

namespace synfire::converters {

namespace {

constexpr std::array<double, 6> strengths{1e-4, 1e-3, 1e-2, 1e-1, 1.0, 10.0};
// Integers up to here are exact in single precision.
constexpr double single_limit = 16777216.0;
// Of channels that keep different weights, so many choose the strength.
constexpr std::size_t choosing_sets = 16;
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

/// Columns in use, the bias first, and the channels that use just these.
struct kept_set {
    std::vector<Eigen::Index> columns;
    std::vector<Eigen::Index> channels;
};

std::vector<Eigen::Index> columns_of(const Eigen::Array<bool, Eigen::Dynamic, 1>& kept) {
    std::vector<Eigen::Index> columns{0};
    for (Eigen::Index i = 0; i < kept.size(); ++i) {
        if (kept(i)) { columns.push_back(i + 1); }
    }
    return columns;
}

std::vector<kept_set> sets_of(const kept_weights& kept) {
    std::map<std::vector<Eigen::Index>, std::vector<Eigen::Index>> channels;
    for (Eigen::Index c = 0; c < kept.cols(); ++c) {
        channels[columns_of(kept.col(c))].push_back(c);
    }
    std::vector<kept_set> sets;
    for (auto& [columns, of] : channels) { sets.push_back({columns, of}); }
    return sets;
}

normal_equations part_of(const normal_equations& e, const kept_set& set) {
    normal_equations part(set.columns.size(), set.channels.size());
    part.gram = e.gram(set.columns, set.columns);
    part.right = e.right(set.columns, set.channels);
    return part;
}

/// Error of each strength, on either half by what the other says, against no change.
std::vector<double> errors_of_strengths(const normal_equations& first,
                                        const normal_equations& second) {
    std::vector<double> errors;
    for (const double s : strengths) {
        const Eigen::MatrixXd a = regularised(first, s).llt().solve(first.right);
        const Eigen::MatrixXd b = regularised(second, s).llt().solve(second.right);
        errors.push_back(gain_on(second, a) + gain_on(first, b));
    }
    return errors;
}

/// The strength with the least error; 0 where none is below 0.
double best_strength(const std::vector<double>& errors) {
    const auto best = std::min_element(errors.begin(), errors.end());
    return *best < 0.0 ? strengths[static_cast<std::size_t>(best - errors.begin())] : 0.0;
}

/// Calls body(i) for 0 .. count - 1 on all cores; each on one core, so that results are the same
/// for any number of them.
template <typename Body>
void each_on_one_core(std::size_t count, const Body& body) {
    const auto end = static_cast<std::ptrdiff_t>(count);
#pragma omp parallel for schedule(dynamic)
    for (std::ptrdiff_t i = 0; i < end; ++i) { body(static_cast<std::size_t>(i)); }
}

double choose_strength(const normal_equations& first, const normal_equations& second,
                       const std::vector<kept_set>& sets) {
    const std::size_t tried = std::min(sets.size(), choosing_sets);
    std::vector<std::vector<double>> errors(tried);
    each_on_one_core(tried, [&](std::size_t i) {
        const kept_set& set = sets[i * sets.size() / tried];
        errors[i] = errors_of_strengths(part_of(first, set), part_of(second, set));
    });
    std::vector<double> total(strengths.size(), 0.0);
    for (const std::vector<double>& of_set : errors) {
        for (std::size_t s = 0; s < total.size(); ++s) { total[s] += of_set[s]; }
    }
    return best_strength(total);
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

void normal_equations::add_rows(std::span<const std::int32_t> codes,
                                const Eigen::MatrixXd& lacking) {
    const Eigen::Index columns = gram.rows() - 1;
    const Eigen::Index rows = lacking.rows();
    Eigen::MatrixXf x(columns + 1, rows);
    x.row(0).setOnes();
    x.bottomRows(columns) =
        Eigen::Map<const Eigen::MatrixXi>(codes.data(), columns, rows).cast<float>();
    const auto largest = static_cast<double>(x.cwiseAbs().maxCoeff());
    if (largest * largest * static_cast<double>(rows) < single_limit) {
        gram += (x * x.transpose()).cast<double>();
    } else {
        const Eigen::MatrixXd wide = x.cast<double>();
        gram += wide * wide.transpose();
    }
    right += x.cast<double>() * lacking;
}

std::optional<fit_result> fit(const normal_equations& first, const normal_equations& second) {
    const double strength = best_strength(errors_of_strengths(first, second));
    if (strength == 0.0) { return std::nullopt; }
    normal_equations both = first;
    both.add(second);
    const Eigen::LLT<Eigen::MatrixXd> factor(regularised(both, strength));
    return fit_result{factor.solve(both.right), factor.matrixU()};
}

double work_of_fit(const kept_weights& kept) {
    const std::vector<kept_set> sets = sets_of(kept);
    const std::size_t tried = std::min(sets.size(), choosing_sets);
    const double tries = 2.0 * static_cast<double>(strengths.size() * tried)
                         / static_cast<double>(std::max<std::size_t>(1, sets.size()));
    double work = 0.0;
    for (const kept_set& set : sets) {
        const auto n = static_cast<double>(set.columns.size());
        work += (1.0 + tries) * n * n * (n / 3.0 + static_cast<double>(set.channels.size()));
    }
    return work;
}

std::optional<kept_fit> fit_kept(const normal_equations& first, const normal_equations& second,
                                 const kept_weights& kept) {
    const std::vector<kept_set> sets = sets_of(kept);
    kept_fit result{Eigen::MatrixXd::Zero(first.right.rows(), first.right.cols()),
                    choose_strength(first, second, sets)};
    if (result.strength == 0.0) { return std::nullopt; }
    normal_equations both = first;
    both.add(second);
    each_on_one_core(sets.size(), [&](std::size_t i) {
        const normal_equations part = part_of(both, sets[i]);
        const Eigen::MatrixXd change = regularised(part, result.strength).llt().solve(part.right);
        result.change(sets[i].columns, sets[i].channels) = change;
    });
    return result;
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

rounded_channel round_kept(const Eigen::VectorXd& wanted, const Eigen::MatrixXd& gram,
                           const Eigen::Array<bool, Eigen::Dynamic, 1>& kept, double strength,
                           double limit) {
    const std::vector<Eigen::Index> columns = columns_of(kept);
    normal_equations part(columns.size(), 0);
    part.gram = gram(columns, columns);
    const Eigen::LLT<Eigen::MatrixXd> factor(regularised(part, strength));
    const rounded_channel some = round_channel(wanted(columns), factor.matrixU(), limit);
    rounded_channel all{std::vector<std::int8_t>(static_cast<std::size_t>(kept.size()), 0),
                        some.bias};
    for (std::size_t i = 1; i < columns.size(); ++i) {
        all.weights[static_cast<std::size_t>(columns[i] - 1)] = some.weights[i - 1];
    }
    return all;
}

}  // namespace synfire::converters
