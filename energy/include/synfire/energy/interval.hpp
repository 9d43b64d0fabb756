// SPDX-License-Identifier: Apache-2.0
// {low, nominal, high} of a non-negative quantity, and the arithmetic that keeps the order.
#pragma once

namespace synfire::energy {

/// Invariant of every value in this library: 0 <= low <= nominal <= high.
struct interval {
    double low = 0;
    double nominal = 0;
    double high = 0;

    static constexpr interval exact(double value) { return {value, value, value}; }
    constexpr bool contains(double value) const { return low <= value && value <= high; }
    constexpr bool is_ordered() const { return 0 <= low && low <= nominal && nominal <= high; }
    friend bool operator==(const interval&, const interval&) = default;
};

/// Sum end by end: right for terms that move together, an outer bound for those that do not.
constexpr interval operator+(const interval& a, const interval& b) {
    return {a.low + b.low, a.nominal + b.nominal, a.high + b.high};
}
/// Product end by end; both operands are non-negative.
constexpr interval operator*(const interval& a, const interval& b) {
    return {a.low * b.low, a.nominal * b.nominal, a.high * b.high};
}
constexpr interval operator*(const interval& a, double factor) {
    return {a.low * factor, a.nominal * factor, a.high * factor};
}
constexpr interval& operator+=(interval& a, const interval& b) { return a = a + b; }

}  // namespace synfire::energy
