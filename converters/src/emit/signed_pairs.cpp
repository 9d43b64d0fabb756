// SPDX-License-Identifier: Apache-2.0
#include "signed_pairs.hpp"

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace synfire::converters {

namespace {

constexpr std::size_t none = static_cast<std::size_t>(-1);

void negate(std::vector<std::int8_t>& weights) {
    for (std::int8_t& w : weights) { w = static_cast<std::int8_t>(-w); }
}

class pairing {
  public:
    explicit pairing(network& net) : net_(net), negative_(net.populations.size(), none) {
        for (const population& p : net.populations) { names_.insert(p.name); }
    }

    std::vector<std::size_t> run() {
        const std::size_t before = net_.populations.size();
        for (std::size_t i = 0; i < before; ++i) {
            const bool below = net_.populations[i].range.lo < 0;
            if (net_.populations[i].kind == population_kind::spiking && below) { split(i); }
        }
        copy_projections();
        for (std::size_t i = 0; i < before; ++i) {
            if (negative_[i] == none) { continue; }
            take_back(i, negative_[i]);
            take_back(negative_[i], i);
        }
        std::erase(negative_, none);
        return std::move(negative_);
    }

  private:
    void split(std::size_t i) {
        population& positive = net_.populations[i];
        positive.range.lo = 0;
        population other = positive;
        other.name += "/negative";
        while (!names_.insert(other.name).second) { other.name += "_"; }
        if (!positive.theta_neg.empty()) { other.theta = std::exchange(positive.theta_neg, {}); }
        other.theta_neg.clear();
        for (std::int64_t& b : other.bias) { b = -b; }
        negative_[i] = net_.populations.size();
        net_.populations.push_back(std::move(other));
    }

    /// A projection between two pairs becomes four.
    void copy_projections() {
        std::vector<projection> all;
        for (const projection& p : net_.projections) {
            for (const bool from_negative : {false, true}) {
                for (const bool to_negative : {false, true}) {
                    const std::size_t source = from_negative ? negative_[p.source] : p.source;
                    const std::size_t target = to_negative ? negative_[p.target] : p.target;
                    if (source == none || target == none) { continue; }
                    projection copy = p;
                    copy.source = source;
                    copy.target = target;
                    if (from_negative != to_negative) { negate(copy.weights); }
                    all.push_back(std::move(copy));
                }
            }
        }
        net_.projections = std::move(all);
    }

    /// What a spike of `from` is worth to `to`, in digits that 8-bit weights hold.
    void take_back(std::size_t from, std::size_t to) {
        constexpr int digit_bits = 7;
        std::vector<std::int32_t> left = net_.populations[from].theta;
        const std::vector<std::int32_t>& other = net_.populations[to].theta;
        for (std::size_t c = 0; c < left.size(); ++c) {
            left[c] = std::min(left[c], (left[c] + other[c]) / 2);
        }
        const auto any = [](const std::vector<std::int32_t>& values) {
            return std::any_of(values.begin(), values.end(), [](auto v) { return v != 0; });
        };
        for (int shift = 0; any(left); shift += digit_bits) {
            projection p;
            p.source = from;
            p.target = to;
            p.source_channels = {0, net_.populations[from].shape.channels};
            p.target_channels = p.source_channels;
            p.kind = connectivity::one_to_one;
            p.shift = shift;
            p.delay = 1;
            for (std::int32_t& value : left) {
                const std::int32_t rest = (value + 64) >> digit_bits;
                p.weights.push_back(static_cast<std::int8_t>(value - rest * 128));
                value = rest;
            }
            net_.projections.push_back(std::move(p));
        }
    }

    network& net_;
    std::vector<std::size_t> negative_;  ///< per population of the network as it was
    std::set<std::string> names_;
};

}  // namespace

std::vector<std::size_t> pair_signed(network& net) { return pairing(net).run(); }

}  // namespace synfire::converters
