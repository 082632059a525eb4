// 4 bits: w = d q + m, q in 0..15. Each group of columns is 16 halves d, 16 halves m, then its quants: one stream.
// Symmetric (Q4S, GGUF's Q4_0): w = d (q - 8). A panel is the d of two groups, then their quants, and so on (group_place_at).
#pragma once
#include "nibbles.h"

INLINE int64_t q4_quant_bytes(const matrix *m) { return (int64_t)m->group * LANES / 2; }
INLINE int64_t q4_group_bytes(const matrix *m) { return 4 * LANES + q4_quant_bytes(m); }
static int64_t q4_panel_bytes(const matrix *m) { return m->columns / m->group * q4_group_bytes(m); }
static int64_t q4s_panel_bytes(const matrix *m) { return scale_bytes(m) + (int64_t)m->columns * LANES / 2; }

// A panel's group; `symmetric` is a constant here and below, and so is what is worked out of the matrix: stores between make the
// compiler read it again.
typedef struct { vf d, low_end; const uint8_t *quants; } q4_group;
INLINE q4_group q4_group_at(const uint8_t *panel, int64_t quant_bytes, int index, const int symmetric) {
    if (symmetric) {
        const group_place at = group_place_at(panel, index, quant_bytes, HALVES);
        const vf d = group_halves(&at);
        return (q4_group){d, vf_mul(d, vf_set(-8.0f)), at.quants};
    }
    const uint8_t *at = panel + index * (4 * LANES + quant_bytes);
    return (q4_group){vf_half((const uint16_t *)at), vf_half((const uint16_t *)at + LANES), at + 4 * LANES};
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
    const int64_t quant_bytes = q4_quant_bytes(m);
    EACH_SUM(panels, count, out[at] = vf_zero());
    for (int block = 0, index = 0; block < blocks; index++) {
        q4_group g[PAIR];
        vf sum[FEW];
        float offset[FEW];
        UNROLLED for (int k = 0; k < panels; k++) g[k] = q4_group_at(panel[k], quant_bytes, index, symmetric);
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
    const int64_t quant_bytes = q4_quant_bytes(m);
    vf low_sums[PLANES];
    EACH_SUM(panels, count, sums[at] = low_sums[at] = vf_zero());
    for (int block = 0, index = 0; block < blocks; index++) {
        q4_group g[PAIR];
        UNROLLED for (int k = 0; k < panels; k++) g[k] = q4_group_at(panel[k], quant_bytes, index, symmetric);
        for (int end = block + per_group; block < end; block++) {
            q4_block(g, panels, high, block, count, sums);
            for (int p = 0; p < count; p++)
                if (has_block(low[p].bits, block)) q4_block(g, panels, low + p, block, 1, low_sums + p);
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

FEW_AND_TWO(q4, 1)
FEW_AND_TWO(q4s, 1)

INLINE quant_line q4_line_of(const matrix *m, const uint8_t *panel, int column, const int symmetric) {
    const q4_group g = q4_group_at(panel, q4_quant_bytes(m), column / m->group, symmetric);
    return (quant_line){g.d, g.low_end, g.quants + column % m->group * LANES / 2};
}
static quant_line q4_line(const matrix *m, const uint8_t *panel, int column) { return q4_line_of(m, panel, column, 0); }
static quant_line q4s_line(const matrix *m, const uint8_t *panel, int column) { return q4_line_of(m, panel, column, 1); }

static vf widen_q4(const matrix *m, const uint8_t *panel, int first_column, int wide, int in_bytes, uint8_t *out) {
    return widen_nibble_lines(m, panel, first_column, wide, in_bytes, out, q4_line);
}
static vf widen_q4s(const matrix *m, const uint8_t *panel, int first_column, int wide, int in_bytes, uint8_t *out) {
    return widen_nibble_lines(m, panel, first_column, wide, in_bytes, out, q4s_line);
}

static void unpack_q4(const matrix *m, const uint8_t *panel, int lane, float *out) {
    for (int g = 0; g < m->columns / m->group; g++, panel += q4_group_bytes(m), out += m->group) {
        const uint16_t *s = (const uint16_t *)panel + lane;
        float d = float_of_half(s[0]), low_end = float_of_half(s[LANES]);
        for (int c = 0; c < m->group; c++) out[c] = d * (float)nibble_at(panel + 4 * LANES, lane, c) + low_end;
    }
}
static void unpack_q4s(const matrix *m, const uint8_t *panel, int lane, float *out) {
    for (int c = 0; c < m->columns; c++) {
        const group_place at = group_place_at(panel, c / m->group, q4_quant_bytes(m), HALVES);
        out[c] = half_of_lane(&at, lane) * (float)(nibble_at(at.quants, lane, c % m->group) - 8);
    }
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
    const uint8_t *q = (const uint8_t *)parts[0] + (int64_t)row * m->columns / 2;
    for (int g = 0; g < groups; g++, q += m->group / 2) {
        const group_room to = group_room_at(panel, g, q4_quant_bytes(m), HALVES);
        put_half(&to, row % LANES, ((const float *)parts[1])[row * groups + g]);
        put_nibbles(to.quants, row % LANES, q, m->group);
    }
}
