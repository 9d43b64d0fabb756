// SPDX-License-Identifier: Apache-2.0
// Steps and weight bits layer by layer, found by trying whole networks.
#pragma once

#include <synfire/core/dataset.hpp>

#include <synfire/converters/convert.hpp>

#include "quantise/calibration.hpp"
#include "quantise/quantise.hpp"
#include "quantised_state.hpp"

namespace synfire::converters {

/// What the options say, without any search.
quantise_options quantise_options_of(const convert_options& options);

/// The same with steps, then weight bits of each layer where the options ask for it: as small as
/// the answers on the samples allow, corrections included. Leaves some network in `state`.
quantise_options search_choices(quantised_state& state, const calibration& measured,
                                const dataset& data, const convert_options& options);

}  // namespace synfire::converters
