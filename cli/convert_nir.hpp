// SPDX-License-Identifier: Apache-2.0
// convert for graphs that are spiking already.
#pragma once

#include "conversion_options.hpp"

namespace synfire::cli {

/// Returns the exit status.
int convert_nir_graph(const convert_arguments& arguments);

}  // namespace synfire::cli
