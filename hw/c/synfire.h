/* SPDX-License-Identifier: Apache-2.0
 * A host for the accelerator in C99, for microcontrollers: no memory is allocated, and bytes go through two functions of
 * yours, or words through four, where the core is on the processor's own bus. docs/howto/drive-a-board-from-c.md shows
 * how; docs/reference/uart-protocol.md has what goes over a serial line.
 * Not for several threads at once. */
#ifndef SYNFIRE_H
#define SYNFIRE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a function has to say; synfire_status_text gives it in words. */
typedef enum synfire_status {
    SYNFIRE_OK = 0,
    SYNFIRE_NO_ANSWER,     /* the device says nothing, also after a silence that ends every frame */
    SYNFIRE_LINE_LOST,     /* something was lost on the line; both ends are in step again: do it again */
    SYNFIRE_NOT_SYNFIRE,   /* what answers is no Synfire engine */
    SYNFIRE_VERSION,       /* an engine of another major version */
    SYNFIRE_OTHER_ENGINE,  /* not the engine that the image is for */
    SYNFIRE_BAD_IMAGE,     /* the words are no image, or not as they were written */
    SYNFIRE_NOT_LOADED,    /* the device has another program or none: it was reset, or never loaded */
    SYNFIRE_READ_BACK,     /* what was written reads back otherwise */
    SYNFIRE_BUSY,          /* the engine takes no input, or gives no answer, for SYNFIRE_ATTEMPTS */
    SYNFIRE_REFUSED,       /* the engine refused the sample: synfire_board.engine_errors says why */
    SYNFIRE_ANSWER,        /* the answer has another form than the image says */
    SYNFIRE_SAMPLE,        /* a code outside the input's range, or an encoder that codes do not suit */
    SYNFIRE_NO_ROOM        /* the array of the caller is too small */
} synfire_status;

/* How often an engine that is busy is asked again. One time takes a frame there and back: 0.1 ms at 1 Mbaud. */
#ifndef SYNFIRE_ATTEMPTS
#define SYNFIRE_ATTEMPTS 100000UL
#endif

#define SYNFIRE_COUNTERS 13

/* The two ends of the line. */
typedef struct synfire_port {
    void *context; /* handed to both functions */
    /* Sends all bytes; 0 where it could not. */
    int (*write)(void *context, const uint8_t *bytes, size_t count);
    /* Waits until all bytes are there, or until the line was silent for longer than the device's time-out (40 to 80 ms:
     * 100 ms will do for all boards); how many it got. */
    size_t (*read)(void *context, uint8_t *bytes, size_t count);
} synfire_port;

/* A core on a bus, such as hdl/axi/synfire_axi.v: registers in the processor's address space, streams through FIFOs or DMA. */
typedef struct synfire_bus {
    void *context; /* handed to all functions */
    uint32_t (*read)(void *context, uint8_t address); /* a register; at byte 4 * address behind AXI4-Lite */
    void (*write)(void *context, uint8_t address, uint32_t value);
    /* Gives words to the input stream; how many it took, which may be 0. */
    size_t (*push)(void *context, const uint32_t *words, size_t count);
    /* Takes a word from the result stream; 0 where none is there yet. */
    int (*pop)(void *context, uint32_t *word);
} synfire_bus;

/* A board. The fields are for reading. */
typedef struct synfire_board {
    synfire_port port;
    const synfire_bus *bus; /* not null: everything goes through it, and nothing through the port */
    uint8_t line_errors;    /* of the device, when it last lost something: bits of uart-protocol.md */
    uint32_t engine_errors; /* ERROR bits of the last refused sample: accelerator-registers.md */
} synfire_board;

/* An image as `synfire image` writes it; points into the caller's words. */
typedef struct synfire_image {
    const uint32_t *words;
    const uint32_t *readouts; /* population in bits 31:16, number of potentials in bits 15:0 */
    const uint32_t *program;
    const uint32_t *weights;
    const uint32_t *tables;  /* entries of fire tables, one a word */
    uint32_t readout_count;
    uint32_t program_words; /* of 64 bits */
    uint32_t weight_words;
    uint32_t table_words;
    uint32_t neurons;      /* of the input */
    const uint32_t *parts; /* program words and weight words, of what stays in the engine and of each part */
    uint32_t part_count;   /* 0: the engine holds the whole network */
} synfire_image;

/* The answer of one read-out. */
typedef struct synfire_answer {
    uint32_t population;
    uint32_t count;      /* of its potentials */
    uint32_t label;      /* index of the largest one, the lowest on ties */
    int32_t *potentials; /* in the caller's array */
} synfire_answer;

const char *synfire_status_text(synfire_status status);

/* Checks the words of an image: form, lengths, hash. */
synfire_status synfire_open_image(synfire_image *image, const uint32_t *words, size_t count);
/* Names a port. Nothing is sent. */
void synfire_open(synfire_board *board, const synfire_port *port);
/* Names a bus, which has to stay where it is. Nothing is read or written. Attempts are then calls of push and pop. */
void synfire_open_bus(synfire_board *board, const synfire_bus *bus);
/* Brings both ends into step, and clears the device's errors of the line. Done by the functions below where they return
 * SYNFIRE_LINE_LOST; good at the beginning, when another program may have stopped in the middle of a frame. */
synfire_status synfire_resynchronise(synfire_board *board);
/* Whether it is the engine that the image is for. */
synfire_status synfire_identify(synfire_board *board, const synfire_image *image);
/* Writes the network and reads all of it back; of a network in parts, what stays in the engine and the first part. */
synfire_status synfire_load(synfire_board *board, const synfire_image *image);
/* SYNFIRE_OK where a program as long as the image's is loaded: a reset forgets it. */
synfire_status synfire_is_loaded(synfire_board *board, const synfire_image *image);

/* One code per input neuron as stream words, END included. At most 2 words per neuron and 1 are needed; `used` tells how many. */
synfire_status synfire_encode(const synfire_image *image, const int32_t *codes, uint32_t *words, size_t room, size_t *used);
/* Streaming networks run once for each step of a sample, and each run answers the potentials after its step. A code is then 1
 * where the neuron spikes in the step, else 0; `current` inputs get their codes in every step. Words of a step that is not the
 * first of its sample have to be marked by this, or the engine starts anew. */
void synfire_later_step(uint32_t *words, size_t used);
/* Runs a sample; of a network in parts it writes each part before it runs it, and reads none back. Where the engine was reset in
 * between, it refuses the sample: load again. `answers` has room for image->readout_count of them, `potentials` for all potentials of
 * all read-outs.
 * After every failure the engine is idle, if it can be reached at all. */
synfire_status synfire_run(synfire_board *board, const synfire_image *image, const uint32_t *words, size_t count,
                           synfire_answer *answers, int32_t *potentials, size_t room);

/* In the order of accelerator-registers.md; cycles come first. They have 32 bits and go on counting until cleared. */
synfire_status synfire_counters(synfire_board *board, uint32_t counters[SYNFIRE_COUNTERS]);
synfire_status synfire_clear_counters(synfire_board *board);
/* The engine's sticky ERROR bits, and clearing them. */
synfire_status synfire_errors(synfire_board *board, uint32_t *errors);
synfire_status synfire_clear_errors(synfire_board *board);
/* Ends an inference, and forgets a part of a sample. */
synfire_status synfire_abort(synfire_board *board);

#ifdef __cplusplus
}
#endif

#endif
