/* SPDX-License-Identifier: Apache-2.0
 * See synfire.h. Written for little memory: the largest thing on the stack is one frame of FRAME_WORDS. */
#include "synfire_words.h"

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
#define MAJOR_VERSION 2UL
#define PART_END 0x0fff0001UL /* the name of what ends a part, and one potential */
#define WEIGHT_WINDOW 0x10000000UL
#define TABLE_WINDOW 0x40000000UL

enum { ABORT = 1, CLEAR_COUNTERS = 2, CLEAR_ERRORS = 4 };

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

/* What is written at once: the whole network, what stays of it, or a part. */
typedef struct piece {
    const uint32_t *program;
    const uint32_t *weights;
    uint32_t program_words; /* of 64 bits */
    uint32_t weight_words;
    uint32_t window; /* of the weights */
} piece;

static piece residents_of(const synfire_image *image)
{
    piece all = {image->program, image->weights, image->program_words, image->weight_words, WEIGHT_WINDOW};
    if (image->part_count == 0) return all;
    all.program_words = 0;
    all.weight_words = image->parts[1];
    return all;
}

static piece part_of(const synfire_image *image, uint32_t part)
{
    piece one = {image->program, image->weights, 0, 0, 0};
    uint32_t i;
    for (i = 0; i <= part; ++i) {
        one.program += 2 * (size_t)image->parts[2 * i];
        one.weights += image->parts[2 * i + 1];
    }
    one.program_words = image->parts[2 * part + 2];
    one.weight_words = image->parts[2 * part + 3];
    one.window = WEIGHT_WINDOW + image->parts[1];
    return one;
}

static synfire_status write_piece(synfire_board *board, const piece *what)
{
    TRY(write_memory(board, 0, what->program, 2 * (size_t)what->program_words));
    return write_memory(board, what->window, what->weights, what->weight_words);
}

static synfire_status check_piece(synfire_board *board, const piece *what)
{
    TRY(check_memory(board, 0, what->program, 2 * (size_t)what->program_words));
    return check_memory(board, what->window, what->weights, what->weight_words);
}

/* What LENGTH says: the longest part's. It is the same for all parts, and is not written with them: a reset clears it, whenever
 * it comes, and the engine then refuses to run on with maps that may be gone. */
static uint32_t length_of(const synfire_image *image)
{
    uint32_t length = image->part_count == 0 ? image->program_words : 0;
    uint32_t i;
    for (i = 0; i < image->part_count; ++i) {
        if (image->parts[2 * i + 2] > length) length = image->parts[2 * i + 2];
    }
    return length;
}

/* Parts behind the first one have no input, so that the maps stay. */
static synfire_status write_part(synfire_board *board, const synfire_image *image, uint32_t part)
{
    const piece what = part_of(image, part);
    const uint32_t shape = image->words[H_SHAPE];
    TRY(write_piece(board, &what));
    return write_register(board, INPUT_SHAPE, part == 0 ? shape : shape & 0xfff00000UL);
}

synfire_status synfire_load(synfire_board *board, const synfire_image *image)
{
    const piece what = residents_of(image);
    uint32_t errors = 0;
    synfire_status status;
    TRY(synfire_identify(board, image));
    TRY(write_register(board, CONTROL, ABORT | CLEAR_COUNTERS | CLEAR_ERRORS));
    TRY(write_register(board, LENGTH, 0));
    TRY(write_register(board, NETWORK, 0));
    TRY(write_piece(board, &what));
    if (image->table_words != 0) TRY(write_memory(board, TABLE_WINDOW, image->tables, image->table_words));
    TRY(write_register(board, INPUT_BASE, image->words[H_BASE]));
    TRY(write_register(board, INPUT_SHAPE, image->words[H_SHAPE]));
    TRY(check_piece(board, &what));
    if (image->table_words != 0) TRY(check_memory(board, TABLE_WINDOW, image->tables, image->table_words));
    if (image->part_count > 0) {
        const piece first = part_of(image, 0);
        TRY(write_part(board, image, 0));
        TRY(check_piece(board, &first));
    }
    TRY(read_register(board, ERROR_BITS, &errors));
    if (errors != 0) return SYNFIRE_READ_BACK;
    TRY(write_register(board, NETWORK, image->words[H_IDENTITY]));
    TRY(write_register(board, LENGTH, length_of(image)));
    status = synfire_is_loaded(board, image);
    return status == SYNFIRE_NOT_LOADED ? SYNFIRE_READ_BACK : status;
}

synfire_status synfire_is_loaded(synfire_board *board, const synfire_image *image)
{
    uint32_t length = 0;
    TRY(read_register(board, LENGTH, &length));
    return length == length_of(image) ? SYNFIRE_OK : SYNFIRE_NOT_LOADED;
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
    if (word != synfire_stream_word(TYPE_RESULT, place)) return SYNFIRE_ANSWER;
    for (i = 0; i < answer->count; ++i) {
        TRY(pop_word(board, &word));
        answer->potentials[i] = (int32_t)word;
    }
    TRY(pop_word(board, &word));
    answer->label = word & 0xffff;
    if (word >> 16 != synfire_stream_word(TYPE_LABEL, place & 0xffff0000UL) >> 16) return SYNFIRE_ANSWER;
    return answer->label < answer->count ? SYNFIRE_OK : SYNFIRE_ANSWER;
}

static synfire_status read_done(synfire_board *board)
{
    uint32_t word = 0;
    TRY(pop_word(board, &word));
    return word >> 28 == TYPE_DONE ? SYNFIRE_OK : SYNFIRE_ANSWER;
}

/* Every part but the last one: it ends with a read-out of one potential that means nothing. */
static synfire_status run_part(synfire_board *board, const uint32_t *words, size_t count)
{
    int32_t nothing = 0;
    synfire_answer end;
    end.potentials = &nothing;
    TRY(push_sample(board, words, count));
    TRY(read_answer(board, PART_END, &end));
    return read_done(board);
}

static synfire_status exchange(synfire_board *board, const synfire_image *image, const uint32_t *words, size_t count,
                               synfire_answer *answers)
{
    uint32_t i;
    for (i = 0; i < image->part_count; ++i) {
        TRY(write_part(board, image, i));
        if (i + 1 == image->part_count) break;
        TRY(run_part(board, words, count));
        words += count - 1; /* END, and no input */
        count = 1;
    }
    TRY(push_sample(board, words, count));
    for (i = 0; i < image->readout_count; ++i) TRY(read_answer(board, image->readouts[i], &answers[i]));
    return read_done(board);
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
