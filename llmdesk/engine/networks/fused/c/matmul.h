// Products of packed matrices with many rows of activations (a prompt).
//
// Weights of 4 and 8 bits are brought to 13 bits with one scale per row and up to 128 columns on the way into the first-level
// cache, activations to as many, so that nearly all instructions are dot products and 128 sums of two fit into 32 bits. What
// is rounded then is a thousandth of what 8-bit activations lose (docs/decisions/0017). Large networks' activations are bytes in two
// planes instead, and so are their weights, or as the 4 bits that they are (0079). BitNet's weights are multiplied in bytes, as
// its activations have 8 bits.
#pragma once
#include "forms.h"

// What a thread works on: a pair in 16 bits or in bytes (blocks, PAIR, wide, 16) with its scales (blocks, PAIR), and the sums
// of as many tiles as stay in the first-level cache together with their activations and a block of weights.
enum { TILES_AT_ONCE = 132 / TILE };

// Of a wide block in 4 bits: what 32 columns are multiplied with, twice as 16 bits, and what they begin with, two of them in pairs.
typedef struct { vi steps[GROUPS], starts[GROUPS / 2]; } group_factors;

typedef struct {
    uint8_t *weights;
    vf *scales;
    group_factors *factors;  // (blocks, PAIR)
    float *sums;  // (TILES_AT_ONCE, PAIR / PANELS, TILE, PANELS, 16)
} pair_room;

INLINE const float *pair_sum(const pair_room *room, int row, int p) {
    return room->sums + (((row / TILE * (PAIR / PANELS) + p / PANELS) * TILE + row % TILE) * PANELS + p % PANELS) * LANES;
}

// How a pair is multiplied: in 16 bits, which every form can be brought to; BitNet's in the bytes with which it was trained; those of
// large networks in bytes, or where no instruction adds up four products of those, those of 4 bits as they are.
enum { BY_WORDS, BY_BYTES, BY_NIBBLES };
static int way_of(const panel_ref *pair, const activations *a) {
    const weight_form *first = form_of(pair[0].m), *second = form_of(pair[1].m);
    if (first->activations == IN_ROW_BYTES && second->activations == IN_ROW_BYTES) return BY_BYTES;
    if (!a->has_low) return BY_WORDS;
    if (MANY_IN_BYTES) return BY_BYTES;
    return first->line && second->line ? BY_NIBBLES : BY_WORDS;
}
INLINE int64_t block_bytes(const activations *a, int way) { return a->wide * LANES * (way == BY_WORDS ? 2 : 1); }

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

// A wide block as 4 bits: their bytes, and steps and starts as whole numbers of one scale a row, which is returned.
// At most 4 (8191 * 15 * 128 * 32) + 4 (8191 * 128 * 32) = 2,147,221,504 of 2,147,483,647.
enum { MOST_FACTOR = 8191 };
static vf lines_of(const matrix *m, const uint8_t *panel, int column, int wide, uint8_t *out, group_factors *factors) {
    quant_line lines[GROUPS];
    vf most = vf_set(1e-30f);
    const int groups = wide / BLOCK;
    for (int g = 0; g < groups; g++, out += BLOCK * LANES) {
        lines[g] = form_of(m)->line(m, panel, column + g * BLOCK);
        most = vf_max(most, vf_max(vf_abs(lines[g].step), vf_abs(lines[g].low_end)));
        nibble_bytes(lines[g].quants, out);
    }
    const vf inverse = vf_div(vf_set(MOST_FACTOR), most);
    vi starts[GROUPS];
    for (int g = 0; g < GROUPS; g++) {
        starts[g] = g < groups ? vi_pair16(vf_int(vf_mul(lines[g].low_end, inverse))) : vi_set(0);
        factors->steps[g] = g < groups ? vi_pair16(vf_int(vf_mul(lines[g].step, inverse))) : vi_set(0);
    }
    for (int g = 0; g < GROUPS; g += 2)
        factors->starts[g / 2] = vi_or(vi_and(starts[g], vi_set(0xffff)), vi_and(starts[g + 1], vi_set(-0x10000)));
    return vf_div(vf_set(1.0f), inverse);
}

static void widen_block(const panel_ref *one, const activations *a, int way, int block, uint8_t *out, vf *scale, group_factors *factors) {
    const matrix *m = one->m;
    const uint8_t *panel = panel_at(m, one->index);
    if (way == BY_NIBBLES) {
        *scale = lines_of(m, panel, block * a->wide, a->wide, out, factors);
        return;
    }
    *scale = form_of(m)->widen(m, panel, block * a->wide, a->wide, way == BY_BYTES, out);
    if (way == BY_WORDS) arrange_words(out, a->wide);
    else if (a->has_low && !form_of(m)->line) *scale = vf_mul(*scale, vf_set(narrow_words(out, a->wide)));
}

static void widen_pair(const panel_ref *pair, const activations *a, const pair_room *room) {
    const int way = way_of(pair, a);
    for (int i = 0; i < a->columns / a->wide * PAIR; i++)
        widen_block(pair + i % PAIR, a, way, i / PAIR, room->weights + i * block_bytes(a, way), room->scales + i, room->factors + i);
}

// Fetch the `part`th of `parts` of the panels that most likely come next: they are behind these in memory. A few lines at a
// time, so that the products never wait for them.
INLINE void fetch_next_pair(const panel_ref *pair, int64_t bytes, int part, int64_t part_bytes) {
    for (int p = 0; p < PAIR; p++) {
        const char *panel = (const char *)pair[p].m->data + (pair[p].index + (pair[0].m == pair[1].m ? PAIR : 1)) * bytes;
        for (int64_t i = part * part_bytes; i < (part + 1) * part_bytes && i < bytes; i += 64) fetch_far(panel + i);
    }
}

// A wide block of a pair, in bytes or as 4 bits.
typedef struct {
    const uint8_t *weights;
    int64_t stride;
    const vf *scales;
    const group_factors *factors;
    int wide, way;
} pair_block;

// What sums of 4 bits begin with: starts times the sums of a row's 32 columns, which are pairs that lie `step` apart.
INLINE vi first_sum(const group_factors *factors, const int32_t *pairs, int step) {
    return vi_dot16(vi_dot16(vi_set(0), factors->starts[0], vi_set(pairs[0])), factors->starts[1], vi_set(pairs[step]));
}

// Of a pair in 4 bits: sums (TILE, PANELS * 16) += a wide block of PANELS panels times a tile in bytes. Where a dot product of bytes
// is two instructions: 16 products of at most 15 and 128 fit into 16 bits, so they are added there, and what widens them to 32
// multiplies them by their group's step as well.
static __attribute__((noinline)) void tile_in_nibbles(const uint8_t *w, int64_t w_stride, const vf *scales, const group_factors *factors,
                                                      int wide, const int32_t *x, const float *x_scales, const int32_t *pairs, float *sums) {
    vi dot[TILE][PANELS];
    UNROLLED for (int t = 0; t < TILE; t++)
        UNROLLED for (int p = 0; p < PANELS; p++) dot[t][p] = first_sum(factors + p, pairs + t, TILE);
    ROLLED for (int g = 0; g < wide / BLOCK; g++) {
        vi part[TILE][PANELS];
        UNROLLED for (int t = 0; t < TILE; t++)
            UNROLLED for (int p = 0; p < PANELS; p++) part[t][p] = vi_set(0);
        ROLLED for (int i = 0; i < BLOCK / 4; i++, x += TILE, w += 64) {
            vi weights[PANELS];
            fetch(x + wide / 4 * TILE);  // the next tile
            UNROLLED for (int p = 0; p < PANELS; p++) weights[p] = vi_load(w + p * w_stride);
            UNROLLED for (int t = 0; t < TILE; t++) {
                const vi few_columns = vi_set(x[t]);
                UNROLLED for (int p = 0; p < PANELS; p++) part[t][p] = vi_dot_part(part[t][p], weights[p], few_columns);
            }
        }
        UNROLLED for (int t = 0; t < TILE; t++)
            UNROLLED for (int p = 0; p < PANELS; p++) dot[t][p] = vi_dot16(dot[t][p], part[t][p], factors[p].steps[g]);
    }
    UNROLLED for (int t = 0; t < TILE; t++) {
        const vf x_scale = vf_set(x_scales[t]);
        UNROLLED for (int p = 0; p < PANELS; p++) {
            float *sum = sums + (t * PANELS + p) * LANES;
            vf_store(sum, vf_fma(vf_mul(vi_float(dot[t][p]), x_scale), scales[p], vf_load(sum)));
        }
    }
}

// Rows that lie apart, multiplied together.
enum { BYTE_ROWS = 4 };
typedef struct {
    int count;
    const int8_t *x[BYTE_ROWS];  // (wide)
    float scales[BYTE_ROWS];
    const int32_t *pairs[BYTE_ROWS];
    int32_t offsets[BYTE_ROWS];
    float *sums[BYTE_ROWS];      // where those of the pair's first panel are
} byte_rows;

// What `columns` from `from` on add to the dot products, or to their parts (of 32 columns).
INLINE void add_columns(const uint8_t *w, int64_t w_stride, const byte_rows *rows, int from, int columns, const int in_parts,
                        vi dot[BYTE_ROWS][PANELS]) {
    for (int c = from; c < from + columns; c += 4) {
        vi weights[PANELS];
        UNROLLED for (int i = 0; i < PANELS; i++) weights[i] = vi_load(w + i * w_stride + c * LANES);
        UNROLLED for (int t = 0; t < BYTE_ROWS; t++) {
            const vi x = in_all_lanes(rows->x[t] + c);
            UNROLLED for (int i = 0; i < PANELS; i++)
                dot[t][i] = in_parts ? vi_dot_part(dot[t][i], weights[i], x) : vi_dot(dot[t][i], weights[i], x);
        }
    }
}

// sums += a pair's block times the rows; `way` is a constant.
INLINE void multiply_rows(const pair_block *b, const byte_rows *rows, const int way) {
    for (int p = 0; p < PAIR; p += PANELS) {
        const uint8_t *w = b->weights + p * b->stride;
        const group_factors *factors = b->factors + p;
        vi dot[BYTE_ROWS][PANELS];
        UNROLLED for (int t = 0; t < BYTE_ROWS; t++)
            UNROLLED for (int i = 0; i < PANELS; i++)
                dot[t][i] = way == BY_BYTES ? vi_set(rows->offsets[t]) : first_sum(factors + i, rows->pairs[t], 1);
        if (way == BY_BYTES) add_columns(w, b->stride, rows, 0, b->wide, 0, dot);
        for (int g = 0; way == BY_NIBBLES && g < b->wide / BLOCK; g++) {
            vi part[BYTE_ROWS][PANELS];
            UNROLLED for (int t = 0; t < BYTE_ROWS; t++)
                UNROLLED for (int i = 0; i < PANELS; i++) part[t][i] = vi_set(0);
            add_columns(w, b->stride, rows, g * BLOCK, BLOCK, 1, part);
            UNROLLED for (int t = 0; t < BYTE_ROWS; t++)
                UNROLLED for (int i = 0; i < PANELS; i++) dot[t][i] = vi_dot16(dot[t][i], part[t][i], factors[i].steps[g]);
        }
        UNROLLED for (int t = 0; t < BYTE_ROWS; t++)
            UNROLLED for (int i = 0; i < PANELS; i++) {
                float *sum = rows->sums[t] + p / PANELS * TILE * PANELS * LANES + i * LANES;
                const vf scaled = vf_mul(vi_float(dot[t][i]), vf_set(rows->scales[t]));
                vf_store(sum, vf_fma(scaled, b->scales[p + i], vf_load(sum)));
            }
    }
}
static __attribute__((noinline)) void rows_by_bytes(const pair_block *b, const byte_rows *rows) { multiply_rows(b, rows, BY_BYTES); }
static __attribute__((noinline)) void rows_by_nibbles(const pair_block *b, const byte_rows *rows) { multiply_rows(b, rows, BY_NIBBLES); }

static void add_byte_rows(const pair_block *b, byte_rows *rows) {
    static const int8_t nothing[WIDE_BLOCK];
    static const int32_t no_pairs[GROUPS / 2];
    float nowhere[PAIR / PANELS * TILE * PANELS * LANES] = {0};
    for (int i = rows->count; i < BYTE_ROWS; i++)
        rows->x[i] = nothing, rows->scales[i] = 0.0f, rows->pairs[i] = no_pairs, rows->offsets[i] = 0, rows->sums[i] = nowhere;
    if (b->way == BY_BYTES) rows_by_bytes(b, rows);
    else rows_by_nibbles(b, rows);
    rows->count = 0;
}

// Block `index` of a pair times the second planes of those rows of `count` tiles that have one there.
static void multiply_low(const pair_block *b, const activations *a, int index, int first, int count, const pair_room *room) {
    byte_rows rows = {.count = 0};
    for (int tile = 0; tile < count; tile++)
        for (unsigned left = *low_marks_at(a, index, first + tile); left; left &= left - 1) {
            const int row = __builtin_ctz(left), i = rows.count++;
            const int64_t at = tile_at(a, index, first + tile) + row;
            rows.x[i] = a->low + at * a->wide, rows.scales[i] = a->low_scales[at], rows.pairs[i] = a->low_middles + 2 * at;
            rows.offsets[i] = a->low_offsets[at], rows.sums[i] = (float *)pair_sum(room, tile * TILE + row, 0);
            if (rows.count == BYTE_ROWS) add_byte_rows(b, &rows);
        }
    if (rows.count) add_byte_rows(b, &rows);
}

// Block `index` of a pair times a tile of rows, to where the tile's sums begin.
INLINE void multiply_tile(const pair_block *b, const activations *a, int64_t at, float *sums) {
    const int32_t *bytes = (const int32_t *)(a->bytes + at * a->wide), *words = (const int32_t *)(a->quants + at * a->wide);
    for (int p = 0; p < PAIR; p += PANELS, sums += PANELS * TILE * LANES) {
        const uint8_t *w = b->weights + p * b->stride;
        const vf *scales = b->scales + p;
        if (b->way == BY_WORDS) tile_in_16_bits(w, b->stride, scales, a->wide, words, a->scales + at, a->offsets + at, sums);
        else if (b->way == BY_BYTES) tile_in_bytes(w, b->stride, scales, a->wide, bytes, a->byte_scales + at, a->offsets + at, sums);
        else tile_in_nibbles(w, b->stride, scales, b->factors + p, a->wide, bytes, a->byte_scales + at, a->byte_middles + 2 * at, sums);
    }
}

// The widened pair times `count` tiles of rows from `first` on, into the room's sums.
static void multiply_tiles(const panel_ref *pair, const activations *a, int first, int count, const pair_room *room) {
    const int blocks = a->columns / a->wide, way = way_of(pair, a);
    int part = first * blocks;
    const int64_t bytes = panel_bytes(pair->m), part_bytes = (bytes / ((int64_t)tiles_of(a) * blocks) + 63) & ~(int64_t)63;
    memset(room->sums, 0, (size_t)count * TILE * PAIR * LANES * 4);
    begin_tiles(a->wide);
    for (int i = 0; i < blocks; i++) {
        const int64_t stride = block_bytes(a, way);
        const pair_block b = {room->weights + i * PAIR * stride, stride, room->scales + i * PAIR, room->factors + i * PAIR, a->wide, way};
        for (int tile = 0; tile < count; tile++, part++) {
            fetch_next_pair(pair, bytes, part, part_bytes);
            multiply_tile(&b, a, tile_at(a, i, first + tile), room->sums + tile * PAIR * TILE * LANES);
        }
        if (a->has_low && way != BY_WORDS) multiply_low(&b, a, i, first, count, room);
    }
    end_tiles();
}
