// SPDX-License-Identifier: Apache-2.0
// Output sizes of convolutions, transposed convolutions and pooling, one axis at a time, in 64
// bits.
#include "validate_geometry.hpp"

#include <algorithm>
#include <cstdint>
#include <string>

#include "validate_rules.hpp"

namespace synfire::detail {
namespace {

/// One axis of a kernel. `near` is the side that steps by the stride, `far` the side that is
/// padded.
struct axis {
    std::int64_t kernel;
    std::int64_t stride;
    std::int64_t dilation;
    std::int64_t before;
    std::int64_t after;

    std::int64_t extent() const { return dilation * (kernel - 1) + 1; }
};

axis axis_of(const kernel_geometry& g, std::size_t i) {
    return {g.kernel[i], g.stride[i], g.dilation[i], g.pads[i], g.pads[i + 2]};
}

std::string text_axis(const axis& a) {
    return "kernel " + text(a.kernel) + ", stride " + text(a.stride) + ", dilation "
           + text(a.dilation) + ", pads " + text(a.before) + " and " + text(a.after);
}

bool plausible(const axis& a) {
    constexpr std::int64_t limit = 65535;  // keeps products of two of them far inside 64 bits
    const auto within = [](std::int64_t v, std::int64_t lo) { return v >= lo && v <= limit; };
    return within(a.kernel, 1) && within(a.stride, 1) && within(a.dilation, 1)
           && within(a.before, 0) && within(a.after, 0);
}

/// Windows of a convolution: those wholly inside the padded input.
std::int64_t floor_windows(const axis& a, std::int64_t input) {
    const std::int64_t room = input + a.before + a.after - a.extent();
    return room < 0 ? 0 : room / a.stride + 1;
}

/// Windows of a pooling layer with ceil_mode: a part may stick out, but none starts in the end
/// padding.
std::int64_t ceil_windows(const axis& a, std::int64_t input) {
    const std::int64_t room = input + a.before + a.after - a.extent();
    if (room < 0) { return 1; }
    const std::int64_t windows = (room + a.stride - 1) / a.stride + 1;
    return (windows - 1) * a.stride >= input + a.before ? windows - 1 : windows;
}

/// Whether some tap of window number `o` meets the input.
bool meets_input(const axis& a, std::int64_t o, std::int64_t input) {
    for (std::int64_t k = 0; k < a.kernel; ++k) {
        const std::int64_t i = o * a.stride - a.before + k * a.dilation;
        if (i >= 0 && i < input) { return true; }
    }
    return false;
}

struct check {
    const network& net;
    const projection& p;
    const char* name;
    axis a;
    std::int64_t source;
    std::int64_t target;

    void fail(const char* what, const std::string& expected) const {
        throw bad_input({where_of(net, p), std::string(what) + " (" + name + ")",
                         text(source) + " -> " + text(target) + " with " + text_axis(a), expected,
                         ""});
    }

    void convolution() const {
        const std::int64_t windows = floor_windows(a, source);
        if (windows != target) {
            fail("the geometry does not give the target's size", text(windows));
        }
    }

    /// The target's shape holds the output padding, which is smaller than a stride or a dilation.
    void transposed() const {
        const std::int64_t least = (source - 1) * a.stride - a.before - a.after + a.extent();
        const std::int64_t most = least + std::max(a.stride, a.dilation) - 1;
        if (target < least || target > most) {
            fail("the geometry does not give the target's size", text_range(least, most));
        }
    }

    void pooling() const {
        const std::int64_t least = floor_windows(a, source);
        const std::int64_t most = std::max(least, ceil_windows(a, source));
        if (target < least || target > most) {
            fail("the geometry does not give the target's size", text_range(least, most));
        }
        for (std::int64_t o = 0; o < target; ++o) {
            if (!meets_input(a, o, source)) {
                fail("a window lies wholly in the padding", "smaller pads");
            }
        }
    }
};

void check_axis(const check& c) {
    if (!plausible(c.a)) {
        c.fail("impossible kernel geometry", "kernel, stride, dilation >= 1; pads >= 0");
    }
    switch (c.p.kind) {
    case connectivity::conv2d:
        return c.convolution();
    case connectivity::conv_transpose2d:
        return c.transposed();
    default:
        return c.pooling();
    }
}

}  // namespace

void validate_geometry(const network& net, const projection& p) {
    const bool has_kernel = p.kind == connectivity::conv2d
                            || p.kind == connectivity::conv_transpose2d
                            || p.kind == connectivity::sum_pool || p.kind == connectivity::window;
    if (!has_kernel) { return; }
    const shape& from = net.populations[p.source].shape;
    const shape& to = net.populations[p.target].shape;
    check_axis({net, p, "rows", axis_of(p.geometry, 0), from.height, to.height});
    check_axis({net, p, "columns", axis_of(p.geometry, 1), from.width, to.width});
}

}  // namespace synfire::detail
