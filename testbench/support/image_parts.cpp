// SPDX-License-Identifier: Apache-2.0
#include <support/image_parts.hpp>

#include <support/dice.hpp>
#include <synfire/hw/needs.hpp>

namespace synfire::test {

std::optional<hw::image> image_in_parts(const network& net, const hw::engine_config& config,
                                        std::uint64_t seed) {
    dice d(seed);
    hw::image_options options{
        .reuse_buffers = d.chance(50), .parts = true, .at_rest = hw::words_at_rest::skipped};
    const hw::memory_words all = hw::needs_of(net, config, options).all;
    const int by = static_cast<int>(d.between(0, 2));
    // Rounded up to what a pass takes: the first that is large enough.
    for (std::int64_t share = d.between(2, 5) * 8; share > 8; --share) {
        if (by != 1) { options.largest_part.rows = 1 + all.weights * 8 / share; }
        if (by != 0) { options.largest_part.words = 4 + all.program * 8 / share; }
        try {
            hw::image made = hw::make_image(net, config, options);
            if (!made.parts.empty()) { return made; }
        } catch (const hw::does_not_fit&) {}
    }
    return std::nullopt;
}

bool cuts_a_layer(const hw::image& made) {
    for (std::size_t i = 1; i < made.parts.size(); ++i) {
        const std::size_t first = made.parts[i].first_pass;
        if (made.passes[first].population == made.passes[first - 1].population) { return true; }
    }
    return false;
}

}  // namespace synfire::test
