/* SPDX-License-Identifier: Apache-2.0
 * What needs no board: images, samples, texts. See synfire.h. */
#include "synfire_words.h"

#define IMAGE_MARK 0x494e5953UL
#define IMAGE_VERSION 2UL
#define IMAGE_VERSION_OF_PARTS 3UL
#define IMAGE_VERSION_OF_TABLES 4UL /* with parts, or without */

const char *synfire_status_text(synfire_status status)
{
    static const char *const texts[] = {
        "done", "the device does not answer", "something was lost on the line; do it again",
        "what answers is no Synfire engine", "the engine has another version", "the engine is not the one of the image",
        "the words are no image, or were changed", "the program is not loaded", "what was written does not read back",
        "the engine does not take input or does not answer", "the engine refused the sample",
        "the answer has another form", "a code is outside the input's range, or the encoder needs spikes",
        "the array is too small"};
    const size_t number = (size_t)status;
    return number < sizeof texts / sizeof texts[0] ? texts[number] : "unknown status";
}

static uint32_t hash_of(const uint32_t *words, size_t count)
{
    uint32_t hash = 0x811c9dc5UL;
    size_t i;
    int shift;
    for (i = 0; i < count; ++i) {
        for (shift = 0; shift < 32; shift += 8) hash = (hash ^ (words[i] >> shift & 0xff)) * 0x01000193UL;
    }
    return hash;
}

/* The table behind the weights: its lines take all of both. */
static int has_parts(const synfire_image *image, size_t words)
{
    size_t program = image->program_words;
    size_t weights = image->weight_words;
    size_t i;
    if (words % 2 != 0 || words < 4 || image->parts[0] != 0) return 0;
    for (i = 0; i < words; i += 2) {
        if (image->parts[i] > program || image->parts[i + 1] > weights) return 0;
        program -= image->parts[i];
        weights -= image->parts[i + 1];
    }
    return program == 0 && weights == 0;
}

/* Entries behind the weights, and their number before them. */
static synfire_status take_tables(synfire_image *image, size_t *left)
{
    const uint32_t *number = image->tables;
    if (image->words[1] != IMAGE_VERSION_OF_TABLES) return SYNFIRE_OK;
    if (*left < 1 || *number == 0 || *number > *left - 1) return SYNFIRE_BAD_IMAGE;
    image->tables = number + 1;
    image->table_words = *number;
    *left -= 1 + (size_t)image->table_words;
    return SYNFIRE_OK;
}

synfire_status synfire_open_image(synfire_image *image, const uint32_t *words, size_t count)
{
    size_t left = count;
    if (left < H_SIZE + 1 || words[0] != IMAGE_MARK) return SYNFIRE_BAD_IMAGE;
    if (words[1] < IMAGE_VERSION || words[1] > IMAGE_VERSION_OF_TABLES) return SYNFIRE_BAD_IMAGE;
    if (words[H_COUNT] != count || hash_of(words, count - 1) != words[count - 1]) return SYNFIRE_BAD_IMAGE;
    left -= H_SIZE + 1;
    if (words[H_READOUTS] > left) return SYNFIRE_BAD_IMAGE;
    left -= words[H_READOUTS];
    if (words[H_PROGRAM] > left / 2) return SYNFIRE_BAD_IMAGE;
    left -= 2 * (size_t)words[H_PROGRAM];
    if (words[H_WEIGHTS] > left) return SYNFIRE_BAD_IMAGE;
    left -= words[H_WEIGHTS];
    image->words = words;
    image->readout_count = words[H_READOUTS];
    image->program_words = words[H_PROGRAM];
    image->weight_words = words[H_WEIGHTS];
    image->readouts = words + H_SIZE;
    image->program = image->readouts + image->readout_count;
    image->weights = image->program + 2 * (size_t)image->program_words;
    image->neurons = words[H_SHAPE] & 0xfffffUL;
    image->tables = image->weights + image->weight_words;
    image->table_words = 0;
    if (take_tables(image, &left) != SYNFIRE_OK) return SYNFIRE_BAD_IMAGE;
    image->parts = image->tables + image->table_words;
    image->part_count = 0;
    if (words[1] != IMAGE_VERSION_OF_PARTS && left == 0) return SYNFIRE_OK;
    if (words[1] == IMAGE_VERSION) return SYNFIRE_BAD_IMAGE;
    if (!has_parts(image, left)) return SYNFIRE_BAD_IMAGE;
    image->part_count = (uint32_t)(left / 2 - 1);
    return SYNFIRE_OK;
}

/* Spikes of a size of code (docs/reference/semantics.md, "Inputs"): bit k is the spike of step steps-1-k. */
static uint32_t pattern_of(uint32_t encoder, uint32_t steps, uint32_t size)
{
    uint32_t pattern = 0;
    uint32_t t;
    if (encoder & 256) return size;
    for (t = 0; t < steps; ++t) {
        const int spikes = (encoder & 255) == 1 ? (t + 1) * size / steps > t * size / steps : t < size;
        if (spikes) pattern |= 1UL << (steps - 1 - t);
    }
    return pattern;
}

synfire_status synfire_encode(const synfire_image *image, const int32_t *codes, uint32_t *words, size_t room, size_t *used)
{
    const uint32_t shape = image->words[H_SHAPE];
    const uint32_t encoder = image->words[H_ENCODER];
    const uint32_t sign = 1UL << ((4U << (shape >> 20 & 3)) - 1);
    uint32_t cursor = 0;
    uint32_t n;
    *used = 0;
    if ((encoder & 255) > 1) return SYNFIRE_SAMPLE;
    for (n = 0; n < image->neurons; ++n) {
        const int32_t q = codes[n];
        uint32_t delta = n - cursor;
        if (q < (int32_t)image->words[H_LOWEST] || q > (int32_t)image->words[H_HIGHEST]) return SYNFIRE_SAMPLE;
        if (q == 0) continue;
        if (*used + (delta > 0xfff ? 2 : 1) >= room) return SYNFIRE_NO_ROOM; /* END has to follow */
        if (delta > 0xfff) {
            words[(*used)++] = synfire_stream_word(TYPE_SKIP, delta);
            delta = 0;
        }
        words[(*used)++] = synfire_stream_word(TYPE_CODE, delta << 16 | (q < 0 ? sign : 0)
                                                      | pattern_of(encoder, shape >> 22 & 31, (uint32_t)(q < 0 ? -q : q)));
        cursor = n + 1;
    }
    if (*used == room) return SYNFIRE_NO_ROOM;
    words[(*used)++] = synfire_stream_word(TYPE_END, 0);
    return SYNFIRE_OK;
}

void synfire_later_step(uint32_t *words, size_t used)
{
    if (used > 0 && words[used - 1] >> 28 == TYPE_END) words[used - 1] |= LATER_STEP;
}
