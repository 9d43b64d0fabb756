// SPDX-License-Identifier: Apache-2.0
// Nodes whose result is a constant: Constant, ConstantOfShape, Shape, Size, Range, Where,
// ReduceProd, ReduceSum.
#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "onnx/ops/broadcast.hpp"
#include "onnx/ops/handlers.hpp"
#include "onnx/text.hpp"

namespace synfire::converters::onnx_reader::ops {
namespace {

tensor integer_list(std::vector<std::int64_t> values) {
    tensor t{onnx::TensorProto::INT64,
             {static_cast<std::int64_t>(values.size())},
             {},
             std::move(values),
             {}};
    return t;
}

/// Shape in ONNX's eyes as a constant, the batch axis being a marked 1.
tensor shape_constant(node_context& ctx) {
    tensor t = integer_list(ctx.full_shape(0));
    t.times_batch.assign(t.integers.size(), 0);
    if (!ctx.is_constant(0)) { t.times_batch[0] = 1; }
    return t;
}

double scalar(node_context& ctx, std::size_t i, const char* role) {
    const tensor& t = ctx.constant(i, role);
    if (t.size() != 1) {
        ctx.fail(fmt::format("{} is not a scalar", role), list_text(t.shape), "[]");
    }
    if (t.marked()) {
        ctx.refuse(fmt::format("{} depends on the batch size", role), "export with a batch of 1");
    }
    return t.as_double(0);
}

/// Axes to reduce; all where none are given, nothing to do where the node says so.
std::optional<std::vector<bool>> reduced_axes(node_context& ctx, std::size_t rank) {
    const int input_since = ctx.node().op_type() == "ReduceSum" ? 13 : 18;
    std::vector<std::int64_t> axes;
    if (ctx.opset() < input_since) {
        axes = ctx.attributes().optional_integers("axes").value_or(axes);
    } else {
        if (ctx.has_input(1)) { axes = ctx.integers(1, "axes"); }
        if (axes.empty() && ctx.attributes().integer("noop_with_empty_axes") != 0) {
            return std::nullopt;
        }
    }
    std::vector<bool> flags(rank, axes.empty());
    for (const std::int64_t a : axes) { flags[ctx.axis(a, rank)] = true; }
    return flags;
}

std::int64_t combined(node_context& ctx, bool multiply, std::int64_t a, std::int64_t b) {
    std::int64_t result = 0;
    const bool overflow =
        multiply ? __builtin_mul_overflow(a, b, &result) : __builtin_add_overflow(a, b, &result);
    if (overflow) { ctx.fail("an integer result overflows", fmt::format("{} and {}", a, b)); }
    return result;
}

/// The batch mark of a reduced element: a product may take one, a sum none.
void combine_marks(node_context& ctx, bool multiply, std::uint8_t& mark, bool other) {
    if (!other) { return; }
    if (!multiply || mark != 0) {
        ctx.refuse("the result is not a plain multiple of the batch size",
                   "export with a batch of 1");
    }
    mark = 1;
}

}  // namespace

void constant(node_context& ctx) {
    const attribute_reader& a = ctx.attributes();
    if (a.given("value")) {
        tensor t = decode_tensor(*a.optional_tensor("value"), ctx.where(), ctx.limits());
        ctx.require_size(t.shape);
        ctx.set_constant(0, std::move(t));
    } else if (a.given("value_float")) {
        ctx.set_constant(0,
                         {onnx::TensorProto::FLOAT, {}, {*a.optional_real("value_float")}, {}, {}});
    } else if (a.given("value_floats")) {
        std::vector<float> values = a.reals("value_floats");
        const auto size = static_cast<std::int64_t>(values.size());
        ctx.set_constant(0, {onnx::TensorProto::FLOAT, {size}, std::move(values), {}, {}});
    } else if (a.given("value_int")) {
        ctx.set_constant(
            0, {onnx::TensorProto::INT64, {}, {}, {*a.optional_integer("value_int")}, {}});
    } else if (a.given("value_ints")) {
        ctx.set_constant(0, integer_list(*a.optional_integers("value_ints")));
    } else if (a.given("sparse_value") || a.given("value_string") || a.given("value_strings")) {
        ctx.refuse("holds a sparse or text constant", "use a dense numeric constant");
    } else {
        ctx.fail("has no value", "", "one of value, value_float(s), value_int(s)");
    }
}

void constant_of_shape(node_context& ctx) {
    const std::vector<std::int64_t> shape = ctx.integers(0, "shape");
    ctx.require_size(shape);
    tensor fill = make_tensor(onnx::TensorProto::FLOAT, {1});
    if (ctx.attributes().given("value")) {
        fill = decode_tensor(*ctx.attributes().optional_tensor("value"), ctx.where(), ctx.limits());
    }
    if (fill.size() != 1) {
        ctx.fail("value has a wrong number of elements", list_text(fill.shape), "[1]");
    }
    tensor result = make_tensor(fill.type, shape);
    if (!fill.reals.empty()) { std::fill(result.reals.begin(), result.reals.end(), fill.reals[0]); }
    if (!fill.integers.empty()) {
        std::fill(result.integers.begin(), result.integers.end(), fill.integers[0]);
    }
    ctx.set_constant(0, std::move(result));
}

void shape_of(node_context& ctx) {
    tensor t = shape_constant(ctx);
    if (ctx.opset() >= 15) {
        const auto size = static_cast<std::int64_t>(t.integers.size());
        const auto clamped = [size](std::int64_t v) {
            return static_cast<std::ptrdiff_t>(
                std::clamp<std::int64_t>(v < 0 ? v + size : v, 0, size));
        };
        const std::ptrdiff_t first = clamped(ctx.attributes().integer("start"));
        const std::ptrdiff_t last =
            clamped(ctx.attributes().optional_integer("end").value_or(size));
        const std::ptrdiff_t end = std::max(first, last);
        t.integers = {t.integers.begin() + first, t.integers.begin() + end};
        t.times_batch = {t.times_batch.begin() + first, t.times_batch.begin() + end};
        t.shape = {end - first};
    }
    ctx.set_constant(0, std::move(t));
}

void size_of(node_context& ctx) {
    tensor t{onnx::TensorProto::INT64, {}, {}, {product(ctx.full_shape(0))}, {}};
    if (!ctx.is_constant(0)) { t.times_batch = {1}; }
    ctx.set_constant(0, std::move(t));
}

void range(node_context& ctx) {
    const double start = scalar(ctx, 0, "start");
    const double limit = scalar(ctx, 1, "limit");
    const double delta = scalar(ctx, 2, "delta");
    const double count = std::ceil((limit - start) / delta);
    if (delta == 0.0 || !std::isfinite(count)) {
        ctx.fail("impossible range", fmt::format("{} .. {} by {}", start, limit, delta),
                 "a finite step");
    }
    if (count > static_cast<double>(ctx.limits().value_elements)) {
        ctx.fail("the range is too long", fmt::format("{} values", count));
    }
    const element_type type = ctx.constant(0, "start").type;
    const auto size = static_cast<std::int64_t>(std::max(count, 0.0));
    ctx.require_size({size});
    tensor result = make_tensor(type, {size});
    for (std::size_t i = 0; i < static_cast<std::size_t>(size); ++i) {
        const double value = start + static_cast<double>(i) * delta;
        if (result.is_real()) {
            result.reals[i] = static_cast<float>(value);
        } else {
            result.integers[i] = std::llround(value);
        }
    }
    ctx.set_constant(0, std::move(result));
}

void where(node_context& ctx) {
    const tensor& condition = ctx.constant(0, "condition");
    const tensor& yes = ctx.constant(1, "X");
    const tensor& no = ctx.constant(2, "Y");
    if (yes.is_real() != no.is_real() || condition.is_real() || condition.marked()) {
        ctx.fail("element types do not fit", type_text(yes.type) + " and " + type_text(no.type));
    }
    const dims shape =
        broadcast_shape(ctx, condition.shape, broadcast_shape(ctx, yes.shape, no.shape));
    const movement pick = broadcast(condition.shape, shape);
    const movement first = broadcast(yes.shape, shape);
    const movement second = broadcast(no.shape, shape);
    tensor result = make_tensor(yes.type, shape);
    result.times_batch.assign(pick.index.size(), 0);
    for (std::size_t e = 0; e < pick.index.size(); ++e) {
        const bool chosen = condition.integers[static_cast<std::size_t>(pick.index[e])] != 0;
        const tensor& from = chosen ? yes : no;
        const auto i = static_cast<std::size_t>(chosen ? first.index[e] : second.index[e]);
        if (result.is_real()) {
            result.reals[e] = from.reals[i];
        } else {
            result.integers[e] = from.integers[i];
        }
        result.times_batch[e] = from.marked(i) ? 1 : 0;
    }
    ctx.set_constant(0, std::move(result));
}

void reduce_constant(node_context& ctx) {
    const tensor& in = ctx.constant(0, "input");
    const bool multiply = ctx.node().op_type() == "ReduceProd";
    const auto axes = reduced_axes(ctx, in.shape.size());
    if (!axes) {
        ctx.set(0, ctx.input(0));
        return;
    }
    dims kept = in.shape;
    for (std::size_t a = 0; a < kept.size(); ++a) { kept[a] = (*axes)[a] ? 1 : kept[a]; }
    tensor out = make_tensor(in.type, kept);
    std::fill(out.reals.begin(), out.reals.end(), multiply ? 1.0F : 0.0F);
    std::fill(out.integers.begin(), out.integers.end(), multiply ? 1 : 0);
    out.times_batch.assign(out.size(), 0);
    const movement target = broadcast(kept, in.shape);
    for (std::size_t e = 0; e < in.size(); ++e) {
        const auto o = static_cast<std::size_t>(target.index[e]);
        combine_marks(ctx, multiply, out.times_batch[o], in.marked(e));
        if (in.is_real()) {
            out.reals[o] = multiply ? out.reals[o] * in.reals[e] : out.reals[o] + in.reals[e];
        } else {
            out.integers[o] = combined(ctx, multiply, out.integers[o], in.integers[e]);
        }
    }
    if (ctx.attributes().integer("keepdims") == 0) {
        out.shape.clear();
        for (std::size_t a = 0; a < kept.size(); ++a) {
            if (!(*axes)[a]) { out.shape.push_back(kept[a]); }
        }
    }
    ctx.set_constant(0, std::move(out));
}

}  // namespace synfire::converters::onnx_reader::ops
