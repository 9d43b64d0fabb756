/* SPDX-License-Identifier: Apache-2.0
 * Words that an image and the streams are made of; for the library's own files. */
#ifndef SYNFIRE_WORDS_H
#define SYNFIRE_WORDS_H

#include "synfire.h"

enum { TYPE_CODE = 1, TYPE_SKIP = 2, TYPE_END = 3, TYPE_RESULT = 4, TYPE_LABEL = 5, TYPE_DONE = 6, TYPE_ERROR = 7 };
enum { LATER_STEP = 1 }; /* of an END word */

/* Words of an image's head. */
enum {
    H_COUNT = 2, H_CAPS0 = 3, H_CAPS1 = 4, H_CAPS2 = 5, H_IDENTITY = 6, H_BASE = 7, H_SHAPE = 8, H_ENCODER = 9,
    H_LOWEST = 10, H_HIGHEST = 11, H_READOUTS = 12, H_PROGRAM = 13, H_WEIGHTS = 14, H_SIZE = 15
};

static inline uint32_t synfire_stream_word(uint32_t type, uint32_t payload) { return type << 28 | payload; }

#endif
