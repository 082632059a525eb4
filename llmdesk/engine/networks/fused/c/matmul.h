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
static int are_ternary(const panel_ref *pair) {
    return form_of(pair[0].m)->activations == IN_ROW_BYTES && form_of(pair[1].m)->activations == IN_ROW_BYTES;
}
INLINE int are_in_bytes(const panel_ref *pair, const activations *a) { return a->has_low || are_ternary(pair); }
INLINE int64_t block_bytes(const panel_ref *pair, const activations *a) { return a->wide * LANES * (are_in_bytes(pair, a) ? 1 : 2); }

// A widened block's pairs of 16 bits, in place, to bytes from 1 to 255 around BYTE_MIDDLE; returns how much smaller they are.
enum { BYTE_FACTOR = 1016 };  // of 2^15: WIDE_LIMIT to BYTE_LIMIT
static float narrow_words(uint8_t *words, int wide) {
    const vi factor = vi_set16(BYTE_FACTOR), middle = vi_set16(BYTE_MIDDLE);
    for (uint8_t *to = words, *end = words + wide * LANES; to < end; to += 64, words += 128) {
        const vi even = vi_add16(vi_mul16_high(vi_load(words), factor), middle);
        const vi odd = vi_add16(vi_mul16_high(vi_load(words + 64), factor), middle);
        vi_store(to, vi_or(even, vi_sll16(odd, 8)));
    }
    return (float)(1 << 15) / BYTE_FACTOR;
}

static void widen_pair(const panel_ref *pair, const activations *a, const pair_room *room) {
    for (int b = 0; b < a->columns / a->wide; b++)
        for (int p = 0; p < PAIR; p++) {
            const matrix *m = pair[p].m;
            uint8_t *out = room->weights + (b * PAIR + p) * block_bytes(pair, a);
            const vf scale = form_of(m)->widen(m, panel_at(m, pair[p].index), b * a->wide, a->wide, are_ternary(pair), out);
            room->scales[b * PAIR + p] = a->has_low ? vf_mul(scale, vf_set(narrow_words(out, a->wide))) : scale;
            if (!are_in_bytes(pair, a)) arrange_words(out, a->wide);
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

// Rows that lie apart, multiplied together.
enum { BYTE_ROWS = 4 };
typedef struct {
    int count;
    const int8_t *x[BYTE_ROWS];  // (wide)
    float scales[BYTE_ROWS];
    int32_t offsets[BYTE_ROWS];
    float *sums[BYTE_ROWS];      // where those of the pair's first panel are
} byte_rows;

// sums += a pair's wide block in bytes times the rows.
static __attribute__((noinline)) void multiply_byte_rows(const uint8_t *w, int64_t w_stride, const vf *w_scales, int wide,
                                                         const byte_rows *rows) {
    for (int p = 0; p < PAIR; p += PANELS, w += PANELS * w_stride) {
        vi dot[BYTE_ROWS][PANELS];
        UNROLLED for (int t = 0; t < BYTE_ROWS; t++)
            UNROLLED for (int i = 0; i < PANELS; i++) dot[t][i] = vi_set(rows->offsets[t]);
        for (int c = 0; c < wide; c += 4) {
            vi weights[PANELS];
            UNROLLED for (int i = 0; i < PANELS; i++) weights[i] = vi_load(w + i * w_stride + c * LANES);
            UNROLLED for (int t = 0; t < BYTE_ROWS; t++) {
                const vi few_columns = in_all_lanes(rows->x[t] + c);
                UNROLLED for (int i = 0; i < PANELS; i++) dot[t][i] = vi_dot(dot[t][i], weights[i], few_columns);
            }
        }
        UNROLLED for (int t = 0; t < BYTE_ROWS; t++)
            UNROLLED for (int i = 0; i < PANELS; i++) {
                float *sum = rows->sums[t] + p / PANELS * TILE * PANELS * LANES + i * LANES;
                vf_store(sum, vf_fma(vf_mul(vi_float(dot[t][i]), vf_set(rows->scales[t])), w_scales[p + i], vf_load(sum)));
            }
    }
}

// A wide block of a pair, in bytes, times the second planes of those rows of `count` tiles that have one there.
static void multiply_low(const panel_ref *pair, const activations *a, int block, int first, int count, const pair_room *room) {
    const int64_t stride = block_bytes(pair, a);
    byte_rows rows = {.count = 0};
    for (int tile = 0; tile < count; tile++)
        for (unsigned left = *low_marks_at(a, block, first + tile); left; left &= left - 1) {
            const int row = __builtin_ctz(left), i = rows.count++;
            const int64_t at = tile_at(a, block, first + tile) + row;
            rows.x[i] = a->low + at * a->wide, rows.scales[i] = a->low_scales[at], rows.offsets[i] = a->low_middles[at];
            rows.sums[i] = (float *)pair_sum(room, tile * TILE + row, 0);
            if (rows.count == BYTE_ROWS) {
                multiply_byte_rows(room->weights + block * PAIR * stride, stride, room->scales + block * PAIR, a->wide, &rows);
                rows.count = 0;
            }
        }
    if (!rows.count) return;
    static const int8_t nothing[WIDE_BLOCK];
    float nowhere[PAIR / PANELS * TILE * PANELS * LANES];
    memset(nowhere, 0, sizeof nowhere);
    for (int i = rows.count; i < BYTE_ROWS; i++) rows.x[i] = nothing, rows.scales[i] = 0.0f, rows.offsets[i] = 0, rows.sums[i] = nowhere;
    multiply_byte_rows(room->weights + block * PAIR * stride, stride, room->scales + block * PAIR, a->wide, &rows);
}

// The widened pair times `count` tiles of rows from `first` on, into the room's sums.
static void multiply_tiles(const panel_ref *pair, const activations *a, int first, int count, const pair_room *room) {
    int blocks = a->columns / a->wide, part = first * blocks;
    const int in_bytes = are_in_bytes(pair, a);
    const tile_function multiply = in_bytes ? tile_in_bytes : tile_in_16_bits;
    int64_t stride = block_bytes(pair, a);
    int64_t bytes = panel_bytes(pair->m), part_bytes = (bytes / ((int64_t)tiles_of(a) * blocks) + 63) & ~(int64_t)63;
    memset(room->sums, 0, (size_t)count * TILE * PAIR * LANES * 4);
    begin_tiles(a->wide);
    for (int b = 0; b < blocks; b++) {
        for (int tile = 0; tile < count; tile++, part++) {
            int64_t at = tile_at(a, b, first + tile);
            fetch_next_pair(pair, bytes, part, part_bytes);
            const void *x = in_bytes ? (const void *)(a->bytes + at * a->wide) : (const void *)(a->quants + at * a->wide);
            for (int p = 0; p < PAIR; p += PANELS)
                multiply(room->weights + (b * PAIR + p) * stride, stride, room->scales + b * PAIR + p, a->wide, x,
                         a->scales + at, a->offsets + at, room->sums + (tile * PAIR + p) * TILE * LANES);
        }
        if (a->has_low) multiply_low(pair, a, b, first, count, room);
    }
    end_tiles();
}
