// SPDX-License-Identifier: Apache-2.0
// What the tests of the program with a port share.
#pragma once

#include <string>

#include <unit/io/scratch_folder.hpp>

namespace synfire::test {

/// digits_cnn, converted by the program, in this folder.
std::string digits_net(const scratch_folder& folder);

/// The zoo's CNN for Fashion-MNIST with 8 steps: its first map alone is larger than the
/// iCEBreaker's memory of codes.
std::string fashion_net(const scratch_folder& folder);

}  // namespace synfire::test
