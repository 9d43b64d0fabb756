// SPDX-License-Identifier: Apache-2.0
#include "curve.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace synfire::converters {

namespace {

/// log(1 + exp(v)) without overflow.
double softplus(double v) { return std::max(v, 0.0) + std::log1p(std::exp(-std::abs(v))); }

double apply(const curve_step& s, double v) {
    const auto a = static_cast<double>(s.a);
    const auto b = static_cast<double>(s.b);
    switch (s.op) {
    case curve_op::affine:
        return a * v + b;
    case curve_op::clip:
        return std::min(std::max(v, a), b);
    case curve_op::leaky:
        return v < 0.0 ? a * v : v;
    case curve_op::elu:
        return v < 0.0 ? a * std::expm1(v / b) : v;
    case curve_op::above:
        return v > a ? v : 0.0;
    case curve_op::sigmoid:
        return 1.0 / (1.0 + std::exp(-v));
    case curve_op::tanh:
        return std::tanh(v);
    case curve_op::erf:
        return std::erf(v);
    case curve_op::softplus:
        return softplus(v);
    case curve_op::softsign:
        return v / (1.0 + std::abs(v));
    case curve_op::absolute:
        return std::abs(v);
    case curve_op::power:
        return std::pow(v, a);
    default:
        return v;
    }
}

}  // namespace

double evaluate(const curve& f, double x) {
    // Every step pushes at most one number, and composing keeps to this many steps.
    std::array<double, most_curve_steps> stack{};
    std::size_t size = 0;
    for (const curve_step& s : f.steps) {
        if (s.op == curve_op::input) {
            stack[size++] = x;
        } else if (s.op == curve_op::product || s.op == curve_op::sum) {
            const double top = stack[--size];
            double& below = stack[size - 1];
            below = s.op == curve_op::product ? below * top : below + top;
        } else {
            stack[size - 1] = apply(s, stack[size - 1]);
        }
    }
    return stack[0];
}

curve composed(const curve& outer, const curve& inner) {
    curve result{{}};
    for (const curve_step& s : outer.steps) {
        if (s.op == curve_op::input) {
            result.steps.insert(result.steps.end(), inner.steps.begin(), inner.steps.end());
        } else {
            result.steps.push_back(s);
        }
    }
    return result;
}

curve joined(const curve& f, const curve& g, curve_op join) {
    curve result = f;
    result.steps.insert(result.steps.end(), g.steps.begin(), g.steps.end());
    result.steps.push_back({join});
    return result;
}

curve then(curve f, const curve_step& step) {
    f.steps.push_back(step);
    return f;
}

bool is_non_negative(const curve& f) {
    constexpr int fine = 64;         // points per unit
    constexpr int near = 32 * fine;  // beyond +-32 activation functions are straight
    for (int i = -near; i <= near; ++i) {
        if (evaluate(f, static_cast<double>(i) / fine) < 0.0) { return false; }
    }
    for (double far = 32.0; far < 1e6; far *= 2.0) {
        if (evaluate(f, far) < 0.0 || evaluate(f, -far) < 0.0) { return false; }
    }
    return true;
}

}  // namespace synfire::converters
