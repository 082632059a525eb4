// Rows of activations rounded to 16 bits or to 8.
//
// Few rows (a step of decoding): blocks of 32 columns have a scale of their own for the activations, and
// the quants are multiplied as they are, in 16 bits; in a large network those of 4 bits in two planes of bytes, the second one
// 256 times finer and only where it matters, in blocks where bytes lose much of the row (docs/decisions/0034, 0091).
// Many rows (a prompt): one scale for a row and up to 128 columns, 13 bits; in a large network the same two planes (0079).
//
// Bytes 0, 2 and 1, 3 of the four are what shifts make 16 bits of, so activations of 16 bits lie in that order too.
#pragma once
#include "matrix.h"
#if defined(__AMX_INT8__)
#include "tiles_amx.h"
#else
#include "tiles_vector.h"
#endif

// The widest block of columns that divides them all.
static int wide_block(int columns) {
    for (int wide = WIDE_BLOCK; wide > BLOCK; wide -= BLOCK)
        if (columns % wide == 0) return wide;
    return BLOCK;
}

INLINE float largest(const float *x, int n) {
    vf most = vf_zero();
    for (int i = 0; i < n; i += LANES) most = vf_max(most, vf_abs(vf_load(x + i)));
    return vf_hmax(most);
}

INLINE float squares_of(const float *x, int n) {
    vf squares = vf_zero();
    for (int i = 0; i < n; i += LANES) squares = vf_fma(vf_load(x + i), vf_load(x + i), squares);
    return vf_sum(squares);
}

// The scale of values of 16 bits of which this is the largest.
INLINE float scale_of(const activations *a, float most) {
    return most / (a->per_row ? BYTE_LIMIT : a->wide ? WIDE_LIMIT : FEW_LIMIT);
}

// 16 or more values to whole numbers of 16 bits; returns their sum.
INLINE int round_words(const float *x, int n, float scale, int16_t *out) {
    vi sum = vi_set(0);
    vf inverse = vf_set(scale > 0.0f ? 1.0f / scale : 0.0f);
    for (int i = 0; i < n; i += LANES) {
        vi q = vf_int(vf_mul(vf_load(x + i), inverse));
        vi_store16(out + i, vi_swap_middle(q));
        sum = vi_add32(sum, q);
    }
    return vi_sum(sum);
}

// The same in bytes.
INLINE int round_bytes(const float *x, int n, float scale, int8_t *out) {
    vi sum = vi_set(0);
    vf inverse = vf_set(scale > 0.0f ? 1.0f / scale : 0.0f);
    for (int i = 0; i < n; i += LANES) {
        vi q = vf_int(vf_mul(vf_load(x + i), inverse));
        vi_store8(out + i, q);
        sum = vi_add32(sum, q);
    }
    return vi_sum(sum);
}

// What bytes of that scale leave of 16 or more values, in LOW_STEPS of it; returns the sum.
INLINE int round_rest(const float *x, int n, float scale, int8_t *out) {
    vi sum = vi_set(0);
    vf inverse = vf_set(scale > 0.0f ? 1.0f / scale : 0.0f);
    for (int i = 0; i < n; i += LANES) {
        vf scaled = vf_mul(vf_load(x + i), inverse), rest = vf_sub(scaled, vf_round(scaled));
        vi q = vf_int(vf_min(vf_mul(rest, vf_set(LOW_STEPS)), vf_set(BYTE_LIMIT)));
        vi_store8(out + i, q);
        sum = vi_add32(sum, q);
    }
    return vi_sum(sum);
}

INLINE int tiles_of(const activations *a) { return (a->tokens + TILE - 1) / TILE; }
// Where a tile's scales and offsets of a wide block begin; its quants are there times wide.
INLINE int64_t tile_at(const activations *a, int block, int tile) { return ((int64_t)block * tiles_of(a) + tile) * TILE; }

// Of many rows the sums of each 32 columns of a wide block, in pairs of 16 bits: (blocks, tiles, 2, TILE), of second planes
// (blocks, tiles, TILE, 2).
INLINE int32_t *sum_pairs_at(int32_t *all, int64_t tile, int row) { return all + 2 * tile + row; }
INLINE void put_sums(int32_t *pairs, int step, const int32_t *sums) {
    for (int i = 0; i < GROUPS / 2; i++)
        pairs[i * step] = (int32_t)(((uint32_t)sums[2 * i] & 0xffff) | (uint32_t)sums[2 * i + 1] << 16);
}
INLINE int sum_of(const int32_t *sums) { return (int)((uint32_t)sums[0] + (uint32_t)sums[1] + (uint32_t)sums[2] + (uint32_t)sums[3]); }

// A wide block in bytes of that scale, and unless `low` is NULL what they leave, in LOW_STEPS of it; with the sums of each 32 columns.
// Returns the sum of the squares of x / scale, for those with a second plane.
INLINE float round_planes(const float *x, int wide, float scale, int8_t *bytes, int8_t *low, int32_t *sums, int32_t *low_sums) {
    const vf inverse = vf_set(scale > 0.0f ? 1.0f / scale : 0.0f);
    vf squares = vf_zero();
    vi parts[GROUPS], rests[GROUPS];
    UNROLLED for (int g = 0; g < GROUPS; g++) {
        parts[g] = rests[g] = vi_set(0);
        for (int c = g * BLOCK; c < (g + 1) * BLOCK && c < wide; c += LANES) {
            const vf scaled = vf_mul(vf_load(x + c), inverse), rounded = vf_round(scaled);
            const vi q = vf_int(rounded);
            vi_store8(bytes + c, q);
            parts[g] = vi_add32(parts[g], q);
            if (!low) continue;
            squares = vf_fma(scaled, scaled, squares);
            const vi rest = vf_int(vf_min(vf_mul(vf_sub(scaled, rounded), vf_set(LOW_STEPS)), vf_set(BYTE_LIMIT)));
            vi_store8(low + c, rest);
            rests[g] = vi_add32(rests[g], rest);
        }
    }
    vi_sums4(parts, sums);
    if (low) vi_sums4(rests, low_sums);
    return vf_sum(squares);
}

// A wide block of one of many rows, of which `most` is the largest.
static void round_wide(const float *x, activations *a, int row, int block, float most) {
    int16_t quants[WIDE_BLOCK];
    int8_t bytes[WIDE_BLOCK];
    int32_t sums[GROUPS], low_sums[GROUPS];
    const int64_t tile = tile_at(a, block, row / TILE), at = tile + row % TILE;
    if (a->in_words) {
        a->scales[at] = scale_of(a, most);
        round_words(x, a->wide, a->scales[at], quants);
        put_words(a->quants + tile * a->wide, row, quants, a->wide);
    }
    if (!a->in_bytes) return;
    a->byte_scales[at] = most / BYTE_LIMIT;
    const float squares = round_planes(x, a->wide, a->byte_scales[at], bytes, a->has_low ? a->low + at * a->wide : NULL, sums, low_sums);
    put_bytes(a->bytes + tile * a->wide, row, bytes, a->wide);
    put_sums(sum_pairs_at(a->byte_middles, tile, row % TILE), TILE, sums);
    a->offsets[at] = (int32_t)((a->has_low ? -(uint32_t)BYTE_MIDDLE : -1u) * (uint32_t)sum_of(sums));  // of what is no number: any
    if (!a->has_low) return;
    a->byte_sums[at] = a->byte_scales[at] * a->byte_scales[at] * squares;
    a->low_scales[at] = a->byte_scales[at] / LOW_STEPS;
    put_sums(a->low_middles + 2 * at, 1, low_sums);
    a->low_offsets[at] = (int32_t)(-(uint32_t)BYTE_MIDDLE * (uint32_t)sum_of(low_sums));
}

INLINE uint16_t *low_marks_at(const activations *a, int block, int tile) {
    return (uint16_t *)a->low_bits + (int64_t)block * tiles_of(a) + tile;
}

// Which wide blocks of a tile's rows the second plane is multiplied of: a bit for each row.
static void mark_low(const activations *a, int tile) {
    const int blocks = a->columns / a->wide, left = a->tokens - tile * TILE;
    for (int b = 0; b < blocks; b++) *low_marks_at(a, b, tile) = 0;
    for (int row = 0; row < TILE && row < left; row++) {
        float squares = 0.0f;
        for (int b = 0; b < blocks; b++) squares += a->byte_sums[tile_at(a, b, tile) + row];
        const float limit = MANY_LOW_ABOVE * squares;
        for (int b = 0; b < blocks; b++) {
            const float scale = a->byte_scales[tile_at(a, b, tile) + row];
            if (scale * scale > limit) *low_marks_at(a, b, tile) |= (uint16_t)(1 << row);
        }
    }
}

// A row of a tile that stands for no token.
static void clear_block(activations *a, int row, int block) {
    static const float nothing[WIDE_BLOCK];
    round_wide(nothing, a, row, block, 0.0f);
}

// -32 times the sum of 16 quants, in two halves of 16 bits; off by one if all of them are -128.
INLINE int32_t middle_of(int sum) {
    const int half = -16 * sum > INT16_MAX ? INT16_MAX : -16 * sum;
    return (int32_t)((uint32_t)(uint16_t)half * 0x10001u);
}

// The second plane of a block of one of few rows.
static void round_low(const float *x, activations *a, int row, int block) {
    int64_t at = (int64_t)row * (a->columns / BLOCK) + block;
    a->low_scales[at] = a->byte_scales[at] / LOW_STEPS;
    int sum = 0;
    for (int half = 0; half < 2; half++) {
        const int part = round_rest(x + half * LANES, LANES, a->byte_scales[at], a->low + at * BLOCK + half * LANES);
        a->low_middles[2 * at + half] = middle_of(part);
        sum += part;
    }
    a->low_sums[at] = a->low_scales[at] * (float)sum;
    a->low_bits[row * low_bit_bytes(a->columns) + block / 8] |= (uint8_t)(1 << block % 8);
}

// The second plane of one of few rows, where it counts.
static void round_low_row(const float *x, activations *a, int row) {
    const int blocks = a->columns / BLOCK;
    const float *scales = a->byte_scales + (int64_t)row * blocks;
    const float limit = FEW_LOW_ABOVE * squares_of(x, a->columns);
    memset(a->low_bits + row * low_bit_bytes(a->columns), 0, (size_t)low_bit_bytes(a->columns));
    for (int b = 0; b < blocks; b++)
        if (scales[b] * scales[b] > limit) round_low(x + b * BLOCK, a, row, b);
}

static void mark_rows(const activations *a) {
    for (int tile = 0; a->has_low && tile < tiles_of(a); tile++) mark_low(a, tile);
}

static void round_few(const float *x, activations *a, int row) {
    const int blocks = a->columns / BLOCK;
    const float row_most = a->per_row ? largest(x, a->columns) : 0.0f;
    a->offsets[row] = 0;
    for (int b = 0; b < blocks; b++) {
        const float most = a->per_row ? row_most : largest(x + b * BLOCK, BLOCK);
        const int64_t at = (int64_t)row * blocks + b;
        if (a->in_words) {
            a->scales[at] = scale_of(a, most);
            a->scaled_sums[at] = a->scales[at] * (float)round_words(x + b * BLOCK, BLOCK, a->scales[at], a->quants + at * BLOCK);
        }
        if (a->in_bytes) {
            a->byte_scales[at] = most / BYTE_LIMIT;
            int sum = 0;
            for (int half = 0; half < 2; half++) {
                const float *from = x + b * BLOCK + half * LANES;
                const int part = round_bytes(from, LANES, a->byte_scales[at], a->bytes + at * BLOCK + half * LANES);
                a->byte_middles[2 * at + half] = middle_of(part);
                sum += part;
            }
            a->byte_sums[at] = a->byte_scales[at] * (float)sum;
            a->offsets[row] -= sum;
        }
    }
    if (a->has_low) round_low_row(x, a, row);
    if (a->in_floats) memcpy(a->floats + (int64_t)row * a->columns, x, (size_t)a->columns * 4);
}

// One row of activations into `a`.
static void round_row(const float *x, activations *a, int row) {
    if (!a->wide) {
        round_few(x, a, row);
        return;
    }
    const float row_most = a->per_row ? largest(x, a->columns) : 0.0f;
    for (int b = 0; b < a->columns / a->wide; b++, x += a->wide)
        round_wide(x, a, row, b, a->per_row ? row_most : largest(x, a->wide));
}
