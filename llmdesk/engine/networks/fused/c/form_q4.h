// 4 bits: w = d q + m, q in 0..15. Each group of columns is 16 halves d, 16 halves m, then its quants: one stream.
// Symmetric (Q4S, GGUF's Q4_0): w = d (q - 8). All of a panel's d (16 halves per group, padded to 64 bytes), then its quants.
#pragma once
#include "nibbles.h"

INLINE int64_t q4_group_bytes(const matrix *m) { return 4 * LANES + (int64_t)m->group * LANES / 2; }
static int64_t q4_panel_bytes(const matrix *m) { return m->columns / m->group * q4_group_bytes(m); }
static int64_t q4s_panel_bytes(const matrix *m) { return scale_bytes(m) + (int64_t)m->columns * LANES / 2; }

// Where a panel's groups are; `symmetric` is a constant here and below. Worked out once, as stores between make the compiler
// read the matrix again.
typedef struct { const uint8_t *panel, *quants; int64_t group_bytes, head_bytes; } q4_place;
INLINE q4_place q4_place_of(const matrix *m, const uint8_t *panel, const int symmetric) {
    const int64_t quant_bytes = (int64_t)m->group * LANES / 2;
    if (symmetric) return (q4_place){panel, panel + scale_bytes(m), quant_bytes, 2 * LANES};
    return (q4_place){panel, panel + 4 * LANES, q4_group_bytes(m), q4_group_bytes(m)};
}
typedef struct { vf d, low_end; const uint8_t *quants; } q4_group;
INLINE q4_group q4_group_at(const q4_place *at, int index, const int symmetric) {
    const uint16_t *scales = (const uint16_t *)(at->panel + index * at->head_bytes);
    const vf d = vf_half(scales);
    return (q4_group){d, symmetric ? vf_mul(d, vf_set(-8.0f)) : vf_half(scales + LANES), at->quants + index * at->group_bytes};
}

// One panel of 4 bits times `tokens` (a constant, at most FEW) rows from `first` on, in 16 bits.
INLINE void q4_words(const matrix *m, const uint8_t *panel, const activations *a, int first, const int tokens, vf *out,
                     const int symmetric) {
    const int blocks = m->columns / BLOCK, per_group = m->group / BLOCK;
    const q4_place at = q4_place_of(m, panel, symmetric);
    if (symmetric) fetch_head(panel, scale_bytes(m));
    const int16_t *rows = a->quants + (int64_t)first * m->columns;
    const float *row_scales = a->scales + first * blocks, *row_sums = a->scaled_sums + first * blocks;
    for (int t = 0; t < tokens; t++) out[t] = vf_zero();
    for (int block = 0, index = 0; block < blocks; index++) {
        const q4_group g = q4_group_at(&at, index, symmetric);
        const uint8_t *quants = g.quants;
        vf sum[FEW];
        float offset[FEW];
        for (int t = 0; t < tokens; t++) sum[t] = vf_zero(), offset[t] = 0.0f;
        for (int end = block + per_group; block < end; block++, quants += BLOCK * LANES / 2) {
            vi dot[FEW];
            nibble_words(quants, rows + block * BLOCK, m->columns, tokens, dot);
            for (int t = 0; t < tokens; t++) {
                sum[t] = vf_fma(vi_float(dot[t]), vf_set(row_scales[t * blocks + block]), sum[t]);
                offset[t] += row_sums[t * blocks + block];
            }
        }
        for (int t = 0; t < tokens; t++) out[t] = vf_fma(g.low_end, vf_set(offset[t]), vf_fma(g.d, sum[t], out[t]));
    }
}

INLINE void few_q4_words(const matrix *m, const uint8_t *panel, const activations *a, int first, const int tokens, vf *out) {
    q4_words(m, panel, a, first, tokens, out, 0);
}
INLINE void few_q4s_words(const matrix *m, const uint8_t *panel, const activations *a, int first, const int tokens, vf *out) {
    q4_words(m, panel, a, first, tokens, out, 1);
}
FEW_FUNCTION(few_rows_q4, few_q4_words)
FEW_FUNCTION(few_rows_q4s, few_q4s_words)

// sums[p] += a block, whose quants and 16 times d and m these are, times those of `count` (a constant) planes.
INLINE void q4_block(const uint8_t *quants, vf d, vf low_end, const plane *planes, int block, const int count, vf *sums) {
    vi part[PLANES];
    nibble_parts(quants, planes, block, count, part);
    UNROLLED for (int p = 0; p < count; p++) {
        vf sum = vf_mul(vi_float(vi_part_sum(part[p])), vf_set(planes[p].scales[block]));
        sums[p] = vf_fma(low_end, vf_set(planes[p].sums[block]), vf_fma(d, sum, sums[p]));
    }
}

// One panel of 4 bits times `count` (a constant) rows in planes.
INLINE void q4_blocks(const matrix *m, const uint8_t *panel, const plane *high, const plane *low, const int count, vf *sums,
                      const int symmetric) {
    const int blocks = m->columns / BLOCK, per_group = m->group / BLOCK;
    const q4_place at = q4_place_of(m, panel, symmetric);
    if (symmetric) fetch_head(panel, scale_bytes(m));
    vf low_sums[PLANES];
    UNROLLED for (int p = 0; p < count; p++) sums[p] = low_sums[p] = vf_zero();
    for (int block = 0, index = 0; block < blocks; index++) {
        const q4_group g = q4_group_at(&at, index, symmetric);
        const uint8_t *quants = g.quants;
        for (int end = block + per_group; block < end; block++, quants += BLOCK * LANES / 2) {
            q4_block(quants, g.d, g.low_end, high, block, count, sums);
            for (int p = 0; p < count; p++)
                if (has_block(low[p].bits, block)) q4_block(quants, g.d, g.low_end, low + p, block, 1, low_sums + p);
        }
    }
    UNROLLED for (int p = 0; p < count; p++) sums[p] = vf_add(sums[p], low_sums[p]);
}

INLINE void q4_all_blocks(const matrix *m, const uint8_t *panel, const plane *high, const plane *low, const int count, vf *sums) {
    q4_blocks(m, panel, high, low, count, sums, 0);
}
INLINE void q4s_all_blocks(const matrix *m, const uint8_t *panel, const plane *high, const plane *low, const int count, vf *sums) {
    q4_blocks(m, panel, high, low, count, sums, 1);
}
PLANES_FUNCTION(q4_times_planes, q4_all_blocks)
PLANES_FUNCTION(q4s_times_planes, q4s_all_blocks)

static void few_q4(const matrix *m, const uint8_t *panel, const activations *a, int first, int tokens, vf *out) {
    if (a->has_low) few_in_planes(m, panel, a, first, tokens, out, q4_times_planes);
    else few_rows_q4(m, panel, a, first, tokens, out);
}
static void few_q4s(const matrix *m, const uint8_t *panel, const activations *a, int first, int tokens, vf *out) {
    if (a->has_low) few_in_planes(m, panel, a, first, tokens, out, q4s_times_planes);
    else few_rows_q4s(m, panel, a, first, tokens, out);
}

INLINE quant_line q4_line_of(const matrix *m, const uint8_t *panel, int column, const int symmetric) {
    const q4_place at = q4_place_of(m, panel, symmetric);
    const q4_group g = q4_group_at(&at, column / m->group, symmetric);
    return (quant_line){g.d, g.low_end, g.quants + column % m->group * LANES / 2};
}
static quant_line q4_line(const matrix *m, const uint8_t *panel, int column) { return q4_line_of(m, panel, column, 0); }
static quant_line q4s_line(const matrix *m, const uint8_t *panel, int column) { return q4_line_of(m, panel, column, 1); }

static vf widen_q4(const matrix *m, const uint8_t *panel, int first_column, int wide, int in_bytes, uint8_t *out) {
    (void)in_bytes;
    return widen_lines(m, panel, first_column, wide, out, q4_line, 15, widen_nibbles);
}
static vf widen_q4s(const matrix *m, const uint8_t *panel, int first_column, int wide, int in_bytes, uint8_t *out) {
    (void)in_bytes;
    return widen_lines(m, panel, first_column, wide, out, q4s_line, 15, widen_nibbles);
}

static void unpack_q4(const matrix *m, const uint8_t *panel, int lane, float *out) {
    for (int g = 0; g < m->columns / m->group; g++, panel += q4_group_bytes(m), out += m->group) {
        const uint16_t *s = (const uint16_t *)panel + lane;
        float d = float_of_half(s[0]), low_end = float_of_half(s[LANES]);
        for (int c = 0; c < m->group; c++) out[c] = d * (float)nibble_at(panel + 4 * LANES, lane, c) + low_end;
    }
}
static void unpack_q4s(const matrix *m, const uint8_t *panel, int lane, float *out) {
    const uint16_t *scales = (const uint16_t *)panel + lane;
    for (int c = 0; c < m->columns; c++)
        out[c] = float_of_half(scales[c / m->group * LANES]) * (float)(nibble_at(panel + scale_bytes(m), lane, c) - 8);
}

// Out of q (rows, columns / 2) with the even column in the low nibble, scales and zeros (rows, columns / group): Int4Matrix.
static void pack_q4(const matrix *m, const void *const *parts, int row, uint8_t *panel) {
    const int64_t groups = m->columns / m->group;
    const uint8_t *q = (const uint8_t *)parts[0] + (int64_t)row * m->columns / 2;
    const float *scales = (const float *)parts[1] + row * groups, *zeros = (const float *)parts[2] + row * groups;
    for (int g = 0; g < groups; g++, panel += q4_group_bytes(m), q += m->group / 2) {
        uint16_t *s = (uint16_t *)panel + row % LANES;
        s[0] = half_of_float(scales[g]);
        s[LANES] = half_of_float(-scales[g] * zeros[g]);
        put_nibbles(panel + 4 * LANES, row % LANES, q, m->group);
    }
}
// The same without zeros: they are all 8.
static void pack_q4s(const matrix *m, const void *const *parts, int row, uint8_t *panel) {
    const int64_t groups = m->columns / m->group;
    const float *scales = (const float *)parts[1] + row * groups;
    for (int g = 0; g < groups; g++) ((uint16_t *)panel)[g * LANES + row % LANES] = half_of_float(scales[g]);
    put_nibbles(panel + scale_bytes(m), row % LANES, (const uint8_t *)parts[0] + (int64_t)row * m->columns / 2, m->columns);
}
