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

// Where the panels are; what is read between their quants is fetched.
INLINE void q4_places(const matrix *m, const uint8_t *const *panel, const int panels, const int symmetric, q4_place *place) {
    UNROLLED for (int k = 0; k < panels; k++) {
        place[k] = q4_place_of(m, panel[k], symmetric);
        if (symmetric) fetch_head(panel[k], scale_bytes(m));
    }
}

INLINE void q4_next_block(q4_group *g, const int panels) {
    UNROLLED for (int k = 0; k < panels; k++) fetch_page_after(g[k].quants), g[k].quants += BLOCK * LANES / 2;
}

// Panels of 4 bits times `count` rows from `first` on, in 16 bits: see EACH_SUM.
INLINE void q4_words(const matrix *m, const uint8_t *const *panel, const int panels, const activations *a, int first, const int count,
                     vf *out, const int symmetric) {
    const int blocks = m->columns / BLOCK, per_group = m->group / BLOCK;
    const int16_t *rows = a->quants + (int64_t)first * m->columns;
    const float *row_scales = a->scales + first * blocks, *row_sums = a->scaled_sums + first * blocks;
    q4_place place[PAIR];
    q4_places(m, panel, panels, symmetric, place);
    EACH_SUM(panels, count, out[at] = vf_zero());
    for (int block = 0, index = 0; block < blocks; index++) {
        q4_group g[PAIR];
        vf sum[FEW];
        float offset[FEW];
        UNROLLED for (int k = 0; k < panels; k++) g[k] = q4_group_at(&place[k], index, symmetric);
        EACH_SUM(panels, count, sum[at] = vf_zero(), offset[p] = 0.0f);
        for (int end = block + per_group; block < end; block++) {
            const uint8_t *quants[PAIR];
            vi dot[FEW];
            UNROLLED for (int k = 0; k < panels; k++) quants[k] = g[k].quants;
            nibble_words(quants, panels, rows + block * BLOCK, m->columns, count, dot);
            EACH_SUM(panels, count, sum[at] = vf_fma(vi_float(dot[at]), vf_set(row_scales[p * blocks + block]), sum[at]));
            for (int p = 0; p < count; p++) offset[p] += row_sums[p * blocks + block];
            q4_next_block(g, panels);
        }
        EACH_SUM(panels, count, out[at] = vf_fma(g[k].low_end, vf_set(offset[p]), vf_fma(g[k].d, sum[at], out[at])));
    }
}

INLINE void few_q4_words(const matrix *m, const uint8_t *const *panel, const int panels, const activations *a, int first,
                         const int count, vf *out) {
    q4_words(m, panel, panels, a, first, count, out, 0);
}
INLINE void few_q4s_words(const matrix *m, const uint8_t *const *panel, const int panels, const activations *a, int first,
                          const int count, vf *out) {
    q4_words(m, panel, panels, a, first, count, out, 1);
}
FEW_FUNCTION(few_rows_q4, few_q4_words)
FEW_FUNCTION(few_rows_q4s, few_q4s_words)

// sums[at] += a block of each group times those of the planes.
INLINE void q4_block(const q4_group *g, const int panels, const plane *planes, int block, const int count, vf *sums) {
    const uint8_t *quants[PAIR];
    vi part[PLANES];
    UNROLLED for (int k = 0; k < panels; k++) quants[k] = g[k].quants;
    nibble_parts(quants, panels, planes, block, count, part);
    EACH_SUM(panels, count, {
        vf sum = vf_mul(vi_float(vi_part_sum(part[at])), vf_set(planes[p].scales[block]));
        sums[at] = vf_fma(g[k].low_end, vf_set(planes[p].sums[block]), vf_fma(g[k].d, sum, sums[at]));
    });
}

// Panels of 4 bits times rows in planes: see EACH_SUM.
INLINE void q4_blocks(const matrix *m, const uint8_t *const *panel, const int panels, const plane *high, const plane *low,
                      const int count, vf *sums, const int symmetric) {
    const int blocks = m->columns / BLOCK, per_group = m->group / BLOCK;
    q4_place place[PAIR];
    vf low_sums[PLANES];
    q4_places(m, panel, panels, symmetric, place);
    EACH_SUM(panels, count, sums[at] = low_sums[at] = vf_zero());
    for (int block = 0, index = 0; block < blocks; index++) {
        q4_group g[PAIR];
        UNROLLED for (int k = 0; k < panels; k++) g[k] = q4_group_at(&place[k], index, symmetric);
        for (int end = block + per_group; block < end; block++) {
            q4_block(g, panels, high, block, count, sums);
            for (int p = 0; p < count; p++) {
                if (!has_block(low[p].bits, block)) continue;
                vf more[PAIR];
                UNROLLED for (int k = 0; k < panels; k++) more[k] = low_sums[k * count + p];
                q4_block(g, panels, low + p, block, 1, more);
                UNROLLED for (int k = 0; k < panels; k++) low_sums[k * count + p] = more[k];
            }
            q4_next_block(g, panels);
        }
    }
    EACH_SUM(panels, count, sums[at] = vf_add(sums[at], low_sums[at]));
}

INLINE void q4_all_blocks(const matrix *m, const uint8_t *const *panel, const int panels, const plane *high, const plane *low,
                          const int count, vf *sums) {
    q4_blocks(m, panel, panels, high, low, count, sums, 0);
}
INLINE void q4s_all_blocks(const matrix *m, const uint8_t *const *panel, const int panels, const plane *high, const plane *low,
                           const int count, vf *sums) {
    q4_blocks(m, panel, panels, high, low, count, sums, 1);
}
PLANES_FUNCTION(q4_times_planes, q4_all_blocks)
PLANES_FUNCTION(q4s_times_planes, q4s_all_blocks)

static void few_q4(const matrix *m, const uint8_t *panel, const activations *a, int first, int tokens, vf *out) {
    if (a->has_low) few_in_planes(m, panel, a, first, tokens, out, q4_times_planes);
    else few_rows_q4(m, panel, a, first, tokens, out);
}
static void two_q4(const matrix *m, const uint8_t *const *panels, const activations *a, int row, vf *out) {
    if (a->has_low) q4_times_planes_of_two(m, panels, a, row, out);
    else few_rows_q4_of_two(m, panels, a, row, out);
}
static void few_q4s(const matrix *m, const uint8_t *panel, const activations *a, int first, int tokens, vf *out) {
    if (a->has_low) few_in_planes(m, panel, a, first, tokens, out, q4s_times_planes);
    else few_rows_q4s(m, panel, a, first, tokens, out);
}
static void two_q4s(const matrix *m, const uint8_t *const *panels, const activations *a, int row, vf *out) {
    if (a->has_low) q4s_times_planes_of_two(m, panels, a, row, out);
    else few_rows_q4s_of_two(m, panels, a, row, out);
}

INLINE nibble_line q4_line_of(const matrix *m, const uint8_t *panel, int column, const int symmetric) {
    const q4_place at = q4_place_of(m, panel, symmetric);
    const q4_group g = q4_group_at(&at, column / m->group, symmetric);
    return (nibble_line){g.d, g.low_end, g.quants + column % m->group * LANES / 2};
}
static nibble_line q4_line(const matrix *m, const uint8_t *panel, int column) { return q4_line_of(m, panel, column, 0); }
static nibble_line q4s_line(const matrix *m, const uint8_t *panel, int column) { return q4_line_of(m, panel, column, 1); }

static vf widen_q4(const matrix *m, const uint8_t *panel, int first_column, int wide, int in_bytes, uint8_t *out) {
    (void)in_bytes;
    return widen_lines(m, panel, first_column, wide, out, q4_line);
}
static vf widen_q4s(const matrix *m, const uint8_t *panel, int first_column, int wide, int in_bytes, uint8_t *out) {
    (void)in_bytes;
    return widen_lines(m, panel, first_column, wide, out, q4s_line);
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
