/* SPDX-License-Identifier: Apache-2.0
 * See synfire.h. Written for little memory: the largest thing on the stack is one frame of FRAME_WORDS. */
#include "synfire.h"

enum {
    FRAME_WORDS = 32, /* up to 255; more need more stack and save little */
    READ_AHEAD = 16,  /* reads on their way: two bytes each in the device's buffer of 63 */
    MOST_STALE = 64   /* reads of silence before a device counts as one that never stops */
};

enum { WRITE = 0x80, LINE_ERRORS = 0x3d, PUSH = 0x3e, POP = 0x3f };

enum {
    ID = 0x00, VERSION = 0x01, CAPS0 = 0x02, CAPS1 = 0x03, CONTROL = 0x04, ERROR_BITS = 0x06, INPUT_BASE = 0x07, CAPS2 = 0x0d,
    INPUT_SHAPE = 0x08, NETWORK = 0x09, LENGTH = 0x0a, WINDOW = 0x0b, DATA = 0x0c, COUNTERS = 0x20
};

#define ENGINE_ID 0x53594e46UL
#define MAJOR_VERSION 1UL
#define IMAGE_MARK 0x494e5953UL
#define IMAGE_VERSION 2UL
#define WEIGHT_WINDOW 0x10000000UL

enum { ABORT = 1, CLEAR_COUNTERS = 2, CLEAR_ERRORS = 4 };
enum { TYPE_CODE = 1, TYPE_SKIP = 2, TYPE_END = 3, TYPE_RESULT = 4, TYPE_LABEL = 5, TYPE_DONE = 6, TYPE_ERROR = 7 };
enum { LATER_STEP = 1 }; /* of an END word */
/* Words of an image's head. */
enum {
    H_COUNT = 2, H_CAPS0 = 3, H_CAPS1 = 4, H_CAPS2 = 5, H_IDENTITY = 6, H_BASE = 7, H_SHAPE = 8, H_ENCODER = 9,
    H_LOWEST = 10, H_HIGHEST = 11, H_READOUTS = 12, H_PROGRAM = 13, H_WEIGHTS = 14, H_SIZE = 15
};

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

static uint32_t word_of(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static void put_word(uint8_t *bytes, uint32_t word)
{
    bytes[0] = (uint8_t)word;
    bytes[1] = (uint8_t)(word >> 8);
    bytes[2] = (uint8_t)(word >> 16);
    bytes[3] = (uint8_t)(word >> 24);
}

static int send(synfire_board *board, const uint8_t *bytes, size_t count)
{
    return board->port.write(board->port.context, bytes, count);
}

static int receive(synfire_board *board, uint8_t *bytes, size_t count)
{
    return board->port.read(board->port.context, bytes, count) == count;
}

synfire_status synfire_resynchronise(synfire_board *board)
{
    static const uint8_t ask[2] = {LINE_ERRORS, 1};
    static const uint8_t clear[6] = {WRITE | LINE_ERRORS, 1, 0xf, 0, 0, 0};
    uint8_t bytes[16];
    int reads = 0;
    if (board->bus != NULL) return SYNFIRE_OK;
    while (board->port.read(board->port.context, bytes, sizeof bytes) != 0) {
        if (++reads == MOST_STALE) return SYNFIRE_NO_ANSWER;
    }
    if (!send(board, ask, sizeof ask) || !receive(board, bytes, 5) || (bytes[0] & 0xf0) != 0xa0) return SYNFIRE_NO_ANSWER;
    board->line_errors = bytes[0] & 0xf;
    if (!send(board, clear, sizeof clear) || !receive(board, bytes, 2) || (bytes[0] & 0xf0) != 0xa0) return SYNFIRE_NO_ANSWER;
    return SYNFIRE_OK;
}

static synfire_status lost(synfire_board *board)
{
    const synfire_status status = synfire_resynchronise(board);
    return status == SYNFIRE_OK ? SYNFIRE_LINE_LOST : status;
}

/* One frame of at most FRAME_WORDS; how many words the device took. */
static synfire_status write_frame(synfire_board *board, uint8_t address, const uint32_t *words, size_t count, size_t *taken)
{
    uint8_t bytes[2 + 4 * FRAME_WORDS];
    size_t i;
    bytes[0] = (uint8_t)(WRITE | address);
    bytes[1] = (uint8_t)count;
    for (i = 0; i < count; ++i) put_word(bytes + 2 + 4 * i, words[i]);
    if (!send(board, bytes, 2 + 4 * count) || !receive(board, bytes, 2)) return lost(board);
    if (bytes[0] != 0xa0 || bytes[1] > count) return lost(board);
    *taken = bytes[1];
    return SYNFIRE_OK;
}

static synfire_status write_words(synfire_board *board, uint8_t address, const uint32_t *words, size_t count)
{
    for (; board->bus != NULL && count > 0; --count) board->bus->write(board->bus->context, address, *words++);
    while (count > 0) {
        const size_t now = count < FRAME_WORDS ? count : FRAME_WORDS;
        size_t taken = 0;
        const synfire_status status = write_frame(board, address, words, now, &taken);
        if (status != SYNFIRE_OK) return status;
        if (taken != now) return lost(board);
        words += now;
        count -= now;
    }
    return SYNFIRE_OK;
}

static synfire_status write_register(synfire_board *board, uint8_t address, uint32_t value)
{
    return write_words(board, address, &value, 1);
}

/* Registers from one on, each once, or the same register often: a memory behind DATA. */
static synfire_status read_words(synfire_board *board, uint8_t address, int ascending, uint32_t *words, size_t count)
{
    size_t first;
    if (board->bus != NULL) {
        for (first = 0; first < count; ++first)
            words[first] = board->bus->read(board->bus->context, (uint8_t)(address + (ascending ? first : 0)));
        return SYNFIRE_OK;
    }
    for (first = 0; first < count; first += READ_AHEAD) {
        const size_t now = count - first < READ_AHEAD ? count - first : READ_AHEAD;
        uint8_t bytes[2 * READ_AHEAD];
        size_t i;
        for (i = 0; i < now; ++i) {
            bytes[2 * i] = (uint8_t)(address + (ascending ? first + i : 0));
            bytes[2 * i + 1] = 1;
        }
        if (!send(board, bytes, 2 * now)) return lost(board);
        for (i = 0; i < now; ++i) {
            uint8_t answer[5];
            if (!receive(board, answer, sizeof answer) || answer[0] != 0xa0) return lost(board);
            words[first + i] = word_of(answer + 1);
        }
    }
    return SYNFIRE_OK;
}

static synfire_status read_register(synfire_board *board, uint8_t address, uint32_t *value)
{
    return read_words(board, address, 0, value, 1);
}

void synfire_open(synfire_board *board, const synfire_port *port)
{
    board->port = *port;
    board->bus = NULL;
    board->line_errors = 0;
    board->engine_errors = 0;
}

void synfire_open_bus(synfire_board *board, const synfire_bus *bus)
{
    board->port.context = NULL;
    board->port.write = NULL;
    board->port.read = NULL;
    board->bus = bus;
    board->line_errors = 0;
    board->engine_errors = 0;
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

synfire_status synfire_open_image(synfire_image *image, const uint32_t *words, size_t count)
{
    size_t left = count;
    if (left < H_SIZE + 1 || words[0] != IMAGE_MARK || words[1] != IMAGE_VERSION) return SYNFIRE_BAD_IMAGE;
    if (words[H_COUNT] != count || hash_of(words, count - 1) != words[count - 1]) return SYNFIRE_BAD_IMAGE;
    left -= H_SIZE + 1;
    if (words[H_READOUTS] > left) return SYNFIRE_BAD_IMAGE;
    left -= words[H_READOUTS];
    if (words[H_PROGRAM] > left / 2) return SYNFIRE_BAD_IMAGE;
    left -= 2 * (size_t)words[H_PROGRAM];
    if (words[H_WEIGHTS] != left) return SYNFIRE_BAD_IMAGE;
    image->words = words;
    image->readout_count = words[H_READOUTS];
    image->program_words = words[H_PROGRAM];
    image->weight_words = words[H_WEIGHTS];
    image->readouts = words + H_SIZE;
    image->program = image->readouts + image->readout_count;
    image->weights = image->program + 2 * (size_t)image->program_words;
    image->neurons = words[H_SHAPE] & 0xfffffUL;
    return SYNFIRE_OK;
}

synfire_status synfire_identify(synfire_board *board, const synfire_image *image)
{
    uint32_t found[4];
    const synfire_status status = read_words(board, ID, 1, found, 4);
    if (status != SYNFIRE_OK) return status;
    if (found[ID] != ENGINE_ID) return SYNFIRE_NOT_SYNFIRE;
    if (found[VERSION] >> 16 != MAJOR_VERSION) return SYNFIRE_VERSION;
    if (found[CAPS0] != image->words[H_CAPS0] || found[CAPS1] != image->words[H_CAPS1]) return SYNFIRE_OTHER_ENGINE;
    const synfire_status more = read_words(board, CAPS2, 0, found, 1);
    if (more != SYNFIRE_OK) return more;
    return found[0] == image->words[H_CAPS2] ? SYNFIRE_OK : SYNFIRE_OTHER_ENGINE;
}

static synfire_status check_memory(synfire_board *board, uint32_t window, const uint32_t *words, size_t count)
{
    size_t first;
    synfire_status status = write_register(board, WINDOW, window);
    for (first = 0; status == SYNFIRE_OK && first < count; first += READ_AHEAD) {
        const size_t now = count - first < READ_AHEAD ? count - first : READ_AHEAD;
        uint32_t found[READ_AHEAD];
        size_t i;
        status = read_words(board, DATA, 0, found, now);
        for (i = 0; status == SYNFIRE_OK && i < now; ++i) {
            if (found[i] != words[first + i]) status = SYNFIRE_READ_BACK;
        }
    }
    return status;
}

static synfire_status write_memory(synfire_board *board, uint32_t window, const uint32_t *words, size_t count)
{
    const synfire_status status = write_register(board, WINDOW, window);
    return status == SYNFIRE_OK ? write_words(board, DATA, words, count) : status;
}

#define TRY(call)                                          \
    do {                                                   \
        const synfire_status tried = (call);               \
        if (tried != SYNFIRE_OK) return tried;             \
    } while (0)

synfire_status synfire_load(synfire_board *board, const synfire_image *image)
{
    const size_t program = 2 * (size_t)image->program_words;
    uint32_t errors = 0;
    synfire_status status;
    TRY(synfire_identify(board, image));
    TRY(write_register(board, CONTROL, ABORT | CLEAR_COUNTERS | CLEAR_ERRORS));
    TRY(write_register(board, LENGTH, 0));
    TRY(write_register(board, NETWORK, 0));
    TRY(write_memory(board, 0, image->program, program));
    TRY(write_memory(board, WEIGHT_WINDOW, image->weights, image->weight_words));
    TRY(write_register(board, INPUT_BASE, image->words[H_BASE]));
    TRY(write_register(board, INPUT_SHAPE, image->words[H_SHAPE]));
    TRY(check_memory(board, 0, image->program, program));
    TRY(check_memory(board, WEIGHT_WINDOW, image->weights, image->weight_words));
    TRY(read_register(board, ERROR_BITS, &errors));
    if (errors != 0) return SYNFIRE_READ_BACK;
    TRY(write_register(board, NETWORK, image->words[H_IDENTITY]));
    TRY(write_register(board, LENGTH, image->program_words));
    status = synfire_is_loaded(board, image);
    return status == SYNFIRE_NOT_LOADED ? SYNFIRE_READ_BACK : status;
}

synfire_status synfire_is_loaded(synfire_board *board, const synfire_image *image)
{
    uint32_t length = 0;
    TRY(read_register(board, LENGTH, &length));
    return length == image->program_words ? SYNFIRE_OK : SYNFIRE_NOT_LOADED;
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

static uint32_t stream_word(uint32_t type, uint32_t payload) { return type << 28 | payload; }

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
            words[(*used)++] = stream_word(TYPE_SKIP, delta);
            delta = 0;
        }
        words[(*used)++] = stream_word(TYPE_CODE, delta << 16 | (q < 0 ? sign : 0)
                                                      | pattern_of(encoder, shape >> 22 & 31, (uint32_t)(q < 0 ? -q : q)));
        cursor = n + 1;
    }
    if (*used == room) return SYNFIRE_NO_ROOM;
    words[(*used)++] = stream_word(TYPE_END, 0);
    return SYNFIRE_OK;
}

void synfire_later_step(uint32_t *words, size_t used)
{
    if (used > 0 && words[used - 1] >> 28 == TYPE_END) words[used - 1] |= LATER_STEP;
}

static synfire_status push_sample(synfire_board *board, const uint32_t *words, size_t count)
{
    unsigned long attempts = 0;
    while (count > 0) {
        const size_t now = count < FRAME_WORDS ? count : FRAME_WORDS;
        size_t taken = 0;
        if (board->bus != NULL) taken = board->bus->push(board->bus->context, words, now);
        else TRY(write_frame(board, PUSH, words, now, &taken));
        if (taken > 0) attempts = 0;
        if (taken == 0 && ++attempts == SYNFIRE_ATTEMPTS) return SYNFIRE_BUSY;
        words += taken;
        count -= taken;
    }
    return SYNFIRE_OK;
}

static synfire_status pop_word(synfire_board *board, uint32_t *word)
{
    static const uint8_t ask[2] = {POP, 1};
    unsigned long attempts;
    for (attempts = 0; attempts < SYNFIRE_ATTEMPTS; ++attempts) {
        uint8_t bytes[4];
        if (board->bus != NULL) {
            if (board->bus->pop(board->bus->context, word)) return SYNFIRE_OK;
            continue;
        }
        if (!send(board, ask, sizeof ask) || !receive(board, bytes, 2) || bytes[0] != 0xa0) return lost(board);
        if (bytes[1] == 0) continue;
        if (bytes[1] != 1 || !receive(board, bytes, 4)) return lost(board);
        *word = word_of(bytes);
        return SYNFIRE_OK;
    }
    return SYNFIRE_BUSY;
}

static synfire_status read_answer(synfire_board *board, uint32_t place, synfire_answer *answer)
{
    uint32_t word = 0;
    uint32_t i;
    answer->population = place >> 16;
    answer->count = place & 0xffff;
    TRY(pop_word(board, &word));
    if (word >> 28 == TYPE_ERROR) {
        board->engine_errors = word & 0xffff;
        return SYNFIRE_REFUSED;
    }
    if (word != stream_word(TYPE_RESULT, place)) return SYNFIRE_ANSWER;
    for (i = 0; i < answer->count; ++i) {
        TRY(pop_word(board, &word));
        answer->potentials[i] = (int32_t)word;
    }
    TRY(pop_word(board, &word));
    answer->label = word & 0xffff;
    if (word >> 16 != stream_word(TYPE_LABEL, place & 0xffff0000UL) >> 16) return SYNFIRE_ANSWER;
    return answer->label < answer->count ? SYNFIRE_OK : SYNFIRE_ANSWER;
}

static synfire_status exchange(synfire_board *board, const synfire_image *image, const uint32_t *words, size_t count,
                               synfire_answer *answers)
{
    uint32_t word = 0;
    uint32_t i;
    TRY(push_sample(board, words, count));
    for (i = 0; i < image->readout_count; ++i) TRY(read_answer(board, image->readouts[i], &answers[i]));
    TRY(pop_word(board, &word));
    return word >> 28 == TYPE_DONE ? SYNFIRE_OK : SYNFIRE_ANSWER;
}

synfire_status synfire_run(synfire_board *board, const synfire_image *image, const uint32_t *words, size_t count,
                           synfire_answer *answers, int32_t *potentials, size_t room)
{
    synfire_status status;
    uint32_t i;
    for (i = 0; i < image->readout_count; ++i) {
        const size_t wanted = image->readouts[i] & 0xffff;
        if (wanted > room) return SYNFIRE_NO_ROOM;
        answers[i].potentials = potentials;
        potentials += wanted;
        room -= wanted;
    }
    status = exchange(board, image, words, count, answers);
    if (status != SYNFIRE_OK && status != SYNFIRE_NO_ANSWER) {
        /* The failure that came first says more than that of the abort. */
        (void)write_register(board, CONTROL, ABORT | CLEAR_ERRORS);
    }
    return status;
}

synfire_status synfire_counters(synfire_board *board, uint32_t counters[SYNFIRE_COUNTERS])
{
    return read_words(board, COUNTERS, 1, counters, SYNFIRE_COUNTERS);
}

synfire_status synfire_clear_counters(synfire_board *board) { return write_register(board, CONTROL, CLEAR_COUNTERS); }

synfire_status synfire_errors(synfire_board *board, uint32_t *errors) { return read_register(board, ERROR_BITS, errors); }

synfire_status synfire_clear_errors(synfire_board *board) { return write_register(board, CONTROL, CLEAR_ERRORS); }

synfire_status synfire_abort(synfire_board *board) { return write_register(board, CONTROL, ABORT); }
