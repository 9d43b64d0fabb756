// SPDX-License-Identifier: Apache-2.0
// Functions of one real number (HardSwish, GELU, x * sigmoid(x), ...) as programs for a stack: the
// float executor evaluates them, quantisation tabulates them for neurons that fire by table.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace synfire::converters {

enum class curve_op : std::uint8_t {
    input,   ///< pushes x
    affine,  ///< a * v + b
    clip,    ///< v between a and b
    leaky,   ///< a * v below 0
    elu,     ///< a * (exp(v / b) - 1) below 0
    above,   ///< v above a, otherwise 0
    sigmoid,
    tanh,
    erf,
    softplus,
    softsign,
    absolute,
    power,    ///< v to the a
    product,  ///< of the two topmost numbers
    sum,      ///< of the two topmost numbers
};

struct curve_step {
    curve_op op = curve_op::input;
    float a = 0.0F;
    float b = 0.0F;
};

/// Leaves exactly one number on the stack.
struct curve {
    std::vector<curve_step> steps{{}};
};

double evaluate(const curve& f, double x);

/// outer(inner(x)).
curve composed(const curve& outer, const curve& inner);

/// f(x) and g(x) joined by `join`, which is product or sum.
curve joined(const curve& f, const curve& g, curve_op join);

/// f with one more step at its end.
curve then(curve f, const curve_step& step);

/// True where no value of f on a fine grid over a wide range is negative.
bool is_non_negative(const curve& f);

/// More steps than any activation function has; composing stops there.
constexpr std::size_t most_curve_steps = 64;

}  // namespace synfire::converters
