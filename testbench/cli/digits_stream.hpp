// SPDX-License-Identifier: Apache-2.0
// A classifier of the digits by spikes per class, written by hand.
#pragma once

#include <synfire/core/network.hpp>

namespace synfire::test {

constexpr std::size_t digit_classes = 10;

/// Currents of the pixels into one neuron a class, whose spikes an output neuron counts; 40 steps.
network digits_stream();
/// The same with an input that sends rates, which every engine for streaming networks takes.
network digits_rate_stream();

}  // namespace synfire::test
