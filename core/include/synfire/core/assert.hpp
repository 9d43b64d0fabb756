// SPDX-License-Identifier: Apache-2.0
// SYNFIRE_ASSERT: checks of our own promises, on in debug and sanitiser builds only.
#pragma once

#include <cassert>

// In release builds the expression is not evaluated but still compiled, so that it cannot rot.
#ifdef NDEBUG
#define SYNFIRE_ASSERT(expression) static_cast<void>(sizeof((expression) ? 1 : 0))
#else
#define SYNFIRE_ASSERT(expression) assert(expression)
#endif
