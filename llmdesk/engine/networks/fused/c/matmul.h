// Products of packed matrices of 2, 4 or 8 bits with rows of activations rounded to 16 bits or to 8.
//
// A matrix lies in panels of 16 rows. A vector of 64 bytes of quants holds 4 neighbouring columns of each of the 16 rows, 4
// bytes a row (4 bits: the columns after them in the high nibbles). So one dot instruction takes 2 columns (of bytes: 4) of
// 16 rows times as many activations, which are the same for all lanes, and no sum across lanes is ever needed.
//   4 bits: w = d q + m, q in 0..15. Each group of columns is 16 halves d, 16 halves m, then its quants: one stream.
//   2 bits (BitNet): w = d (q - 1), q in 0..2, for activations with one scale per row. 16 floats d, then the quants, 16
//     columns to a vector: four, and the columns after them in the next higher bits.
//   8 bits: w = d (q - 128), q in 1..255. All of a panel's d (16 halves per group, padded to 64 bytes), then its quants.
//
// Few rows of activations (a step of decoding): blocks of 32 columns have a scale of their own for the activations, and
// the quants are multiplied as they are, in 16 bits; in a large network those of 4 bits in two planes of bytes, the second one
// 256 times finer and only where it matters, in blocks whose scale is well above the row's average (docs/decisions/0034).
// Many rows (a prompt): weights of 4 and 8 bits are brought to 13 bits with one scale per row and up to 128 columns on the
// way into the first-level cache, activations to as many, so that nearly all instructions are dot products and 128 sums of
// two fit into 32 bits. What is rounded then is a thousandth of what 8-bit activations lose (docs/decisions/0017). BitNet's
// weights are multiplied in bytes, as its activations have 8 bits.
//
// Bytes 0, 2 and 1, 3 of the four are what shifts make 16 bits of, so activations of 16 bits lie in that order too.
#pragma once
#include "simd.h"

enum { FORM_NONE = 0, FORM_TERNARY = 2, FORM_Q4 = 4, FORM_Q8 = 8 };
enum { BLOCK = 32, FEW = 8, WIDE_BLOCK = 128 };
#if defined(__AVX512VNNI__)
enum { TILE = 12, PANELS = 2 };  // rows of activations and panels of weights whose sums fit into the registers
enum { SETS = 2 };               // of the sums of few_ternary
enum { SLICE = FEW };            // of the few rows, that are multiplied at once
enum { PLANES = 8 };             // of them, in bytes
#else
enum { TILE = 6, PANELS = 1 };
enum { SETS = 1 };
enum { SLICE = 4, PLANES = 4 };    // their sums fit into 16 registers with the weights
#endif
#define WIDE_LIMIT 4095.0f   // |w| and |x| in a wide block
#define FEW_LIMIT 32767.0f   // |x| of few rows; 32 times 255 times that fits into 32 bits
#define BYTE_LIMIT 127.0f    // |x| in bytes
#define LOW_STEPS 256.0f     // of the second plane in one of the first
#define LOW_ABOVE 1.5f       // blocks have a second plane where scale^2 is that many times the row's mean

typedef struct {
    const uint8_t *data;
    const float *bias;  // (rows), or NULL
    int32_t form, rows, columns, group;
} matrix;

// T rows of activations. Few: quants (T, columns) with scales and sums (T, columns / 32), and planes of bytes with theirs.
// Many: tiles of TILE rows, all tiles of a wide block together: quants (blocks, tiles, wide / 2, TILE, 2) or bytes (blocks,
// tiles, wide / 4, TILE, 4), scales and offsets (blocks, tiles, TILE).
typedef struct {
    int16_t *quants;
    int8_t *bytes, *low;   // few: the first plane and the second
    float *scales;
    float *scaled_sums;    // few: scale * sum of the block's quants
    float *byte_scales, *byte_sums, *low_scales, *low_sums;  // few: the same of the planes
    int32_t *low_blocks;   // few (T, columns / 32): the first low_counts[t] are those that have a second plane
    int32_t *low_counts;   // few (T)
    int32_t *offsets;      // many: -sum of the block's bytes; few (T): -sum of the row's bytes
    int tokens, columns, wide;  // wide: columns of a wide block, 0 for few rows
    int per_row;           // one scale for all columns of a row and 8 bits, as BitNet was trained
    int in_words, in_bytes;    // which of them the weights are multiplied with
    int has_low;           // few: the second plane
} activations;

INLINE int panels_of(const matrix *m) { return (m->rows + LANES - 1) / LANES; }
INLINE int64_t q4_group_bytes(const matrix *m) { return 4 * LANES + (int64_t)m->group * LANES / 2; }
INLINE int64_t q8_scale_bytes(const matrix *m) { return (m->columns / m->group * LANES * 2 + 63) & ~(int64_t)63; }
INLINE int64_t panel_bytes(const matrix *m) {
    if (m->form == FORM_Q4) return m->columns / m->group * q4_group_bytes(m);
    if (m->form == FORM_TERNARY) return 4 * LANES + (int64_t)m->columns * LANES / 4;
    return q8_scale_bytes(m) + (int64_t)m->columns * LANES;
}

// The processor's own prefetching stops at each page of 4 KB and is not far enough ahead: 30 % of the speed.
enum { AHEAD_BYTES = 4096 };
INLINE void fetch_ahead(const uint8_t *at) { _mm_prefetch((const char *)at + AHEAD_BYTES, _MM_HINT_T0); }

// The widest block of columns that divides them all.
static int wide_block(int columns) {
    for (int wide = WIDE_BLOCK; wide > BLOCK; wide -= BLOCK)
        if (columns % wide == 0) return wide;
    return BLOCK;
}

// ---- activations ----------------------------------------------------------------------------------------------------

INLINE float largest(const float *x, int n) {
    vf most = vf_zero();
    for (int i = 0; i < n; i += LANES) most = vf_max(most, vf_abs(vf_load(x + i)));
    return vf_hmax(most);
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

// A row's place in a tile of a wide block: of `count` times 4 bytes, every TILE-th.
INLINE void put_in_tile(void *tile, int row, const void *values, int count) {
    for (int i = 0; i < count; i++) memcpy((int32_t *)tile + row % TILE + i * TILE, (const int32_t *)values + i, 4);
}

// A wide block of one of many rows.
static void round_wide(const float *x, activations *a, int row, int block, float scale) {
    int16_t quants[WIDE_BLOCK] = {0};
    int8_t bytes[WIDE_BLOCK] = {0};
    int64_t at = tile_at(a, block, row / TILE);
    a->scales[at + row % TILE] = scale;
    if (a->in_words) {
        round_words(x, a->wide, scale, quants);
        put_in_tile(a->quants + at * a->wide, row, quants, a->wide / 2);
    }
    if (a->in_bytes) {
        a->offsets[at + row % TILE] = -round_bytes(x, a->wide, scale, bytes);
        put_in_tile(a->bytes + at * a->wide, row, bytes, a->wide / 4);
    }
}

// A row of a tile that stands for no token.
static void clear_block(activations *a, int row, int block) {
    static const float nothing[WIDE_BLOCK];
    round_wide(nothing, a, row, block, 0.0f);
}

// The second plane of a block of one of few rows.
static void round_low(const float *x, activations *a, int row, int block) {
    int64_t at = (int64_t)row * (a->columns / BLOCK) + block;
    a->low_scales[at] = a->byte_scales[at] / LOW_STEPS;
    a->low_sums[at] = a->low_scales[at] * (float)round_rest(x, BLOCK, a->byte_scales[at], a->low + at * BLOCK);
    a->low_blocks[(int64_t)row * (a->columns / BLOCK) + a->low_counts[row]++] = block;
}

// The second plane of one of few rows, where it counts.
static void round_low_row(const float *x, activations *a, int row) {
    const int blocks = a->columns / BLOCK;
    const float *scales = a->byte_scales + (int64_t)row * blocks;
    float squares = 0.0f;
    for (int b = 0; b < blocks; b++) squares += scales[b] * scales[b];
    const float limit = LOW_ABOVE * squares / (float)blocks;
    for (int b = 0; b < blocks; b++)
        if (scales[b] * scales[b] > limit) round_low(x + b * BLOCK, a, row, b);
}

static void round_few(const float *x, activations *a, int row) {
    const int blocks = a->columns / BLOCK;
    const float row_most = a->per_row ? largest(x, a->columns) : 0.0f;
    a->offsets[row] = a->low_counts[row] = 0;
    for (int b = 0; b < blocks; b++) {
        const float most = a->per_row ? row_most : largest(x + b * BLOCK, BLOCK);
        const int64_t at = (int64_t)row * blocks + b;
        if (a->in_words) {
            a->scales[at] = scale_of(a, most);
            a->scaled_sums[at] = a->scales[at] * (float)round_words(x + b * BLOCK, BLOCK, a->scales[at], a->quants + at * BLOCK);
        }
        if (a->in_bytes) {
            a->byte_scales[at] = most / BYTE_LIMIT;
            int sum = round_bytes(x + b * BLOCK, BLOCK, a->byte_scales[at], a->bytes + at * BLOCK);
            a->byte_sums[at] = a->byte_scales[at] * (float)sum;
            a->offsets[row] -= sum;
        }
    }
    if (a->has_low) round_low_row(x, a, row);
}

// One row of activations into `a`.
static void round_row(const float *x, activations *a, int row) {
    if (!a->wide) {
        round_few(x, a, row);
        return;
    }
    const float row_scale = a->per_row ? scale_of(a, largest(x, a->columns)) : 0.0f;
    for (int b = 0; b < a->columns / a->wide; b++, x += a->wide)
        round_wide(x, a, row, b, a->per_row ? row_scale : scale_of(a, largest(x, a->wide)));
}

// ---- few rows -------------------------------------------------------------------------------------------------------

// Four bytes, or a pair of 16 bits, in each lane.
INLINE vi in_all_lanes(const void *values) {
    int32_t bits;
    memcpy(&bits, values, 4);
    return vi_set(bits);
}

// 8 columns of 4 bits, or 4 of 8, as pairs of 16 bits.
INLINE void q4_pairs(vi quants, vi *w) {
    const vi nibble = vi_set16(15);
    w[0] = vi_and(quants, nibble), w[1] = vi_and(vi_srl16(quants, 8), nibble);
    w[2] = vi_and(vi_srl16(quants, 4), nibble), w[3] = vi_srl16(quants, 12);
}
INLINE void q8_pairs(vi quants, vi *w) { w[0] = vi_and(quants, vi_set16(255)), w[1] = vi_srl16(quants, 8); }

// One panel of 2 bits times `tokens` (a constant, at most 4) rows from `first` on, each with one scale: out[t] are the 16 sums.
// The quants are not shifted to the right: each of their four places has sums of its own, 1, 4, 16 and 64 times too large.
// Sums are whole numbers to the end, so their order does not matter; one token has two sets of them where there are registers
// for that, as each takes as long as five dot products.
INLINE void few_ternary(const matrix *m, const uint8_t *panel, const activations *a, int first, const int tokens, vf *out) {
    const uint8_t *quants = panel + 4 * LANES;
    const int sets = tokens == 1 ? SETS : 1;
    vi dot[4][2][4];
    for (int t = 0; t < tokens; t++)
        for (int k = 0; k < 4; k++) dot[t][0][k] = dot[t][1][k] = vi_set(0);
    for (int c = 0; c < m->columns; c += 16 * sets)
        for (int s = 0; s < sets; s++, quants += 64) {
            vi all = vi_load(quants);
            fetch_ahead(quants);
            for (int k = 0; k < 4; k++) {
                vi w = vi_and(all, vi_set8((int8_t)(3 << 2 * k)));
                for (int t = 0; t < tokens; t++)
                    dot[t][s][k] = vi_dot(dot[t][s][k], w, in_all_lanes(a->bytes + (int64_t)(first + t) * m->columns + c + 16 * s + 4 * k));
            }
        }
    for (int t = 0; t < tokens; t++) {
        vi sum = vi_set(a->offsets[first + t]);
        for (int k = 0; k < 4; k++) sum = vi_add32(sum, vi_sra32(vi_add32(dot[t][0][k], dot[t][1][k]), 2 * k));
        vf scale = vf_set(a->byte_scales[(first + t) * (m->columns / BLOCK)]);
        out[t] = vf_mul(vf_load((const float *)panel), vf_mul(vi_float(sum), scale));
    }
}

INLINE void few_ternary_halves(const matrix *m, const uint8_t *panel, const activations *a, int first, const int tokens, vf *out) {
    few_ternary(m, panel, a, first, tokens < 4 ? tokens : 4, out);
    if (tokens > 4) few_ternary(m, panel, a, first + 4, tokens - 4, out + 4);
}

#define UNROLLED _Pragma("GCC unroll 16")
#if defined(__clang__)
#define ROLLED _Pragma("clang loop unroll(disable)")  // unrolled, it keeps sums in memory
#else
#define ROLLED _Pragma("GCC unroll 1")
#endif
// Two chains of sums a row hide how long a dot product takes; where registers are few, more rows do the same with one each.
#if defined(__AVX512VNNI__)
#define CHAINS(tokens) 2
#else
#define CHAINS(tokens) ((tokens) > 2 ? 1 : 2)
#endif

INLINE void q4_pair_of_chains(const uint8_t *quants, const int16_t *x, int64_t columns, const int tokens, vi *dot) {
    const vi low = vi_set16(0x0f), high = vi_set16(0xf0);
    vi high_dot[FEW];
    for (int t = 0; t < tokens; t++) dot[t] = high_dot[t] = vi_set(0);
    for (int j = 0; j < 4; j++, x += 8) {
        // The high nibbles stay where they are in their bytes: their sums are 16 times too large.
        const vi even = vi_load(quants + 64 * j), odd = vi_srl16(even, 8);
        const vi w[4] = {vi_and(even, low), vi_and(odd, low), vi_and(even, high), vi_and(odd, high)};
        fetch_ahead(quants + 64 * j);
        for (int t = 0; t < tokens; t++) {
            dot[t] = vi_dot16(dot[t], w[0], in_all_lanes(x + t * columns));
            high_dot[t] = vi_dot16(high_dot[t], w[2], in_all_lanes(x + t * columns + 4));
            dot[t] = vi_dot16(dot[t], w[1], in_all_lanes(x + t * columns + 2));
            high_dot[t] = vi_dot16(high_dot[t], w[3], in_all_lanes(x + t * columns + 6));
        }
    }
    for (int t = 0; t < tokens; t++) dot[t] = vi_add32(dot[t], vi_sra32(high_dot[t], 4));
}

INLINE void q4_one_chain(const uint8_t *quants, const int16_t *x, int64_t columns, const int tokens, vi *dot) {
    const vi low = vi_set16(0x0f);
    UNROLLED for (int t = 0; t < tokens; t++) dot[t] = vi_set(0);
    for (int j = 0; j < 4; j++, x += 8) {
        const vi all = vi_load(quants + 64 * j);
        fetch_ahead(quants + 64 * j);
        UNROLLED for (int k = 0; k < 4; k++) {
            const int shift = (k & 1) * 8 + (k >> 1) * 4;  // what lies in the bits: columns 0, 1, 4, 5 and their pairs
            const vi w = k == 3 ? vi_srl16(all, shift) : vi_and(k ? vi_srl16(all, shift) : all, low);
            UNROLLED for (int t = 0; t < tokens; t++) dot[t] = vi_dot16(dot[t], w, in_all_lanes(x + t * columns + 2 * k));
        }
    }
}

// One panel of 4 bits times `tokens` (a constant, at most FEW) rows from `first` on, in 16 bits.
INLINE void few_q4_words(const matrix *m, const uint8_t *panel, const activations *a, int first, const int tokens, vf *out) {
    const uint8_t *quants = panel;
    const int blocks = m->columns / BLOCK, per_group = m->group / BLOCK;
    const int16_t *rows = a->quants + (int64_t)first * m->columns;
    const float *row_scales = a->scales + first * blocks, *row_sums = a->scaled_sums + first * blocks;
    for (int t = 0; t < tokens; t++) out[t] = vf_zero();
    for (int block = 0; block < blocks;) {
        const uint16_t *scales = (const uint16_t *)quants;
        fetch_ahead(quants);
        quants += 4 * LANES;
        vf sum[FEW];
        float offset[FEW];
        for (int t = 0; t < tokens; t++) sum[t] = vf_zero(), offset[t] = 0.0f;
        for (int end = block + per_group; block < end; block++, quants += BLOCK * LANES / 2) {
            vi dot[FEW];
            if (CHAINS(tokens) == 2) q4_pair_of_chains(quants, rows + block * BLOCK, m->columns, tokens, dot);
            else q4_one_chain(quants, rows + block * BLOCK, m->columns, tokens, dot);
            for (int t = 0; t < tokens; t++) {
                sum[t] = vf_fma(vi_float(dot[t]), vf_set(row_scales[t * blocks + block]), sum[t]);
                offset[t] += row_sums[t * blocks + block];
            }
        }
        vf d = vf_half(scales), low_end = vf_half(scales + LANES);
        for (int t = 0; t < tokens; t++) out[t] = vf_fma(low_end, vf_set(offset[t]), vf_fma(d, sum[t], out[t]));
    }
}

// A plane of one of few rows: bytes (columns), and of each block their scale and scale * sum.
typedef struct { const int8_t *bytes; const float *scales, *sums; } plane;
INLINE plane high_plane(const activations *a, int row) {
    const int64_t at = (int64_t)row * (a->columns / BLOCK);
    return (plane){a->bytes + at * BLOCK, a->byte_scales + at, a->byte_sums + at};
}
INLINE plane low_plane(const activations *a, int row) {
    const int64_t at = (int64_t)row * (a->columns / BLOCK);
    return (plane){a->low + at * BLOCK, a->low_scales + at, a->low_sums + at};
}

// sums[p] += a block of 32 columns of 4 bits, whose quants and 16 times d and m these are, times those of `count` (a
// constant) planes.
INLINE void q4_block(const uint8_t *quants, vf d, vf low_end, const plane *planes, int block, const int count, vf *sums) {
    const vi nibble = vi_set8(15);
    vi part[PLANES];
    UNROLLED for (int p = 0; p < count; p++) part[p] = vi_set(0);
    ROLLED for (int j = 0; j < 4; j++) {
        const vi all = vi_load(quants + 64 * j), first = vi_and(all, nibble), second = vi_and(vi_srl16(all, 4), nibble);
        fetch_ahead(quants + 64 * j);
        UNROLLED for (int p = 0; p < count; p++) {
            const int8_t *x = planes[p].bytes + block * BLOCK + 8 * j;
            part[p] = vi_dot_part(part[p], first, in_all_lanes(x));
            part[p] = vi_dot_part(part[p], second, in_all_lanes(x + 4));
        }
    }
    UNROLLED for (int p = 0; p < count; p++) {
        vf sum = vf_mul(vi_float(vi_part_sum(part[p])), vf_set(planes[p].scales[block]));
        sums[p] = vf_fma(low_end, vf_set(planes[p].sums[block]), vf_fma(d, sum, sums[p]));
    }
}

// One panel of 4 bits times all blocks of `count` planes.
INLINE void q4_all_blocks(const matrix *m, const uint8_t *panel, const plane *planes, const int count, vf *sums) {
    const uint8_t *quants = panel;
    const int blocks = m->columns / BLOCK, per_group = m->group / BLOCK;
    UNROLLED for (int p = 0; p < count; p++) sums[p] = vf_zero();
    for (int block = 0; block < blocks;) {
        const uint16_t *scales = (const uint16_t *)quants;
        const vf d = vf_half(scales), low_end = vf_half(scales + LANES);
        fetch_ahead(quants);
        quants += 4 * LANES;
        for (int end = block + per_group; block < end; block++, quants += BLOCK * LANES / 2)
            q4_block(quants, d, low_end, planes, block, count, sums);
    }
}

// The second plane of a row, where it has one.
static vf q4_low_blocks(const matrix *m, const uint8_t *panel, const activations *a, int row) {
    const int32_t *blocks = a->low_blocks + (int64_t)row * (a->columns / BLOCK);
    const plane low = low_plane(a, row);
    vf sum = vf_zero();
    for (int i = 0; i < a->low_counts[row]; i++) {
        const int column = blocks[i] * BLOCK;
        const uint16_t *scales = (const uint16_t *)(panel + column / m->group * q4_group_bytes(m));
        const uint8_t *quants = (const uint8_t *)scales + 4 * LANES + column % m->group * LANES / 2;
        q4_block(quants, vf_half(scales), vf_half(scales + LANES), &low, blocks[i], 1, &sum);
    }
    return sum;
}

#define PLANES_CASE(n) case n: q4_all_blocks(m, panel, planes, n, sums); break;
// Functions of their own for each number of planes, by a switch outside of all loops.
static __attribute__((noinline)) void q4_times_planes(const matrix *m, const uint8_t *panel, const plane *planes, int count, vf *sums) {
    switch (count) {
        PLANES_CASE(1) PLANES_CASE(2) PLANES_CASE(3) PLANES_CASE(4)
#if defined(__AVX512VNNI__)
        PLANES_CASE(5) PLANES_CASE(6) PLANES_CASE(7) PLANES_CASE(8)
#endif
    }
}

// One panel of 4 bits times rows from `first` on, in bytes. A row's planes are added at the end, so it does not matter which
// rows are multiplied together.
static void few_q4_planes(const matrix *m, const uint8_t *panel, const activations *a, int first, int tokens, vf *out) {
    for (int t = 0, now; t < tokens; t += now) {
        plane planes[PLANES];
        now = tokens - t < PLANES ? tokens - t : PLANES;
        for (int i = 0; i < now; i++) planes[i] = high_plane(a, first + t + i);
        q4_times_planes(m, panel, planes, now, out + t);
    }
    for (int t = 0; t < tokens; t++) out[t] = vf_add(out[t], q4_low_blocks(m, panel, a, first + t));
}

// One panel of 8 bits times `tokens` (a constant, at most FEW) rows from `first` on.
INLINE void few_q8(const matrix *m, const uint8_t *panel, const activations *a, int first, const int tokens, vf *out) {
    const uint16_t *scales = (const uint16_t *)panel;
    const uint8_t *quants = panel + q8_scale_bytes(m);
    const int blocks = m->columns / BLOCK, per_group = m->group / BLOCK;
    const int16_t *rows = a->quants + (int64_t)first * m->columns;
    const float *row_scales = a->scales + first * blocks, *row_sums = a->scaled_sums + first * blocks;
    for (int t = 0; t < tokens; t++) out[t] = vf_zero();
    for (int block = 0; block < blocks; scales += LANES) {
        vf sum[FEW];
        float offset[FEW];
        for (int t = 0; t < tokens; t++) sum[t] = vf_zero(), offset[t] = 0.0f;
        for (int end = block + per_group; block < end; block++, quants += BLOCK * LANES) {
            const int chains = CHAINS(tokens);
            vi dot[FEW], dot2[FEW];
            for (int t = 0; t < tokens; t++) dot[t] = dot2[t] = vi_set(0);
            ROLLED for (int j = 0; j < 8; j++) {
                vi w[2];
                q8_pairs(vi_load(quants + 64 * j), w);
                fetch_ahead(quants + 64 * j);
                UNROLLED for (int k = 0; k < 2; k++)
                    UNROLLED for (int t = 0; t < tokens; t++) {
                        const int16_t *x = rows + (int64_t)t * m->columns + block * BLOCK + 4 * j + 2 * k;
                        vi *sum_of_chain = k && chains == 2 ? &dot2[t] : &dot[t];
                        *sum_of_chain = vi_dot16(*sum_of_chain, w[k], in_all_lanes(x));
                    }
            }
            for (int t = 0; t < tokens; t++) {
                sum[t] = vf_fma(vi_float(vi_add32(dot[t], dot2[t])), vf_set(row_scales[t * blocks + block]), sum[t]);
                offset[t] += row_sums[t * blocks + block];
            }
        }
        vf d = vf_half(scales);
        for (int t = 0; t < tokens; t++) out[t] = vf_fma(d, vf_sub(sum[t], vf_set(128.0f * offset[t])), out[t]);
    }
}

// Functions of their own, with a switch outside of all loops: in a larger one the compiler keeps sums in memory.
#define FEW_CASE(few, n) case n: few(m, panel, a, first, n, out); break;
#define FEW_FUNCTION(name, few)                                                                                             \
    static __attribute__((noinline)) void name(const matrix *m, const uint8_t *panel, const activations *a, int first,      \
                                               int tokens, vf *out) {                                                       \
        switch (tokens) {                                                                                                   \
            FEW_CASE(few, 1) FEW_CASE(few, 2) FEW_CASE(few, 3) FEW_CASE(few, 4)                                             \
            FEW_CASE(few, 5) FEW_CASE(few, 6) FEW_CASE(few, 7) FEW_CASE(few, 8)                                             \
        }                                                                                                                   \
    }
FEW_FUNCTION(few_rows_q4, few_q4_words)
FEW_FUNCTION(few_rows_q8, few_q8)
FEW_FUNCTION(few_rows_ternary, few_ternary_halves)

// How many rows from `first` on are multiplied at once: slices of about the same size, none larger than SLICE.
static int slice_of(int tokens, int first) {
    int left = tokens - first, slices = (left + SLICE - 1) / SLICE;
    return (left + slices - 1) / slices;
}

// Panel `index` times `tokens` (at most SLICE) of the few rows from `first` on: out[t] are the 16 sums. Numbers are the same
// however the rows are sliced.
static void few_panel(const matrix *m, int index, const activations *a, int first, int tokens, vf *out) {
    const uint8_t *panel = m->data + index * panel_bytes(m);
    if (m->form == FORM_Q4 && a->has_low) few_q4_planes(m, panel, a, first, tokens, out);
    else if (m->form == FORM_Q4) few_rows_q4(m, panel, a, first, tokens, out);
    else if (m->form == FORM_Q8) few_rows_q8(m, panel, a, first, tokens, out);
    else few_rows_ternary(m, panel, a, first, tokens, out);
}

// ---- many rows ------------------------------------------------------------------------------------------------------

// The groups of 4 bits that a panel's blocks of 32 columns lie in, one after the other.
typedef struct { const uint8_t *group; int in_group; } q4_place;
INLINE q4_place q4_place_of(const matrix *m, const uint8_t *panel, int column) {
    return (q4_place){panel + column / m->group * q4_group_bytes(m), column % m->group};
}
INLINE void q4_next_block(const matrix *m, q4_place *at) {
    at->in_group += BLOCK;
    if (at->in_group == m->group) at->in_group = 0, at->group += 4 * LANES + m->group * LANES / 2;
}

// A wide block of a panel as pairs of 16 bits, at most WIDE_LIMIT, with one scale a row; `out` holds wide / 2 vectors.
// Returns the scales. Quants are shifted up and multiplied by a fraction of 15 bits.
enum { Q4_SHIFT = 11, Q8_SHIFT = 5 };
INLINE vf widen_q4(const matrix *m, const uint8_t *panel, int first_column, int wide, uint8_t *out) {
    const q4_place start_at = q4_place_of(m, panel, first_column);
    vf most = vf_set(1e-30f);
    q4_place at = start_at;
    for (int c = 0; c < wide; c += BLOCK, q4_next_block(m, &at)) {
        const uint16_t *s = (const uint16_t *)at.group;
        vf low_end = vf_half(s + LANES);
        most = vf_max(most, vf_max(vf_abs(low_end), vf_abs(vf_fma(vf_half(s), vf_set(15.0f), low_end))));
    }
    vf inverse = vf_div(vf_set(WIDE_LIMIT - 1.0f), most);
    at = start_at;
    for (int c = 0; c < wide; c += BLOCK, q4_next_block(m, &at)) {
        const uint16_t *s = (const uint16_t *)at.group;
        const uint8_t *quants = at.group + 4 * LANES + at.in_group * LANES / 2;
        vf step = vf_mul(vf_half(s), inverse);
        vi factor = vi_pair16(vf_int(vf_mul(step, vf_set(1 << (15 - Q4_SHIFT)))));
        vi start = vi_pair16(vf_int(vf_mul(vf_half(s + LANES), inverse)));
        for (int j = 0; j < 4; j++, quants += 64) {
            vi w[4];
            q4_pairs(vi_load(quants), w);
            for (int k = 0; k < 4; k++, out += 64)
                vi_store(out, vi_add16(vi_mul16_high(vi_sll16(w[k], Q4_SHIFT), factor), start));
        }
    }
    return vf_div(vf_set(1.0f), inverse);
}

INLINE vf widen_q8(const matrix *m, const uint8_t *panel, int first_column, int wide, uint8_t *out) {
    const uint16_t *scales = (const uint16_t *)panel;
    const uint8_t *quants = panel + q8_scale_bytes(m) + (int64_t)first_column * LANES;
    vf most = vf_set(1e-30f);
    for (int c = first_column; c < first_column + wide; c += BLOCK)
        most = vf_max(most, vf_abs(vf_half(scales + c / m->group * LANES)));
    vf inverse = vf_div(vf_set(32767.0f), most);
    for (int c = first_column; c < first_column + wide; c += BLOCK) {
        vi factor = vi_pair16(vf_int(vf_mul(vf_half(scales + c / m->group * LANES), inverse)));
        for (int j = 0; j < 8; j++, quants += 64) {
            vi w[2];
            q8_pairs(vi_load(quants), w);
            for (int k = 0; k < 2; k++, out += 64)
                vi_store(out, vi_mul16_high(vi_sll16(vi_sub16(w[k], vi_set16(128)), Q8_SHIFT), factor));
        }
    }
    return vf_div(vf_set(32768.0f / (1 << Q8_SHIFT)), inverse);
}

// 0, 1 and 2 as they are: as bytes, which are multiplied as if they were not too large by 1 (`offsets` mends that), or,
// beside a matrix of another form, as pairs of 16 bits.
INLINE vf widen_ternary(const uint8_t *panel, int first_column, int wide, int in_bytes, uint8_t *out) {
    const uint8_t *quants = panel + 4 * LANES + (int64_t)first_column * LANES / 4;
    for (int c = 0; c < wide; c += 16, quants += 64)
        for (int k = 0; k < 4; k++) {
            vi w[2], all = vi_and(vi_srl16(vi_load(quants), 2 * k), vi_set8(3));
            q8_pairs(all, w);
            if (in_bytes) vi_store(out, all), out += 64;
            else for (int i = 0; i < 2; i++, out += 64) vi_store(out, vi_sub16(w[i], vi_set16(1)));
        }
    return vf_load((const float *)panel);
}

// A wide block of a panel, whatever its form.
INLINE vf widen(const matrix *m, const uint8_t *panel, int first_column, int wide, int in_bytes, uint8_t *out) {
    if (m->form == FORM_Q4) return widen_q4(m, panel, first_column, wide, out);
    if (m->form == FORM_Q8) return widen_q8(m, panel, first_column, wide, out);
    return widen_ternary(panel, first_column, wide, in_bytes, out);
}

// sums (TILE, PANELS * 16) += `steps` vectors of each of PANELS panels times a tile of activations, in bytes or in 16 bits
// (a constant). `offsets` are what sums in bytes begin with.
INLINE void tile_sums(const uint8_t *w, int64_t w_stride, const vf *w_scale, int steps, const int in_bytes, const int32_t *x,
                      const float *x_scales, const int32_t *offsets, float *sums) {
    vi dot[TILE][PANELS];
    UNROLLED for (int t = 0; t < TILE; t++)
        UNROLLED for (int p = 0; p < PANELS; p++) dot[t][p] = vi_set(in_bytes ? offsets[t] : 0);
    for (int i = 0; i < steps; i++, x += TILE) {
        vi weights[PANELS];
        _mm_prefetch((const char *)(x + steps * TILE), _MM_HINT_T0);  // the next tile
        UNROLLED for (int p = 0; p < PANELS; p++) weights[p] = vi_load(w + p * w_stride + 64 * i);
        UNROLLED for (int t = 0; t < TILE; t++) {
            vi few_columns = vi_set(x[t]);
            UNROLLED for (int p = 0; p < PANELS; p++)
                dot[t][p] = in_bytes ? vi_dot(dot[t][p], weights[p], few_columns) : vi_dot16(dot[t][p], weights[p], few_columns);
        }
    }
    vf scale[PANELS];  // once, and not again after each store that the compiler cannot tell from a change of it
    UNROLLED for (int p = 0; p < PANELS; p++) scale[p] = w_scale[p];
    UNROLLED for (int t = 0; t < TILE; t++) {
        vf x_scale = vf_set(x_scales[t]);
        UNROLLED for (int p = 0; p < PANELS; p++) {
            float *sum = sums + (t * PANELS + p) * LANES;
            vf_store(sum, vf_fma(vf_mul(vi_float(dot[t][p]), x_scale), scale[p], vf_load(sum)));
        }
    }
}

// Functions of their own, unrolled by order: within a larger one the compiler keeps the sums in memory, which costs a quarter
// of the speed.
typedef void (*tile_function)(const uint8_t *w, int64_t w_stride, const vf *w_scale, int wide, const int32_t *x,
                              const float *x_scales, const int32_t *offsets, float *sums);
static __attribute__((noinline)) void tile_in_bytes(const uint8_t *w, int64_t w_stride, const vf *w_scale, int wide,
                                                    const int32_t *x, const float *x_scales, const int32_t *offsets,
                                                    float *sums) {
    tile_sums(w, w_stride, w_scale, wide / 4, 1, x, x_scales, offsets, sums);
}
static __attribute__((noinline)) void tile_in_16_bits(const uint8_t *w, int64_t w_stride, const vf *w_scale, int wide,
                                                      const int32_t *x, const float *x_scales, const int32_t *offsets,
                                                      float *sums) {
    tile_sums(w, w_stride, w_scale, wide / 2, 0, x, x_scales, offsets, sums);
}

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

static int is_ternary(const panel_ref *pair) { return pair[0].m->form == FORM_TERNARY && pair[1].m->form == FORM_TERNARY; }
INLINE int64_t block_bytes(const panel_ref *pair, const activations *a) { return a->wide * LANES * (is_ternary(pair) ? 1 : 2); }

static void widen_pair(const panel_ref *pair, const activations *a, const pair_room *room) {
    for (int b = 0; b < a->columns / a->wide; b++)
        for (int p = 0; p < PAIR; p++) {
            const matrix *m = pair[p].m;
            const uint8_t *panel = m->data + pair[p].index * panel_bytes(m);
            uint8_t *out = room->weights + (b * PAIR + p) * block_bytes(pair, a);
            room->scales[b * PAIR + p] = widen(m, panel, b * a->wide, a->wide, is_ternary(pair), out);
        }
}

// Fetch the `part`th of `parts` of the panels that most likely come next: they are behind these in memory. A few lines at a
// time, so that the products never wait for them.
INLINE void fetch_next_pair(const panel_ref *pair, int64_t bytes, int part, int64_t part_bytes) {
    for (int p = 0; p < PAIR; p++) {
        const char *panel = (const char *)pair[p].m->data + (pair[p].index + (pair[0].m == pair[1].m ? PAIR : 1)) * bytes;
        for (int64_t i = part * part_bytes; i < (part + 1) * part_bytes && i < bytes; i += 64)
            _mm_prefetch(panel + i, _MM_HINT_T1);
    }
}

// The widened pair times `count` tiles of rows from `first` on, into the room's sums.
static void multiply_tiles(const panel_ref *pair, const activations *a, int first, int count, const pair_room *room) {
    int blocks = a->columns / a->wide, part = first * blocks;
    const int in_bytes = is_ternary(pair);
    const tile_function multiply = in_bytes ? tile_in_bytes : tile_in_16_bits;
    int64_t stride = block_bytes(pair, a);
    int64_t bytes = panel_bytes(pair->m), part_bytes = (bytes / ((int64_t)tiles_of(a) * blocks) + 63) & ~(int64_t)63;
    memset(room->sums, 0, (size_t)count * TILE * PAIR * LANES * 4);
    for (int b = 0; b < blocks; b++)
        for (int tile = 0; tile < count; tile++, part++) {
            int64_t at = tile_at(a, b, first + tile);
            fetch_next_pair(pair, bytes, part, part_bytes);
            const void *x = in_bytes ? (const void *)(a->bytes + at * a->wide) : (const void *)(a->quants + at * a->wide);
            for (int p = 0; p < PAIR; p += PANELS)
                multiply(room->weights + (b * PAIR + p) * stride, stride, room->scales + b * PAIR + p, a->wide, x,
                         a->scales + at, a->offsets + at, room->sums + (tile * PAIR + p) * TILE * LANES);
        }
}

// One row of a packed matrix as floats (a token's embedding).
static void unpack_row(const matrix *m, int row, float *out) {
    const uint8_t *panel = m->data + row / LANES * panel_bytes(m), *quants = panel + q8_scale_bytes(m);
    int lane = row % LANES;
    for (int g = 0; g < m->columns / m->group; g++, out += m->group) {
        if (m->form == FORM_Q4) {
            const uint8_t *group = panel + g * q4_group_bytes(m);
            const uint16_t *s = (const uint16_t *)group + lane;
            float d = _cvtsh_ss(s[0]), low_end = _cvtsh_ss(s[LANES]);
            for (int c = 0; c < m->group; c++) {
                uint8_t both = group[4 * LANES + c / 8 * 64 + lane * 4 + c % 4];
                out[c] = d * (float)(c % 8 < 4 ? both & 15 : both >> 4) + low_end;
            }
        } else if (m->form == FORM_TERNARY) {
            float d = ((const float *)panel)[lane];
            for (int c = 0; c < m->columns; c++) {
                uint8_t four_columns = panel[4 * LANES + c / 16 * 64 + lane * 4 + c % 4];
                out[c] = d * (float)((four_columns >> c % 16 / 4 * 2 & 3) - 1);
            }
        } else {
            float d = _cvtsh_ss(((const uint16_t *)panel)[g * LANES + lane]);
            for (int c = 0; c < m->group; c++, quants += c % 4 ? 0 : 64) out[c] = d * ((float)quants[lane * 4 + c % 4] - 128.0f);
        }
    }
}
