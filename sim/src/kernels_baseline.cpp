// SPDX-License-Identifier: Apache-2.0
// Inner loops for one instruction set; the flags are in CMakeLists.txt.
#define SYNFIRE_KERNELS kernels_baseline
#include "gather/gather_body.inc"
#include "gather/stroke_body.inc"
#include "gather/window_body.inc"

#include "count_body.inc"
#include "update_body.inc"

#include "kernels_body.inc"
