// Products of packed matrices with many rows of activations (a prompt).
//
// Weights of 4 and 8 bits are brought to 13 bits with one scale per row and up to 128 columns on the way into the first-level
// cache, activations to as many, so that nearly all instructions are dot products and 128 sums of two fit into 32 bits. What
// is rounded then is a thousandth of what 8-bit activations lose (docs/decisions/0017). BitNet's weights are multiplied in
// bytes, as its activations have 8 bits.
#pragma once
#include "forms.h"

// Two panels are multiplied together: two of a matrix, or one each of two matrices with the same input.
enum { PAIR = 2 };
typedef struct { const matrix *m; int index; } panel_ref;

// What a thread works on: a pair in 16 bits or in bytes (blocks, PAIR, wide, 16) with its scales (blocks, PAIR), and the sums
// of as many tiles as stay in the first-level cache together with their activations and a block of weights.
enum { TILES_AT_ONCE = 11 };
typedef struct {
    uint8_t *weights;
    vf *scales;
    float *sums;  // (TILES_AT_ONCE, PAIR / PANELS, TILE, PANELS, 16)
} pair_room;

INLINE const float *pair_sum(const pair_room *room, int row, int p) {
    return room->sums + (((row / TILE * (PAIR / PANELS) + p / PANELS) * TILE + row % TILE) * PANELS + p % PANELS) * LANES;
}

// Whether both are multiplied in bytes: beside a matrix of another form such a one is brought to 16 bits too.
static int are_in_bytes(const panel_ref *pair) {
    return form_of(pair[0].m)->activations == IN_ROW_BYTES && form_of(pair[1].m)->activations == IN_ROW_BYTES;
}
INLINE int64_t block_bytes(const panel_ref *pair, const activations *a) { return a->wide * LANES * (are_in_bytes(pair) ? 1 : 2); }

static void widen_pair(const panel_ref *pair, const activations *a, const pair_room *room) {
    for (int b = 0; b < a->columns / a->wide; b++)
        for (int p = 0; p < PAIR; p++) {
            const matrix *m = pair[p].m;
            uint8_t *out = room->weights + (b * PAIR + p) * block_bytes(pair, a);
            room->scales[b * PAIR + p] =
                form_of(m)->widen(m, panel_at(m, pair[p].index), b * a->wide, a->wide, are_in_bytes(pair), out);
            if (!are_in_bytes(pair)) arrange_words(out, a->wide);
        }
}

// Fetch the `part`th of `parts` of the panels that most likely come next: they are behind these in memory. A few lines at a
// time, so that the products never wait for them.
INLINE void fetch_next_pair(const panel_ref *pair, int64_t bytes, int part, int64_t part_bytes) {
    for (int p = 0; p < PAIR; p++) {
        const char *panel = (const char *)pair[p].m->data + (pair[p].index + (pair[0].m == pair[1].m ? PAIR : 1)) * bytes;
        for (int64_t i = part * part_bytes; i < (part + 1) * part_bytes && i < bytes; i += 64) fetch_far(panel + i);
    }
}

// The widened pair times `count` tiles of rows from `first` on, into the room's sums.
static void multiply_tiles(const panel_ref *pair, const activations *a, int first, int count, const pair_room *room) {
    int blocks = a->columns / a->wide, part = first * blocks;
    const int in_bytes = are_in_bytes(pair);
    const tile_function multiply = in_bytes ? tile_in_bytes : tile_in_16_bits;
    int64_t stride = block_bytes(pair, a);
    int64_t bytes = panel_bytes(pair->m), part_bytes = (bytes / ((int64_t)tiles_of(a) * blocks) + 63) & ~(int64_t)63;
    memset(room->sums, 0, (size_t)count * TILE * PAIR * LANES * 4);
    begin_tiles(a->wide);
    for (int b = 0; b < blocks; b++)
        for (int tile = 0; tile < count; tile++, part++) {
            int64_t at = tile_at(a, b, first + tile);
            fetch_next_pair(pair, bytes, part, part_bytes);
            const void *x = in_bytes ? (const void *)(a->bytes + at * a->wide) : (const void *)(a->quants + at * a->wide);
            for (int p = 0; p < PAIR; p += PANELS)
                multiply(room->weights + (b * PAIR + p) * stride, stride, room->scales + b * PAIR + p, a->wide, x,
                         a->scales + at, a->offsets + at, room->sums + (tile * PAIR + p) * TILE * LANES);
        }
    end_tiles();
}
