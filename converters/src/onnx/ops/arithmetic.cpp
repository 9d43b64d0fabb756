// SPDX-License-Identifier: Apache-2.0
// Arithmetic on constants: exporters compute pads and shapes in the graph. Elements that are
// multiples of the batch size keep their mark where the result is again such a multiple; other
// results are refused.
#include <cmath>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "onnx/ops/broadcast.hpp"
#include "onnx/ops/handlers.hpp"
#include "onnx/text.hpp"

namespace synfire::converters::onnx_reader::ops {
namespace {

/// A number, or that multiple of the batch size (which is at least 1).
template <typename T>
struct entry {
    T value{};
    bool times_batch = false;
};

[[noreturn]] void depends_on_batch(const node_context& ctx) {
    ctx.refuse("a constant of the graph depends on the batch size",
               "export with a symbolic batch axis");
}

std::int64_t integer_result(node_context& ctx, std::string_view op, std::int64_t a,
                            std::int64_t b) {
    std::int64_t r = 0;
    bool overflow = false;
    if (op == "Add") {
        overflow = __builtin_add_overflow(a, b, &r);
    } else if (op == "Sub") {
        overflow = __builtin_sub_overflow(a, b, &r);
    } else if (op == "Mul") {
        overflow = __builtin_mul_overflow(a, b, &r);
    } else if (b == 0) {
        ctx.fail("divides an integer constant by zero");
    } else if (b == -1) {
        overflow = __builtin_sub_overflow(std::int64_t{0}, a, &r);
    } else {
        r = a / b;
    }
    if (overflow) { ctx.fail("an integer constant overflows", fmt::format("{} {} {}", a, op, b)); }
    return r;
}

float real_result(std::string_view op, float a, float b) {
    if (op == "Add") { return a + b; }
    if (op == "Sub") { return a - b; }
    return op == "Mul" ? a * b : a / b;
}

std::int64_t result_of(node_context& ctx, std::string_view op, std::int64_t a, std::int64_t b) {
    return integer_result(ctx, op, a, b);
}
float result_of(node_context&, std::string_view op, float a, float b) {
    return real_result(op, a, b);
}

template <typename T>
bool divides(T a, T b) {
    if (b == T{}) { return false; }
    if constexpr (std::is_integral_v<T>) {
        return b == -1 || a % b == 0;
    } else {
        return true;
    }
}

/// Whether the result is a multiple of the batch size; refuses where it is neither that nor free of
/// it.
template <typename T>
bool mark_of(node_context& ctx, std::string_view op, entry<T> a, entry<T> b) {
    if (!a.times_batch && !b.times_batch) { return false; }
    const bool both = a.times_batch && b.times_batch;
    if (op == "Mul" && !both) { return true; }
    if ((op == "Add" || op == "Sub") && (both || a.value == T{} || b.value == T{})) { return true; }
    if (op == "Div" && a.times_batch && divides(a.value, b.value)) { return !b.times_batch; }
    depends_on_batch(ctx);
}

/// Equal, Greater, Less; a multiple of the unknown batch size is only comparable where its sign
/// decides.
template <typename T>
bool compare(node_context& ctx, std::string_view op, entry<T> a, entry<T> b) {
    if (a.times_batch != b.times_batch) {
        const entry<T>& marked = a.times_batch ? a : b;
        const entry<T>& plain = a.times_batch ? b : a;
        if (marked.value <= T{} || plain.value > T{}) { depends_on_batch(ctx); }
    }
    if (op == "Equal") { return a.value == b.value && a.times_batch == b.times_batch; }
    return op == "Greater" ? a.value > b.value : a.value < b.value;
}

bool is_comparison(std::string_view op) { return op == "Equal" || op == "Greater" || op == "Less"; }

struct operands {
    const tensor& a;
    const tensor& b;
    movement from_a, from_b;
};

template <typename T>
tensor binary_result(node_context& ctx, const operands& in, const std::vector<T>& a,
                     const std::vector<T>& b) {
    const std::string_view op = ctx.node().op_type();
    tensor out =
        make_tensor(is_comparison(op) ? onnx::TensorProto::BOOL : in.a.type, in.from_a.shape);
    out.times_batch.assign(out.size(), 0);
    for (std::size_t e = 0; e < out.size(); ++e) {
        const auto i = static_cast<std::size_t>(in.from_a.index[e]);
        const auto k = static_cast<std::size_t>(in.from_b.index[e]);
        const entry<T> left{a[i], in.a.marked(i)};
        const entry<T> right{b[k], in.b.marked(k)};
        if (is_comparison(op)) {
            out.integers[e] = compare(ctx, op, left, right) ? 1 : 0;
            continue;
        }
        out.times_batch[e] = mark_of(ctx, op, left, right) ? 1 : 0;
        const T result = result_of(ctx, op, left.value, right.value);
        if constexpr (std::is_integral_v<T>) {
            out.integers[e] = result;
        } else {
            out.reals[e] = result;
        }
    }
    return out;
}

float unary_real(std::string_view op, float v) {
    if (op == "Neg") { return -v; }
    if (op == "Abs") { return std::abs(v); }
    if (op == "Floor") { return std::floor(v); }
    if (op == "Ceil") { return std::ceil(v); }
    return op == "Sqrt" ? std::sqrt(v) : 1.0F / v;
}

/// Functions that commute with a positive factor keep a batch mark; rounding does where nothing is
/// rounded.
bool keeps_mark(std::string_view op, float v) {
    if (op == "Neg" || op == "Abs") { return true; }
    return (op == "Floor" || op == "Ceil") && std::floor(v) == v;
}

}  // namespace

void binary_arithmetic(node_context& ctx) {
    const tensor& a = ctx.constant(0, "input");
    const tensor& b = ctx.constant(1, "input");
    if (a.is_real() != b.is_real()) {
        ctx.fail("inputs differ in their element type",
                 type_text(a.type) + " and " + type_text(b.type));
    }
    const dims shape = broadcast_shape(ctx, a.shape, b.shape);
    const operands in{a, b, broadcast(a.shape, shape), broadcast(b.shape, shape)};
    ctx.set_constant(0, a.is_real() ? binary_result(ctx, in, a.reals, b.reals)
                                    : binary_result(ctx, in, a.integers, b.integers));
}

void unary_arithmetic(node_context& ctx) {
    const tensor& in = ctx.constant(0, "input");
    const std::string_view op = ctx.node().op_type();
    tensor out = in;
    for (std::size_t i = 0; i < in.size(); ++i) {
        if (in.is_real()) {
            if (in.marked(i) && !keeps_mark(op, in.reals[i])) { depends_on_batch(ctx); }
            out.reals[i] = unary_real(op, in.reals[i]);
        } else if (op == "Neg") {
            out.integers[i] = integer_result(ctx, "Sub", 0, in.integers[i]);
        } else if (op == "Abs") {
            out.integers[i] =
                in.integers[i] < 0 ? integer_result(ctx, "Sub", 0, in.integers[i]) : in.integers[i];
        } else {
            ctx.fail(fmt::format("{} of integers", op), type_text(in.type), "float");
        }
    }
    ctx.set_constant(0, std::move(out));
}

}  // namespace synfire::converters::onnx_reader::ops
