// SPDX-License-Identifier: Apache-2.0
// Philox4x32 with ten rounds, written from the paper's description.
#include <synfire/core/random.hpp>

namespace synfire {
namespace {

struct product {
    std::uint32_t high;
    std::uint32_t low;
};

product multiply(std::uint32_t a, std::uint32_t b) {
    const std::uint64_t full = std::uint64_t{a} * b;
    return {static_cast<std::uint32_t>(full >> 32), static_cast<std::uint32_t>(full)};
}

}  // namespace

std::array<std::uint32_t, 4> philox4x32_10(std::array<std::uint32_t, 4> counter,
                                           std::array<std::uint32_t, 2> key) {
    constexpr std::uint32_t multiplier_0 = 0xD2511F53;
    constexpr std::uint32_t multiplier_1 = 0xCD9E8D57;
    constexpr std::uint32_t weyl_0 = 0x9E3779B9;
    constexpr std::uint32_t weyl_1 = 0xBB67AE85;
    for (int round = 0; round < 10; ++round) {
        const product a = multiply(multiplier_0, counter[0]);
        const product b = multiply(multiplier_1, counter[2]);
        counter = {b.high ^ counter[1] ^ key[0], b.low, a.high ^ counter[3] ^ key[1], a.low};
        key[0] += weyl_0;
        key[1] += weyl_1;
    }
    return counter;
}

bool poisson_spike(double p, std::uint64_t seed, std::uint32_t sample, std::uint32_t neuron,
                   std::uint32_t step) {
    const std::array<std::uint32_t, 2> key{static_cast<std::uint32_t>(seed),
                                           static_cast<std::uint32_t>(seed >> 32)};
    const std::uint32_t word = philox4x32_10({sample, neuron, step, 0}, key)[0];
    return static_cast<double>(word) < p * 4294967296.0;
}

}  // namespace synfire
